"""Which layer of the file corresponds to which layer of kspec's model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from kspec.spec.automatic_names import layer_names
from kspec.spec.catalog import operation_of
from kspec.spec.foreign import Source
from kspec.spec.imported import Imported
from kspec.spec.models import Layer, NestedModel

__all__ = ["Place", "leaves", "places"]

Path = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A layer of the file and its counterpart in the model; `inner` has those in a nested model.

    Inputs, and layers that are operations in the spec, have no counterpart.
    """

    source: Source
    layer: keras.Layer | None
    inner: tuple[Place, ...] = ()

    @property
    def title(self) -> str:
        """Its name in messages."""
        return f'layer "{self.source.name}" ({self.source.class_name})'

    @property
    def is_weighted(self) -> bool:
        """Whether it has weights, its own or those of the layers in it."""
        return self.layer is not None and bool(self.layer.weights)


def places(imported: Imported, model: keras.Model) -> tuple[Place, ...]:
    """Every layer of the file, in order; those in nested models are in their `inner`.

    `model` is built from `imported.spec`.
    """
    layers = dict(_layers(imported.layers, imported.spec.layers, model, ()))
    inner: dict[Path, list[Source]] = {}
    for source in imported.foreign.sources:
        inner.setdefault(source.path[:-1], []).append(source)

    def below(path: Path) -> tuple[Place, ...]:
        return tuple(
            Place(
                source,
                layers.get(source.path),
                below(source.path) if source.type == "Model" and source.path in layers else (),
            )
            for source in inner.get(path, ())
        )

    return below(())


def leaves(place: Place) -> Iterator[Place]:
    """The layers in a place that have weights and are not models."""
    if place.source.type != "Model":
        if place.is_weighted:
            yield place
        return
    for each in place.inner:
        yield from leaves(each)


def _layers(
    named: Sequence[Mapping[str, Any]], written: Sequence[Layer], model: keras.Model, path: Path
) -> Iterator[tuple[Path, keras.Layer]]:
    """The layers of the model by their names in the file.

    `named` and `written` are the same layers: with the names of the file, and as in the spec.
    """
    for layer, own, name in zip(named, written, layer_names(written), strict=True):
        if own.type == "Shared" or operation_of(own.type) is not None:
            continue
        found = model.get_layer(name)
        here = (*path, layer["name"])
        yield here, found
        if isinstance(own, NestedModel):
            yield from _layers(layer["layers"], own.layers, found, here)
