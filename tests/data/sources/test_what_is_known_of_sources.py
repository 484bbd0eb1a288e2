"""What the language says of a source without reading it is what the source does."""

import inspect
from itertools import product
from pathlib import Path

import keras
import pytest

from kspec.data.load import load
from kspec.errors import DataError, Place
from kspec.spec.models import Data, Input, Spec
from kspec.spec.node import node_of
from kspec.spec.shapes import shape_problems
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


SIDES = (8, 7, None)
SHAPES = [(9,), (16,), (6,), (6, 1), (None,), *((side, 8, 3) for side in SIDES), (8, 8, 1)]
DTYPES = ("float32", "int32", "uint8", "float16")
SPEC = {
    "kspec": 1,
    "name": "known",
    "training": {"optimizer": "sgd", "loss": "mse", "epochs": 1},
}


@pytest.mark.parametrize("source", ["shapes", "pairs", "sentences", "table", "csv"])
def test_check_refuses_the_inputs_that_the_source_refuses(source, tmp_path):
    (tmp_path / "t.csv").write_text("a,b,y\n" + "1,2,x\n3,4,z\n" * 10)
    more = {"path": "t.csv", "target": "y"} if source == "csv" else {}
    columns = [{}, {"columns": ["b"]}] if source == "csv" else [{}]
    refused, taken = 0, 0
    for first, second, dtype, chosen in product([*SHAPES, (2,)], [None, *SHAPES], DTYPES, columns):
        inputs = {"left": {"shape": first, "dtype": dtype}}
        if second is not None:
            inputs["right"] = {"shape": second, "dtype": dtype}
        counts = {} if source == "csv" else {"train_samples": 12, "test_samples": 12}
        data = {"source": source, **more, **chosen, **counts}
        layers = [{"type": "Identity", "inputs": name, "name": f"{name}_"} for name in inputs]
        network = {"inputs": inputs, "layers": layers, "outputs": [f"{name}_" for name in inputs]}
        spec = Spec.model_validate({**SPEC, **network, "data": data})
        node = node_of(spec.model_dump(mode="json", by_alias=True), Place("s.json"))
        found = [each for each in shape_problems(spec, node) if each.code == "input-shape"]
        try:
            load(spec.data, seed=0, inputs=spec.entering, root=tmp_path)
        except DataError as error:
            refused += bool(found)
            # What the rows of a file are, only the file says.
            assert found or source == "csv", (inputs, error)
        else:
            taken += 1
            assert found == [], inputs
    assert refused > 100
    assert taken
