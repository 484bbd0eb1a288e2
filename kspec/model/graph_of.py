"""The graph within a network."""

from __future__ import annotations

from typing import Any

import keras
from keras.src.models.functional import Functional

__all__ = ["graph_of"]


def graph_of(layer: Any) -> Functional | None:
    """What `layer` computes, if it is a network that Keras computes layer by layer.

    Not for a subclass of `keras.Model` or `keras.Sequential`: its `call` may do something else.
    """
    graph = layer._functional if type(layer) is keras.Sequential else layer
    return graph if type(graph) is Functional else None
