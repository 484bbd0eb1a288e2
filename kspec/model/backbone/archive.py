"""Weights from a whole model saved by Keras: the archive of a run, or any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import keras

import kspec.layers  # noqa: F401  # registers the layers that a saved model may hold
from kspec.backends import without_noise
from kspec.errors import keras_says
from kspec.model.backbone.made import BackboneError
from kspec.model.brought import named_classes
from kspec.model.fitting import misfit_of_shapes
from kspec.model.initial_weights.paths import walk
from kspec.model.memory import weights_within_memory

__all__ = ["fill_from_archive"]

Layers = Sequence[keras.Layer]


def fill_from_archive(model: keras.Model, path: Path) -> None:
    """Give `model` the weights of the same network in the `.keras` file at `path`.

    This is the saved network itself, or one within it, whose layers have the same names as those of
    `model`, or else the same number. Raises BackboneError, which says which layer does not fit.
    """
    try:
        with without_noise(), weights_within_memory():
            found = keras.saving.load_model(path, named_classes(), compile=False, safe_mode=True)
    except Exception as error:
        message = f"{path} cannot be opened: {keras_says(error)}"
        raise BackboneError(message, "weights") from error
    wanted = _with_weights(model)
    networks = [layer for _, layer in walk(found) if isinstance(layer, keras.Model)]
    pairings = [_paired(wanted, _with_weights(network)) for network in networks]
    misfits = [_misfit(wanted, pairs) for pairs in pairings]
    fitting = [index for index, misfit in enumerate(misfits) if misfit is None]
    if not fitting:
        nearest = max(range(len(networks)), key=lambda index: len(pairings[index]))
        raise BackboneError(f"{path} is for another network: {misfits[nearest]}", "weights")
    _require_same_scaling(model, networks[fitting[0]], path)
    for mine, theirs in zip(wanted, pairings[fitting[0]], strict=True):
        for variable, value in zip(mine.weights, theirs.weights, strict=True):
            variable.assign(value)
    for _, layer in walk(model):
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def _with_weights(model: keras.Model) -> Layers:
    return [layer for layer in model.layers if layer.weights]


def _paired(wanted: Layers, there: Layers) -> Layers:
    """The layers of another network that match those in `wanted`, as far as this can be told."""
    by_name = {layer.name: layer for layer in there}
    if all(layer.name in by_name for layer in wanted):
        return [by_name[layer.name] for layer in wanted]
    return there if len(there) == len(wanted) else list(_beginning(wanted, by_name))


def _beginning(wanted: Layers, by_name: dict[str, keras.Layer]) -> Iterator[keras.Layer]:
    for layer in wanted:
        if layer.name not in by_name:
            return
        yield by_name[layer.name]


def _misfit(wanted: Layers, there: Layers) -> str | None:
    """Why the layers do not fit each other; None if they do."""
    for mine, theirs in zip(wanted, there, strict=False):
        misfit = misfit_of_shapes(mine.weights, theirs.weights)
        if misfit is not None:
            return f'the layer "{mine.name}" {misfit}'
    if len(there) < len(wanted):
        return f'it has no layer "{wanted[len(there)].name}"'
    return None


def _require_same_scaling(model: keras.Model, there: keras.Model, path: Path) -> None:
    """Raise BackboneError if only one of the networks has EfficientNet's extra pixel scaling.

    Its ImageNet variant has one. The shapes do not show it, and the features would be wrong.
    """
    mine, theirs = (
        [each.name for each in network.layers if each.name.startswith("rescaling")]
        for network in (model, there)
    )
    if mine != theirs:
        raise BackboneError(
            f"{path} holds a network that scales its pixels by {_listed(theirs)}, but this one "
            f'scales them by {_listed(mine)}; name its run instead: "application": "runs/…"',
            "weights",
        )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names) or "nothing"
