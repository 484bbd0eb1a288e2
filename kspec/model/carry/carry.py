"""Every weight from the file into the model, or a report of everything that does not fit."""

from __future__ import annotations

from pathlib import Path

import keras

from kspec.errors import Place as Where
from kspec.errors import Problem, SpecError
from kspec.model.carry.by_layer import fill_by_layer, is_turned
from kspec.model.carry.by_path import fill_by_path
from kspec.model.carry.opened import opened
from kspec.model.carry.places import Place, leaves, places
from kspec.model.carry.slopes import steepen
from kspec.model.carry.stored import ByLayer, ByPath
from kspec.model.fitting import MisfitError
from kspec.model.memory import bytes_of
from kspec.spec.imported import Imported

__all__ = ["carry_weights"]

_ROOM = 2**28
"""Room for everything in a file except weights, in bytes: groups, names and small arrays."""


def carry_weights(
    imported: Imported, model: keras.Model, path: Path, *, theano: bool = False
) -> list[Problem]:
    """Give `model`, built from `imported.spec`, the weights in the file at `path`.

    The file is a `.keras` archive, `.weights.h5` of Keras 3, HDF5 of Keras 1 or 2, or the
    `model.json` of TensorFlow.js with its shards beside it. `theano` says that the network was
    trained on Theano, if the file does not say so itself. Returns what the user should know. Raises
    SpecError if the file is damaged, or if a weight of the file or the model is left over or does
    not fit; the model must not be used then.
    """
    found = places(imported, model)
    with opened(path, limit=_limit(model)) as held:
        notes = []
        if isinstance(held, ByPath):
            amiss = list(fill_by_path(held, found))
        else:
            said = held.backend if isinstance(held, ByLayer) else None
            backend = said or imported.foreign.backend
            theano = theano or backend == "theano"
            amiss = list(fill_by_layer(held, found, theano=theano))
            if backend is None and not theano and _is_old(held, imported):
                notes += _doubt(found)
    amiss += _steepened(found)
    if amiss:
        raise SpecError(Problem(Where(str(path)), each, "weights-misfit") for each in amiss)
    return [Problem(Where(str(path)), each, "import-note", "note") for each in notes]


def _limit(model: keras.Model) -> int:
    """How many bytes may be read: weights as float64, plus twice as much for the optimizer."""
    return _ROOM + 6 * sum(bytes_of(each.shape, each.dtype) for each in model.weights)


def _is_old(held: object, imported: Imported) -> bool:
    return isinstance(held, ByLayer) and imported.foreign.dialect == "keras1"


def _doubt(found: tuple[Place, ...]) -> list[str]:
    if not any(is_turned(leaf) for place in found for leaf in leaves(place)):
        return []
    return [
        "the file does not say whether the network was trained on Theano, which flips the kernels "
        "of convolutions; they are taken as they are. If it was, give --theano"
    ]


def _steepened(found: tuple[Place, ...]) -> list[str]:
    amiss = []
    for place in found:
        for leaf in leaves(place):
            try:
                if leaf.source.scaled:
                    steepen(leaf.layer, leaf.source)
            except MisfitError as misfit:
                amiss.append(f"{leaf.title} {misfit}")
    return amiss
