"""What holds for whatever was read."""

import json

import pytest
from foreign_files import FILES, faults, read_foreign


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_language_finds_nothing_wrong(path):
    assert faults(read_foreign(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_json_and_shorter_than_the_file(path):
    layers = read_foreign(path).layers
    text = json.dumps(layers, allow_nan=False)
    assert json.loads(text) == layers
    assert len(text) < path.stat().st_size * 0.72


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_layer_has_a_name_of_its_own(path):
    def check(layers):
        names = [layer["name"] for layer in layers]
        assert len(set(names)) == len(names)
        for layer in layers:
            if layer["type"] == "Model":
                check(layer["layers"])

    check(read_foreign(path).layers)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_source_leads_to_its_layer(path):
    foreign = read_foreign(path)
    found = 0
    for source in foreign.sources:
        if source.type in ("Input", "ops"):
            continue
        layers = foreign.layers
        for step in source.path:
            (layer,) = [layer for layer in layers if layer["name"] == step]
            layers = layer.get("layers", [])
        assert layer["type"] == source.type
        found += 1
    assert found


def test_sources_are_in_the_order_of_the_file():
    sources = read_foreign(FILES[[path.stem for path in FILES].index("keras3-towers")]).sources
    assert [source.path for source in sources] == [
        ("left",),
        ("right",),
        ("embed",),
        ("tower",),
        ("tower", "input"),
        ("tower", "dense_5"),
        ("tower", "dense_6"),
        ("subtract",),
        ("absolute",),
        ("multiply",),
        ("concatenate_1",),
        ("concatenate",),
        ("same",),
    ]
