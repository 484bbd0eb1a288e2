"""Where the schema and `kspec check` can both know, they say the same."""

import contextlib
import copy
import importlib.util
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_edit import edited, edits

import kspec
from kspec.spec.catalog.lookup import KINDS
from kspec.spec.catalog.misfits import misfits
from kspec.spec.check import is_blocking
from kspec.spec.source import read

SPECS = {path.stem: json.loads(path.read_text()) for path in sorted(Path("specs").glob("*.json"))}
EDITS = {name: st.sampled_from(list(edits(spec))) for name, spec in SPECS.items()}

# What goes wrong while a spec unfolds: `check` says no more before that is right.
UNFOLDING = ("ambiguous-input", "circle", "duplicate-name", "expression", "missing-parameter")
UNFOLDING += ("reference", "unknown-block", "unknown-layer", "unknown-variable")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return shutil.copytree("specs", tmp_path_factory.mktemp("agreement") / "specs")


def refusals(errors):
    """The places that the schema refuses: its path, and whether something is missing there."""
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            unknown = set(error.instance) - set(error.schema["properties"])
            yield from ((((*path, key)), False) for key in unknown)
        else:
            yield path, error.validator == "required"


def paths_of(node, path=()):
    """The path of each place in a file."""
    found = {(node.place.line, node.place.column): path}
    items = node.value.items() if isinstance(node.value, dict) else []
    if isinstance(node.value, list):
        items = enumerate(node.value)
    for step, child in items:
        found |= paths_of(child, (*path, step))
        if node.keys:
            found[node.keys[step].line, node.keys[step].column] = (*path, step)
    return found


def blamed(problems, file):
    """The paths in `file` at which `check` sees these problems, and those that use them."""
    known = paths_of(read(file))
    places = [place for problem in problems for place in problem.place.chain()]
    return [known[place.line, place.column] for place in places if Path(place.file) == file]


def begins(path, start):
    return path[: len(start)] == start


def is_of_both(problem, spec):
    """Whether a schema can know this: names, keys and values where they are written."""
    if problem.code in ("missing-key", "missing-argument"):
        return "extends" not in spec  # Otherwise the base may have it.
    if problem.code in ("unknown-argument", "unknown-key") and "extends" in spec:
        # Where the object does not say its type, only the base knows what it takes.
        training = spec.get("training")
        optimizer = training.get("optimizer") if isinstance(training, dict) else None
        if isinstance(optimizer, dict) and "type" not in optimizer:
            return False
    if any(problem.message.endswith(text) for text in refused_by_rules(spec)):
        return False
    if problem.code.startswith("unknown-") and problem.message.startswith("Keras has no"):
        return True
    return problem.code in (
        *("bad-name", "refused", "unknown-argument", "unknown-key"),
        *("version", "wrong-type", "wrong-value"),
    )


def refused_by_rules(part):
    """What rules about the arguments of an object say, which a schema has no words for."""
    if isinstance(part, dict):
        values = {key: value for key, value in part.items() if key != "type"}
        if isinstance(part.get("type"), str):
            for kind in KINDS:
                with contextlib.suppress(ValueError):  # Of a wrong kind of value.
                    yield from [text for _, text in misfits(kind, part["type"], values)]
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from refused_by_rules(each)


def is_worked_out(edit, spec):
    """Whether a value comes from what is edited and stands elsewhere: variables, the parameters
    and arguments of blocks, arithmetic."""
    if edit.path[0] == "variables" or edit.path[2:3] == ("parameters",):
        return True
    if isinstance(edit.new, str) and edit.new.startswith("$"):
        return True
    for step in edit.path:
        if isinstance(spec, dict) and "block" in spec:
            return True
        spec = spec[step]
    return False


def disagreement(errors_of, spec, edit, file):
    """What schema and `check` say differently of an edited spec; None if they agree."""
    changed = edited(spec, edit)
    file.write_text(json.dumps(changed, indent=1))
    problems = [problem for problem in kspec.check(file) if problem.level == "error"]
    refused = list(refusals(errors_of(changed)))
    shown = f"{file.name} {edit}:\n  check {[str(p) for p in problems]}\n  schema {refused}"
    if refused and not problems:
        return f"only the schema refuses {shown}"
    if not refused and any(is_of_both(problem, changed) for problem in problems):
        return None if is_worked_out(edit, spec) else f"only check refuses {shown}"
    if any(problem.code in UNFOLDING for problem in problems):
        return None
    paths = blamed(problems, file)
    for path, is_missing in refused:
        if is_missing and edit.path == ("extends",):
            continue  # What the base would have said; `check` reads the key as if it were right.
        # A required key under a misspelt name is told of at that name.
        if not any(begins(path, p) or (is_missing and begins(p, path)) for p in paths):
            return f"other places {paths}: {shown}"
    return None


