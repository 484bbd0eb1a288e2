"""A sheet of training pictures and their augmented variants."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.data.augment import Augmentation
from kspec.data.load import load
from kspec.data.order import Drawn, order
from kspec.errors import UsageError
from kspec.experiment.prepare import require_pictures
from kspec.model.build import build_augmentation
from kspec.reports import preview as sheet
from kspec.reports.ours import require_ours
from kspec.reports.plots.png import MARK
from kspec.spec.models import Spec

__all__ = ["preview"]


def preview(spec: Spec, root: Path, path: Path, *, images: int, variants: int) -> None:
    """Write a PNG: `images` rows, each a training picture and `variants` augmented versions of it.

    The pictures are the first that training would see; each column is drawn anew, as in each epoch.
    Beside each row is the class, or the numbers to be predicted. Raises UsageError for a spec
    without augmentation, DataError if there is nothing that augmentation could change, and
    RunError for an existing file that is not a picture by kspec.
    """
    if not spec.augmentation:
        raise UsageError(f"{spec.name} has no augmentation to preview")
    require_pictures(spec)
    require_ours(path, (MARK,), "picture")
    dataset = load(spec.data, seed=spec.seed, inputs=spec.entering, root=root)
    names = dataset.class_names
    augmentation = Augmentation(
        build_augmentation(spec), seed=spec.seed, class_count=len(names) or None
    )
    n = len(dataset.train)
    places = order(spec.seed, 0, n)[:images]
    chosen = dataset.train.take(places)
    x, y = chosen.x, chosen.y
    assert isinstance(x, np.ndarray)  # Ensured by `require_pictures`.
    passes = [Drawn(places, np.full_like(places, number), n) for number in range(variants)]
    augmented = [
        augmentation(x, y, epoch=number, step=0, drawn=drawn)[0]
        for number, drawn in enumerate(passes)
    ]
    labels = [names[label] if names else ", ".join(f"{each:g}" for each in label) for label in y]
    sheet.preview(x, augmented, path, row_labels=labels)
