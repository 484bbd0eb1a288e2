"""What `inputs` refers to, as a list of layers sees it, and how it reads once all is unfolded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.errors import SpecError
from kspec.spec.expansion import expand
from kspec.spec.source import parse


def unfolded(*layers, **members):
    spec = {"input": {"shape": [4]}, "layers": list(layers), **members}
    return expand(parse(json.dumps(spec), "f")).plain()


def wired(*layers, **members):
    """Type and inputs of each layer, None where it takes the layer before."""
    return [
        (layer["type"], layer.get("inputs")) for layer in unfolded(*layers, **members)["layers"]
    ]


def fails(says, *layers, **members):
    with pytest.raises(SpecError) as caught:
        unfolded(*layers, **members)
    assert says in str(caught.value), str(caught.value)
    return caught.value


def layer(kind, inputs=None, **arguments):
    return {"type": kind, **({} if inputs is None else {"inputs": inputs}), **arguments}


RESIDUAL = {
    "layers": [layer("A"), layer("B", name="body"), layer("Add", ["body", "input"])],
}


def test_by_name_by_count_and_the_input():
    assert wired(
        layer("A", name="skip"),
        layer("B"),
        layer("C", "input"),
        layer("Add", ["skip", "#-2", "#-1"]),
    ) == [("A", None), ("B", None), ("C", "input"), ("Add", ["skip", "#-2", "#-1"])]


def test_what_says_the_same_is_written_the_same():
    assert wired(layer("A", "input"), layer("B", "#-1"), layer("C", name="c"), layer("D", "c")) == [
        ("A", None),
        ("B", None),
        ("C", None),
        ("D", None),
    ]
    assert wired(layer("A", name="a"), layer("B"), layer("Add", ["#-2", "#-1"])) == wired(
        layer("A", name="a"), layer("B"), layer("Add", ["a", "#-1"])
    )


def test_a_list_of_one_stays_a_list():
    assert wired(layer("A"), layer("Concatenate", ["#-1"]))[1] == ("Concatenate", ["#-1"])


def test_keywords_and_numbers():
    assert wired(
        layer("A"),
        layer("Attend", {"query": "#-1", "value": "input", "use_causal_mask": True}),
        layer("ops.multiply", ["#-1", 0.5]),
    )[1:] == [
        ("Attend", {"query": "#-1", "value": "input", "use_causal_mask": True}),
        ("ops.multiply", ["#-1", 0.5]),
    ]


def test_one_of_several_outputs():
    assert wired(layer("LSTM", name="lstm"), layer("A", "lstm[1]"), layer("B", "#-2[0]"))[1:] == [
        ("A", "lstm[1]"),
        ("B", "lstm[0]"),
    ]


def test_within_a_block_input_is_what_the_block_takes():
    assert wired(
        layer("Z"), {"block": "residual"}, {"block": "residual"}, blocks={"residual": RESIDUAL}
    ) == [
        ("Z", None),
        ("A", None),
        ("B", None),
        ("Add", ["body", "#-3"]),
        ("A", None),
        ("B", None),
        ("Add", ["body_1", "#-3"]),
    ]


def test_a_block_counts_as_one_item_and_its_use_can_be_named():
    assert wired(
        {"block": "residual", "name": "down"},
        layer("X"),
        layer("Add", ["#-2", "#-1"]),
        layer("Add", ["down", "#-1"]),
        blocks={"residual": RESIDUAL},
    )[2:] == [
        ("Add", ["down_body", "input"]),
        ("X", None),
        ("Add", ["#-2", "#-1"]),
        ("Add", ["#-3", "#-1"]),
    ]


def test_a_block_of_several_inputs_and_outputs():
    cross = {
        "inputs": ["left", "right"],
        "layers": [layer("Add", ["left", "right"], name="sum"), layer("Neg", "right")],
        "outputs": ["sum", "#-1"],
    }
    by_place = {"block": "cross", "inputs": ["a", "b"]}
    by_name = {"block": "cross", "inputs": {"right": "b", "left": "a"}}
    for use in (by_place, by_name):
        layers = [
            layer("A", name="a"),
            layer("B", name="b"),
            use,
            layer("Sub", ["#-1[1]", "#-1[0]"]),
        ]
        assert wired(*layers, blocks={"cross": cross})[2:] == [
            ("Add", ["a", "b"]),
            ("Neg", "b"),
            ("Sub", ["#-1", "sum"]),
        ]


def test_several_outputs_of_a_block_stand_for_a_list():
    pair = {"layers": [layer("A", name="x"), layer("B")], "outputs": ["x", "#-1"]}
    assert wired({"block": "pair"}, layer("Add", "#-1"), blocks={"pair": pair})[2] == (
        "Add",
        ["x", "#-1"],
    )
    two = [{"block": "pair"}, {"block": "pair", "inputs": "#-1[0]"}, layer("Add", ["#-1", "input"])]
    assert wired(*two, blocks={"pair": pair})[4] == ("Add", ["x_1", "#-1", "input"])


def test_a_block_feeds_a_block_of_as_many_inputs():
    pair = {"layers": [layer("A", name="x"), layer("B")], "outputs": ["x", "#-1"]}
    join = {"inputs": ["l", "r"], "layers": [layer("Sub", ["r", "l"])]}
    layers = [{"block": "pair"}, {"block": "join"}]
    assert wired(*layers, blocks={"pair": pair, "join": join})[2] == ("Sub", ["#-1", "x"])


def test_each_round_of_a_repeat_has_its_own_input_and_sees_the_names_outside():
    inside = [layer("A"), layer("Add", ["input", "#-1", "stem"])]
    assert wired(layer("S", name="stem"), {"repeat": 2, "layers": inside}) == [
        ("S", None),
        ("A", None),
        ("Add", ["stem", "#-1", "stem"]),
        ("A", None),
        ("Add", ["#-2", "#-1", "stem"]),
    ]


def test_names_of_a_use_within_a_named_use():
    inner = {"layers": [layer("A", name="a")]}
    outer = {"layers": [{"block": "inner", "name": "i"}, layer("B", "i", name="b")]}
    layers = unfolded({"block": "outer", "name": "o"}, blocks={"inner": inner, "outer": outer})
    assert [each["name"] for each in layers["layers"]] == ["o_i_a", "o_b"]


def test_a_name_from_a_block_makes_way():
    one = {"layers": [layer("A", name="a")]}
    layers = [{"block": "one"}, {"block": "one"}, layer("B", name="a_1"), layer("C", "a_1")]
    names = [each.get("name") for each in unfolded(*layers, blocks={"one": one})["layers"]]
    assert names == ["a", "a_2", "a_1", None]


def test_a_shared_layer():
    layers = unfolded(
        layer("E", "left", name="embed"),
        layer("Shared", "right", layer="embed"),
        layer("Sub", ["embed", "#-1"]),
        input=None,
        inputs={"left": {}, "right": {}},
    )["layers"]
    assert layers[1] == {"type": "Shared", "inputs": "right", "layer": "embed"}


def test_a_shared_layer_of_a_block_is_that_of_the_same_use():
    block = {"layers": [layer("E", name="e"), layer("Shared", "input", layer="e")]}
    layers = unfolded({"block": "b"}, {"block": "b"}, blocks={"b": block})["layers"]
    assert [each["layer"] for each in layers if each["type"] == "Shared"] == ["e", "e_1"]


def test_a_nested_model_has_a_list_of_its_own():
    tower = layer("Model", name="t", layers=[{"block": "residual"}, layer("D", "input")])
    layers = unfolded(layer("A", name="body"), tower, blocks={"residual": RESIDUAL})["layers"]
    assert layers[1] == {
        "type": "Model",
        "name": "t",
        "layers": [
            {"type": "A"},
            {"type": "B", "name": "body"},
            {"type": "Add", "inputs": ["body", "input"]},
            {"type": "D", "inputs": "input"},
        ],
    }


def test_a_nested_model_knows_several_inputs_by_their_keywords():
    inner = [layer("Add", ["left", "right"], name="s"), layer("N", "right")]
    model = layer("Model", {"left": "#-2", "right": "#-1"}, layers=inner, outputs=["s", "#-1"])
    layers = unfolded(layer("A"), layer("B"), model, layer("C", "#-1[1]"))["layers"]
    assert layers[2]["inputs"] == {"left": "#-2", "right": "#-1"}
    assert layers[2]["outputs"] == ["s", "#-1"]
    assert layers[3]["inputs"] == "#-1[1]"


def test_outputs_of_the_whole():
    assert unfolded(layer("A", name="a"), layer("B"), outputs=["a", "#-1"])["outputs"] == [
        "a",
        "#-1",
    ]
    assert unfolded(layer("A"), layer("B"), outputs="#-2")["outputs"] == "#-2"


def test_an_unknown_name_is_told_with_a_suggestion():
    fails(
        'the spec has no layer "skp" above. Did you mean "skip"?',
        layer("A", name="skip"),
        layer("B", "skp"),
    )


def test_a_block_sees_only_its_own_layers():
    block = {"layers": [layer("A", "stem")]}
    error = fails(
        'block "b" has no layer "stem" above; there are "input"',
        layer("S", name="stem"),
        {"block": "b"},
        blocks={"b": block},
    )
    assert error.problems[0].place.used_by is not None


def test_a_layer_further_down_would_make_a_circle():
    fails('"b" comes further down', layer("A", "b"), layer("B", name="b"))


@pytest.mark.parametrize("text", ["#-0", "#1", "a[", "[0]", "a[-1]", "", "#-1[x]"])
def test_what_is_no_reference(text):
    fails("is not a reference", layer("A"), layer("B", text))


def test_counting_above_the_list():
    assert wired(layer("A"), layer("Add", ["#-2", "#-1"]))[1] == ("Add", ["input", "#-1"])
    fails("points above the first item", layer("A"), layer("B", "#-3"))


def test_a_name_twice_in_one_list():
    fails('called "a"', layer("A", name="a"), layer("B", name="a"))
    fails('called "input" already', layer("A", name="input"))


def test_an_input_that_is_not_said():
    pair = {"layers": [layer("A", name="x"), layer("B")], "outputs": ["x", "#-1"]}
    fails(
        'say with "inputs" what this layer takes',
        {"block": "pair"},
        layer("C"),
        blocks={"pair": pair},
    )
    fails(
        'say with "inputs" what this layer takes',
        layer("A"),
        input=None,
        inputs={"left": {}, "right": {}},
    )


def test_name_and_inputs_belong_to_the_language():
    for word in ("name", "inputs"):
        block = {"parameters": {word: None}, "layers": [layer("A")]}
        fails(f'"{word}" is a reserved word', layer("B"), blocks={"b": block})


def test_the_augmentation_stands_in_a_row():
    fails("are a plain sequence", layer("A"), augmentation=[layer("RandomFlip", "#-1")])


NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def networks(draw):
    """Lists of layers that refer to each other in every way."""
    blocks = {"residual": RESIDUAL}
    layers, names = [], []
    for number in range(draw(st.integers(1, 6))):
        references = ["input", *names, *(f"#-{back}" for back in range(1, number + 2))]
        reference = st.sampled_from(references)
        item = draw(
            st.one_of(
                st.builds(lambda: layer("A")),
                st.builds(lambda r: layer("A", r), reference),
                st.builds(lambda r: layer("Add", r), st.lists(reference, min_size=1, max_size=3)),
                st.builds(lambda r: {"block": "residual", "inputs": r}, reference),
                st.builds(lambda n: {"repeat": n, "layers": RESIDUAL["layers"]}, st.integers(0, 2)),
                st.builds(lambda r: layer("Model", r, layers=RESIDUAL["layers"]), reference),
            )
        )
        name = draw(st.none() | NAMES)
        if name is not None and name not in names:
            item["name"] = name
            names.append(name)
        layers.append(item)
    return {"input": {"shape": [4]}, "blocks": blocks, "layers": layers}


@given(networks())
def test_what_is_unfolded_unfolds_to_itself(spec):
    once = expand(parse(json.dumps(spec), "f"))
    again = expand(parse(json.dumps(once.plain()), "f"))
    assert again.plain() == once.plain()
