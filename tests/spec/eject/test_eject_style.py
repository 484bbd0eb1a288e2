"""The code that is written looks as a Keras user would write it, and formatters leave it alone."""

import ast
import re
from pathlib import Path

import pytest
from ejecting import require_clean, run_script, script_of, tiny_spec
from networks import END, NETWORKS, conv

from kspec.spec.eject.code import WIDTH


def body_of(text, function="build_model"):
    """The lines of a function."""
    (found,) = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    return text.splitlines()[found.lineno : found.end_lineno]


def functions_of(text):
    return [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]


def test_ruff_has_nothing_to_say(tmp_path):
    scripts = []
    for path in sorted(Path("specs").glob("*.json")):
        for structured in (True, False):
            scripts.append(tmp_path / f"{path.stem}_{structured}.py")
            scripts[-1].write_text(script_of(path, script=tmp_path, structured=structured)[1])
    for number, (layers, parts) in enumerate(NETWORKS.values()):
        for structured in (True, False):
            path = tiny_spec(tmp_path, layers, name=f"net{number}", **parts)
            scripts.append(tmp_path / f"{path.stem}_{structured}.py")
            scripts[-1].write_text(script_of(path, structured=structured)[1], encoding="utf-8")
    require_clean(*scripts)


@pytest.mark.parametrize("name", NETWORKS)
def test_lines_are_short(name, tmp_path):
    layers, parts = NETWORKS[name]
    text = script_of(tiny_spec(tmp_path, layers, **parts))[1]
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_plain_row_is_sequential(tmp_path):
    text = script_of(tiny_spec(tmp_path, [conv(), {"type": "ReLU"}, *END]))[1]
    assert body_of(text) == [
        "    return keras.Sequential(",
        "        [",
        "            keras.Input((8, 8, 3)),",
        '            layers.Conv2D(4, 3, padding="same"),',
        "            layers.ReLU(),",
        "            layers.GlobalAveragePooling2D(),",
        '            layers.Dense(4, activation="softmax"),',
        "        ],",
        '        name="tiny",',
        "    )",
    ]


def test_what_is_taken_up_again_is_called_skip(tmp_path):
    layers = [conv(), conv(), {"type": "Add", "inputs": ["#-1", "#-2"]}, *END]
    assert body_of(script_of(tiny_spec(tmp_path, layers))[1]) == [
        "    inputs = keras.Input((8, 8, 3))",
        '    skip = layers.Conv2D(4, 3, padding="same")(inputs)',
        '    x = layers.Conv2D(4, 3, padding="same")(skip)',
        "    x = layers.Add()([x, skip])",
        "    x = layers.GlobalAveragePooling2D()(x)",
        '    outputs = layers.Dense(4, activation="softmax")(x)',
        '    return keras.Model(inputs, outputs, name="tiny")',
    ]


def test_what_has_a_name_is_called_by_it(tmp_path):
    layers = [conv(), conv(name="stem"), conv(), {"type": "Add", "inputs": ["#-1", "stem"]}, *END]
    assert "    x = layers.Add()([x, stem])" in body_of(script_of(tiny_spec(tmp_path, layers))[1])


def test_blocks_become_functions_and_repeats_loops():
    text = script_of("specs/resnet18.json")[1]
    assert {"conv", "body", "residual", "residual_down"} < set(functions_of(text))
    assert body_of(text) == [
        "    inputs = keras.Input((32, 32, 3))",
        "    x = conv(inputs, 64)",
        "    x = layers.ReLU()(x)",
        "    for _ in range(2):",
        "        x = residual(x, 64)",
        "    for stage in range(3):",
        "        x = residual_down(x, 128 * 2**stage)",
        "        x = residual(x, 128 * 2**stage)",
        "    x = layers.GlobalAveragePooling2D()(x)",
        '    outputs = layers.Dense(10, activation="softmax")(x)',
        '    return keras.Model(inputs, outputs, name="resnet18")',
    ]


def test_a_long_network_without_blocks_is_folded(tmp_path):
    layers, _ = NETWORKS["a long row of the same"]
    body = body_of(script_of(tiny_spec(tmp_path, layers), structured=False)[1])
    assert any(line.startswith("    for _ in range(25):") for line in body)
    assert len(body) < 20


def test_variables_become_constants():
    text = script_of("specs/arch3.json")[1]
    assert 'INITIALIZER = "he_uniform"\nL2 = 1e-4\n' in text
    assert "kernel_regularizer=keras.regularizers.L2(L2)," in text


def test_a_setting_changes_the_script():
    text = script_of("specs/arch3.json", ["variables.l2=0.5", "training.epochs=7"])[1]
    assert "L2 = 0.5\n" in text
    assert "epochs=7," in text


def test_numbers_are_written_as_people_do():
    text = script_of("specs/arch3_augmented.json")[1]
    assert "layers.RandomRotation(1 / 72, " in text
    assert "RandomBrightnessFactor((0.9, 1.2))," in text


def test_the_script_says_what_it_is(tmp_path):
    parts = {"description": 'Ends with """quotes""" and a \\'}
    text = script_of(tiny_spec(tmp_path, END, **parts))[1]
    said = ast.get_docstring(ast.parse(text))
    assert said.startswith("tiny: Ends with '''quotes''' and a \\\n\nWritten by kspec eject")


def test_kspec_is_not_imported():
    for path in Path("specs").glob("*.json"):
        text = script_of(path)[1]
        assert not re.search(r"^\s*(import|from) kspec", text, re.MULTILINE)


def test_a_network_of_several_outputs_is_shown_but_not_trained(tmp_path):
    layers, parts = NETWORKS["several outputs"]
    text = script_of(tiny_spec(tmp_path, layers, **parts))[1]
    assert functions_of(text) == ["build_model", "main"]
    assert "SEED" not in text
    assert callable(run_script(text)["main"])
