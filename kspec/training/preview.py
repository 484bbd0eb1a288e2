"""A sheet of training pictures and what augmentation makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.data.augment import Augmentation
from kspec.data.load import load
from kspec.data.order import order
from kspec.errors import UsageError
from kspec.model.build import build_layers
from kspec.reports import preview as sheet
from kspec.spec.models import Spec

__all__ = ["preview"]


def preview(spec: Spec, root: Path, path: Path, *, images: int, variants: int) -> None:
    """Write a PNG: `images` rows, each a training picture and `variants` of it, augmented.

    The pictures are the first that training would see; each column draws anew, as each epoch does.
    Raises UsageError for a spec without augmentation.
    """
    if not spec.augmentation:
        raise UsageError(f"{spec.name} has no augmentation to preview")
    dataset = load(spec.data, seed=spec.seed, shape=spec.input.shape, root=root)
    augmentation = Augmentation(
        build_layers(spec, "augmentation"), seed=spec.seed, class_count=len(dataset.class_names)
    )
    chosen = dataset.train.take(order(spec.seed, 0, len(dataset.train))[:images])
    x, y = chosen.x, chosen.y
    augmented = [augmentation(x, y, epoch=epoch, step=0)[0] for epoch in range(variants)]
    names = [dataset.class_names[label] for label in np.asarray(y)]
    sheet.preview(x, augmented, path, row_labels=names)
