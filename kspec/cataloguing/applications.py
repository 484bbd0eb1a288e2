"""The functions of `keras.applications` in the form of the catalogue; a part of the generator."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from kspec.spec.catalog import docstrings

__all__ = ["entries"]

# A spec cannot hold a tensor.
_LEFT_OUT = ("input_tensor",)

# MobileNetV3 takes pictures of any size, but its weights are for this one; the sizes of the others
# cannot be read on every backend.
_SIZES = {
    "MobileNetV3Large": 224,
    "MobileNetV3Small": 224,
    "NASNetLarge": 331,
    "NASNetMobile": 224,
}

# How many feature maps each application gives without its classifier. Except in the families below,
# their height and width are 1/32 of the picture's, if these are multiples of 32. (Found by building
# each application, which takes too long for a generator; a test builds them again.)
_CHANNELS = {
    "ConvNeXtBase": 1024,
    "ConvNeXtLarge": 1536,
    "ConvNeXtSmall": 768,
    "ConvNeXtTiny": 768,
    "ConvNeXtXLarge": 2048,
    "DenseNet121": 1024,
    "DenseNet169": 1664,
    "DenseNet201": 1920,
    "EfficientNetB0": 1280,
    "EfficientNetB1": 1280,
    "EfficientNetB2": 1408,
    "EfficientNetB3": 1536,
    "EfficientNetB4": 1792,
    "EfficientNetB5": 2048,
    "EfficientNetB6": 2304,
    "EfficientNetB7": 2560,
    "EfficientNetV2B0": 1280,
    "EfficientNetV2B1": 1280,
    "EfficientNetV2B2": 1408,
    "EfficientNetV2B3": 1536,
    "EfficientNetV2L": 1280,
    "EfficientNetV2M": 1280,
    "EfficientNetV2S": 1280,
    "InceptionResNetV2": 1536,
    "InceptionV3": 2048,
    "MobileNet": 1024,
    "MobileNetV2": 1280,
    "MobileNetV3Large": 960,
    "MobileNetV3Small": 576,
    "NASNetLarge": 4032,
    "NASNetMobile": 1056,
    "ResNet101": 2048,
    "ResNet101V2": 2048,
    "ResNet152": 2048,
    "ResNet152V2": 2048,
    "ResNet50": 2048,
    "ResNet50V2": 2048,
    "VGG16": 512,
    "VGG19": 512,
    "Xception": 2048,
}
_OTHER_STRIDES = ("Inception", "NASNet", "Xception")

_ACTIVATION = {"meaning": "The activation of the last layer.", "null": True, "types": ["str"]}
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "alpha": {"types": ["float"]},
    "classes": {"minimum": 1, "types": ["int"]},
    "classifier_activation": _ACTIVATION,
    "depth_multiplier": {"minimum": 1, "types": ["int"]},
    "dropout": {"types": ["float"]},
    "dropout_rate": {"types": ["float"]},
    "input_shape": {"items": ["int", "null"], "null": True, "types": ["list"]},
    "name": {"meaning": "The name of the model.", "null": True, "types": ["str"]},
    "pooling": {"choices": ["avg", "max"], "null": True, "types": ["str"]},
    "weights": {"choices": ["imagenet"], "null": True, "types": ["str"]},
}


class _Size(Exception):  # noqa: N818 - no error
    """Carries the default size out of a function before it builds its model."""


def entries(applications: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every function of `applications`, the module, with its input size and preprocessing."""
    for name, function in inspect.getmembers(applications, inspect.isfunction):
        size = _SIZES.get(name) or _default_size(function)
        entry: dict[str, Any] = {
            "arguments": dict(_arguments(function)),
            "input_size": [size, size],
            "preprocessing": _preprocessing(function),
        }
        if name in _CHANNELS:
            entry["channels"] = _CHANNELS[name]
            entry |= {} if name.startswith(_OTHER_STRIDES) else {"stride": 32}
        yield name, entry


def _arguments(function: Callable[..., Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    described = docstrings.arguments_of_function(function)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name not in _LEFT_OUT:
            argument = docstrings.argument(parameter, described.get(parameter.name, ""))
            yield (
                parameter.name,
                docstrings.tidy({**argument, **_ARGUMENTS.get(parameter.name, {})}),
            )


def _default_size(function: Callable[..., Any]) -> int:
    """The default side of the pictures, which each function passes to `obtain_input_shape`."""
    imagenet_utils = sys.modules["keras.src.applications.imagenet_utils"]
    with mock.patch.object(imagenet_utils, "obtain_input_shape", _raise_size):
        try:
            function(weights=None)
        except _Size as found:
            size: int = found.args[0]
            return size
    raise RuntimeError(f"applications: what is the size of the pictures of {function.__name__}?")


def _raise_size(*_: Any, default_size: int, **__: Any) -> None:
    raise _Size(default_size)


def _preprocessing(function: Callable[..., Any]) -> str:
    """The mode that the module's `preprocess_input` passes on; "none" if it returns its input."""
    preprocess = sys.modules[function.__module__].preprocess_input
    tree = ast.parse(textwrap.dedent(inspect.getsource(preprocess)))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "mode":
            mode: str = ast.literal_eval(node.value)
            return mode
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            return "none"
    raise RuntimeError(f"applications: how does {function.__module__} prepare its pictures?")
