"""Networks of keras.applications as flat lists (see `files`): folded, and still the same."""

import json
from pathlib import Path

import pytest

from kspec.errors import Place
from kspec.spec import catalog
from kspec.spec.expansion import expand
from kspec.spec.fold import fold, in_branches
from kspec.spec.node import node_of
from kspec.spec.printing import to_text

FILES = Path(__file__).parent / "files"

# The characters of Keras's own to_json, and at most how many of the spec with its names.
SIZES = {
    "DenseNet121": (403_300, 5_500),
    "EfficientNetB0": (223_760, 8_500),
    "InceptionV3": (296_829, 8_000),
    "MobileNetV2": (157_282, 5_000),
    "NASNetMobile": (758_924, 10_000),
    "ResNet50": (169_187, 4_500),
    "VGG16": (21_389, 1_700),
}


def unfolded(members):
    return expand(node_of({"input": {}, **members}, Place(""))).plain()["layers"]


def flat(name):
    return json.loads((FILES / f"{name}.json").read_text())


@pytest.mark.parametrize("name", SIZES)
def test_unfolds_to_itself(name):
    layers = flat(name)
    folded = fold(layers)
    assert unfolded(folded.members()) == unfolded({"layers": layers})
    assert len(to_text(folded.members())) < 0.2 * SIZES[name][0]


@pytest.mark.parametrize("name", SIZES)
def test_is_short_with_its_branches_in_order(name):
    layers, _ = in_branches(flat(name))
    folded = fold(layers)
    assert unfolded(folded.members()) == unfolded({"layers": layers})
    assert len(to_text(folded.members())) <= SIZES[name][1]


@pytest.mark.parametrize("name", SIZES)
def test_branches_in_order_are_the_same_network(name):
    before, after = flat(name), in_branches(flat(name))[0]
    assert meaning(before) == meaning(after)


def meaning(layers):
    """What comes out as an expression of what goes in, whatever the order of the layers."""
    numbers, known = [], {"input": -1}
    table = {}
    for index, layer in enumerate(unfolded({"layers": layers})):
        takes = layer.pop("inputs", "input" if index == 0 else "#-1")

        def number(text, index=index):
            return numbers[index - int(text[2:])] if text.startswith("#-") else known[text]

        read = [number(text) for text in takes] if isinstance(takes, list) else number(takes)
        key = json.dumps([layer, read], sort_keys=True)
        # Equal layers with equal inputs are told apart by nothing, and need not be.
        numbers.append(table.setdefault(key, hash(key)))
        known[layer.get("name")] = numbers[-1]
    return sorted(table), numbers[-1]


@pytest.mark.parametrize("name", ["ResNet50", "EfficientNetB0"])
def test_with_defaults_it_is_the_same_but_for_these(name):
    layers, _ = in_branches(flat(name))
    strict, loose = fold(layers), fold(layers, defaults=True)
    assert len(to_text(loose.members())) < len(to_text(strict.members()))
    back = unfolded(loose.members())
    assert back != unfolded({"layers": layers})
    for one, other in zip(back, unfolded({"layers": layers}), strict=True):
        assert {**one, **other} == one
        for key in one.keys() - other.keys():
            default = catalog.find("layers", one["type"]).arguments[key].default
            assert one[key] == default or [one[key]] * len(default) == list(default)
