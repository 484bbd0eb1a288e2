"""The calls of a flat list of layers, and what is wrong with its wiring."""

import pytest
from net_spec import LEFT_AND_RIGHT, net

from kspec.errors import SpecError
from kspec.spec.graph import Tensor, graph_of, read_reference, tensors_of


def layer(kind, inputs=None, **arguments):
    return {"type": kind, "inputs": inputs, **arguments}


def faults(*layers, **members):
    with pytest.raises(SpecError) as caught:
        graph_of(net(*layers, **members))
    return [(problem.code, problem.message) for problem in caught.value.problems]


def test_calls_and_what_they_take():
    graph = graph_of(net(layer("A", name="a"), layer("B"), layer("Add", ["a", "#-1", "input"])))
    assert [call.inputs for call in graph.calls] == [
        Tensor("input"),
        Tensor(0),
        [Tensor(0), Tensor(1), Tensor("input")],
    ]
    assert graph.outputs == Tensor(2) and graph.given() == (Tensor(2),)
    assert [call.index for call in graph.takers(0)] == [1, 2]


def test_keywords_and_one_of_several_outputs():
    graph = graph_of(
        net(layer("LSTM", name="lstm"), layer("Attend", {"query": "lstm[0]", "value": "#-1[2]"}))
    )
    assert list(tensors_of(graph.calls[1].inputs)) == [Tensor(0, 0), Tensor(0, 2)]


def test_several_inputs_and_outputs():
    layers = [layer("A", "left", name="a"), layer("Add", ["a", "right"])]
    graph = graph_of(net(*layers, **LEFT_AND_RIGHT, outputs=["a", "#-1"]))
    assert graph.inputs == ("left", "right")
    assert graph.outputs == (Tensor(0), Tensor(1))


def test_a_shared_layer_is_called_again():
    graph = graph_of(
        net(
            layer("A", "left", name="a"),
            layer("Shared", "right", layer="a"),
            layer("Shared", "#-1", layer="#-1"),
            layer("Add", ["a", "#-1"]),
            **LEFT_AND_RIGHT,
        )
    )
    assert [call.target for call in graph.calls] == [0, 0, 0, 3]


def test_a_nested_model_has_a_graph():
    inner = [layer("A", "l", name="a"), layer("Add", ["a", "r"])]
    graph = graph_of(net(layer("B"), layer("Model", {"l": "#-1", "r": "input"}, layers=inner)))
    nested = graph.calls[1].inner
    assert nested.inputs == ("l", "r")
    assert nested.calls[1].inputs == [Tensor(0), Tensor("r")]


@pytest.mark.parametrize(
    ("layers", "code", "says"),
    [
        ([layer("A", name="a"), layer("B", "aa")], "unknown-layer", 'Did you mean "a"?'),
        ([layer("A", "b"), layer("B", name="b")], "circle", '"b" comes further down'),
        ([layer("A", "a", name="a")], "circle", '"a" is this layer itself'),
        ([layer("A", "#-2")], "reference", "points above the first layer"),
        ([layer("A", "#2")], "reference", "is not a reference"),
        ([layer("A", [])], "reference", '"inputs" must be a name'),
        ([layer("A", name="a"), layer("B", name="a")], "duplicate-name", 'layers[0] is called "a"'),
        ([layer("A", name="input")], "duplicate-name", "an input of the model is called"),
        ([layer("A"), layer("B", "input")], "dangling-layer", "nothing uses the output of this A"),
        ([layer("A"), layer("Shared", layer="input")], "reference", "is an input of the model"),
        (
            [layer("A"), layer("B"), layer("Model", ["#-1", "#-2"], layers=[layer("C")])],
            "reference",
            "names them",
        ),
        (
            [layer("Model", layers=[layer("A", "x"), layer("B")])],
            "unknown-layer",
            'there is no layer "x" above',
        ),
    ],
)
def test_faults_of_the_wiring(layers, code, says):
    found = faults(*layers)
    assert found[0][0] == code and says in found[0][1], found


def test_an_input_that_no_layer_takes():
    assert faults(layer("A", "left"), **LEFT_AND_RIGHT) == [
        ("dangling-input", 'no layer takes the input "right"')
    ]


def test_the_first_layer_must_choose_among_inputs():
    assert faults(layer("A"), **LEFT_AND_RIGHT)[0][0] == "ambiguous-input"


def test_a_layer_that_is_only_shared_is_used():
    layers = [layer("A", name="a"), layer("Shared", "input", layer="a")]
    assert graph_of(net(*layers)).outputs == Tensor(1)


def test_the_parts_of_a_reference():
    reference = read_reference("#-2[1]")
    assert (reference.name, reference.back, reference.output) == (None, 2, 1)
    assert read_reference("conv 1").name == "conv 1"
    assert read_reference("#2") is None
