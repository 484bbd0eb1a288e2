"""ImageNet's weights: in Keras's own cache, or fetched into it."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from keras.src.backend import config
from keras.src.utils import file_utils

from kspec.errors import keras_says
from kspec.model.backbone.made import Asked, BackboneError

__all__ = ["imagenet_file"]

_SECONDS = 20
"""How long a server may be silent; Keras itself would wait for ever."""


def imagenet_file(asked: Asked, *, instead: str) -> Path:
    """The file that was `asked` for, whole, in the cache of Keras; fetched if it is not there.

    Keras fetches a file whose hash is another once more, and without a network removes it; so it is
    looked at before. `instead` says what else a spec could do. Raises BackboneError.
    """
    folders = [Path(folder, asked.subfolder) for folder in _homes()]
    for folder in folders:
        path = folder / asked.name
        if path.is_file():
            if asked.digest and not file_utils.validate_file(path, asked.digest):
                raise BackboneError(
                    f"{path} is incomplete or another file: its hash is not that of ImageNet's "
                    f"weights. Remove it, and it is fetched anew; or {instead}",
                    "weights",
                )
            return path
    try:
        with redirect_stdout(sys.stderr), _patience(_SECONDS):
            fetched = file_utils.get_file(
                asked.name,
                asked.origin,
                cache_subdir=asked.subfolder,
                file_hash=asked.digest,
            )
    except Exception as error:
        reason = keras_says(error).rpartition(" -- ")[2]
        raise BackboneError(
            f'the weights "imagenet" are in {asked.name}, which is not in {folders[0]} and cannot '
            f"be fetched from {asked.origin} ({reason}); put the file there, or {instead}",
            "weights",
        ) from error
    return Path(fetched)


def _homes() -> Iterator[str]:
    """Where Keras keeps files: its home, and what it takes where it may not write into that."""
    home = str(config.keras_home())
    yield home
    if not os.access(home, os.W_OK):
        yield str(Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir(), ".keras"))


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
