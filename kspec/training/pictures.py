"""Pictures that a run keeps of its data: its surest mistakes, and what augmentation does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.data.dataset import Split
from kspec.data.order import Drawn, order
from kspec.experiment.prepare import Prepared
from kspec.reports.mistakes import surest_mistakes
from kspec.reports.thumbnails import are_pictures, thumbnails
from kspec.runs.pictures import Augmented, Mistakes, write_augmented, write_mistakes
from kspec.runs.predictions import Predictions

__all__ = ["keep_augmented", "keep_mistakes"]

MISTAKES = 24
ORIGINALS, VARIANTS = 5, 4


def keep_mistakes(predictions: Predictions, split: Split, folder: Path) -> None:
    """Write the surest mistakes into the run in `folder`, if it learned classes of pictures."""
    if predictions.labels.ndim != 1 or not are_pictures(split.x):
        return
    indices = surest_mistakes(predictions.labels, predictions.outputs, MISTAKES)
    if len(indices):
        pictures = split.take(indices).x
        assert isinstance(pictures, np.ndarray)  # `are_pictures` saw to it.
        write_mistakes(folder, Mistakes(indices, thumbnails(pictures)))


def keep_augmented(prepared: Prepared, folder: Path) -> None:
    """Write a few training pictures and their variants into the run in `folder`.

    A whole batch is augmented, the first of the training, since a backend compiles for each size of
    batch anew; so the first variant is what the training itself sees.
    """
    train, augmentation, seed = prepared.dataset.train, prepared.augmentation, prepared.spec.seed
    if augmentation is None or not are_pictures(train.x):
        return
    places = order(seed, 0, len(train))[: prepared.spec.training.batch_size]
    batch = train.take(places)
    assert isinstance(batch.x, np.ndarray)  # `are_pictures` saw to it.
    few = min(ORIGINALS, len(batch))
    passes = [Drawn(places, np.full_like(places, number), len(train)) for number in range(VARIANTS)]
    variants = [
        thumbnails(augmentation(batch.x, batch.y, epoch=number, step=0, drawn=drawn)[0][:few])
        for number, drawn in enumerate(passes)
    ]
    originals = thumbnails(batch.x[:few])
    write_augmented(folder, Augmented(originals, np.stack(variants, axis=1), batch.y[:few]))
