"""What others wrote reaches no terminal as something that it acts upon."""

import io
import json
import sys

import pytest
from click.testing import CliRunner
from tiny_spec import TINY

from kspec.cli.columns import Column
from kspec.cli.console import echo
from kspec.cli.display.plain import PlainLines
from kspec.cli.harmless import harmless, harmless_lines
from kspec.cli.main import kspec

CLEAR = "\x1bc"
SHOWN = "\\u001bc"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_controls_and_what_turns_a_line_around_are_spelled_out():
    assert harmless(f"a{CLEAR}b\nc\u202ed\x9be") == f"a{SHOWN}b\\u000ac\\u202ed\\u009be"
    assert harmless("schön 日本 — ✓") == "schön 日本 — ✓"
    assert harmless_lines(f"a\tb\n{CLEAR}\r\nc\rd") == f"a\tb\n{SHOWN}\nc\\u000dd"


def test_a_terminal_gets_it_spelled_out_and_a_pipe_as_it_is(monkeypatch, capsys):
    echo(f"a\n{CLEAR}")
    assert capsys.readouterr().out == f"a\n{CLEAR}\n"
    for stream, err in (("stdout", False), ("stderr", True)):
        monkeypatch.setattr(sys, stream, terminal := Terminal())
        echo(f"a\n{CLEAR}", err=err)
        assert terminal.getvalue() == f"a\n{SHOWN}\n"


def test_columns_are_as_wide_as_what_they_show():
    column = Column(CLEAR, ("a",))
    assert (column.heading, column.width) == (SHOWN, len(SHOWN))


def test_lines_of_a_training(capsys):
    PlainLines().note(f"a{CLEAR}")
    assert capsys.readouterr().out == f"a{SHOWN}\n"


@pytest.mark.keras
def test_the_summary_of_a_spec_from_a_stranger(tmp_path):
    layers = [{**TINY["layers"][0], "name": f"conv{CLEAR}"}, *TINY["layers"][1:]]
    spec = {**TINY, "description": f"two\nlines{CLEAR}", "layers": layers}
    file = tmp_path / "s.json"
    file.write_text(json.dumps(spec))
    result = CliRunner().invoke(kspec, ["summary", str(file)])
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert f"\ntwo\nlines{SHOWN}\n" in result.output
    assert f"\nconv{SHOWN} " in result.output
