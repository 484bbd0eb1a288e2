import json

import numpy as np
import pytest

from kspec.data.pixels import Pixels
from kspec.data.scaling import Scaling
from kspec.errors import DataError
from kspec.spec.models import Data, Input

PICTURE = Input(shape=(4, 4, 3))
TABLE = Input(shape=(2,))
WORDS = Input(shape=(5,), dtype="int32")


def samples(**inputs):
    random = np.random.default_rng(0)
    x = {name: random.integers(0, 200, (60, *each.shape)) for name, each in inputs.items()}
    return {name: array.astype(inputs[name].dtype) for name, array in x.items()}


def fit(x, inputs, **data):
    return Scaling.fit(Data.model_validate({"source": "npz", "path": "x.npz", **data}), x, inputs)


def test_the_one_input_of_a_network_is_scaled_as_pixels_are():
    x = samples(input=PICTURE)["input"]
    scaling = fit(x, {"input": PICTURE}, scale="1/255", standardize=True)
    pixels = Pixels.fit(Data(source="shapes", scale="1/255", standardize=True), x)
    assert np.array_equal(scaling(x), pixels(x))
    assert scaling.to_json() == pixels.to_json()


def test_each_input_is_standardized_by_itself_and_whole_numbers_stay():
    inputs = {"picture": PICTURE, "table": TABLE, "words": WORDS}
    x = samples(**inputs)
    found = fit(x, inputs, standardize=True)(x)
    assert list(found) == list(inputs)
    for name in ("picture", "table"):
        assert np.allclose(found[name].reshape(-1, x[name].shape[-1]).mean(axis=0), 0, atol=1e-4)
        assert np.allclose(found[name].reshape(-1, x[name].shape[-1]).std(axis=0), 1, atol=1e-3)
    assert found["words"].dtype == np.int32
    assert np.array_equal(found["words"], x["words"])


@pytest.mark.parametrize("inputs", [{"input": WORDS}, {"a": PICTURE, "b": WORDS}])
def test_a_run_can_store_it(inputs):
    x = samples(**inputs)
    x = x if len(inputs) > 1 else x["input"]
    scaling = fit(x, inputs, **({"scale": 0.5} if len(inputs) > 1 else {}))
    again = Scaling.from_json(json.loads(json.dumps(scaling.to_json())))
    assert again == scaling
    one, other = scaling(x), again(x)
    for name in inputs if isinstance(x, dict) else ():
        assert np.array_equal(one[name], other[name])


@pytest.mark.parametrize("wrong", [{"scale": "1/255"}, {"standardize": True}])
def test_whole_numbers_are_not_scaled(wrong):
    (key,) = wrong
    with pytest.raises(DataError, match=rf"data\.{key} is for pictures .* whole numbers \(int32\)"):
        fit(samples(input=WORDS)["input"], {"input": WORDS}, **wrong)


def test_one_scale_is_not_for_pictures_and_a_table():
    inputs = {"picture": PICTURE, "table": TABLE}
    with pytest.raises(DataError, match="would multiply picture, table alike"):
        fit(samples(**inputs), inputs, scale="1/255")
