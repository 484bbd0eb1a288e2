"""Model and data of a spec, brought together and found to fit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras

from kspec.data.augment import Augmentation
from kspec.data.batches import Batches
from kspec.data.dataset import Dataset, Split
from kspec.data.labels import check_labels
from kspec.data.load import load
from kspec.data.pixels import Pixels
from kspec.errors import DataError
from kspec.model.build import build, build_layers
from kspec.model.compile import compile_model
from kspec.spec.models import Spec
from kspec.spec.monitors import watched

__all__ = ["Prepared", "prepare", "wants_one_hot"]


@dataclass(frozen=True)
class Prepared:
    """A compiled model and the data it is to learn from.

    `class_count` is given where labels go to the model one-hot.
    """

    spec: Spec
    model: keras.Model
    dataset: Dataset
    pixels: Pixels
    augmentation: Augmentation | None
    class_count: int | None

    def train_batches(self) -> Batches:
        """The training split, in an order drawn anew for every epoch, augmented."""
        return Batches(
            self.dataset.train,
            batch_size=self.spec.training.batch_size,
            pixels=self.pixels,
            shuffle_seed=self.spec.seed,
            augment=self.augmentation,
            class_count=self.class_count,
        )

    def batches(self, split: Split) -> Batches:
        """Another split, as it lies, never augmented."""
        return Batches(
            split,
            batch_size=self.spec.training.batch_size,
            pixels=self.pixels,
            class_count=self.class_count,
        )


def prepare(spec: Spec, root: Path) -> Prepared:
    """Build, load and compile. Relative data paths start from `root`.

    Raises BuildError for a network that cannot be built and DataError for data that is missing,
    broken, or does not fit the network.
    """
    model = build(spec)
    dataset = load(spec.data, seed=spec.seed, shape=spec.input.shape, root=root)
    outputs = _outputs(model, spec)
    check_labels(dataset, outputs)
    _require_validation(spec, dataset)
    augmentation = None
    if spec.augmentation:
        layers = build_layers(spec, "augmentation")
        augmentation = Augmentation(layers, seed=spec.seed, class_count=outputs)
    mixes = augmentation is not None and augmentation.mixes_labels
    if mixes and outputs == 1:
        raise DataError(
            f"{spec.name}: augmentation mixes the labels of classes, but the network has 1 output; "
            "give it one output per class"
        )
    one_hot = wants_one_hot(spec, outputs, mixes=mixes)
    compile_model(model, spec, one_hot=one_hot)
    return Prepared(
        spec=spec,
        model=model,
        dataset=dataset,
        pixels=Pixels.fit(spec.data, dataset.train),
        augmentation=augmentation,
        class_count=outputs if one_hot else None,
    )


def wants_one_hot(spec: Spec, outputs: int, *, mixes: bool) -> bool:
    """Whether the integer labels of the data go to the model one-hot.

    Sparse losses take integers, and so does a single output; every other loss compares with one
    value per output. Pictures that were mixed have several labels in part, so then always.
    """
    if mixes:
        return True
    return outputs > 1 and not spec.training.loss.type.lower().startswith("sparse")


def _outputs(model: keras.Model, spec: Spec) -> int:
    shape = model.output_shape
    if len(shape) != 2:
        raise DataError(
            f"{spec.name}: the network gives the shape {tuple(shape[1:])} for each picture, but "
            "there is one label a picture; is a Flatten or a GlobalAveragePooling2D missing?"
        )
    return int(shape[-1])


def _require_validation(spec: Spec, dataset: Dataset) -> None:
    """Monitors of a validation set need one; whether there is one the source decides last."""
    if dataset.validation is not None:
        return
    for (part, index), monitor, _ in watched(spec):
        if monitor.startswith("val_"):
            raise DataError(
                f'{spec.name}: training.{part}[{index}] monitors "{monitor}", but there is no '
                'validation set; give data.validation a fraction, as in "validation": 0.2'
            )
