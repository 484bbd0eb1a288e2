"""Tells automatic names of layers from names that a person gave."""

from __future__ import annotations

import re

from kspec.spec.foreign import Source

__all__ = ["is_automatic"]


def is_automatic(source: Source) -> bool:
    """Whether the name of a layer is one that some version of Keras gives automatically.

    "conv2d_3", Keras 1's "convolution2d_3", TensorFlow.js's "conv2d_Conv2D3", tf.keras's
    "tf.math.add_3".
    """
    if source.class_name in ("SlicingOpLambda", "TFOpLambda", "TensorFlowOpLayer"):
        return source.name.startswith(("tf.", "tf_op_layer"))
    kind = _letters(source.class_name)
    # The name of a model does not always follow from its class.
    kinds = {kind, "model", "functional", "sequential"} if source.type == "Model" else {kind}
    name = _letters(re.sub(r"_?[0-9]*$", "", source.name))
    return any(name in (each, each * 2) or _numbered(name, each) for each in kinds)


def _numbered(name: str, kind: str) -> bool:
    """Whether at most a number follows the kind, which may itself end in digits."""
    return name == kind.rstrip("0123456789") and name != kind


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
