"""What a spec cannot say, and files that are not sound."""

import pytest
from foreign_files import functional, layer, node, read, sequential

from kspec.errors import SpecError

INPUT = node("InputLayer", "x", [], batch_input_shape=[None, 4])
DENSE = node("Dense", "y", [[["x", 0, 0, {}]]], units=2)
FIRST = layer("Dense", units=2, name="first", batch_input_shape=[None, 4])


def messages(model):
    with pytest.raises(SpecError) as caught:
        read(model)
    return [problem.message for problem in caught.value.problems]


def test_everything_is_refused_at_once():
    inner = sequential(layer("Lambda", name="lambda_2", function=["code"]))
    model = sequential(
        FIRST,
        layer("Lambda", name="lambda_1", function=["code", None, None]),
        layer("CRF", name="crf_1", units=3),
        inner,
        layer("LocallyConnected2D", name="local"),
        layer("TimeDistributed", name="each", layer=layer("Attend", name="attend")),
        layer("Dense", name="odd", units=2, kernel_initializer={"class_name": "Mine"}),
        layer("Activation", name="act", activation="my_function"),
        layer("Dense", name="new", units=2, shape_of_things=3),
    )
    assert messages(model) == [
        'layer "act" (Activation): its "activation" is the activation "my_function", which Keras '
        "does not have; with --plugin MODULE it can be given",
        'layer "crf_1" is a CRF, which Keras does not have; with --plugin MODULE it can be given',
        'layer "each" (TimeDistributed): its "layer" is a Attend, which Keras does not have; '
        "with --plugin MODULE it can be given",
        'layer "lambda_1" is a Lambda: it holds code, which a spec never does',
        'layer "lambda_2" is a Lambda: it holds code, which a spec never does',
        'layer "local" is a LocallyConnected2D, which Keras 3 no longer has',
        'layer "new" (Dense): it has the argument "shape_of_things", which Keras 3 does not have',
        'layer "odd" (Dense): its "kernel_initializer" is the initializer "Mine", which Keras does '
        "not have; with --plugin MODULE it can be given",
    ]


@pytest.mark.parametrize(
    "class_name", ["TFSMLayer", "JaxLayer", "TorchModuleWrapper", "Layer", "Shared", "Custom>Dense"]
)
def test_classes_that_no_file_may_bring(class_name):
    (message,) = messages(sequential(FIRST, layer(class_name, name="it")))
    assert message.startswith(f'layer "it" is a {class_name}')


@pytest.mark.parametrize(
    "around",
    [{"registered_name": "my>Dense", "module": None}, {"module": "my"}],
)
def test_a_layer_of_somebody_else_by_a_name_of_keras(around):
    own = {**layer("Dense", name="it", units=2), **around}
    (message,) = messages(sequential(FIRST, own))
    assert message.startswith('layer "it" is a my>Dense, which Keras does not have')


def test_a_registered_layer_goes_by_its_own_name():
    (message,) = messages(sequential(FIRST, layer("Custom>Mine", name="it")))
    assert message.startswith('layer "it" is a Mine, which Keras does not have')


def test_refusals_in_a_graph():
    model = functional(
        INPUT,
        node("Lambda", "code", [[["x", 0, 0, {}]]]),
        node("CRF", "crf", [[["code", 0, 0, {}]]]),
        node("Dense", "y", [[["crf", 0, 0, {}]]], units=2),
    )
    assert len(messages(model)) == 2


def test_code_as_an_activation():
    bad = {"class_name": "__lambda__", "config": {"value": ["code"]}}
    (message,) = messages(sequential(FIRST, layer("Dense", name="d", units=1, activation=bad)))
    assert "holds code, which a spec never does" in message


def test_a_model_without_a_shape():
    (message,) = messages(sequential(layer("Dense", units=2)))
    assert message.startswith("no layer says the shape of the input")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (functional(INPUT), '"output_layers" of model "net" takes from "y", which is not a layer'),
        (functional(INPUT, DENSE, inputs=["z"]), 'takes from "z", which is not a layer'),
        (
            functional(INPUT, DENSE, inputs=["y"]),
            'the input "y" of model "net" is not an InputLayer',
        ),
        (functional(INPUT, DENSE, DENSE), 'two layers of model "net" are called "y"'),
        (functional(INPUT, DENSE, outputs=[["y", 3, 0]]), 'call 3 of "y"'),
        (functional(INPUT, DENSE, outputs=["y", ["y", 0, -1]]), '"y" has no output -1'),
        (functional(INPUT, DENSE, outputs=()), "has no outputs"),
        (functional(DENSE, inputs=()), 'model "net" has no inputs'),
        (
            functional(INPUT, node("Dense", "y", [[["y", 0, 0, {}]]], units=2)),
            'has a cycle, at or before "y"',
        ),
        (
            functional(
                INPUT,
                node("Add", "a", [[["x", 0, 0, {}], ["y", 0, 0, {}]]]),
                node("Dense", "y", [[["a", 0, 0, {}]]], units=4),
            ),
            'has a cycle, at or before "a", "y"',
        ),
        (sequential(FIRST, 3), "layers[1] of a Sequential must be an object, not 3"),
        (sequential(FIRST, {"config": {}}), 'layers[1] of a Sequential has no "class_name"'),
        (
            sequential(FIRST, {"class_name": "Dense", "config": 3}),
            'the "config" of the Dense must be an object, not 3',
        ),
        (sequential(layer("Dense", units=1, batch_input_shape=["a", 3])), 'has "a" for a size'),
        (sequential(layer("Dense", units=1, batch_input_shape=[None, "3"])), 'has "3" for a size'),
        (sequential(layer("Dense", units=1, batch_input_shape=[None, -3])), "has -3 for a size"),
        (sequential(FIRST, layer("Dense", units="many")), '"units" must be an integer, not "many"'),
        (sequential(FIRST, layer("Dense")), 'Dense needs "units"'),
    ],
)  # fmt: skip
def test_files_that_are_not_sound(model, reason):
    (message,) = messages(model)
    assert reason in message


def test_layers_that_lead_nowhere_are_left_out_with_a_note():
    foreign = read(functional(INPUT, DENSE, node("Lambda", "side", [[["x", 0, 0, {}]]])))
    assert [each["name"] for each in foreign.layers] == ["y"]
    assert 'layer "side" leads to no output' in foreign.notes[0].message


@pytest.mark.parametrize(("value", "is_refused"), [(None, False), (False, False), (0, True)])
def test_an_argument_that_an_operation_does_not_have_may_only_be_empty(value, is_refused):
    own = {"module": "keras.src.ops.numpy", "registered_name": "Mean"}
    mean = {**node("Mean", "y", [[["x", 0, 0, {}]]], axis=1, ddof=value), **own}
    model = functional(INPUT, mean)
    if is_refused:
        (message,) = messages(model)
        assert message.endswith('it has the argument "ddof", which ops.mean does not have')
    else:
        assert read(model).layers == [{"type": "ops.mean", "name": "y", "axis": 1}]
