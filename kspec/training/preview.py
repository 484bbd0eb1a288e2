"""A sheet of training pictures and what augmentation makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.data.augment import Augmentation
from kspec.data.load import load
from kspec.data.order import order
from kspec.errors import UsageError
from kspec.experiment.prepare import require_pictures
from kspec.model.build import build_layers
from kspec.reports import preview as sheet
from kspec.spec.models import Spec

__all__ = ["preview"]


def preview(spec: Spec, root: Path, path: Path, *, images: int, variants: int) -> None:
    """Write a PNG: `images` rows, each a training picture and `variants` of it, augmented.

    The pictures are the first that training would see; each column draws anew, as each epoch does.
    Beside each stands its class, or the numbers to be predicted. Raises UsageError for a spec
    without augmentation, and DataError where there is nothing that augmentation could change.
    """
    if not spec.augmentation:
        raise UsageError(f"{spec.name} has no augmentation to preview")
    require_pictures(spec)
    dataset = load(spec.data, seed=spec.seed, inputs=spec.entering, root=root)
    names = dataset.class_names
    augmentation = Augmentation(
        build_layers(spec, "augmentation"), seed=spec.seed, class_count=len(names) or None
    )
    chosen = dataset.train.take(order(spec.seed, 0, len(dataset.train))[:images])
    x, y = chosen.x, chosen.y
    assert isinstance(x, np.ndarray)  # `require_pictures` saw to it.
    augmented = [augmentation(x, y, epoch=epoch, step=0)[0] for epoch in range(variants)]
    labels = [names[label] if names else ", ".join(f"{each:g}" for each in label) for label in y]
    sheet.preview(x, augmented, path, row_labels=labels)
