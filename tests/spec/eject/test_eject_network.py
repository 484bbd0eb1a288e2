"""The network of a script is the one that kspec builds."""

from pathlib import Path

import pytest
from comparing import require_same_model
from ejecting import run_script, script_of, tiny_spec
from networks import NETWORKS

pytestmark = pytest.mark.keras

# The others take long to build twice.
QUICK = ("quickstart", "table", "text", "two_inputs")
SPECS = [
    pytest.param(path, id=path.stem, marks=[] if path.stem in QUICK else pytest.mark.slow)
    for path in sorted(Path("specs").glob("*.json"))
]
UNFOLDED = [
    name
    for name, (layers, parts) in NETWORKS.items()
    if "blocks" in parts or any("repeat" in layer for layer in layers)
]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_script_builds_the_network_of_its_spec(name, tmp_path):
    layers, parts = NETWORKS[name]
    spec, text = script_of(tiny_spec(tmp_path, layers, **parts))
    require_same_model(spec, run_script(text))


@pytest.mark.slow
@pytest.mark.parametrize("name", UNFOLDED)
def test_so_does_one_without_functions_for_blocks(name, tmp_path):
    layers, parts = NETWORKS[name]
    spec, text = script_of(tiny_spec(tmp_path, layers, **parts), structured=False)
    require_same_model(spec, run_script(text))


@pytest.mark.parametrize("path", SPECS)
def test_the_specs_of_this_repository(path, tmp_path):
    # (ImageNet's weights would have to be fetched.)
    settings = ["layers[1].weights=null"] if "Backbone" in path.read_text() else []
    spec, text = script_of(path, settings, script=tmp_path)
    require_same_model(spec, run_script(text))
