"""A network of `keras.applications`, built by its own function, but without its weights."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.utils import file_utils

from kspec.model.backbone.made import Asked

__all__ = ["fresh_names", "make_application"]

_NAMES = "object_name_uids"


def make_application(
    name: str, tensor: keras.KerasTensor, arguments: Mapping[str, Any], *, imagenet: bool
) -> tuple[keras.Model, Asked | None]:
    """The application `name` on `tensor`, (batch, height, width, channels), and ImageNet's file.

    The weights are new. With `imagenet` it is the architecture that ImageNet's weights are for,
    which differs for EfficientNet, and the file that Keras would read is returned. Keras has no
    list of these files: each function has its own, and requests it at its end. Raises what the
    function raises.
    """
    function = getattr(keras.applications, name)
    with fresh_names(), _weights_noted() as asked, warnings.catch_warnings():
        # The warning that MobileNet's ImageNet weights were trained on another picture size.
        warnings.simplefilter("ignore")
        model = function(
            input_tensor=tensor,
            input_shape=tuple(tensor.shape[1:]),
            weights="imagenet" if imagenet else None,
            **arguments,
        )
    return model, asked[0] if asked else None


@contextmanager
def fresh_names() -> Iterator[None]:
    """Within the context Keras's automatic layer names are counted anew: "conv2d", "conv2d_1", …

    Some applications use them for their layers, and a spec names them ("from": "conv2d_93").
    """
    before = global_state.get_global_attribute(_NAMES)
    global_state.set_global_attribute(_NAMES, defaultdict(int))
    try:
        yield
    finally:
        global_state.set_global_attribute(_NAMES, before)


@contextmanager
def _weights_noted() -> Iterator[list[Asked]]:
    """Within the context Keras loads no weights; the files that it asks for are recorded."""
    asked: list[Asked] = []
    get_file, load_weights = file_utils.get_file, keras.Model.load_weights

    def note(
        fname: str, origin: str, *_: Any, cache_subdir: str, file_hash: str | None = None, **__: Any
    ) -> str:
        asked.append(Asked(fname, origin, cache_subdir, file_hash))
        return fname

    file_utils.get_file = note
    keras.Model.load_weights = lambda *_, **__: None
    try:
        yield asked
    finally:
        file_utils.get_file, keras.Model.load_weights = get_file, load_weights
