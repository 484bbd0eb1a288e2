"""What the language says of a source without reading it is what the source does."""

import inspect
from pathlib import Path

import keras
import pytest

from kspec.data.load import load
from kspec.errors import DataError
from kspec.spec.models import Data, Input
from kspec.spec.shapes.sources import SOURCES

INTEGERS = "int32"


@pytest.mark.parametrize(
    ("source", "fits", "too_small", "dtype"),
    [
        ("shapes", (8, 8, 3), (7, 8, 3), "float32"),
        ("shapes", (8, 9, 1), (8, 8, 2), "float32"),
        ("sentences", (16,), (15,), INTEGERS),
        ("table", (6,), (5,), "float32"),
        ("table", (None,), (None, None), "float32"),
        ("shapes", (8, 8, 3), (None, 8, 3), "float32"),
        ("sentences", (16,), (None,), INTEGERS),
    ],
)
def test_shapes_and_classes_of_drawn_data(source, fits, too_small, dtype):
    def loaded(shape):
        inputs = {"input": Input(shape=shape, dtype=dtype)}
        data = Data(source=source, train_samples=60, test_samples=20)
        return load(data, seed=0, inputs=inputs, root=Path())

    known = SOURCES[source]
    assert len(loaded(fits).class_names) == known.classes
    assert known.takes(fits)
    assert not known.takes(too_small)
    with pytest.raises(DataError):
        loaded(too_small)


def test_pairs_have_two_classes():
    inputs = {name: Input(shape=(16, 16, 1)) for name in ("left", "right")}
    data = Data(source="pairs", train_samples=60, test_samples=20)
    assert len(load(data, seed=0, inputs=inputs, root=Path()).class_names) == 2
    assert SOURCES["pairs"].classes == 2


@pytest.mark.parametrize("source", ["cifar10", "cifar100", "mnist", "fashion_mnist"])
def test_of_keras_datasets_it_is_what_keras_documents(source):
    known = SOURCES[source]
    text = " ".join(inspect.getdoc(getattr(keras.datasets, source).load_data).split())
    side = 32 if source.startswith("cifar") else 28
    sample = (side, side, 3) if side == 32 else (side, side)
    assert known.takes(sample)
    assert not known.takes((side - 1, *sample[1:]))
    assert f"{side}, {side}" in text or f"{side}x{side}" in text
    assert known.classes == (100 if source == "cifar100" else 10)
