"""Which layers of a backbone learn, and that the others stay what they are, to the bit."""

import json

import keras
import numpy as np
import pytest
from small_backbones import changes
from tiny_spec import TINY

import kspec
from kspec.errors import BuildError
from kspec.experiment.prepare import prepare
from kspec.model.build import build
from kspec.model.connect import connect
from kspec.model.table import not_allocated, tabulate, tabulate_spec


def values(variables):
    return {each.path: np.array(keras.ops.convert_to_numpy(each)) for each in variables}


def trained(spec):
    """The model of a spec, its values before, and those after an epoch of training."""
    prepared = prepare(spec, spec.root)
    before = values(prepared.model.variables)
    prepared.model.fit(prepared.train_batches(), epochs=1, verbose=0)
    return prepared.model, before, values(prepared.model.variables)


def moved(before, after):
    return {path for path in before if not np.array_equal(before[path], after[path])}


CHOICES = {
    "all": True,
    "none": False,
    "last": {"last": 3},
    "from": {"from": "expanded_conv_depthwise"},
    "matching": {"matching": "*_BN"},
}


@pytest.mark.parametrize("choice", CHOICES)
def test_frozen_variables_stay_to_the_bit_and_the_others_move(choice, tiny):
    spec = tiny(**changes(trainable=CHOICES[choice]))
    model, before, after = trained(spec)
    backbone = model.get_layer("backbone")
    learning = {each.path for each in backbone.trainable_variables}
    statistics = {
        each.path
        for layer in backbone.layers
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
        for each in (layer.moving_mean, layer.moving_variance)
    }
    within = {each.path for each in backbone.variables}
    assert moved(before, after) & within == learning | statistics
    assert bool(learning) == (choice != "none")


def names_of_learning(spec):
    layers = build(spec).get_layer("backbone").layers
    return [layer.name for layer in layers if layer.weights and layer.trainable_weights]


def test_the_layers_that_are_chosen(tiny):
    assert names_of_learning(tiny(**changes(trainable={"last": 2}))) == ["expanded_conv_project_BN"]
    assert names_of_learning(tiny(**changes(trainable={"from": "expanded_conv_project"}))) == [
        "expanded_conv_project",
        "expanded_conv_project_BN",
    ]
    assert names_of_learning(tiny(**changes(trainable={"matching": "*_BN"}))) == [
        "expanded_conv_depthwise_BN",
        "expanded_conv_project_BN",
    ]


def test_statistics_that_are_not_updated_are_frozen_with_what_belongs_to_them(tiny):
    """Within `fit`, Keras forgets a `training=False` of the call: only freezing keeps them."""
    model, before, after = trained(tiny(**changes(update_statistics=False)))
    normalizing = {
        each.path
        for layer in model.get_layer("backbone").layers
        if isinstance(layer, keras.layers.BatchNormalization)
        for each in layer.variables
    }
    within = {each.path for each in model.get_layer("backbone").variables}
    assert moved(before, after) & within == within - normalizing
    assert normalizing


def test_nor_are_they_in_a_phase_that_lets_the_backbone_learn(tiny):
    phases = [{**TINY["training"], "trainable": {"backbone": True}}]
    spec = tiny(**changes(update_statistics=False, trainable=False) | {"training": phases})
    backbone = prepare(spec, spec.root).model.get_layer("backbone")
    learning = {layer.name for layer in backbone.layers if layer.trainable_weights}
    assert "Conv1" in learning and "bn_Conv1" not in learning


def test_a_frozen_backbone_gives_the_same_in_training(tiny):
    model = build(tiny(**changes(trainable=False)))
    backbone = model.get_layer("backbone")
    x = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype("float32")
    given = [np.array(keras.ops.convert_to_numpy(backbone(x, training=t))) for t in (True, False)]
    np.testing.assert_allclose(*given, atol=1e-6)


@pytest.mark.parametrize(
    ("application", "trainable", "pooling", "layers", "total", "learning"),
    [
        ("VGG16", {"from": "block5_conv1"}, "flatten", 20, 14_714_688, 7_079_424),
        ("DenseNet121", {"last": 30}, "flatten", 428, 7_037_504, 639_616),
    ],
)
def test_the_counts_of_the_report(tiny, application, trainable, pooling, layers, total, learning):
    """The Flatten at its end is one of the 428 layers of which the last 30 learn."""
    backbone = {"application": application, "trainable": trainable, "pooling": pooling}
    spec = tiny(
        **changes(**backbone, preprocessing="none", alpha="unsaid", until="unsaid")
        | {"input": {"shape": [224, 224, 3]}}
    )
    (row, _) = tabulate_spec(spec).rows
    assert (row.type, row.params, row.trainable_params) == ("Functional", total, learning)
    with not_allocated():
        assert len(connect(spec).get_layer("backbone").layers) == layers


@pytest.mark.parametrize(
    ("trainable", "says"),
    [
        (
            {"from": "expanded_conv_projekt"},
            'no layer "expanded_conv_projekt". Did you mean "expanded_conv_project"?',
        ),
        ({"matching": "conv5_*"}, 'no layer of backbone matches "conv5_*"'),
        ({"last": 99}, "backbone has 11 layers, so it has no last 99"),
    ],
)
def test_a_choice_of_nothing_is_told_where_it_stands(trainable, says, write_spec):
    path = write_spec(**changes(trainable=trainable))
    with pytest.raises(BuildError) as caught:
        build(kspec.load(path))
    (problem,) = caught.value.problems
    assert says in problem.message
    ((key, value),) = trainable.items()
    assert f'"{key}": {json.dumps(value)}' in path.read_text().splitlines()[problem.place.line - 1]


def test_the_table_counts_a_backbone_as_one_layer(tiny):
    spec = tiny(**changes(trainable=False))
    table = tabulate_spec(spec)
    assert table == tabulate(build(spec))
    assert [row.name for row in table.rows] == ["backbone", "dense"]
    assert table.rows[0].trainable_params == 0 < table.rows[0].params
