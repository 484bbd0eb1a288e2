"""The frozen part of a network, run once."""

import keras
import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.errors import BuildError, DataError
from kspec.experiment.features.cut import cut
from kspec.experiment.features.extract import extract, store_for
from kspec.experiment.prepare import prepare

FROZEN = [
    {"type": "Conv2D", "filters": 4, "kernel_size": 3, "trainable": False},
    {"type": "BatchNormalization", "trainable": False},
    {"type": "ReLU"},
    {"type": "Flatten"},
]
HEAD = [{"type": "Dropout", "rate": 0.2}, {"type": "Dense", "units": 10, "activation": "softmax"}]


@pytest.fixture
def prepared(tiny, tmp_path):
    def prepared(layers=(*FROZEN, *HEAD), **changes):
        return prepare(tiny(layers=list(layers), **changes), tmp_path)

    return prepared


@pytest.fixture
def features(tmp_path):
    """Cut a prepared network behind its Flatten and extract; returns head, data, what was told."""

    def features(prepared, dtype="float32"):
        parts = cut(prepared.model, prepared.spec, "flatten")
        root = tmp_path / "cache"
        store = store_for(parts.extractor, prepared.pixels, dtype=dtype, root=root, network="tiny")
        told = []
        dataset = extract(
            parts.extractor,
            prepared.dataset,
            prepared.pixels,
            store,
            batch_size=16,
            tell=told.append,
        )
        return parts, dataset, told

    return features


def test_the_head_on_features_gives_what_the_network_gives_on_pictures(prepared, features):
    whole = prepared()
    parts, dataset, _ = features(whole)
    for split in ("train", "validation", "test"):
        pictures = whole.pixels(getattr(whole.dataset, split).x)
        found = getattr(dataset, split)
        assert found.y.tolist() == getattr(whole.dataset, split).y.tolist()
        together = parts.head.predict(found.x[:], verbose=0)
        assert together == pytest.approx(whole.model.predict(pictures, verbose=0), abs=1e-5)


def test_a_nested_network_is_cut_off_as_any_layer(prepared, features):
    nested = {"type": "Model", "name": "flatten", "layers": FROZEN, "trainable": False}
    whole = prepared([nested, *HEAD])
    parts, dataset, _ = features(whole)
    assert [layer.name for layer in parts.extractor.layers] == ["input", "flatten"]
    pictures = whole.pixels(whole.dataset.test.x)
    together = parts.head.predict(dataset.test.x[:], verbose=0)
    assert together == pytest.approx(whole.model.predict(pictures, verbose=0), abs=1e-5)


def test_the_two_parts_share_the_weights_of_the_whole(prepared, features):
    whole = prepared()
    parts, _, _ = features(whole)
    both = [*parts.extractor.variables, *parts.head.variables]
    assert {id(variable) for variable in both} == {id(v) for v in whole.model.variables}


def test_the_second_time_nothing_is_computed(prepared, features):
    _, first, told = features(prepared())
    assert told[0].startswith("computing the features of 120 samples once, ")
    _, second, told = features(prepared())
    assert told == []
    assert np.array_equal(first.test.x[:], second.test.x[:])


def test_other_samples_of_the_same_are_computed_alone(prepared, features):
    features(prepared())
    _, _, told = features(prepared(**{"data.test_samples": 30, "data.validation": 0.5}))
    assert told == []


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"data.scale": "1/127"}, {"layers": [*FROZEN[2:], *HEAD]}]
)
def test_whatever_makes_other_features_has_a_place_of_its_own(prepared, features, changes):
    features(prepared())
    _, _, told = features(prepared(**changes))
    assert told[0].startswith("computing the features of 120 samples once, ")


def test_a_killed_process_loses_little(prepared, features, monkeypatch):
    whole, calls = prepared(), []
    original = keras.Model.predict_on_batch

    def killed(self, x):
        calls.append(len(x))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(self, x)

    monkeypatch.setattr("kspec.experiment.features.extract.AT_ONCE", 1)
    monkeypatch.setattr(keras.Model, "predict_on_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        features(whole)
    _, dataset, told = features(whole)
    assert told[0].startswith(f"computing the features of {120 - 32} samples once, ")
    assert set(calls) == {16}  # The last batches too, so that every feature has the same bits.
    expected = keras.Model(whole.model.input, whole.model.get_layer("flatten").output)
    pictures = whole.pixels(whole.dataset.train.x)
    assert dataset.train.x[:] == pytest.approx(expected.predict(pictures, verbose=0), abs=1e-6)


def test_numbers_too_large_for_half_precision_are_refused(prepared, features):
    layers = [{"type": "Rescaling", "scale": 1e9}, {"type": "Flatten"}, *HEAD]
    with pytest.raises(DataError, match=r"a feature is .*, too large for float16"):
        features(prepared(layers), "float16")


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ([{"type": "Flatten", "name": "flat"}, *HEAD], 'no layer "flatten". Did you mean "flat"'),
        (
            [{"type": "Conv2D", "filters": 2, "kernel_size": 1}],
            '"conv2d" comes before the features',
        ),
        ([{"type": "BatchNormalization", "scale": False, "center": False}], "would be trained"),
        ([{"type": "Dropout", "rate": 0.5}], '"dropout" comes before .* at random'),
        ([{"type": "GaussianNoise", "stddev": 0.5}], "changes them at random"),
    ],
)
def test_what_cannot_be_computed_once_is_refused_with_the_reason(prepared, layers, says):
    flat = layers if "name" in layers[0] else [*layers, {"type": "Flatten"}, HEAD[-1]]
    whole = prepared(flat)
    with pytest.raises(BuildError, match=says):
        cut(whole.model, whole.spec, "flatten")


def test_a_head_that_takes_more_than_the_features_is_refused(prepared):
    layers = [
        {"type": "Flatten"},
        {"type": "Dense", "units": 4, "name": "narrow"},
        {"type": "Flatten", "name": "beside", "inputs": "input"},
        {"type": "Concatenate", "inputs": ["narrow", "beside"]},
        HEAD[-1],
    ]
    whole = prepared(layers)
    with pytest.raises(BuildError, match='the layers after "flatten" need more than its output'):
        cut(whole.model, whole.spec, "flatten")


def test_the_tiny_spec_is_what_this_counts_on():
    assert TINY["data"]["train_samples"] + TINY["data"]["test_samples"] == 120
    assert kspec.Spec(**TINY).training.batch_size == 16
