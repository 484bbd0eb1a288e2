"""Made-up samples are such as the spec takes: they go the way that its own would."""

import numpy as np
import pytest

from kspec.bench.made_up import on_made_up
from kspec.bench.shortened import shortened
from kspec.data.load import load
from kspec.errors import UsageError
from kspec.spec.models import Spec

RECIPE = {"optimizer": "adam", "loss": "mse", "metrics": [], "epochs": 1, "batch_size": 4}


def made_up(spec, folder):
    changed = shortened(on_made_up(spec, folder), 2)
    return load(changed.data, seed=0, inputs=changed.entering, root=folder)


def test_pictures_are_bytes(tiny, tmp_path):
    train = made_up(tiny(), tmp_path).train
    assert train.x.dtype == np.uint8 and train.x.shape[1:] == (8, 8, 3)
    assert len(train) >= 16 and set(train.y) == {0, 1}


def test_one_input_may_have_a_name(tmp_path):
    spec = Spec.model_validate(
        {
            "kspec": 1,
            "name": "one",
            "inputs": {"image": {"shape": [8, 8, 3]}},
            "layers": [{"type": "Flatten", "inputs": "image"}, {"type": "Dense", "units": 2}],
            "data": {"source": "npz", "path": "data.npz", "labels": "numbers"},
            "training": RECIPE,
        }
    )
    assert made_up(spec, tmp_path).train.x.shape[1:] == (8, 8, 3)


def test_words_are_those_of_the_embedding(tiny, tmp_path):
    layers = [
        {"type": "Model", "layers": [{"type": "Embedding", "input_dim": 7, "output_dim": 2}]},
        {"type": "Flatten"},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]
    words = tiny(
        input={"shape": [40], "dtype": "int32"}, layers=layers, data={"source": "npz", "path": "x"}
    )
    x = made_up(words, tmp_path).train.x
    assert x.dtype == np.int32 and (x.min(), x.max()) == (0, 6)


def test_numbers_have_as_many_as_the_network_gives(tiny, tmp_path):
    data = {"source": "csv", "path": "own.csv", "target": "a", "labels": "numbers"}
    layers = [{"type": "Dense", "units": 2}]
    spec = tiny(input={"shape": [5]}, layers=layers, data=data, training=RECIPE)
    train = made_up(spec, tmp_path).train
    assert train.x.dtype == np.float32 and train.y.shape[1:] == (2,)


def test_masks_and_open_sizes(tiny, tmp_path):
    layers = [{"type": "Conv2D", "filters": 2, "kernel_size": 1, "activation": "softmax"}]
    data = {"source": "npz", "path": "own.npz", "labels": "masks"}
    spec = tiny(input={"shape": [None, None, 3]}, layers=layers, data=data)
    train = made_up(spec, tmp_path).train
    assert train.x.shape[1:3] == train.y.shape[1:] == (64, 64)


def test_an_array_for_each_input_and_a_validation_set_of_its_own(tiny, tmp_path):
    inputs = {"left": {"shape": [8, 8, 3]}, "right": {"shape": [4]}}
    layers = [
        {"type": "Flatten", "inputs": "left"},
        {"type": "Concatenate", "inputs": ["#-1", "right"]},
        {"type": "Dense", "units": 2, "activation": "softmax"},
    ]
    data = {"source": "npz", "path": "own.npz", "validation": "own"}
    spec = tiny(inputs=inputs, input=None, layers=layers, data=data)
    dataset = made_up(spec, tmp_path)
    assert set(dataset.train.x) == {"left", "right"} and len(dataset.validation) == 16


def test_labels_of_an_unknown_length(tiny, tmp_path):
    layers = [{"type": "Backbone", "application": "VGG16", "until": "block1_pool"}]
    data = {"source": "npz", "path": "own.npz", "labels": "numbers"}
    spec = tiny(input={"shape": [32, 32, 3]}, layers=layers, data=data, training=RECIPE)
    with pytest.raises(UsageError, match="--data spec"):
        on_made_up(spec, tmp_path)
