"""From a spec to a `keras.Model` with its initial weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import keras

from kspec.model.backbone import Backbone, BackboneError
from kspec.model.backbone.fill import WeightsFile, fill
from kspec.model.connect import connect, make_layer, place_of
from kspec.model.initial_weights import (
    assign_initial_weights,
    assign_seed_generators,
    recorded_initializers,
)
from kspec.model.initial_weights.looking import Looker, find_lookers
from kspec.model.lower import lower
from kspec.model.memory import weights_within_memory
from kspec.model.objects import build_error
from kspec.model.precision import computing_in
from kspec.model.variable_paths import give_own_paths
from kspec.spec.automatic_names import layer_names
from kspec.spec.models import Spec
from kspec.spec.node import dotted

__all__ = ["Built", "build", "build_augmentation", "build_with_weights"]


@dataclass(frozen=True)
class Built:
    """A network with its initial weights.

    `weights` are the files that its backbones started with, `networks` the folders of the runs
    whose networks they are, by the names in the spec. The kernels of the `lookers` are initialized
    again from the data (`kspec.model.initial_weights.looking`).
    """

    model: keras.Model
    weights: tuple[WeightsFile, ...]
    networks: Mapping[str, Path]
    lookers: tuple[Looker, ...]


def build(spec: Spec, *, lowering: bool = True) -> keras.Model:
    """The network of `spec` with its initial weights, not compiled.

    Its input is (batch, \\*shape) for each of `spec.entering`; its output that of the last layer,
    or the spec's `outputs`. The weights are drawn in NumPy from (spec.seed, variable path): the
    same on every backend. A backbone has the weights that it names. With `lowering` its layers
    compute as is best for the backend (`kspec.model.lower`). Raises BuildError for a layer that
    Keras cannot build, or not for its input shape, and for weights that are missing or do not fit.
    """
    return build_with_weights(spec, lowering=lowering).model


def build_with_weights(
    spec: Spec, *, root: Path | None = None, pretrained: bool = True, lowering: bool = True
) -> Built:
    """As `build`, with the files that the weights of backbones came from.

    Relative paths start from `root`, by default that of the spec. If all weights will be restored
    anyway it need not be `pretrained`: then no weights file has to exist, nor the run of a backbone
    that the run of `spec` keeps.
    """
    backbones: list[Backbone] = []
    root = spec.root if root is None else root
    precision = computing_in(spec.training.precision)
    with weights_within_memory(), precision, recorded_initializers() as record:
        model = connect(spec, root=root, backbones=backbones, pretrained=pretrained)
    give_own_paths(model)
    lookers = find_lookers(model, spec)
    weights = [_filled(spec, each, root) for each in backbones] if pretrained else []
    assign_initial_weights(model, record, spec.seed)
    assign_seed_generators(model, spec.seed)
    if lowering:
        lower(model)
    return Built(
        model,
        weights=tuple(each for each in weights if each is not None),
        networks={
            str(each.arguments["application"]): each.run
            for each in backbones
            if each.run is not None
        },
        lookers=lookers,
    )


def _filled(spec: Spec, backbone: Backbone, root: Path) -> WeightsFile | None:
    try:
        return fill(backbone, root)
    except BackboneError as error:
        place = place_of(spec, *backbone.path, *([error.key] if error.key else []))
        message = f"{dotted(backbone.path)} Backbone: {error}"
        raise build_error(place, spec.name, message, "weights") from error


def build_augmentation(spec: Spec) -> list[keras.Layer]:
    """The layers of the spec's augmentation. Raises BuildError for one that Keras cannot make."""
    layers = spec.augmentation
    return [
        make_layer(spec, ("augmentation",), index, layer, name=name)
        for index, (layer, name) in enumerate(zip(layers, layer_names(layers), strict=True))
    ]
