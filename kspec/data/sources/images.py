"""A folder with a folder of pictures for each class."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from kspec.data.dataset import Raw, Split
from kspec.data.lazy import Lazy
from kspec.errors import DataError
from kspec.machine_memory import usable

__all__ = ["SUFFIXES", "read", "read_image"]

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")

_TRAIN = ("train",)
_VALIDATION = ("validation", "val", "valid")
_TEST = ("test",)


def read(path: Path, *, shape: tuple[int | None, ...], within: int | None = None) -> Raw:
    """Read `path/CLASS/*.jpg`, or `path/train/CLASS/…` with `test` and `validation` beside it.

    Classes and files are taken in sorted order; hidden files and files that are not pictures
    (`SUFFIXES`) are skipped. `read_image` turns each picture into uint8 of `shape` (height, width,
    channels). If together they take more than `within` bytes (by default a quarter of the memory),
    they are read on demand: `Split.x` is a `Lazy`.

    Raises DataError for a folder without classes, a class without pictures, a test class that is
    not among the training classes, and, naming the file, a picture that cannot be read.
    """
    if not path.is_dir():
        raise DataError(f"{path}: there is no such folder; data.path must name a folder of images")
    size = check_shape(shape)
    within = usable() // 4 if within is None else within
    try:
        class_names, *found = _find_splits(path)
        count = sum(len(each.files) for each in found if each is not None)
        lazy = count * math.prod(size) > within
        train, validation, test = (
            None if each is None else _read_split(each, size, lazy) for each in found
        )
        assert train is not None
    except OSError as error:
        raise DataError(f"{error.filename or path}: {error.strerror or error}") from error
    return Raw(train, validation, test, tuple(class_names), source=str(path))


@dataclass(frozen=True)
class _Files:
    """Pictures that are not read yet, and their class numbers."""

    files: tuple[Path, ...]
    labels: tuple[int, ...]


def _find_splits(path: Path) -> tuple[list[str], _Files, _Files | None, _Files | None]:
    """Class names; training, validation and test pictures, the last two if they have folders."""
    # A class may also be called "train"; only a folder of class folders is a split.
    splits = {folder.name.lower(): folder for folder in _folders(path) if _folders(folder)}
    folders = [
        next((splits[name] for name in names if name in splits), None)
        for names in (_TRAIN, _VALIDATION, _TEST)
    ]
    top, *others = folders
    if top is None:
        for other in others:
            if other is not None:
                raise DataError(f'{other}: there is no "train" folder beside it')
        return *_find_classes(path), None, None
    class_names, train = _find_classes(top)
    validation, test = (
        None if folder is None else _find_classes(folder, class_names)[1] for folder in others
    )
    return class_names, train, validation, test


def check_shape(shape: tuple[int | None, ...]) -> tuple[int, int, int]:
    """`shape`, if pictures can be given that shape. Raises DataError otherwise."""
    match shape:
        case (int(height), int(width), 1 | 3 as channels):
            return height, width, channels
    raise DataError(
        "pictures become (height, width, 1 or 3 channels), but the spec's input.shape is "
        f"{json.dumps(shape)}"
    )


def read_image(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """One picture as uint8 (height, width, channels): 1 channel is grey, 3 are RGB.

    It is rotated as its EXIF orientation says, placed on white where it is transparent, and resized
    bilinearly as a whole, without keeping its aspect ratio. Of an animated picture the first frame
    is used. Raises DataError, naming the file, for one that cannot be read.
    """
    height, width, channels = shape
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            plain = _plain(upright, "L" if channels == 1 else "RGB")
            if plain.size != (width, height):
                plain = plain.resize((width, height), Image.Resampling.BILINEAR)
            return np.asarray(plain, dtype=np.uint8).reshape(shape)
    # On broken files Pillow's readers raise almost any exception (OSError, SyntaxError,
    # struct.error, …), and all of them mean the same.
    except Exception as error:
        raise DataError(f"{path}: this picture cannot be read: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Why a picture cannot be read, without its name, which stands before."""
    if isinstance(error, UnidentifiedImageError):
        return "it is empty, damaged, or no picture"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _plain(image: Image.Image, mode: str) -> Image.Image:
    """`image` in mode "L" or "RGB", without a palette, transparency or 16-bit greys."""
    if image.mode.startswith("I"):
        # 16-bit grey, which Pillow itself would clip to white.
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        white = Image.new("RGBA", colours.size, "white")
        image = Image.alpha_composite(white, colours)
    return image.convert(mode)


def _folders(path: Path) -> list[Path]:
    return sorted(
        (entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")),
        key=lambda entry: entry.name,
    )


def _find_classes(path: Path, class_names: Sequence[str] | None = None) -> tuple[list[str], _Files]:
    """The class names below `path` (or the given ones), and all its pictures."""
    folders = _folders(path)
    if not folders:
        raise DataError(f"{path} has no class folders; every class needs a folder of its pictures")
    names = list(class_names or [folder.name for folder in folders])
    files: list[Path] = []
    labels: list[int] = []
    for folder in folders:
        if folder.name not in names:
            raise DataError(
                f"{folder}: there is no such class among the training pictures ({', '.join(names)})"
            )
        pictures = _pictures(folder)
        files += pictures
        labels += [names.index(folder.name)] * len(pictures)
    return names, _Files(tuple(files), tuple(labels))


def _read_split(split: _Files, shape: tuple[int, ...], lazy: bool) -> Split:
    every = np.arange(len(split.files))

    def read(places: np.ndarray) -> np.ndarray:
        return _read_images([split.files[place] for place in places], shape)

    # For code that handles samples, a Lazy is an array.
    x = cast(np.ndarray, Lazy(read, every, shape, np.uint8)) if lazy else read(every)
    return Split(x, np.asarray(split.labels, dtype=np.int32))


def _read_images(files: Sequence[Path], shape: tuple[int, ...]) -> np.ndarray:
    x = np.empty((len(files), *shape), dtype=np.uint8)
    # Pillow releases the GIL while decoding, so threads help; each writes to its own index.
    with ThreadPoolExecutor() as pool:
        for index, picture in enumerate(pool.map(lambda file: read_image(file, shape), files)):
            x[index] = picture
    return x


def _pictures(folder: Path) -> list[Path]:
    pictures = sorted(
        (
            entry
            for entry in folder.iterdir()
            if entry.suffix.lower() in SUFFIXES and not entry.name.startswith(".")
            if entry.is_file()
        ),
        key=lambda entry: entry.name,
    )
    if not pictures:
        raise DataError(f"{folder} holds no pictures ({', '.join(SUFFIXES)})")
    return pictures
