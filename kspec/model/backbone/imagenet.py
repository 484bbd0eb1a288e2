"""ImageNet's weights: in Keras's own cache, or downloaded into it."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TextIO, cast
from urllib.parse import urlsplit

from keras.src.backend import config
from keras.src.utils import file_utils

from kspec.errors import keras_says
from kspec.model.backbone.made import Asked, BackboneError

__all__ = ["imagenet_file"]

_SECONDS = 20
"""How many seconds a server may be silent; Keras itself would wait for ever."""


def imagenet_file(asked: Asked, *, instead: str) -> Path:
    """The file `asked` for, complete, in Keras's cache; downloaded if it is not there.

    If the hash of a file is wrong, Keras downloads it again, and without a network removes it; so
    it is checked first. `instead` says what else a spec could do. Raises BackboneError.
    """
    folders = [Path(folder, asked.subfolder) for folder in _homes()]
    for folder in folders:
        path = folder / asked.name
        if path.is_file():
            if asked.digest and not file_utils.validate_file(path, asked.digest):
                raise BackboneError(
                    f"{path} is incomplete or another file: its hash is not that of ImageNet's "
                    f"weights. Remove it to have it downloaded again; or {instead}",
                    "weights",
                )
            return path
    try:
        # (Keras writes to a stream of type TextIO, but uses only these two methods.)
        with redirect_stdout(cast("TextIO", _Bar())), _patience(_SECONDS):
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
            f"be downloaded from {urlsplit(asked.origin).netloc} ({reason}); put the file there, "
            f"or {instead}",
            "weights",
        ) from error
    return Path(fetched)


def _homes() -> Iterator[str]:
    """The folders where Keras keeps files: its home, and its fallback if that is not writable."""
    home = str(config.keras_home())
    yield home
    if not os.access(home, os.W_OK):
        yield str(Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir(), ".keras"))


class _Bar:
    """Keras's progress bar on stderr, held back until the first bytes have arrived.

    If nothing arrives, the error says everything.
    """

    def __init__(self) -> None:
        self.waiting = ""
        self.begun = False

    def write(self, text: str) -> int:
        self.waiting += text
        self.begun = self.begun or len(self.waiting.splitlines()) > 1
        if self.begun:
            sys.stderr.write(self.waiting)
            self.waiting = ""
        return len(text)

    def flush(self) -> None:
        sys.stderr.flush()


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
