"""The few pictures that a run keeps, so that it can be looked at without its data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kspec.errors import RunError
from kspec.runs import atomic
from kspec.runs.folder import AUGMENTATION, MISTAKES

__all__ = [
    "Augmented",
    "Mistakes",
    "read_augmented",
    "read_mistakes",
    "write_augmented",
    "write_mistakes",
]


@dataclass(frozen=True)
class Mistakes:
    """Test pictures that the model got wrong with the highest confidence.

    `indices` (n,) are those in the test set, most confident first; `pictures` (n, height, width,
    channels) are uint8, with 1 or 3 channels.
    """

    indices: np.ndarray
    pictures: np.ndarray


@dataclass(frozen=True)
class Augmented:
    """Training pictures and their augmented variants.

    `originals` (n, height, width, channels) and `variants` (n, k, height, width, channels) are
    uint8, with 1 or 3 channels; `labels` (n,) are their classes, or (n, k) numbers.
    """

    originals: np.ndarray
    variants: np.ndarray
    labels: np.ndarray


def write_mistakes(folder: Path, mistakes: Mistakes) -> None:
    """Write them into the run in `folder`. Raises RunError if that cannot be done."""
    with atomic.replacing(folder / MISTAKES) as part:
        np.savez_compressed(part, **vars(mistakes))


def read_mistakes(folder: Path) -> Mistakes | None:
    """Those of the run in `folder`; None if it has none. Raises RunError if they are damaged."""
    path = folder / MISTAKES
    arrays = _read(path, ("indices", "pictures"))
    if arrays is None:
        return None
    found = Mistakes(**arrays)
    whole = found.indices.ndim == 1 and found.indices.dtype.kind in "iu"
    if not (whole and _are_pictures(found.pictures, 4)):
        raise RunError(f"{path} is damaged: it holds no pictures")
    if len(found.indices) != len(found.pictures):
        raise RunError(f"{path} is damaged: there is not one picture for each index")
    return found


def write_augmented(folder: Path, augmented: Augmented) -> None:
    """Write them into the run in `folder`. Raises RunError if that cannot be done."""
    with atomic.replacing(folder / AUGMENTATION) as part:
        np.savez_compressed(part, **vars(augmented))


def read_augmented(folder: Path) -> Augmented | None:
    """Those of the run in `folder`; None if it has none. Raises RunError if they are damaged."""
    path = folder / AUGMENTATION
    arrays = _read(path, ("originals", "variants", "labels"))
    if arrays is None:
        return None
    found = Augmented(**arrays)
    if not (_are_pictures(found.originals, 4) and _are_pictures(found.variants, 5)):
        raise RunError(f"{path} is damaged: it holds no pictures")
    if not len(found.originals) == len(found.variants) == len(found.labels):
        raise RunError(f"{path} is damaged: there are not variants of each picture")
    return found


def _read(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray] | None:
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: np.atleast_1d(file[name]) for name in names}
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, EOFError, BadZipFile, AttributeError, TypeError) as error:
        raise RunError(f"{path} is damaged: {error}") from error


def _are_pictures(array: np.ndarray, axes: int) -> bool:
    return array.ndim == axes and array.dtype == np.uint8 and array.shape[-1] in (1, 3)
