"""The normal form of a flat list of layers, which folding must preserve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kspec.errors import Place
from kspec.spec.expansion import expand
from kspec.spec.fold.items import Network
from kspec.spec.fold.read import read
from kspec.spec.fold.write import escaped
from kspec.spec.node import node_of

__all__ = ["Layers", "network_of", "unfolded"]

Layers = list[dict[str, Any]]


def unfolded(members: dict[str, Any], inputs: Sequence[str]) -> dict[str, Any]:
    """`layers` and `outputs` of a spec as plain values, without blocks and repeats."""
    spec = {"inputs": {name: {} for name in inputs}, **members}
    plain: dict[str, Any] = expand(node_of(spec, Place(""))).plain()
    return {key: plain[key] for key in ("layers", "outputs") if key in plain}


def network_of(
    layers: Sequence[dict[str, Any]], inputs: Sequence[str], outputs: str | Sequence[str] | None
) -> Network:
    """The network of plain `layers` and `outputs`. Raises SpecError for a reference that leads
    nowhere."""
    members: dict[str, Any] = {"layers": escaped(list(layers))}
    if outputs is not None:
        members["outputs"] = escaped(outputs)
    flat = unfolded(members, inputs)
    return read(flat["layers"], tuple(inputs), flat.get("outputs"))
