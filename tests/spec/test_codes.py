"""Every code is explained, and its examples are what they are said to be."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from codes_in_source import codes_in_source

import kspec
from kspec.cli.main import kspec as command_line
from kspec.spec import catalog
from kspec.spec.codes import explain, explanations
from kspec.spec.lint import RULES

# Of these a test of the language alone can say nothing: they need files that are broken in
# another way than by their text, Keras, or the import of models.
ELSEWHERE = {
    "broken-model",
    "broken-weights",
    "build",
    "shape",
    "eject-run",
    "encoding",
    "expectation",
    "import-note",
    "import-refused",
    "unreadable",
    "weights",
    "weights-misfit",
}
BUILT = ("build", "expectation", "shape")
BASE = {
    "kspec": 1,
    "name": "base",
    "input": {"shape": [8, 8, 3]},
    "layers": [
        {"type": "Conv2D", "filters": 4, "kernel_size": 3},
        {"type": "Flatten"},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "data": {"source": "npz", "path": "data.npz", "validation": 0.2},
    "training": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "epochs": 3},
}
KEYS = re.compile(r'^\s*"(\w+)":', re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the specs in it, and spec.json."""
    shutil.copytree("specs", tmp_path / "specs")
    (tmp_path / "spec.json").write_text(json.dumps(BASE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def completed(example):
    """The text of a spec that holds the keys of `example`, and those it needs beside them."""
    inner = example.strip()
    if inner.startswith("{"):
        inner = inner[1:-1].strip()
    said = set(KEYS.findall(inner)) | set(re.findall(r'^"(\w+)"', inner))
    if "inputs" in said:
        said.add("input")
    rest = {key: value for key, value in BASE.items() if key not in said}
    return (
        "{"
        + ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rest.items())
        + (f",\n{inner}\n}}")
    )


def codes_of(example, folder):
    if example.startswith("$ kspec "):
        result = CliRunner().invoke(command_line, shlex.split(example.removeprefix("$ kspec ")))
        return set(re.findall(r"(?:error|warning|note)\[([\w-]+)\]", result.output))
    (folder / "example.json").write_text(completed(example), encoding="utf-8")
    return {problem.code for problem in kspec.check("example.json")}


def ours():
    """The explanations but for those that the rules of the lint bring, and test, themselves."""
    rules = {(rule.code, rule.title) for rule in RULES}
    return [
        each
        for each in explanations()
        if each.code not in ELSEWHERE and (each.code, each.title) not in rules
    ]


@pytest.mark.parametrize("explanation", ours(), ids=lambda each: each.code)
def test_the_examples_are_wrong_and_right(explanation, folder):
    assert explanation.code in codes_of(explanation.wrong, folder)
    assert explanation.code not in codes_of(explanation.right, folder)


@pytest.mark.parametrize("code", BUILT)
def test_the_examples_of_what_keras_says(code, folder):
    """What only building shows, by `check --build`."""
    explanation = explain(code)
    for example, is_wrong in ((explanation.wrong, True), (explanation.right, False)):
        (folder / "example.json").write_text(completed(example), encoding="utf-8")
        result = CliRunner().invoke(command_line, ["check", "--build", "example.json"])
        assert (f"error[{code}]" in result.output) == is_wrong, result.output


def test_every_code_of_the_source_is_explained_and_no_other():
    exact, patterns = codes_in_source()
    made = {f"unknown-{what}" for kind, what in catalog.KINDS.items() if kind != "applications"}
    made.add("unknown-object")
    assert patterns == {"unknown\\-.+"}
    assert {each.code for each in explanations()} == exact | made


def test_explanations_are_complete_and_sorted():
    codes = [each.code for each in explanations()]
    assert codes == sorted(set(codes))
    for each in explanations():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.code)
        assert each.level in ("error", "warning", "note")
        assert each.title and "\n" not in each.title and not each.title.endswith(".")
        assert each.text.endswith((".", ".)"))
        assert each.wrong and each.right and each.wrong != each.right
        assert explain(each.code) is each
    assert explain("nobody-uses-this") is None


def _harmed(spec):
    """Copies of `spec` with a key misspelt, left out, or of a value of another type."""
    text = json.dumps(spec)
    for match in re.finditer(r'"(\w+)": ("[^"]*"|-?[\d.]+|true|null)', text):
        key, value = match.groups()
        yield text[: match.start()] + f'"{key[:-1]}x": {value}' + text[match.end() :]
        yield text[: match.start()] + f'"{key}": {{"a": [1]}}' + text[match.end() :]
        yield text[: match.start()] + f'"{key}": "$nobody"' + text[match.end() :]
        yield text[: match.start()] + f'"{key}": {value}x' + text[match.end() :]


@pytest.mark.parametrize("name", ["quickstart", "arch3_augmented_strong"])
def test_whatever_harm_finds_has_a_code_that_is_explained(name, folder):
    spec = json.loads(Path(f"specs/{name}.json").read_text(encoding="utf-8"))
    found = set()
    for text in _harmed(spec):
        Path("specs/harmed.json").write_text(text, encoding="utf-8")
        found |= {problem.code for problem in kspec.check("specs/harmed.json")}
    assert len(found) > 5
    assert [code for code in found if explain(code) is None] == []
