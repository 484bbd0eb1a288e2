"""Pictures of its data that a run keeps: the most confident mistakes, and augmented samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.data.dataset import Split
from kspec.data.order import Drawn, order
from kspec.experiment.prepared import Prepared
from kspec.reports.mistakes import surest_mistakes
from kspec.reports.thumbnails import are_pictures, thumbnails
from kspec.runs.pictures import Augmented, Mistakes, write_augmented, write_mistakes
from kspec.runs.predictions import Predictions

__all__ = ["keep_augmented", "keep_mistakes"]

MISTAKES = 24
ORIGINALS, VARIANTS = 5, 4


def keep_mistakes(predictions: Predictions, split: Split, folder: Path) -> None:
    """Write the most confident mistakes into `folder`, the run's, if it classifies pictures."""
    if predictions.labels.ndim != 1 or not are_pictures(split.x):
        return
    indices = surest_mistakes(predictions.labels, predictions.outputs, MISTAKES)
    if len(indices):
        pictures = split.take(indices).x
        assert isinstance(pictures, np.ndarray)  # Ensured by `are_pictures`.
        write_mistakes(folder, Mistakes(indices, thumbnails(pictures)))


def keep_augmented(prepared: Prepared, folder: Path) -> None:
    """Write a few training pictures and their variants into the run in `folder`.

    The whole first batch of the training is augmented, since a backend compiles anew for each batch
    size; so the first variant is what the training itself sees.
    """
    train, augmentation, seed = prepared.dataset.train, prepared.augmentation, prepared.spec.seed
    if augmentation is None or not are_pictures(train.x):
        return
    places = order(seed, 0, len(train))[: prepared.spec.training.batch_size]
    batch = train.take(places)
    assert isinstance(batch.x, np.ndarray)  # Ensured by `are_pictures`.
    few = min(ORIGINALS, len(batch))
    passes = [Drawn(places, np.full_like(places, number), len(train)) for number in range(VARIANTS)]
    variants = [
        thumbnails(augmentation(batch.x, batch.y, epoch=number, step=0, drawn=drawn)[0][:few])
        for number, drawn in enumerate(passes)
    ]
    originals = thumbnails(batch.x[:few])
    write_augmented(folder, Augmented(originals, np.stack(variants, axis=1), batch.y[:few]))
