"""Problems as text: the line in question, a mark below what is wrong, and nothing that harms."""

import io
import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from kspec.cli.harmless import harmless
from kspec.cli.main import kspec
from kspec.cli.problems import as_text
from kspec.cli.problems.excerpt import TAB, cut
from kspec.errors import Place, Problem

WRONG = """\
{
  "extends": "base.json",
  "name": "wrong",
  "layers": [
    {"type": "Conv2D", "fliters": 64, "kernel_size": 3},
    {"block": "head", "units": "ten"}
  ]
}
"""
BASE = """\
{
  "kspec": 1,
  "name": "base",
  "input": {"shape": [8, 8, 3]},
  "blocks": {
    "head": {
      "parameters": {"units": null},
      "layers": [{"type": "Flatten"}, {"type": "Dense", "units": "$units"}, {"type": "Softmax"}]
    }
  },
  "layers": [{"block": "head", "units": 10}],
  "data": {"source": "shapes", "validation": 0.2},
  "training": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "epochs": 3}
}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.json").write_text(BASE)
    (tmp_path / "wrong.json").write_text(WRONG)
    return tmp_path


def call(*words):
    return CliRunner().invoke(kspec, words)


def test_a_problem_is_shown_with_its_line_and_those_that_use_it(folder):
    result = call("check", "wrong.json", "base.json")
    assert result.exit_code == 1
    assert result.stdout == (
        'wrong.json:5:24: error[unknown-argument]: Conv2D has no argument "fliters". '
        'Did you mean "filters"?\n'
        '    5 |     {"type": "Conv2D", "fliters": 64, "kernel_size": 3},\n'
        "      |                        ^^^^^^^^^\n"
        'wrong.json:6:32: error[wrong-type]: Dense: "units" must be an integer, not "ten"\n'
        '    6 |     {"block": "head", "units": "ten"}\n'
        "      |                                ^^^^^\n"
        "    used by base.json:8:66\n"
        '    8 |       "layers": [{"type": "Flatten"}, {"type": "Dense", "units": "$units"}, {"type": "Softmax"}]\n'  # noqa: E501
        "      |                                                                  ^^^^^^^^\n"
        "    used by wrong.json:6:5\n"
        '    6 |     {"block": "head", "units": "ten"}\n'
        "      |     ^\n"
        "2 specs checked: 2 errors\n"
    )


def test_a_setting_has_no_line_and_is_named_itself(folder):
    result = call("check", "base.json", "--set", "training.epochs=0")
    assert result.stdout == (
        '--set training.epochs=0: error[wrong-value]: "epochs" must be at least 1, not 0\n'
        "1 spec checked: 1 error\n"
    )


@pytest.mark.parametrize("verb", ["show", "summary", "train"])
def test_other_verbs_show_the_same_and_exit_with_2(folder, verb):
    result = call(verb, "wrong.json")
    assert result.exit_code == 2
    assert "wrong.json:5:24: error[unknown-argument]" in result.stderr
    assert '\n    5 |     {"type": "Conv2D", "fliters": 64' in result.stderr
    assert "\n      |                        ^^^^^^^^^\n" in result.stderr
    assert "Traceback" not in result.output


def test_a_context_stands_below_the_line(folder):
    place = Place("wrong.json", 5, 24, width=9)
    context = "in layers[0], after Input (8, 8, 3)"
    text = as_text([Problem(place, "m", "c", "warning", context)], io.StringIO())
    assert text.splitlines()[0] == "wrong.json:5:24: warning[c]: m"
    assert text.splitlines()[2:] == [
        "      |                        ^^^^^^^^^",
        f"      = {context}",
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colour_only_on_a_terminal_that_wants_it(folder, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    problems = [Problem(Place("wrong.json", 5, 24, width=9), "m", "c")]
    coloured = as_text(problems, Terminal())
    plain = as_text(problems, io.StringIO())
    assert "\x1b[" in coloured and "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    for variable, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(variable, value)
        assert as_text(problems, Terminal()) == plain
        monkeypatch.delenv(variable)


def test_a_line_is_no_wider_than_the_terminal(folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    line = json.dumps({f"key{number}": number for number in range(200)})
    (folder / "long.json").write_text(line)
    column = line.index('"key150"') + 1
    place = Place("long.json", 1, column, width=8)
    _, excerpt, mark = as_text([Problem(place, "m", "c")], Terminal()).splitlines()
    assert len(excerpt) <= 60 and excerpt.count("…") == 2
    assert excerpt[mark.index("^") : mark.rindex("^") + 1] == '"key150"'
    piped = as_text([Problem(place, "m", "c")], io.StringIO()).splitlines()
    assert 100 < len(piped[1]) <= 160


@pytest.mark.parametrize(
    ("text", "number"),
    [('\ufeff{"a": 1,}', 1), ('\r\n\n{"a": 1,}\r\n', 3), ('{"b": "\u2028\u0085",\n"a": 1,}', 2)],
    ids=["byte order mark", "line ends of Windows", "line ends of Unicode"],
)
def test_lines_and_columns_are_those_of_the_reader(folder, text, number):
    (folder / "s.json").write_bytes(text.encode())
    _, excerpt, mark, _ = call("check", "s.json").stdout.splitlines()
    assert excerpt.startswith(f"    {number} | ") and excerpt.endswith('"a": 1,}')
    assert excerpt[mark.index("^") :] == ",}"


def test_what_cannot_be_read_again_has_no_excerpt(folder):
    (folder / "short.json").write_text("{}")
    (folder / "latin.json").write_bytes(b'{"a": "\xe9"}')
    for file in ("missing.json", "short.json", "latin.json", "."):
        problem = Problem(Place(file, 3, 9), "m", "c")
        assert as_text([problem], io.StringIO()) == f"{file}:3:9: error[c]: m"
    assert call("check", "latin.json").stdout.startswith("latin.json:1:8: error[encoding]")


def test_a_spec_cannot_write_to_the_terminal_what_it_likes(folder):
    text = BASE.replace('"epochs": 3', '"epochs": 3, "\\u001b[31m\\u202e\\r": 1').replace(
        '"name": "base"', '"name": "\x9bbase"'
    )
    (folder / "evil.json").write_text(text, encoding="utf-8")
    output = call("check", "evil.json").stdout
    assert "\\u001b[31m\\u202e\\u000d" in output and "\\u009bbase" in output
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", output)


CHARACTERS = st.text(st.sampled_from('ab{"\t日é\u0301\x1b\u202e🎉'), max_size=120)


# A combining accent has no width: at the edge of a mark it belongs to the character before.
@example("aaa\u0301aa", 3, 2, 20)
@given(CHARACTERS, st.integers(0, 120), st.integers(1, 40), st.integers(20, 90))
def test_the_mark_is_below_what_is_marked(line, column, width, limit):
    column = min(column, len(line)) + 1
    excerpt = cut(line, column, width, limit)
    assert cell_len(excerpt.text) <= limit + 1
    marked = "".join(
        TAB if character == "\t" else harmless(character)
        for character in line[column - 1 : column - 1 + width]
    ).lstrip("\u0301")
    before, at = "", 0
    while at < len(excerpt.text) and cell_len(before) < excerpt.start:
        before += excerpt.text[at]
        at += 1
    if marked.strip() and cell_len(marked):
        assert cell_len(before) == excerpt.start
        shown = excerpt.text[at:].lstrip("\u0301")
        assert shown[: len(marked)].rstrip("…").rstrip() in marked or cell_len(marked) > limit // 2
        assert excerpt.width <= max(1, cell_len(marked))
    assert excerpt.width >= 1
