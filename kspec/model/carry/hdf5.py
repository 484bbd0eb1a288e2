"""The weights in an HDF5 file: by path, as written by Keras 3, or by layer, as in all before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import h5py  # type: ignore[import-untyped]
import numpy as np

from kspec.model.carry.stored import ByLayer, ByPath, Held, Stored, broken

__all__ = ["held_in_hdf5"]

_MAX_DEPTH = 60
_FAULTS = (AttributeError, KeyError, OSError, RuntimeError, TypeError, ValueError)
"""What h5py raises for files that are damaged, or crafted to be."""


@contextmanager
def held_in_hdf5(stream: IO[bytes], file: str) -> Iterator[Held]:
    """The contents of the HDF5 file in `stream`, called `file`. Raises SpecError."""
    try:
        opened = h5py.File(stream, "r")
    except _FAULTS as error:
        raise broken(file, f"the HDF5 file cannot be read: {error}") from None
    with opened as root:
        try:
            held = _held(root, file)
        except _FAULTS as error:
            raise broken(file, f"the HDF5 file cannot be read: {error}") from None
        yield held


def _held(root: Any, file: str) -> Held:
    within = _member(root, "model_weights", file) if "model_weights" in root else root
    if "layer_names" in within.attrs or "layer_names0" in within.attrs:
        return ByLayer(
            tuple(_layers(within, file)),
            _text(within.attrs.get("keras_version", root.attrs.get("keras_version"))),
            _text(within.attrs.get("backend", root.attrs.get("backend"))),
        )
    if "nb_layers" in within.attrs:
        return ByLayer(tuple(_numbered_layers(within, file)), is_numbered=True)
    if "layers" in root:
        return ByPath({each.name: each for each in _all(root, file)})
    raise broken(file, "the HDF5 file holds no weights of a Keras network")


def _layers(root: Any, file: str) -> Iterator[tuple[str, tuple[Stored, ...]]]:
    for name in _texts(root, "layer_names"):
        group = _member(root, name, file)
        names = _texts(group, "weight_names")
        yield name, tuple(_stored(_member(group, each, file), each, file) for each in names)
    # Weights of the model itself, which belong to no layer.
    if "top_level_model_weights" in root:
        group = _member(root, "top_level_model_weights", file)
        if names := _texts(group, "weight_names"):
            raise broken(
                file, f'the weight "{names[0]}" belongs to no layer; a spec has no place for it'
            )


def _numbered_layers(root: Any, file: str) -> Iterator[tuple[str, tuple[Stored, ...]]]:
    for number in range(int(root.attrs["nb_layers"])):
        group = _member(root, f"layer_{number}", file)
        names = [f"param_{place}" for place in range(int(group.attrs["nb_params"]))]
        arrays = (_stored(_member(group, each, file), each, file) for each in names)
        yield f"layer_{number}", tuple(arrays)


def _all(root: Any, file: str) -> Iterator[Stored]:
    """Every array below `root`, by its path."""
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        path, group = waiting.pop()
        if path.count("/") > _MAX_DEPTH:
            raise broken(file, "the groups of the HDF5 file are nested too deeply")
        for name in group:
            found = _member(group, name, file)
            own = f"{path}/{name}" if path else name
            if isinstance(found, h5py.Group):
                waiting.append((own, found))
            else:
                yield _stored(found, own, file)


def _member(group: Any, path: str, file: str) -> Any:
    """The object at `path`. Raises SpecError for a link, which may lead to another file."""
    for name in path.split("/"):
        if name:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise broken(file, f'"{path}" in the HDF5 file is a link, not an array')
            group = group[name]
    return group


def _stored(dataset: Any, name: str, file: str) -> Stored:
    if not isinstance(dataset, h5py.Dataset) or dataset.is_virtual or dataset.external:
        raise broken(file, f'"{name}" in the HDF5 file is not an array')

    def read() -> np.ndarray[Any, Any]:
        array = dataset[()]
        if dataset.attrs.get("dtype") == "bfloat16":
            import ml_dtypes  # A dependency of Keras.

            raw = np.asarray(array)
            array = raw.view(ml_dtypes.bfloat16) if raw.dtype.kind == "V" else raw
        return np.asarray(array)

    return Stored(name, tuple(dataset.shape), read)


def _texts(group: Any, key: str) -> list[str]:
    """A list of names in an attribute; a long one is split over several: key0, key1, …"""
    if key in group.attrs:
        return [_name(each) for each in group.attrs[key]]
    names: list[str] = []
    number = 0
    while f"{key}{number}" in group.attrs:
        names += [_name(each) for each in group.attrs[f"{key}{number}"]]
        number += 1
    return names


def _name(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _text(value: Any) -> str | None:
    return None if value is None else _name(value)
