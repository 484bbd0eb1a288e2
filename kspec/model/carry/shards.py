"""The weights of TensorFlow.js: a manifest in `model.json`, and files of plain bytes beside it.

{"weightsManifest": [{"paths": ["group1-shard1of1.bin"],
                      "weights": [{"name": "dense/kernel", "shape": [8, 2], "dtype": "float32"}]}]}

The bytes of a group are those of its files in order; its arrays follow each other in them,
little-endian. A quantized array holds q of dtype "uint8" or "uint16", which means
q * scale + min; one of "float16" holds the values themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from kspec.model.carry.stored import ByName, Stored, broken
from kspec.spec.foreign.container import values_of
from kspec.spec.foreign.reading import BrokenError
from kspec.spec.paths import leaves_folder

__all__ = ["held_in_shards"]

_DTYPES = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "bool": "u1"}
_QUANTIZED = {"uint8": "u1", "uint16": "<u2", "float16": "<f2"}


def held_in_shards(text: bytes, path: Path) -> ByName:
    """The contents of the shards beside the TensorFlow.js file at `path`. Raises SpecError."""
    file = str(path)
    try:
        model = values_of(text)
    except BrokenError as error:
        raise broken(file, f"the file holds no weights: it {error}") from None
    manifest = model.get("weightsManifest") if isinstance(model, dict) else None
    if not isinstance(manifest, list):
        raise broken(file, 'the file holds no weights: there is no "weightsManifest" in it')
    try:
        return ByName(tuple(each for group in manifest for each in _arrays(group, path)))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise broken(
            file, f'the "weightsManifest" is not as TensorFlow.js writes it: {error!r}'
        ) from None


def _arrays(group: dict[str, Any], path: Path) -> Iterator[Stored]:
    data = b"".join(_bytes(str(name), path) for name in group["paths"])
    start = 0
    for weight in group["weights"]:
        name, shape = str(weight["name"]), tuple(int(size) for size in weight["shape"])
        quantization = weight.get("quantization")
        written = weight["dtype"] if quantization is None else quantization["dtype"]
        dtypes = _DTYPES if quantization is None else _QUANTIZED
        if written not in dtypes:
            raise broken(
                str(path), f'the weight "{name}" is of {written}, which is not carried over'
            )
        dtype = np.dtype(dtypes[written])
        end = start + math.prod(shape) * dtype.itemsize
        if min(shape, default=1) < 0 or end > len(data):
            raise broken(str(path), f'the files end before the weight "{name}" does')
        array = np.frombuffer(data[start:end], dtype).reshape(shape)
        yield Stored(name, shape, _reader(array, quantization))
        start = end
    if start != len(data):
        raise broken(str(path), f"{len(data) - start} bytes follow the last weight of a group")


def _reader(array: np.ndarray[Any, Any], quantization: dict[str, Any] | None) -> Any:
    if quantization is None or quantization["dtype"] == "float16":
        return lambda: array
    scale, low = float(quantization["scale"]), float(quantization["min"])
    return lambda: (array * scale + low).astype(np.float32)


def _bytes(name: str, path: Path) -> bytes:
    if leaves_folder(name):
        raise broken(str(path), f'the weights file "{name}" lies outside the folder of the model')
    shard = path.parent / PurePosixPath(name)
    try:
        return shard.read_bytes()
    except OSError as error:
        raise broken(
            str(path), f"the weights file {shard} cannot be read: {error.strerror or error}"
        ) from None
