"""A network that looks at a picture several times."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kspec.model.compile import compile_to_measure
from kspec.spec.models import Spec, Views
from kspec.spec.views import View, views_of

__all__ = ["at_test_time", "with_views"]


def at_test_time(model: keras.Model, spec: Spec, *, one_hot: bool) -> tuple[keras.Model, int]:
    """The network to test with, compiled for evaluation, and the number of pictures in a batch.

    It is `model` itself unless the spec has a `test_time`. Then a batch has fewer pictures, so that
    its views take no more memory than a batch in training.
    """
    batch_size = spec.training.batch_size
    if spec.test_time is None:
        return model, batch_size
    network = with_views(model, spec.test_time)
    compile_to_measure(network, spec, one_hot=one_hot)
    return network, max(1, batch_size // len(views_of(spec.test_time)))


def with_views(model: keras.Model, views: Views) -> keras.Model:
    """A network around `model`, sharing its layers: the weighted mean of its outputs for the views.

    Takes (batch, height, width, channels), and returns float32 (batch, n) if `model` has n outputs.
    All views go through `model` as one batch, so that it is compiled once; that batch is larger by
    the number of views. Not compiled.
    """
    (entering,) = model.inputs
    wanted = views_of(views)
    x = keras.Input(entering.shape[1:], dtype=entering.dtype, name=entering.name)
    seen = model(ops.concatenate([_seen(x, view) for view in wanted], axis=0))
    seen = ops.reshape(ops.cast(seen, "float32"), (len(wanted), -1, seen.shape[-1]))
    weights = np.array([view.weight for view in wanted], "float32")[:, np.newaxis, np.newaxis]
    return keras.Model(x, ops.sum(seen * weights, axis=0), name=f"{model.name}_views")


def _seen(x: Any, view: View) -> Any:
    for axis, by in enumerate((view.down, view.right), start=1):
        x = _shifted(x, by, axis) if by else x
    return x if view.flip is None else ops.flip(x, axis=view.flip)


def _shifted(x: Any, by: int, axis: int) -> Any:
    """`x` shifted along `axis`; pixels missing at the border are reflected, as by NumPy's pad:
    1 2 3 4 shifted by 2 is 3 2 1 2. (With slices, since the padding of Keras's backends does not
    support every dtype, and the size may be open.)"""

    def part(start: int | None, stop: int | None) -> Any:
        return x[(slice(None),) * axis + (slice(start, stop),)]

    if by > 0:
        return ops.concatenate([ops.flip(part(1, by + 1), axis=axis), part(None, -by)], axis=axis)
    return ops.concatenate([part(-by, None), ops.flip(part(by - 1, -1), axis=axis)], axis=axis)
