"""Training again, and whether the same comes out."""

import json
import shutil

import pytest

import kspec
from kspec.backends import Choice
from kspec.errors import RunError, UsageError
from kspec.training.reporter import Quiet
from kspec.training.verify import Comparison, verify

EXACT = {"training.deterministic": True, "training.early_stopping": [{"monitor": "val_loss"}]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The run of a spec, trained once."""
    folder, found = tmp_path_factory.mktemp("trained"), {}

    def trained(spec):
        key = json.dumps(spec.resolved())
        if key not in found:
            found[key] = kspec.train(spec, run_dir=folder).path
        return found[key]

    return trained


@pytest.fixture
def check(tmp_path, tiny, backend, trained):
    """Train with `changes`, spoil what the run says of itself, and verify it."""

    def check(spoil=lambda folder: None, spec=None, tolerance=None, **changes):
        recorded = tiny(**changes)
        whole = trained(recorded)
        run = kspec.Run.open(shutil.copytree(whole, tmp_path / "runs" / "tiny" / whole.name))
        spoil(run.path)
        verdict = verify(
            kspec.Run.open(run.path),
            spec or recorded,
            recorded=recorded,
            choice=Choice(backend, "the test's"),
            root=tmp_path,
            tolerance=tolerance,
        )
        assert [path.name for path in (tmp_path / "runs" / "tiny").iterdir()] == [run.path.name]
        return verdict

    return check


def rewrite(name, change):
    def spoil(folder):
        value = json.loads((folder / name).read_text())
        change(value)
        (folder / name).write_text(json.dumps(value))

    return spoil


def test_a_deterministic_run_is_confirmed_to_the_last_bit(check):
    verdict = check(**EXACT)
    assert verdict.exact and verdict.departs is None and verdict.holds


def test_a_history_that_was_touched_up_is_found(check):
    def touch_up(history):
        history[1]["val_accuracy"] += 1e-9

    verdict = check(rewrite("history.json", touch_up), **EXACT)
    assert not verdict.holds
    assert verdict.departs.startswith("epoch 2: val_accuracy was ")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda result: result["validation"].update(accuracy=0.99), "validation accuracy was 0.99"),
        (lambda result: result.update(best_epoch=7), "best_epoch was 7, and is "),
        (lambda result: result["test"].clear(), "test loss was None, and is "),
    ],
)
def test_a_result_that_was_touched_up_is_found(check, change, says):
    verdict = check(rewrite("result.json", change), **EXACT)
    assert verdict.departs.startswith(says) and not verdict.holds


def test_another_models_weights_are_found(check, tmp_path, tiny):
    def swap(folder):
        other = kspec.train(tiny(name="other", seed=1), run_dir=tmp_path / "others")
        (other.path / "model.keras").replace(folder / "model.keras")

    verdict = check(swap, **EXACT)
    assert not verdict.holds and verdict.departs == "the weights of conv2d/kernel differ"


def test_without_the_word_deterministic_the_tolerance_counts(check):
    verdict = check(**{"expect.tolerance": 0.3})
    assert verdict.why_not == 'the spec does not say "deterministic"'
    assert not verdict.exact and verdict.holds and verdict.tolerance == 0.3
    assert {one.name for one in verdict.comparisons} == {
        f"{part} {name}"
        for part in ("train", "validation", "test")
        for name in ("loss", "accuracy")
    }


def test_other_versions_are_not_held_to_the_last_bit(check):
    verdict = check(rewrite("environment.json", lambda e: e.update(numpy="1.0.0")), **EXACT)
    assert verdict.why_not.startswith("numpy was 1.0.0, and is ") and verdict.holds


def test_a_run_that_went_on_elsewhere_is_not_held_to_the_last_bit(check):
    def elsewhere(environment):
        environment["resumed"] = [{**environment, "threads": 99, "changes": []}]

    verdict = check(rewrite("environment.json", elsewhere), **EXACT)
    assert verdict.why_not == "the run was resumed with another threads: 99" and verdict.holds


def test_a_result_that_is_too_good_is_not_confirmed(check):
    def improve(result):
        result["test"]["accuracy"] += 0.5

    verdict = check(rewrite("result.json", improve))
    assert not verdict.holds


def test_in_python_as_on_the_command_line(trained, tiny):
    spec = tiny(**EXACT)
    run = trained(spec)

    class Watching(Quiet):
        plan = None

        def begin(self, plan):
            self.plan = plan

    watching = Watching()
    verdict = kspec.verify(run, reporter=watching)
    assert verdict.exact and verdict.holds
    # The folder that it trained in is nobody's business.
    assert watching.plan.folder is None and watching.plan.epochs == 2
    with pytest.raises(UsageError, match="against=run"):
        kspec.verify(spec)
    with pytest.raises(UsageError, match="against belongs to a spec"):
        kspec.verify(run, against=run)


def test_another_spec_against_the_run(check, tiny):
    changed = tiny(**{"training.optimizer": {"type": "SGD", "learning_rate": 0.5}})
    verdict = check(spec=changed, tolerance=1e-6)
    assert verdict.why_not == "the spec is a different one" and not verdict.holds


def test_an_unfinished_run_cannot_be_verified(check):
    with pytest.raises(RunError, match="only a run that has ended can be verified"):
        check(lambda folder: (folder / "result.json").unlink())


def test_without_its_model_a_run_cannot_be_verified_to_the_last_bit(check):
    with pytest.raises(RunError, match=r"has no model\.keras to compare the weights with"):
        check(lambda folder: (folder / "model.keras").unlink(), **EXACT)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "history.json").write_text("["), r"history\.json is damaged"),
        (lambda folder: (folder / "model.keras").write_bytes(b"PK"), r"model\.keras is damaged"),
        (
            rewrite("environment.json", lambda said: said["data"].update(fingerprint="0")),
            "the data is not what .* was trained on",
        ),
    ],
)
def test_what_it_lacks_is_said_before_the_training(check, monkeypatch, spoil, says):
    monkeypatch.setattr("kspec.training.verify.train", lambda *args, **kwargs: pytest.fail())
    with pytest.raises(RunError, match=says):
        check(spoil, **EXACT)


def test_near_is_meant_in_proportion_to_what_is_large():
    nan, infinity = float("nan"), float("inf")
    assert Comparison("a", 0.5, 0.52).within(0.021)
    assert not Comparison("a", 0.5, 0.53).within(0.02)
    assert Comparison("a", 200.0, 203.0).within(0.02)
    assert Comparison("a", nan, nan).within(0.0) and not Comparison("a", 0.5, nan).within(1.0)
    assert Comparison("a", infinity, infinity).within(0.0)
    assert not Comparison("a", infinity, 1.0).within(0.02)
