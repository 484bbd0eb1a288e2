"""Samples of the right shape but without meaning: timing a training needs no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.arrays import is_whole
from kspec.errors import UsageError
from kspec.seeds import generator
from kspec.spec.models import Input, NestedModel, Spec
from kspec.spec.shapes import carry
from kspec.spec.shapes.shape import is_shape

__all__ = ["on_made_up"]

# The most bytes of samples; more of them would not change the measurement.
_MOST = 128 * 2**20
_BATCHES = 8
# The sizes used for open axes: the length of a sequence, the side of a picture.
_OPEN = {1: 32, 2: 32, 3: 64, 4: 16}


def on_made_up(spec: Spec, folder: Path) -> Spec:
    """`spec` on samples drawn for it, which are stored in `folder`.

    Pictures are uint8, as most are stored; word indices are within the range of the embedding.
    Raises UsageError if it is not known how many numbers a label has.
    """
    draw = generator(0, "bench", "samples")
    entering = {name: _one(spec, each, draw) for name, each in spec.entering.items()}
    batch = spec.training.batch_size
    each_bytes = sum(sample.nbytes for sample in entering.values())
    count = max(batch, min(_BATCHES * batch, _MOST // each_bytes))
    arrays: dict[str, np.ndarray] = {}
    for part, size in (("train", 2 * count), ("val", batch), ("test", 2)):
        for name, sample in entering.items():
            key = f"x_{part}_{name}" if len(entering) > 1 else f"x_{part}"
            # Views of the one sample would do, but standardization needs samples that differ.
            arrays[key] = np.stack([np.roll(sample, shift) for shift in range(size)])
        arrays[f"y_{part}"] = _labels(spec, size)
    path = folder / "made_up.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return spec.with_data(spec.data.on("npz", str(path)))


def _one(spec: Spec, entering: Input, draw: np.random.Generator) -> np.ndarray:
    rank = len(entering.shape)
    shape = tuple(_OPEN.get(rank, 16) if size is None else size for size in entering.shape)
    if is_whole(entering.dtype):
        return draw.integers(0, _words(spec), shape).astype(entering.dtype)
    if rank >= 3:
        return draw.integers(0, 256, shape).astype(np.uint8)
    return draw.random(shape).astype(np.float32)


def _words(spec: Spec) -> int:
    """The size of the smallest embedding: one more than the largest index that all accept."""
    sizes = [layer.get("input_dim") for layer in _layers(spec.layers)]
    return min((size for size in sizes if isinstance(size, int)), default=2)


def _layers(layers: Any) -> Iterator[dict[str, Any]]:
    for layer in layers:
        yield layer.arguments
        if isinstance(layer, NestedModel):
            yield from _layers(layer.layers)


def _labels(spec: Spec, count: int) -> np.ndarray:
    if spec.data.labels == "numbers":
        return np.zeros((count, _outputs(spec)), np.float32)
    alternating = np.arange(count) % 2
    if spec.data.labels == "masks":
        (only,) = spec.entering.values()
        sides = tuple(_OPEN[3] if size is None else size for size in only.shape[:2])
        return np.broadcast_to(alternating[:, None, None], (count, *sides)).astype(np.uint8)
    return alternating.astype(np.int32)


def _outputs(spec: Spec) -> int:
    output = carry(spec).outputs[0]
    last = spec.layers[-1].arguments.get("units")
    found = output[-1] if is_shape(output) and output else last
    if not isinstance(found, int):
        raise UsageError(
            f"{spec.name}: the number of values per label is not known; give data with --data, "
            "or the spec's own with --data spec"
        )
    return found
