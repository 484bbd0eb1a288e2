"""Removes the names of layers that are not needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kspec.spec.fold.flat import Layers, network_of, unfolded
from kspec.spec.fold.items import Network
from kspec.spec.fold.write import write_network, write_outputs

__all__ = ["without_names"]

Path = tuple[str, ...]


def without_names(
    layers: Sequence[dict[str, Any]],
    inputs: Sequence[str] = ("input",),
    outputs: str | Sequence[str] | None = None,
    *,
    keeps: Callable[[Path], bool],
) -> tuple[Layers, Any]:
    """The same network with only the names for which `keeps` is true, as plain layers and outputs.

    `keeps` gets a name after those of the models that it is nested in, outermost first. References
    to a layer that loses its name then count back. Arguments and errors are as in `fold`.
    """
    network = network_of(layers, inputs, outputs)
    _strip(network, (), keeps)
    members: dict[str, Any] = {"layers": write_network(network)}
    if network.outputs is not None:
        members["outputs"] = write_outputs(network)
    flat = unfolded(members, inputs)
    return flat["layers"], flat.get("outputs")


def _strip(network: Network, path: Path, keeps: Callable[[Path], bool]) -> None:
    for item in network.items:
        own = (*path, str(item.name))
        if item.inner is not None:
            _strip(item.inner, own, keeps)
        if not keeps(own):
            item.name = item.root = None
