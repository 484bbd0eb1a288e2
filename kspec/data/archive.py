"""A dataset as a NumPy archive, in the form that `kspec.data.sources.npz` reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.data.dataset import Dataset
from kspec.runs.atomic import replacing

__all__ = ["write_archive"]


def write_archive(path: Path, dataset: Dataset) -> None:
    """Write the splits of `dataset` as x_train, y_train, x_val, … into `path`, compressed.

    With several inputs there is an array for each: x_train_left, x_train_right. Raises RunError if
    the file cannot be written.
    """
    arrays: dict[str, np.ndarray] = {}
    splits = {"train": dataset.train, "val": dataset.validation, "test": dataset.test}
    for part, split in splits.items():
        if split is None:
            continue
        if isinstance(split.x, dict):
            arrays |= {f"x_{part}_{name}": each for name, each in split.x.items()}
        else:
            arrays[f"x_{part}"] = np.asarray(split.x)
        arrays[f"y_{part}"] = split.y
    if dataset.class_names:
        arrays["class_names"] = np.asarray(dataset.class_names)
    with replacing(path) as part_path:
        np.savez_compressed(part_path, **arrays)  # type: ignore[arg-type]
