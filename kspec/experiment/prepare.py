"""The model and the data of a spec, brought together and checked to fit each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import keras
import numpy as np

from kspec.data.arrays import is_whole
from kspec.data.augment import Augmentation
from kspec.data.dataset import Dataset, Split
from kspec.data.inputs import listed, shape_text
from kspec.data.load import load
from kspec.data.samples import on_each
from kspec.data.scaling import Scaling
from kspec.errors import DataError
from kspec.experiment.head import check_head, require_one_output
from kspec.experiment.prepared import Prepared
from kspec.model.build import build_augmentation, build_with_weights
from kspec.model.claims import broken_claims
from kspec.model.initial_weights.looking import look
from kspec.model.phase import flags_of
from kspec.model.table import tabulate
from kspec.spec.models import Spec, Training
from kspec.spec.monitors import watched
from kspec.spec.node import dotted
from kspec.spec.views import views_fault

__all__ = ["prepare", "require_pictures"]

_LOOKED_AT_ONCE = 500


def prepare(spec: Spec, root: Path, *, pretrained: bool = True, lowering: bool = True) -> Prepared:
    """Build, load and compile for the first phase. Relative paths start from `root`.

    Without `pretrained` backbones keep new weights, for a caller that restores all weights; for
    `lowering` see `kspec.model.build`. Raises BuildError for a network that cannot be built and
    DataError for data that is missing, damaged, or does not fit the network.
    """
    built = build_with_weights(spec, root=root, pretrained=pretrained, lowering=lowering)
    model = built.model
    require_one_output(model, spec)
    claims = tuple(broken_claims(spec, tabulate(model)))
    dataset = load(spec.data, seed=spec.seed, inputs=spec.entering, root=root)
    outputs = check_head(model, spec, dataset)
    _require_validation(spec, dataset)
    samples = dataset.train.x
    fault = views_fault(spec, () if isinstance(samples, Mapping) else samples.shape[1:3])
    if fault is not None:
        raise DataError(f"{spec.name}: {fault[1]}")
    classes = None if dataset.labels == "numbers" else outputs
    augmentation = _augmentation(spec, outputs, classes, lowering=lowering)
    mixes = augmentation is not None and augmentation.mixes_labels
    pixels = Scaling.fit(spec.data, dataset.train.x, spec.entering)
    if pretrained:
        look(built.lookers, partial(_pictures, dataset.train, pixels), name=spec.name)
    prepared = Prepared(
        spec=spec,
        whole=model,
        model=model,
        extractor=None,
        dataset=dataset,
        pixels=pixels,
        augmentation=augmentation,
        class_count=classes if _takes_an_axis(spec, classes, mixes=mixes) else None,
        own_flags=flags_of(model),
        lowering=lowering,
        weights=built.weights,
        networks=built.networks,
        broken_claims=claims,
    )
    for number in reversed(range(len(spec.phases))):  # The later ones only as a trial.
        prepared.in_phase(number)
    return prepared


def require_pictures(spec: Spec) -> None:
    """Raise DataError if augmentation would change anything other than pictures with a class.

    Layers that rotate or shift a picture would leave its mask as it is.
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
            f"but these samples are {shape_text(only.shape)}"
        )
    if is_whole(only.dtype):
        raise DataError(
            f"{spec.name}: augmentation gives pixels that are not whole numbers, but the spec's "
            f'input is {only.dtype}; leave out "dtype"'
        )
    if spec.data.labels == "masks":
        raise DataError(
            f"{spec.name}: augmentation would change the pictures, but not their masks; "
            "leave it out"
        )


def _augmentation(
    spec: Spec, outputs: int, classes: int | None, *, lowering: bool
) -> Augmentation | None:
    """That of the spec, if any. Raises DataError if the data or the network does not allow it."""
    if not spec.augmentation:
        return None
    require_pictures(spec)
    layers = build_augmentation(spec)
    found = Augmentation(layers, seed=spec.seed, class_count=classes, lowering=lowering)
    if found.mixes_labels and outputs == 1:
        raise DataError(
            f"{spec.name}: augmentation mixes the labels of classes, but the network has 1 output; "
            "give it one output per class"
        )
    return found


def _takes_an_axis(spec: Spec, classes: int | None, *, mixes: bool) -> bool:
    """Whether class numbers are passed to the model with one more axis, that of its outputs; if
    there are several outputs, one-hot.

    Sparse losses take class numbers; every other loss compares with one value per output. Mixed
    pictures have several labels in part, so those are always one-hot. Labels are the same in all
    phases, since a sparse loss has a counterpart that takes one-hot. `classes` is None for labels
    that are numbers, which have the axis already.
    """
    if classes is None:
        return False
    if mixes or classes == 1:
        return True
    masks_on_torch = spec.data.labels == "masks" and keras.backend.backend() == "torch"

    def wants(training: Training) -> bool:
        # For masks Keras 3.15 moves the class axis before torch's nll_loss, whose gradient then
        # fails with "grad_input must be contiguous". (With logits it takes another path.)
        moved = masks_on_torch and not training.logits and not training.needs_class_numbers
        return moved or not training.takes_class_numbers

    return any(map(wants, spec.phases))


def _pictures(train: Split, pixels: Scaling, entering: str, samples: int) -> Iterator[np.ndarray]:
    """`samples` training pictures of an input, as the network takes them, in parts: evenly spaced
    over the whole split, which may be sorted by class."""
    step = len(train) // samples or 1
    for start in range(0, min(samples, len(train)), _LOOKED_AT_ONCE):
        part = slice(start * step, min(start + _LOOKED_AT_ONCE, samples) * step, step)
        scaled = pixels(on_each(train.x, lambda array: array[part]))  # noqa: B023
        yield scaled[entering] if isinstance(scaled, dict) else scaled


def _require_validation(spec: Spec, dataset: Dataset) -> None:
    """Raise DataError if a monitor needs a validation set and the source provides none."""
    if dataset.validation is not None:
        return
    for number in range(len(spec.phases)):
        phase = spec.in_phase(number)
        for path, monitor, _ in watched(phase):
            if monitor.startswith("val_"):
                where = dotted((*phase.training_path, *path))
                raise DataError(
                    f'{spec.name}: {where} monitors "{monitor}", but there is no validation set; '
                    'give data.validation a fraction, as in "validation": 0.2'
                )
