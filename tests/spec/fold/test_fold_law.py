"""What is folded unfolds to what it was, names included, and is no longer; whatever it was."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kspec.spec.expansion import expand
from kspec.spec.fold import fold, in_branches
from kspec.spec.printing import to_text
from kspec.spec.source import parse

VALUES = st.sampled_from(
    [1, 1.0, True, None, 2, 4, 8, 64, 128, "same", "$x", "$$", [1, 2], {"type": "L2", "l2": 0.1}]
)
KINDS = ["Conv", "Norm", "Add", "Shared", "Model", "Pair", "Attend", "ReLU"]
NAMES = ("skip", "conv", "a_b", "in", "input_1", "x_1_y", "relu")


GROWS = [
    lambda number: 16 * 2**number,
    lambda number: 4096 // 2**number,
    lambda number: 12 + 12 * number,
    lambda number: 0.2 * number / 14,
    lambda number: 5 - 0.25 * number,
]


def escaped(value):
    if isinstance(value, dict):
        return {key: escaped(child) for key, child in value.items()}
    if isinstance(value, list):
        return [escaped(child) for child in value]
    return f"${value}" if isinstance(value, str) and value.startswith("$") else value


def unfolded(inputs, members):
    spec = {"inputs": {name: {} for name in inputs}, **members}
    plain = expand(parse(json.dumps(spec), "f")).plain()
    return {key: plain[key] for key in ("layers", "outputs") if key in plain}


def same(one, other):
    # 1, 1.0 and true are not the same.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def holds_for(layers, inputs=("input",), outputs=None):
    """Fold, and hold the result to the law; gives the result."""
    flat = {"layers": escaped(layers), **({} if outputs is None else {"outputs": outputs})}
    flat = unfolded(inputs, flat)
    folded = fold(layers, inputs, outputs)
    assert same(unfolded(inputs, folded.members()), flat)
    written = {key: escaped(value) for key, value in flat.items()}
    assert len(to_text(folded.members())) <= len(to_text(written))
    return folded


@st.composite
def motifs(draw):
    """A few layers: type, arguments, whether named, and what each takes, counted back."""
    layers = []
    for place in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(KINDS))
        back = st.integers(1, place + 2)
        if kind in ("Add", "Norm"):
            takes = draw(st.lists(back, min_size=1, max_size=3))
        elif kind == "Attend":
            takes = {"query": draw(back), "value": draw(back), "mask": True}
        else:
            takes = draw(back)
        long = draw(st.sampled_from(["", "a" * 30]))
        arguments = draw(st.dictionaries(st.sampled_from(["filters", "name_", "type_"]), VALUES))
        layers.append((kind, {**arguments, "long": long}, draw(st.sampled_from(NAMES)), takes))
    return layers


@st.composite
def networks(draw):
    """Motifs that follow each other again and again, values and names varied a little."""
    some = draw(st.lists(motifs(), min_size=1, max_size=3))
    inputs = draw(st.sampled_from([("input",), ("left", "right")]))
    naming = draw(st.sampled_from(["none", "prefix", "number", "some", "parts"]))
    grows = draw(st.sampled_from([None, None, *GROWS]))
    layers, taken = [], set(inputs)
    for number, which in enumerate(draw(st.lists(st.sampled_from(range(len(some))), max_size=14))):
        for place, (kind, arguments, base, takes) in enumerate(some[which]):
            layer = {"type": kind, **arguments}
            if kind == "Model":
                layer["layers"] = [{"type": "In"}, {"type": "In", "units": number % 2}] * 3
            if kind == "Pair":
                pair = {"layers": [{"type": "In"}, {"type": "In"}], "outputs": ["#-2", "#-1"]}
                layer |= {"type": "Model", **pair}
            if grows and kind == "Conv":
                layer["filters"] = grows(number)
            if draw(st.integers(0, 9)) == 0:
                layer["filters"] = draw(VALUES)
            name = called(naming, number, place, base, taken, draw)
            if name is not None:
                layer["name"] = name
                taken.add(name)
            if kind == "Shared":
                owners = [n for n, each in enumerate(layers) if each["type"] in ("Conv", "ReLU")]
                if not owners:
                    layer["type"] = "ReLU"
                else:
                    owner = draw(st.sampled_from(owners[-3:]))
                    layer["layer"] = layers[owner].get("name", f"#-{len(layers) - owner}")
            layer["inputs"] = taken_by(takes, layers, inputs, draw)
            layers.append(layer)
    outputs = None
    if layers and draw(st.booleans()):
        texts = st.integers(1, len(layers)).map(
            lambda back: f"#-{back}[1]" if "outputs" in layers[-back] else f"#-{back}"
        )
        outputs = draw(st.one_of(texts, st.lists(texts, min_size=1, max_size=3, unique=True)))
    return layers, inputs, outputs


def called(naming, number, place, base, taken, draw):
    name = {
        "none": None,
        "prefix": f"stage{number // 3}_block{number}_{place}_{base}",
        "number": base,
        "some": f"{base}{number}_{place}" if place == 0 else None,
        "parts": f"{base}_{place}_of_{number}",
    }[naming]
    if name is None or draw(st.integers(0, 19)) == 0:
        return None
    unique, count = name, 0
    while unique in taken:
        count += 1
        unique = f"{name}_{count}"
    return unique


def taken_by(takes, layers, inputs, draw):
    if isinstance(takes, list):
        return [taken_by(back, layers, inputs, draw) for back in takes]
    if isinstance(takes, dict):
        return {key: taken_by(back, layers, inputs, draw) for key, back in takes.items()}
    if takes is True:
        return True
    if takes > len(layers):
        return inputs[takes % len(inputs)]
    target = layers[-takes]
    name = target.get("name")
    text = name if name is not None and draw(st.booleans()) else f"#-{takes}"
    several = ["[0]", "[1]"] if "outputs" in target else [""] * 9 + ["[1]"]
    return text + draw(st.sampled_from(several))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_random_networks(network):
    layers, inputs, outputs = network
    if layers:
        holds_for(layers, inputs, outputs)


@st.composite
def chains(draw):
    """Rounds of the same layers, one after the other, in which numbers grow by a rule."""
    size = draw(st.integers(1, 4))
    rules = draw(st.lists(st.sampled_from([None, *GROWS]), min_size=size, max_size=size))
    named = draw(st.booleans())
    layers = []
    for number in range(draw(st.integers(2, 7))):
        for place, rule in enumerate(rules):
            layer = {"type": f"Layer{place}", "long": "a" * 30}
            if rule is not None:
                layer["filters"] = rule(number)
            if named and place == 0:
                layer["name"] = f"first_{number}" if number else "first"
            layers.append(layer)
        if draw(st.integers(0, 5)) == 0:
            layers.append({"type": "Break"})
    return layers


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(chains(), st.integers(1, 2))
def test_chains_that_grow(layers, times):
    holds_for(layers)
    holds_for([{"type": "Model", "layers": layers}] * times)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_random_networks_in_another_order(network):
    layers, inputs, outputs = network
    if layers:
        reordered, given_out = in_branches(layers, inputs, outputs)
        assert len(reordered) == len(layers)
        holds_for(reordered, inputs, given_out)
