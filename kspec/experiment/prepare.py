"""Model and data of a spec, brought together and found to fit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras

from kspec.data.arrays import is_whole
from kspec.data.augment import Augmentation
from kspec.data.batches import Batches
from kspec.data.dataset import Dataset, Split
from kspec.data.inputs import listed, shape_text
from kspec.data.load import load
from kspec.data.scaling import Scaling
from kspec.errors import DataError
from kspec.experiment.head import check_head, require_one_output
from kspec.model.build import build, build_layers
from kspec.model.compile import compile_model
from kspec.spec.models import Spec
from kspec.spec.monitors import watched

__all__ = ["Prepared", "prepare", "require_pictures", "wants_one_hot"]


@dataclass(frozen=True)
class Prepared:
    """A compiled model and the data it is to learn from.

    `class_count` is given where labels go to the model one-hot.
    """

    spec: Spec
    model: keras.Model
    dataset: Dataset
    pixels: Scaling
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
    require_one_output(model, spec)
    dataset = load(spec.data, seed=spec.seed, inputs=spec.entering, root=root)
    outputs = check_head(model, spec, dataset)
    _require_validation(spec, dataset)
    classes = None if dataset.labels == "numbers" else outputs
    augmentation = None
    if spec.augmentation:
        require_pictures(spec)
        layers = build_layers(spec, "augmentation")
        augmentation = Augmentation(layers, seed=spec.seed, class_count=classes)
    mixes = augmentation is not None and augmentation.mixes_labels
    if mixes and outputs == 1:
        raise DataError(
            f"{spec.name}: augmentation mixes the labels of classes, but the network has 1 output; "
            "give it one output per class"
        )
    one_hot = classes is not None and wants_one_hot(spec, classes, mixes=mixes)
    compile_model(model, spec, one_hot=one_hot)
    return Prepared(
        spec=spec,
        model=model,
        dataset=dataset,
        pixels=Scaling.fit(spec.data, dataset.train.x, spec.entering),
        augmentation=augmentation,
        class_count=classes if one_hot else None,
    )


def wants_one_hot(spec: Spec, outputs: int, *, mixes: bool) -> bool:
    """Whether the integer labels of the data go to the model one-hot.

    Sparse losses take integers, and so does a single output; every other loss compares with one
    value per output. Pictures that were mixed have several labels in part, so then always.
    """
    if mixes:
        return True
    loss = spec.training.loss
    # For masks Keras 3.15 moves the axis of the classes before torch's nll_loss, whose gradient
    # then ends in "grad_input must be contiguous". (With logits it goes another way.)
    moved = spec.data.labels == "masks" and not spec.training.logits
    on_torch = keras.backend.backend() == "torch"
    return outputs > 1 and ((moved and on_torch) or not loss.type.lower().startswith("sparse"))


def require_pictures(spec: Spec) -> None:
    """Raise DataError where augmentation has something else to change than pictures of a class.

    Layers that turn or shift a picture would leave its mask as it is.
    """
    inputs = spec.entering
    if len(inputs) > 1:
        raise DataError(
            f"{spec.name}: augmentation changes one picture, but the network takes {listed(inputs)}"
        )
    (only,) = inputs.values()
    if len(only.shape) != 3:
        raise DataError(
            f"{spec.name}: augmentation works on pictures of (height, width, channels), "
            f"and these samples are {shape_text(only.shape)}"
        )
    if is_whole(only.dtype):
        raise DataError(
            f"{spec.name}: augmentation gives pixels that are not whole numbers, and the spec's "
            f'input is {only.dtype}; leave out "dtype"'
        )
    if spec.data.labels == "masks":
        raise DataError(
            f"{spec.name}: augmentation changes the pictures, and would leave their masks as they "
            "are; take it out"
        )


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
