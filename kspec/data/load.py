"""The one way from a spec's `data` to pictures and labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kspec.data.arrays import fit_shape
from kspec.data.dataset import Dataset, Raw, Split
from kspec.data.fingerprint import fingerprint
from kspec.data.sources import images, keras_datasets, npz, shapes
from kspec.data.split import hold_out, take
from kspec.errors import DataError
from kspec.spec.models import Data

__all__ = ["TEST_FRACTION", "load", "load_test"]

TEST_FRACTION = 0.2


def load(data: Data, *, seed: int, shape: tuple[int, ...], root: Path) -> Dataset:
    """Read the source, take as many samples as are asked for, and split off the validation set.

    `shape` is the network's input shape without the batch axis; a relative `data.path` starts from
    `root`. Everything drawn is drawn in NumPy from `seed`. Of a folder of images without a `test`
    folder, a stratified `TEST_FRACTION` becomes the test set. Raises DataError for data that is
    missing, broken, empty, or of another shape.
    """
    raw = _with_test(_read(data, shape=shape, root=root), data, seed)
    train = fit_shape(raw.train, shape, source=raw.source)
    own = raw.validation and fit_shape(raw.validation, shape, source=raw.source)
    test = raw.test and fit_shape(raw.test, shape, source=raw.source)
    if data.source != "shapes":  # which draws just as many as it is asked for
        if data.train_samples is not None:
            train = take(
                train,
                data.train_samples,
                seed=seed,
                name="train_samples",
                class_names=raw.class_names,
            )
        if test is not None and data.test_samples is not None:
            test = take(test, data.test_samples, seed=seed, name="test_samples")
    train, validation = _validation(data, train, own, raw, seed)
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        class_names=raw.class_names,
        source=raw.source,
        fingerprint=fingerprint((train, validation, test), raw.class_names),
    )


def load_test(
    data: Data, *, shape: tuple[int, ...], root: Path
) -> tuple[Split, tuple[str, ...], str]:
    """What a trained model is to be measured on: samples, class names, and where they are from.

    The source's test set; a folder of images without a `test` folder is taken whole. Raises
    DataError as `load` does, and for a source without a test set.
    """
    raw = _read(data, shape=shape, root=root)
    test = raw.train if raw.test is None and data.source == "images" else raw.test
    if test is None:
        raise DataError(f"{raw.source} has no test set to evaluate on")
    return fit_shape(test, shape, source=raw.source), raw.class_names, raw.source


def _with_test(raw: Raw, data: Data, seed: int) -> Raw:
    if raw.test is not None or data.source != "images":
        return raw
    train, test = hold_out(
        raw.train, TEST_FRACTION, seed=seed, name="test", class_names=raw.class_names
    )
    return replace(raw, train=train, test=test)


def _read(data: Data, *, shape: tuple[int, ...], root: Path) -> Raw:
    if data.source in ("npz", "images"):
        if data.path is None:
            raise DataError(f'data.source "{data.source}" needs data.path')
        path = root / Path(data.path).expanduser()
        if data.source == "npz":
            return npz.read(path)
        return images.read(path, shape=shape)
    if data.path is not None:
        raise DataError(f'data.path goes with "npz" and "images", not with "{data.source}"')
    if data.source == "shapes":
        return shapes.read(
            shape=shape, train_samples=data.train_samples, test_samples=data.test_samples
        )
    return keras_datasets.read(data.source)


def _validation(
    data: Data, train: Split, own: Split | None, raw: Raw, seed: int
) -> tuple[Split, Split | None]:
    """The training and the validation set, as `data.validation` asks for them."""
    if data.validation is None:
        return train, own
    if data.validation == "own":
        if own is None:
            raise DataError(
                f'data.validation is "own", but {raw.source} brings no validation set; '
                'give a fraction of the training set, as in "validation": 0.2'
            )
        return train, own
    fraction = float(data.validation)
    if fraction == 0:
        return train, None
    return hold_out(train, fraction, seed=seed, name="validation", class_names=raw.class_names)
