"""A bracket that is missing is missed where it was, not where the text stops making sense."""

import json
import re
from pathlib import Path

import pytest

import kspec
from kspec.errors import SpecError
from kspec.spec.printing import to_text
from kspec.spec.source import parse

SPECS = sorted(Path("specs").glob("*.json"))
BRACKET = re.compile(r'"(?:[^"\\\n]|\\.)*"|([\[\]{}])')


def problem_of(text):
    with pytest.raises(SpecError) as caught:
        parse(text, "f.json")
    (problem,) = caught.value.problems
    return problem


def brackets(text):
    """The offset and the line of every bracket outside strings."""
    for match in BRACKET.finditer(text):
        if match.group(1):
            yield match.start(), text.count("\n", 0, match.start()) + 1


def names_the_line(problem, line):
    return problem.place.line == line or re.search(rf"\bline {line}\b", problem.message)


def shares(texts):
    """How many brackets there are, and of how many the loss is reported on the right line."""
    lost = [
        names_the_line(problem_of(text[:index] + text[index + 1 :]), line)
        for text in texts
        for index, line in brackets(text)
    ]
    return len(lost), sum(map(bool, lost))


def test_a_bracket_dropped_from_a_shipped_spec_is_reported_on_its_line():
    count, right = shares(path.read_text(encoding="utf-8") for path in SPECS)
    print(f"{right} of {count} dropped brackets on the right line")
    assert right >= 0.98 * count


@pytest.mark.parametrize("indent", [1, 4, "\t"])
def test_it_is_so_for_other_layouts(indent):
    values = json.loads(Path("specs/quickstart.json").read_text(encoding="utf-8"))
    count, right = shares([json.dumps(values, indent=indent)])
    assert right >= 0.98 * count


def test_it_is_so_for_a_resolved_spec():
    count, right = shares([to_text(kspec.load("specs/arch3_augmented.json").resolved())])
    assert right >= 0.98 * count


def test_a_bracket_typed_twice_or_in_place_of_another_is_reported_on_its_line():
    text = Path("specs/quickstart.json").read_text(encoding="utf-8")
    other = str.maketrans("{}[]", "[]{}")
    for index, line in brackets(text):
        twice = text[:index] + text[index] + text[index:]
        assert names_the_line(problem_of(twice), line), twice
        wrong = text[:index] + text[index].translate(other) + text[index + 1 :]
        assert names_the_line(problem_of(wrong), line), wrong


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (
            '{\n  "a": {\n    "b": 1\n  ,\n  "c": 2\n}\n',
            "4:3",
            '"}" is missing here: the "{" of line 2 is never closed',
        ),
        (
            '{\n  "a":\n    1, 2\n  ],\n  "c": 2\n}\n',
            "2:7",
            '"[" is missing here: the "]" of line 4 closes nothing',
        ),
        ('{"a": [1, 2}}', "1:12", 'this "}" should be "]"'),
        ('{"a": {"b": 1}}}', "1:16", 'this "}" is one too many'),
    ],
)
def test_the_message_says_what_belongs_to_it(text, place, message):
    assert str(problem_of(text)) == f"f.json:{place}: error[bracket]: {message}"


def test_brackets_within_strings_do_not_count():
    assert parse('{"a": "[{", "b": "\\"]"}', "f").plain() == {"a": "[{", "b": '"]'}
    assert str(problem_of('{"a": "]", "b": [1, 2}')).startswith("f.json:1:22: error[bracket]")


def test_a_long_file_is_told_without_trying_everything():
    text = "{" + ",".join(f'"k{number}": [{number}]' for number in range(20_000))
    assert "never closed" in problem_of(text).message
