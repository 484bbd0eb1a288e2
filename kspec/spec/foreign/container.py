"""Reads JSON values from a file, bytes or text; size and depth are limited."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kspec.spec.foreign.reading import BrokenError

__all__ = ["MAX_BYTES", "Content", "content_of", "values_of"]

MAX_BYTES = 64 * 2**20
"""The description of a network, which has no weights, is never larger."""

MAX_DEPTH = 120
"""The depth of nested lists and objects; a nested model adds four levels."""

_FORMS = {".keras": ".keras archive", ".h5": "HDF5 file", ".hdf5": "HDF5 file"}

_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Content:
    """The JSON values of a model file, and what else its container says.

    `training` says how the network was compiled, if the container has that.
    """

    values: Any
    keras_version: str | None = None
    backend: str | None = None
    training: Any = None


def content_of(source: str | bytes | Path) -> Content:
    """The values in a file (`Path`), in the bytes of one, or in JSON text.

    Raises BrokenError if it is not a model file.
    """
    if isinstance(source, str):
        return Content(values_of(source))
    if isinstance(source, Path):
        with _opened(source) as stream:
            start = stream.read(len(_HDF5))
            stream.seek(0)
            return _content(stream, start, _FORMS.get(source.suffix.lower()))
    return _content(io.BytesIO(source), source[: len(_HDF5)])


def _opened(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise BrokenError(f"cannot be read: {error.strerror or error}") from None


def _content(stream: io.BufferedIOBase, start: bytes, form: str | None = None) -> Content:
    """The values in a stream; `form` is the format that the name of the file promises, if any."""
    if start.startswith(_ZIP):
        return _content_of_archive(stream)
    if start.startswith(_HDF5):
        return _content_of_hdf5(stream)
    text = stream.read(MAX_BYTES + 1)
    if not text.strip():
        raise BrokenError("is empty")
    try:
        return Content(values_of(text))
    except BrokenError as error:
        if form is None:
            raise
        message = f"is not the {form} that its name promises: it is damaged, or something else"
        raise BrokenError(message) from error


def values_of(text: str | bytes) -> Any:
    """The values in JSON text. Raises BrokenError."""
    if len(text) > MAX_BYTES:
        raise BrokenError(
            f"is larger than {MAX_BYTES // 2**20} MiB; no description of a network is"
        )
    try:
        if isinstance(text, bytes):
            # A byte order mark is not part of the text.
            text = text.decode(json.detect_encoding(text))
        values = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise BrokenError(
            f"is not JSON: {reason} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise BrokenError(f"is nested deeper than {MAX_DEPTH} levels") from None
    except (UnicodeError, ValueError):
        # A number of thousands of digits raises a ValueError too.
        raise BrokenError("is not JSON: it is not text, or a number is too long") from None
    if _depth(values) > MAX_DEPTH:
        raise BrokenError(f"is nested deeper than {MAX_DEPTH} levels")
    return values


def _depth(values: Any) -> int:
    depth, level = 0, [values]
    while level and depth <= MAX_DEPTH:
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        depth, level = depth + 1, inner
    return depth


def _content_of_archive(stream: io.BufferedIOBase) -> Content:
    """The content of `config.json` in a `.keras` archive, and the version in `metadata.json`."""
    try:
        with zipfile.ZipFile(stream) as archive:
            with archive.open("config.json") as member:
                config = member.read(MAX_BYTES + 1)
            metadata = None
            if "metadata.json" in archive.namelist():
                with archive.open("metadata.json") as member:
                    metadata = member.read(MAX_BYTES + 1)
    except KeyError:
        raise BrokenError("is an archive without config.json, so it is not a .keras file") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise BrokenError(f"is an archive that cannot be read: {error}") from None
    about = _known(metadata)
    version = about.get("keras_version") if isinstance(about, dict) else None
    return Content(_within(config, "config.json"), _text(version))


def _content_of_hdf5(stream: io.BufferedIOBase) -> Content:
    """The content of the attributes of a Keras HDF5 file."""
    # Installed with Keras; its import is slow, and only this kind of file needs it.
    import h5py  # type: ignore[import-untyped]

    try:
        with h5py.File(stream, "r") as file:
            said = {name: file.attrs.get(name) for name in _ATTRIBUTES}
    except (OSError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise BrokenError(f"is an HDF5 file that cannot be read: {error}") from None
    if not isinstance(said["model_config"], (str, bytes)):
        raise BrokenError("is an HDF5 file without a network: it holds weights alone")
    version, backend, training = (_text(said[name]) for name in _ATTRIBUTES[1:])
    values = _within(said["model_config"], "model_config")
    return Content(values, version, backend, _known(training))


_ATTRIBUTES = ("model_config", "keras_version", "backend", "training_config")


def _within(text: str | bytes, part: str) -> Any:
    """The JSON values in a part of the file."""
    try:
        return values_of(text)
    except BrokenError as error:
        raise BrokenError(f"holds a {part} that {error}") from None


def _known(text: str | bytes | None) -> Any:
    """The values in optional JSON text; None if it is not valid."""
    try:
        return None if text is None else values_of(text)
    except BrokenError:
        return None


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None
