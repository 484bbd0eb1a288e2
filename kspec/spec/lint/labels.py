"""What is known about a spec's samples and labels before they are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.lint.rule import Path
from kspec.spec.models import Spec

__all__ = [
    "PIXEL_SOURCES",
    "SAMPLES",
    "augmentation_layers",
    "labels_are_classes",
    "labels_are_mixed",
    "labels_are_one_number",
    "training_samples",
]

SAMPLES = {
    "cifar10": 50_000,
    "cifar100": 50_000,
    "fashion_mnist": 60_000,
    "mnist": 60_000,
    "pairs": 8_000,
    "sentences": 6_000,
    "shapes": 8_000,
    "table": 4_000,
}
"""The number of training samples of sources of known size."""

PIXEL_SOURCES = ("cifar10", "cifar100", "fashion_mnist", "images", "mnist", "pairs", "shapes")
"""Sources whose pixels are integers from 0 to 255."""


def training_samples(spec: Spec) -> int | None:
    """How many samples there are to train on, as `kspec.data` counts them; None if unknown."""
    data = spec.data
    samples = data.train_samples or SAMPLES.get(data.source)
    if samples is None:
        return None
    fraction = data.validation if isinstance(data.validation, float) else 0.0
    return samples - round(samples * fraction)


def augmentation_layers(spec: Spec) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every layer of `augmentation`, including those within a Pipeline, with its path."""
    for index, layer in enumerate(spec.augmentation):
        written = {"type": layer.type, **layer.arguments}
        yield from _within(("augmentation", index), written)


def _within(path: Path, layer: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    if isinstance(layer, Mapping) and isinstance(layer.get("type"), str):
        yield path, layer
        inner = layer.get("layers")
        if isinstance(inner, (list, tuple)):
            for index, part in enumerate(inner):
                yield from _within((*path, "layers", index), part)


def labels_are_mixed(spec: Spec) -> bool:
    """Whether augmentation mixes class labels, which makes them one-hot."""
    return any(layer["type"] in ("CutMix", "MixUp") for _, layer in augmentation_layers(spec))


def labels_are_classes(spec: Spec) -> bool:
    """Whether labels are class numbers (of a sample, or of each pixel), not regression targets."""
    return spec.data.labels != "numbers"


def labels_are_one_number(spec: Spec) -> bool:
    """Whether loss and metrics get a class number, not one value per output.

    Decided as in `kspec.experiment.prepare` for a network with several outputs; labels are the same
    in all phases.
    """
    sparse = all(phase.takes_class_numbers for phase in spec.all_phases)
    return sparse and labels_are_classes(spec) and not labels_are_mixed(spec)
