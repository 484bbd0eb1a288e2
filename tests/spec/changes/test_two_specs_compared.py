"""All differences together are the whole difference, and each can be there without the others."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_specs import specs

import kspec
from kspec.spec.canonical import canonical
from kspec.spec.changes.changes import changes_of
from kspec.spec.changes.comparison import Comparison
from kspec.spec.graph import wire
from kspec.spec.models import Spec

SHIPPED = {path.stem: kspec.load(path) for path in sorted(Path("specs").glob("*.json"))}


def made(comparison, state):
    return Spec.model_validate({"name": "made", **comparison.members(frozenset(state))})


def whole(spec):
    return {**canonical(spec), "seed": spec.seed}


NAMES = list(SHIPPED)
PAIRS = [(one, NAMES[(n + k) % len(NAMES)]) for n, one in enumerate(NAMES) for k in (0, 1, 4)]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_all_changes_make_the_one_shipped_spec_of_the_other(before, after):
    comparison = Comparison(SHIPPED[before], SHIPPED[after])
    assert whole(made(comparison, ())) == whole(SHIPPED[before])
    assert whole(made(comparison, comparison.atoms)) == whole(SHIPPED[after])
    assert (comparison.atoms == ()) == (before == after)


@given(specs(), specs())
def test_all_changes_make_any_spec_of_any_other(one, other):
    before, after = (Spec.model_validate(each) for each in (one, other))
    comparison = Comparison(before, after)
    assert whole(made(comparison, ())) == whole(before)
    assert whole(made(comparison, comparison.atoms)) == whole(after)
    assert not comparison.atoms or whole(before) != whole(after)


@given(specs())
def test_a_spec_does_not_differ_from_itself(one):
    spec = Spec.model_validate(one)
    assert Comparison(spec, Spec.model_validate(json.loads(json.dumps(one)))).atoms == ()


@given(specs(), specs(), st.booleans(), st.data())
def test_any_changes_in_any_order_make_a_network(one, other, apart, data):
    """Whichever changes are there, every layer has something to take."""
    before, after = (Spec.model_validate(each) for each in (one, other))
    comparison = Comparison(before, after)
    changes = changes_of(comparison, apart=apart)
    # Each difference is in one change, so that they can be applied one after the other …
    atoms = [atom for change in changes for atom in change.atoms]
    assert sorted(map(repr, atoms)) == sorted(map(repr, comparison.atoms))
    # … in any order, since what they give depends on which they are.
    taken = data.draw(st.permutations(changes))[: data.draw(st.integers(0, len(changes)))]
    state = [atom for change in taken for atom in change.atoms]
    spec = made(comparison, state)
    _, faults = wire(spec.layers, spec.entering, spec.outputs)
    # (What nothing takes any more has lost its taker to another change; an ablation joins the two.)
    assert {fault.code for fault in faults} <= {"dangling-layer", "dangling-input"}
    assert comparison.members(frozenset(reversed(state))) == comparison.members(frozenset(state))


@given(specs(), specs(), st.data())
def test_what_is_left_leads_to_the_end(one, other, data):
    """From half way on, the rest of the differences is what was left out."""
    before, after = (Spec.model_validate(each) for each in (one, other))
    comparison = Comparison(before, after)
    taken = data.draw(st.lists(st.sampled_from(changes_of(comparison)))) if comparison.atoms else []
    half = made(comparison, [atom for change in taken for atom in change.atoms])
    if wire(half.layers, half.entering, half.outputs)[1]:
        return
    rest = Comparison(half, after)
    assert whole(made(rest, rest.atoms)) == whole(after)