def faults_of_check():
    """The specs that the tests of `check` hold to be wrong: a path in a good one, and a value."""
    path = Path(__file__).parent.parent / "test_check.py"
    found = importlib.util.spec_from_file_location("tests_of_check", path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    (mark,) = module.test_a_fault_is_named.pytestmark
    return module.GOOD, [case[:2] for case in mark.args[1]]


GOOD, FAULTS = faults_of_check()


def changed(path, value):
    spec = copy.deepcopy(GOOD)
    part = spec
    for step in path[:-1]:
        part = part[step]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return spec


@pytest.mark.parametrize(("path", "value"), FAULTS, ids=str)
def test_the_faults_that_check_is_tested_with(errors_of, folder, path, value):
    spec = changed(path, value)
    (folder / "fault.json").write_text(json.dumps(spec))
    (problem,) = kspec.check(folder / "fault.json")
    assert errors_of(GOOD) == []
    # (The schema does not know what a callback's text means.)
    known = is_of_both(problem, spec) and problem.code != "callback"
    assert bool(errors_of(spec)) == known


@given(st.sampled_from(sorted(SPECS)).flatmap(lambda name: st.tuples(st.just(name), EDITS[name])))
@settings(max_examples=60, deadline=None)
def test_of_a_spec_with_one_thing_wrong_both_say_the_same(errors_of, folder, case):
    name, edit = case
    assert disagreement(errors_of, SPECS[name], edit, folder / "edited.json") is None


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_of_every_spec_with_one_thing_wrong_both_say_the_same(errors_of, folder, name):
    found = [
        disagreement(errors_of, SPECS[name], edit, folder / "edited.json")
        for edit in edits(SPECS[name])
    ]
    wrong = [text for text in found if text is not None]
    print(f"{name}: {len(found)} edits, {len(wrong)} disagreements")
    assert wrong == []


TRAINING = {"optimizer": "adam", "loss": "mse", "epochs": 1}


@pytest.mark.parametrize(
    ("phases", "is_right"),
    [
        ([TRAINING], True),
        (
            [TRAINING, {"epochs": 2, "optimizer": {"learning_rate": 0.1}, "steps_per_epoch": 3}],
            True,
        ),
        ([{**TRAINING, "checkpoint": None}, {"epochs": "$(1 + 1)"}], True),
        ([TRAINING, {"epochs": 2, "optimizer": {"learning_rate": True}}], False),
        ([TRAINING, {"epochs": 2, "optimizer": {"amsgrad": "yes"}}], False),
        ([TRAINING, {"epochs": 2, "trainable": {"a": True, "b": {"last": 3}}}], True),
        ([], False),
        ([TRAINING, {}], False),
        ([TRAINING, 3], False),
        ([{"epochs": 1}, TRAINING], False),
        ([TRAINING, {"epochs": 2, "checkpoint": None}], False),
        ([TRAINING, {"epochs": 2, "epoch": 2}], False),
        ([TRAINING, {"epochs": 2, "steps_per_epoch": 0}], False),
        ([TRAINING, {"epochs": 2, "trainable": {"a": 1}}], False),
        ([TRAINING, {"epochs": 2, "trainable": {"a": {"last": 0}}}], False),
        ([TRAINING, {"epochs": 2, "trainable": {"a": {"first": 2}}}], False),
        ([TRAINING, {"epochs": 2, "trainable": {"a": {"last": 1, "from": "b"}}}], False),
    ],
    ids=str,
)
def test_phases_are_right_for_both(errors_of, folder, phases, is_right):
    head = [{"type": "Dense", "units": 1, "name": "a"}]
    layers = [{"type": "Model", "name": "b", "layers": head}, *head]
    spec = {**GOOD, "layers": layers, "training": phases}
    (folder / "phases.json").write_text(json.dumps(spec))
    errors = [each for each in kspec.check(folder / "phases.json") if is_blocking(each)]
    assert (errors_of(spec) == []) == is_right
    assert (errors == []) == is_right
