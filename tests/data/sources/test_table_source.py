import hashlib

import numpy as np
import pytest

from kspec.data.sources.table import COLUMNS, draw, read
from kspec.errors import DataError
from kspec.spec.models import Input


def test_what_is_made():
    found = read(wanted=Input(shape=(6,)), train_samples=200, test_samples=40)
    assert found.train.x.shape == (200, 6) and found.train.x.dtype == np.float32
    assert np.bincount(found.train.y).tolist() == [50] * 4
    assert (len(found.test), found.class_names[0]) == (40, "wood")


def test_the_class_is_that_of_the_density():
    split = draw("train", 1000)
    length, width, height, mass, *_ = split.x.T
    density = mass / (length * width * height) * 1000
    bounds = [0.9, 1.8, 4.5]
    assert np.array_equal(np.digitize(density, bounds), split.y)


def test_the_first_rows_are_the_same_however_many_are_asked_for_and_everywhere():
    split = draw("train", 250)
    assert np.array_equal(draw("train", 7).x, split.x[:7])
    assert not np.array_equal(draw("test", 7).x, split.x[:7])
    digest = hashlib.sha256(split.x.astype("<f4").tobytes()).hexdigest()
    assert digest == "6b286bd42a8d180c6dcca3768faea58c0042cdecd5cbf6728962158ea9fa16f0"


@pytest.mark.parametrize("wanted", [Input(shape=(5,)), Input(shape=(6,), dtype="int32")])
def test_an_input_of_something_else(wanted):
    with pytest.raises(DataError, match=f"6 columns {', '.join(COLUMNS)}"):
        read(wanted=wanted, train_samples=None, test_samples=None)


def test_a_linear_model_stays_under_60_percent():
    train, test = draw("train", 4000), draw("test", 1000)
    mean, std = train.x.mean(axis=0), train.x.std(axis=0)
    x, x_test = (
        np.column_stack([(split.x - mean) / std, np.ones(len(split))]) for split in (train, test)
    )
    weights = np.linalg.lstsq(x, np.eye(4)[train.y], rcond=None)[0]
    assert 0.3 < ((x_test @ weights).argmax(axis=1) == test.y).mean() < 0.6
