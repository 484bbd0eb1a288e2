import numpy as np
import pytest

from kspec.data.sources import shapes
from kspec.data.sources.pairs import KINDS, draw, read
from kspec.errors import DataError
from kspec.spec.models import Input

SHAPE = (16, 16, 1)
NAMES = ("left", "right")


def test_what_is_drawn():
    inputs = {"one": Input(shape=SHAPE), "two": Input(shape=SHAPE)}
    found = read(inputs=inputs, train_samples=40, test_samples=20)
    assert list(found.train.x) == ["one", "two"]
    assert found.train.x["one"].shape == found.train.x["two"].shape == (40, *SHAPE)
    assert np.bincount(found.train.y).tolist() == [20, 20]
    assert found.class_names == ("different", "same")


def test_the_label_says_whether_the_figures_are_of_one_kind():
    """Known by the pictures themselves: those of a stream come in a known order."""
    n = 60
    split = draw("train", n, SHAPE, NAMES)
    kinds = []
    for side in NAMES:
        stream = shapes.draw(f"train pairs, {side}", n, SHAPE, figures=KINDS)
        known = {x.tobytes(): y for x, y in zip(stream.x, stream.y, strict=True)}
        kinds.append(np.array([known[x.tobytes()] for x in split.x[side]]))
    assert np.array_equal(split.y, kinds[0] == kinds[1])
    for kind in kinds:
        assert np.bincount(kind).tolist() == [n // 4] * 4


def test_no_picture_comes_twice():
    x = [draw(part, 200, SHAPE, NAMES).x[side] for part in ("train", "test") for side in NAMES]
    assert len({picture.tobytes() for picture in np.concatenate(x)}) == 800


def test_the_first_pairs_are_the_same_however_many_are_asked_for():
    few, many = draw("train", 7, SHAPE, NAMES), draw("train", 130, SHAPE, NAMES)
    assert np.array_equal(few.y, many.y[:7])
    for side in NAMES:
        assert np.array_equal(few.x[side], many.x[side][:7])


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"a": SHAPE}, r"two of one shape, but they are a \[16, 16, 1\]"),
        ({"a": SHAPE, "b": (32, 32, 1)}, r"a \[16, 16, 1\], b \[32, 32, 1\]"),
        ({"a": SHAPE, "b": SHAPE, "c": SHAPE}, "two of one shape"),
        ({"a": SHAPE, "b": (100,)}, r"inputs\.b\.shape is \[100\]"),
    ],
)
def test_inputs_of_something_else(inputs, says):
    with pytest.raises(DataError, match=says):
        read(
            inputs={name: Input(shape=shape) for name, shape in inputs.items()},
            train_samples=None,
            test_samples=None,
        )
