"""One experiment has one hash, however it is written; another has another."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_spec import TINY

from kspec.spec.automatic_names import to_snake_case
from kspec.spec.canonical import canonical, spec_hash
from kspec.spec.catalog import names
from kspec.spec.load import load


@pytest.fixture
def hash_of(tmp_path):
    def hash_of(spec, *settings):
        path = tmp_path / "spec.json"
        path.write_text(json.dumps(spec))
        return spec_hash(load(path, settings))

    return hash_of


CONV = {"type": "Conv2D", "name": "conv2d", "filters": 4, "kernel_size": [3, 3], "padding": "same"}
CONV |= {"use_bias": False, "strides": [1, 1], "activation": None, "groups": 1}
CONV |= {"kernel_initializer": {"type": "GlorotUniform"}, "inputs": "input"}


@pytest.mark.parametrize(
    "setting",
    [
        "name=other",
        "description=Mine",
        "seed=7",  # It stands beside the hash in a run's identity.
        "expect.total_params=178",
        'reference={"test_accuracy":0.5}',
        "training.checkpoint=null",
        "training.optimizer.beta_1=0.9",
        'training.optimizer={"type":"adam","learning_rate":0.01}',
        'training.metrics=[{"type":"accuracy"}]',
        "training.deterministic=false",
        "test_time=null",
        f"layers[0]={json.dumps(CONV)}",
        'layers[2]={"type":"ReLU","name":"re_lu","inputs":"#-1"}',
        "layers[4].seed=null",
        "data.validation=0.25",
        "outputs=dense",
        "test_time.directions=2",
    ],
)
def test_another_spelling_has_the_same_hash(hash_of, setting):
    spec = json.loads(json.dumps(TINY))
    if setting == "outputs=dense":
        spec["layers"][-1]["name"] = "dense"
    if setting.startswith("test_time."):
        spec["test_time"] = {"shift": 1}
    assert hash_of(spec, setting) == hash_of(spec)


@pytest.mark.parametrize(
    "setting",
    [
        "layers[0].filters=5",
        "layers[0].name=first",  # Initial weights are drawn by it.
        "layers[0].kernel_size=[3,1]",
        'layers[2]={"type":"Add","inputs":["#-1","#-2"]}',
        "layers[4].rate=0.3",
        "layers[0].kernel_initializer=he_uniform",
        "data.validation=0.5",
        "data.scale=1/127",
        'augmentation=[{"type":"RandomFlip"}]',
        "training.optimizer=sgd",
        "training.optimizer.learning_rate=0.02",
        "training.batch_size=8",
        "training.deterministic=true",
        'training.early_stopping=[{"monitor":"val_loss"}]',
        "test_time.flip=horizontal",
    ],
)
def test_a_changed_value_has_another_hash(hash_of, setting):
    assert hash_of(TINY, setting) != hash_of(TINY)


POOL = {"type": "MaxPooling2D", "pool_size": 2}
PAD = {"type": "ZeroPadding2D"}
STOP = {"monitor": "val_accuracy", "patience": 3}


@pytest.mark.parametrize(
    ("setting", "same"),
    [
        ('training.metrics=["accuracy"]', 'training.metrics=["acc"]'),
        ('training.metrics=["mse"]', 'training.metrics=[{"type":"MeanSquaredError"}]'),
        ("training.loss=ce", "training.loss=crossentropy"),
        ("training.loss=mse", "training.loss=mean_squared_error"),
        ("training.loss=MSE", 'training.loss={"type":"MeanSquaredError"}'),
        ("training.optimizer=adam", 'training.optimizer={"type":"Adam","name":"mine"}'),
        ("data.scale=1/2", "data.scale=0.5"),
        ("data.scale=2/510", "data.scale=1/255"),
        ("data.scale=0.00392156862745098", "data.scale=1/255"),
        ("data.scale=2", "data.scale=4/2"),
    ],
)
def test_two_spellings_have_one_hash(hash_of, setting, same):
    assert hash_of(TINY, setting) == hash_of(TINY, same)


@pytest.mark.parametrize(
    ("layer", "same"),
    [
        (POOL, {"type": "MaxPool2D"}),
        (POOL, POOL | {"pool_size": [2, 2], "strides": [2, 2]}),
        (POOL, POOL | {"strides": 2, "padding": "VALID"}),
        (POOL | {"pool_size": [1, 2]}, POOL | {"pool_size": [1, 2], "strides": [1, 2]}),
        (PAD, PAD | {"padding": [[1, 1], [1, 1]]}),
        (PAD | {"padding": [1, 2]}, PAD | {"padding": [[1, 1], [2, 2]]}),
    ],
)
def test_two_spellings_of_a_layer_have_one_hash(hash_of, layer, same):
    written = [f"layers[2]={json.dumps(each)}" for each in (layer, same)]
    assert hash_of(TINY, written[0]) == hash_of(TINY, written[1])


@pytest.mark.parametrize(
    ("layer", "other"),
    [
        (POOL, POOL | {"strides": 1}),
        (POOL, POOL | {"pool_size": 3}),
        (POOL | {"pool_size": 3}, POOL | {"pool_size": 3, "strides": 2}),
        (PAD | {"padding": [1, 2]}, PAD | {"padding": [[1, 2], [1, 2]]}),
    ],
)
def test_two_layers_have_two_hashes(hash_of, layer, other):
    written = [f"layers[2]={json.dumps(each)}" for each in (layer, other)]
    assert hash_of(TINY, written[0]) != hash_of(TINY, written[1])


@pytest.mark.parametrize(
    ("metrics", "change", "is_same"),
    [
        (["accuracy"], {"mode": "max"}, True),
        (["accuracy"], {"mode": "min"}, False),
        (["acc"], {"monitor": "val_acc"}, True),
        (["accuracy"], {"monitor": "accuracy"}, False),
        (["accuracy"], {"patience": 4}, False),
    ],
)
def test_monitors_by_their_metric_and_their_way(hash_of, metrics, change, is_same):
    def hash_with(metrics, stop):
        return hash_of(
            TINY,
            f"training.metrics={json.dumps(metrics)}",
            f"training.early_stopping={json.dumps([stop])}",
        )

    assert (hash_with(["accuracy"], STOP) == hash_with(metrics, STOP | change)) is is_same


SHARING = [
    {"type": "Dense", "name": "one", "units": 4, "inputs": "input"},
    {"type": "Shared", "layer": "one", "inputs": "input"},
    {"type": "Add", "inputs": ["#-1", "#-2"]},
    {"type": "GlobalAveragePooling2D"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


def test_a_shared_layer_is_the_same_however_it_is_named(hash_of):
    other = [SHARING[0], SHARING[1] | {"layer": "#-1"}, *SHARING[2:]]
    assert hash_of(TINY, f"layers={json.dumps(SHARING)}") == hash_of(
        TINY, f"layers={json.dumps(other)}"
    )


def test_blocks_variables_and_order_leave_no_trace(hash_of):
    conv, *others = TINY["layers"]
    block = {"parameters": {"n": None}, "layers": [{**conv, "filters": "$(n * 2)"}]}
    other = dict(reversed([*TINY.items()])) | {"blocks": {"conv": block}}
    other["layers"] = [{"block": "conv", "n": 2}, *others]
    assert hash_of(other) == hash_of(TINY)


@given(st.permutations([*TINY]), st.integers(0, 8))
def test_neither_order_nor_blanks_matter(tmp_path_factory, keys, indent):
    path = tmp_path_factory.mktemp("order") / "spec.json"
    path.write_text(json.dumps({key: TINY[key] for key in keys}, indent=indent or None))
    other = path.with_name("plain.json")
    other.write_text(json.dumps(TINY))
    assert spec_hash(load(path)) == spec_hash(load(other))


def test_the_canonical_form_of_every_shipped_spec_is_that_of_what_it_resolves_to(tmp_path):
    for path in sorted(Path("specs").glob("*.json")):
        spec = load(path)
        resolved = tmp_path / "resolved.json"
        resolved.write_text(json.dumps(spec.resolved()))
        assert canonical(load(resolved, confined=False)) == canonical(spec), path


def test_the_hash_of_a_spec_is_pinned(hash_of):
    """A run says it of itself: it must not change with kspec."""
    assert hash_of(TINY) == ("31def84c689495a0b627b682eb22b46089bd098afa22044038977d9c91cbc675")


@pytest.mark.keras
def test_layers_are_named_as_keras_names_them():
    from keras.src.utils.naming import to_snake_case as of_keras

    for name in names("layers"):
        assert to_snake_case(name) == of_keras(name)
