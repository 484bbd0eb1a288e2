"""The single entry point from a spec's `data` to samples and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kspec.data.dataset import Dataset, Raw, Split
from kspec.data.fingerprint import fingerprint, of_split
from kspec.data.inputs import fit_inputs, one_input
from kspec.data.sources import (
    brought,
    csv_file,
    images,
    keras_datasets,
    npz,
    pairs,
    sentences,
    shapes,
    table,
)
from kspec.data.split import hold_out, take
from kspec.errors import DataError
from kspec.spec.catalog.registry import seek
from kspec.spec.models import FILE_SOURCES, SOURCES, Data, Input

__all__ = ["TEST_FRACTION", "load", "load_test"]

TEST_FRACTION = 0.2

# Sources that draw as many samples as they are asked for.
_DRAWN = ("shapes", "pairs", "sentences", "table")
# Sources that may not have a test set; then one is held out of their samples.
_UNDIVIDED = ("images", "csv")


def load(data: Data, *, seed: int, inputs: Mapping[str, Input], root: Path) -> Dataset:
    """Read the source, take the requested number of samples, and split off the validation set.

    `inputs` is what the network takes (`Spec.entering`): samples come as one array, or with several
    inputs as one for each. A relative `data.path` starts from `root`. Everything random is drawn in
    NumPy from `seed`. For a folder of images without a `test` folder, and for a CSV file without
    `data.test_path`, a stratified `TEST_FRACTION` becomes the test set. Raises DataError for data
    that is missing, broken, empty, or of another shape.
    """
    whole = _read(data, inputs=inputs, root=root)
    origin = of_split(whole.train)
    raw = _with_test(whole, data, seed)
    train = fit_inputs(raw.train, inputs, source=raw.source)
    own = raw.validation and fit_inputs(raw.validation, inputs, source=raw.source)
    test = raw.test and fit_inputs(raw.test, inputs, source=raw.source)
    if data.source not in _DRAWN:
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
        labels=data.labels,
        origin=origin,
    )


def load_test(
    data: Data, *, inputs: Mapping[str, Input], root: Path
) -> tuple[Split, tuple[str, ...], str]:
    """The data to evaluate a trained model on: samples, class names, and where they are from.

    This is the source's test set; a folder of images without a `test` folder, or a CSV file, is
    used whole. Raises DataError as `load` does, and for a source without a test set.
    """
    raw = _read(data, inputs=inputs, root=root)
    test = raw.train if raw.test is None and data.source in _UNDIVIDED else raw.test
    if test is None:
        raise DataError(f"{raw.source} has no test set to evaluate on")
    return fit_inputs(test, inputs, source=raw.source), raw.class_names, raw.source


def _with_test(raw: Raw, data: Data, seed: int) -> Raw:
    if raw.test is not None or data.source not in _UNDIVIDED:
        return raw
    train, test = hold_out(
        raw.train, TEST_FRACTION, seed=seed, name="test", class_names=raw.class_names
    )
    return replace(raw, train=train, test=test)


def _read(data: Data, *, inputs: Mapping[str, Input], root: Path) -> Raw:
    try:
        return _read_source(data, inputs, root)
    except MemoryError as error:
        raise DataError(f"{data.source} does not fit into memory: {error}") from error


def _read_source(data: Data, inputs: Mapping[str, Input], root: Path) -> Raw:
    if data.source in FILE_SOURCES:
        return _read_file(data, inputs, root)
    if data.source not in SOURCES:
        return _read_brought(data, inputs, root)
    counts = {"train_samples": data.train_samples, "test_samples": data.test_samples}
    if data.source == "pairs":
        return pairs.read(inputs=inputs, **counts)
    only = one_input(inputs, data.source)
    if data.source == "shapes":
        return shapes.read(shape=only.shape, labels=data.labels, **counts)
    if data.source == "sentences":
        return sentences.read(wanted=only, **counts)
    if data.source == "table":
        return table.read(wanted=only, **counts)
    return keras_datasets.read(data.source)


def _read_file(data: Data, inputs: Mapping[str, Input], root: Path) -> Raw:
    if data.path is None:
        raise DataError(f'data.source "{data.source}" needs data.path')
    path = root / Path(data.path).expanduser()
    if data.source == "npz":
        return npz.read(path, inputs=inputs, labels=data.labels)
    only = one_input(inputs, data.source)
    if data.source == "images":
        return images.read(path, shape=only.shape)
    test_path = None if data.test_path is None else root / Path(data.test_path).expanduser()
    assert data.target is not None  # `kspec.spec.models` and `kspec.data.override` ensure this.
    return csv_file.read(
        path, target=data.target, columns=data.columns, labels=data.labels, test_path=test_path
    )


def _read_brought(data: Data, inputs: Mapping[str, Input], root: Path) -> Raw:
    found = seek("sources", data.source)
    if found is None:
        raise DataError(f'there is no data source "{data.source}"; load the plugin that defines it')
    path = None if data.path is None else root / Path(data.path).expanduser()
    return brought.read(found, path=path, options=data.options, inputs=inputs, labels=data.labels)


def _validation(
    data: Data, train: Split, own: Split | None, raw: Raw, seed: int
) -> tuple[Split, Split | None]:
    """The training and the validation set, as `data.validation` asks for them."""
    if data.validation is None:
        return train, own
    if data.validation == "own":
        if own is None:
            raise DataError(
                f'data.validation is "own", but {raw.source} has no validation set of its own; '
                'give a fraction of the training set, as in "validation": 0.2'
            )
        return train, own
    fraction = float(data.validation)
    if fraction == 0:
        return train, None
    return hold_out(train, fraction, seed=seed, name="validation", class_names=raw.class_names)
