"""Which views a `test_time` asks for, and when it cannot be had."""

import json

import pytest
from tiny_spec import TINY

import kspec
from kspec.spec.changes.changes import changes_of
from kspec.spec.changes.comparison import Comparison
from kspec.spec.models import Spec, Views
from kspec.spec.views import views_fault, views_of, views_text


def test_the_weights_of_the_views():
    views = views_of(Views(flip="horizontal", shift=2))
    assert [(each.down, each.right, each.flip) for each in views] == [
        (0, 0, None), (0, 0, 2), (-2, -2, None), (-2, -2, 2), (2, 2, None), (2, 2, 2)
    ]  # fmt: skip
    assert [each.weight for each in views] == [0.25, 0.25, 0.125, 0.125, 0.125, 0.125]
    assert [each.weight for each in views_of(Views(flip="vertical"))] == [0.5, 0.5]
    assert [each.weight for each in views_of(Views(shift=1))] == [0.5, 0.25, 0.25]
    views = views_of(Views(shift=1, directions=4))
    assert {(each.down, each.right): each.weight for each in views} == pytest.approx(
        {(0, 0): 1 / 3, (-1, -1): 1 / 6, (1, 1): 1 / 6, (-1, 1): 1 / 6, (1, -1): 1 / 6}
    )


def test_the_views_in_words():
    assert views_text(Views(flip="vertical")) == (
        "2: each picture, and its mirror image (vertical)"
    )
    assert views_text(Views(shift=2)) == (
        "3: each picture, and shifted by 2 pixels up and left, down and right"
    )
    assert views_text(Views(flip="horizontal", shift=1, directions=4)) == (
        "10: each picture, and shifted by 1 pixel up and left, down and right, up and right, "
        "down and left, and the mirror image of each of these (horizontal)"
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, '6:3: error[test-time]: test_time needs "flip" or "shift", or both'),
        ({"shift": 8}, "6:26: error[test-time]: a picture whose shorter side is 8"),
        ({"shift": 0}, '"shift" must be at least 1, not 0'),
        ({"flip": "vertical", "directions": 4}, "say by how many pixels"),
        ({"shift": 1, "directions": 3}, '"directions" must be 2 or 4, not 3'),
        ({"flip": "both"}, '"flip" must be "horizontal" or "vertical", not "both"'),
        ({"flips": "vertical"}, 'Did you mean "flip"?'),
        ({"flip": "vertical", "labels": "masks"}, "a mask would have to be turned back"),
        ({"flip": "vertical", "shape": [192]}, "the samples have 1 axes"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(changes, says, tmp_path):
    changes = {**changes}
    data = {**TINY["data"], "labels": changes.pop("labels", "classes")}
    shape = {"shape": changes.pop("shape", [8, 8, 3])}
    spec = {"kspec": 1, "name": "seen", "input": shape, "data": data, "test_time": changes}
    spec |= {key: value for key, value in TINY.items() if key not in spec}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in spec.items()]
    (tmp_path / "s.json").write_text("{\n " + ",\n ".join(lines) + "\n}")
    found = [str(each) for each in kspec.check(tmp_path / "s.json") if each.level == "error"]
    assert any(says in each for each in found), found


def test_pictures_of_any_size_are_looked_at_when_they_are_there():
    open_size = {**TINY, "input": {"shape": [None, None, 3]}, "test_time": {"shift": 4}}
    spec = Spec.model_validate(open_size)
    assert views_fault(spec) is None and views_fault(spec, (5, 6)) is None
    key, reason = views_fault(spec, (6, 4))
    assert key == "shift" and "whose shorter side is 4 cannot be shifted by 4" in reason


def test_the_difference_of_two_specs(tmp_path):
    one, other = (
        {**TINY, "test_time": each}
        for each in ({"flip": "vertical"}, {"flip": "vertical", "shift": 1})
    )
    plain, one, other = (Spec.model_validate(each) for each in (TINY, one, other))
    comparison = Comparison(one, other)
    assert [each.title for each in changes_of(comparison)] == ["test_time.shift none → 1"]
    made = Spec.model_validate({"name": "m", **comparison.members(frozenset(comparison.atoms))})
    assert made.test_time == other.test_time
    for before, after in ((plain, one), (one, plain)):
        comparison = Comparison(before, after)
        members = comparison.members(frozenset(comparison.atoms))
        assert Spec.model_validate({"name": "m", **members}).test_time == after.test_time
        members = comparison.members(frozenset())
        assert Spec.model_validate({"name": "m", **members}).test_time == before.test_time
