"""Every rule explains itself, objects to its own wrong example and not to its right one."""

import json
import re
from pathlib import Path

import pytest

from kspec.spec.lint import RULES, lint
from kspec.spec.load import load_node
from kspec.spec.models import Spec

SPECS = sorted(Path("specs").glob("*.json"))


def test_the_spec_that_the_examples_change_is_good(linted):
    assert linted() == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_objects_to_its_wrong_example(rule, linted):
    found = [each for each in linted(**json.loads(rule.wrong)) if each.code == rule.code]
    assert found, rule.wrong
    assert {problem.level for problem in found} == {rule.level}
    assert all(problem.place.line for problem in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_nothing_is_wrong_with_the_right_example(rule, linted):
    found = linted(**json.loads(rule.right))
    assert rule.code not in [problem.code for problem in found]
    assert [problem for problem in found if problem.level != "note"] == []


def test_codes_are_words_with_hyphens_and_no_two_are_the_same():
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_why_in_a_short_paragraph(rule):
    assert rule.level in ("error", "warning", "note")
    assert rule.title and not rule.title.endswith(".")
    assert 80 <= len(rule.reason) <= 600 and rule.reason.endswith(".")
    for example in (rule.wrong, rule.right):
        assert max(map(len, example.splitlines())) <= 100


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_spec_has_few_notes_and_nothing_worse(path):
    node, problems = load_node(path)
    assert problems == []
    problems = list(lint(Spec.model_validate(node.plain()), node))
    assert {problem.level for problem in problems} <= {"note"}
    assert len(problems) <= 2
