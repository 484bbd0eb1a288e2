"""`kspec explain`: what a code means, with an example."""

import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec
from kspec.spec.codes import explanations


def call(*words):
    return CliRunner().invoke(kspec, ["explain", *words])


@pytest.mark.parametrize("code", [each.code for each in explanations()])
def test_a_code_is_explained_in_plain_text(code):
    result = call(code)
    (known,) = (each for each in explanations() if each.code == code)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"{known.level}[{code}]: {known.title}"
    for example in (known.wrong, known.right):
        assert all(f"    {line}".rstrip() in lines for line in example.splitlines())
    assert known.text.split()[-1] in result.stdout
    assert "\x1b" not in result.stdout
    prose = lines[: lines.index("wrong")]
    assert max(map(len, prose[1:])) <= 88


def test_without_a_code_all_are_listed():
    result = call()
    assert result.exit_code == 0
    head, *rows = result.stdout.splitlines()
    assert head.split() == ["code", "level", "meaning"]
    assert [row.split()[:2] for row in rows] == [[e.code, e.level] for e in explanations()]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("unknown-argumnt", 'there is no code "unknown-argumnt"; did you mean "unknown-argument"?'),
        ("MissingComma", 'there is no code "MissingComma"; did you mean "missing-comma"?'),
        ("xyzzy", 'there is no code "xyzzy"; `kspec explain` lists all'),
    ],
)
def test_an_unknown_code_is_one_line_with_a_suggestion(word, says):
    result = call(word)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{says}\n")
