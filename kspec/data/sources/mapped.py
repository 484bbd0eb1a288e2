"""Memory-mapping an array of a NumPy archive."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np

__all__ = ["map_member"]

_LOCAL_HEADER = struct.Struct("<26xHH")  # The lengths of the name and of the extra field.
_BROKEN = (
    KeyError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
)


def map_member(path: Path, name: str) -> np.ndarray | None:
    """The array `name` of the archive, memory-mapped read-only.

    None if it cannot be mapped: compressed, of Python objects, in column-major order, without axes,
    or broken.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            member = archive.getinfo(f"{name}.npy")
            if member.compress_type != zipfile.ZIP_STORED:
                return None
            file.seek(member.header_offset)
            name_length, extra = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
            file.seek(name_length + extra, 1)
            version = np.lib.format.read_magic(file)
            read = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }.get(version)
            if read is None:
                return None
            shape, by_column, dtype = read(file)
            if by_column or dtype.hasobject or not shape:
                return None
            return np.memmap(path, dtype, "r", file.tell(), shape)
    except _BROKEN:
        return None
