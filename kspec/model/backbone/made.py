"""A backbone that has been built, and where its weights are to come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from kspec.spelling import nearest

__all__ = ["Asked", "Backbone", "BackboneError", "no_layer"]


class BackboneError(Exception):
    """What is wrong with a backbone; `key` is the argument of the spec at fault, if any."""

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


def no_layer(name: str, names: Sequence[str]) -> BackboneError:
    """The error if a network has no layer `name` to be cut at."""
    close = nearest(name, names)
    hint = f'did you mean "{close}"?' if close else f'its last is "{names[-1]}"'
    return BackboneError(f'the network has no layer "{name}"; {hint}', "until")


@dataclass(frozen=True)
class Asked:
    """The file that Keras would download for ImageNet's weights: the arguments of `get_file`."""

    name: str
    origin: str
    subfolder: str
    digest: str | None


@dataclass(frozen=True)
class Backbone:
    """A nested network of a model.

    `path` leads to its layer in the spec, `arguments` are those of that layer. `whole` is the
    network before it was cut and got a new end: the one that a weights file is for. `asked` is
    ImageNet's file if those weights are wanted, `run` the folder of the run whose network it is.
    """

    path: tuple[str | int, ...]
    arguments: Mapping[str, Any]
    model: keras.Model
    whole: keras.Model
    asked: Asked | None = None
    run: Path | None = None
