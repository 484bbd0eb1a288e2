"""Runs held against each other: groups, what may be ranked, and what is said."""

import json
import os

import numpy as np
import pytest
from run_making import data, make_run, make_trained, result

import kspec
from kspec.errors import RunError, UsageError
from kspec.runs.predictions import Predictions, write_predictions
from kspec.spec.canonical import spec_hash

pytestmark = pytest.mark.language


def answers(share, count=100):
    """Right for the first `share` of the samples."""
    return np.arange(count) < count * share


@pytest.fixture
def runs(tmp_path):
    """A maker of runs in a folder, and of comparisons of them."""

    class Runs:
        root = tmp_path / "runs"

        def make(self, *words, **values):
            return make_trained(self.root, *words, **values)

        def compare(self, *words, **options):
            return kspec.compare(*words, run_dir=self.root, **options)

    return Runs()


def labels(comparison):
    return [(group.label, len(group.runs)) for group in comparison.groups]


def test_runs_that_differ_in_the_seed_alone_are_one_group(runs):
    for seed, share in enumerate((0.80, 0.82, 0.84)):
        runs.make("a", seed=seed, right=answers(share), about="the first")
    runs.make("b", seed=0, right=answers(0.9))
    found = runs.compare("a", "b")
    assert labels(found) == [("a", 3), ("b", 1)]
    first = found.groups[0]
    assert [run.seed for run in first.runs] == [0, 1, 2]
    assert first.about == "the first" and first.metric == "accuracy"
    assert (first.test.mean, first.test.deviation) == pytest.approx((0.82, 0.02))
    # t of 2 degrees of freedom and 97.5 % is 4.3027.
    assert first.test.high - first.test.mean == pytest.approx(4.3027 * 0.02 / np.sqrt(3), rel=1e-4)
    (difference,) = found.differences
    assert (difference.first, difference.second) == ("a", "b")
    assert difference.of_specs and difference.evidence.difference == pytest.approx(0.08)
    assert labels(runs.compare("a", each=True))[0][1] == 1
    assert len(runs.compare("a", "b", each=True).groups) == 4


def test_specs_of_one_name_are_told_apart_by_what_they_change(runs):
    runs.make("a", spec="one", right=answers(0.8), about="the first")
    other = runs.make("a", spec="two", right=answers(0.8), about="the first")
    path = other / "resolved.json"
    resolved = json.loads(path.read_text()) | {"training": {"epochs": 7}}
    path.write_text(json.dumps(resolved))
    found = runs.compare("a")
    names = [group.label for group in found.groups]
    assert len(set(names)) == 2 and all(name.startswith("a ") for name in names)
    assert found.groups[1].brief == "training: nothing → {…}"
    assert found.groups[1].about == 'training: nothing → {"epochs": 7}'


def test_of_two_runs_of_one_seed_the_newer_counts(runs):
    old = runs.make("a", right=answers(0.7), started="2026-11-25T01:00:00+00:00")
    new = runs.make("a", right=answers(0.8), started="2026-11-25T02:00:00+00:00")
    found = runs.compare("a")
    assert [run.path for run in found.groups[0].runs] == [new]
    (left_out,) = found.left_out
    assert left_out.what == str(old)
    assert left_out.why == f"a/{new.name} has the same spec and seed, and is newer"


def test_what_is_said(runs):
    runs.make("base", right=answers(0.5))
    runs.make("same", right=answers(0.51))
    runs.make("good", right=answers(0.8))
    runs.make("bad", right=answers(0.2))
    found = runs.compare("base", "same", "good", "bad")
    assert [each.verdict for each in found.differences] == [
        "no difference shown",
        "better (these two networks)",
        "worse (these two networks)",
    ]
    assert not found.refused
    pairs = runs.compare("base", "same", "good", all_pairs=True).differences
    assert [(each.first, each.second) for each in pairs] == [
        ("base", "same"),
        ("base", "good"),
        ("same", "good"),
    ]


SAME = data(0)


@pytest.mark.parametrize(
    "other, says",
    [
        (data(0, test="another"), "the test set (other samples)"),
        (data(0, test_samples=90), "the test set (100 and 90 samples)"),
        (data(0, samples=(45, 5)), "the training set (40 and 45 samples)"),
        (data(0, origin="noisy"), "the samples that training and validation set are drawn from"),
        (data(0, classes=3), "the classes (2: class 0, class 1 and 3: class 0, class 1, class 2)"),
        (
            SAME
            | {
                "fingerprint": "x",
                "splits": SAME["splits"] | {"train": {"samples": 40, "fingerprint": "x"}},
            },
            "the training set (other samples)",
        ),
    ],
    ids=["test set", "its size", "split", "origin", "classes", "split of one seed"],
)
def test_what_was_measured_on_other_data_is_not_ranked(runs, other, says):
    runs.make("a", right=answers(0.5))
    runs.make("b", right=answers(0.9), data=other)
    found = runs.compare("a", "b")
    assert found.refused
    (difference,) = found.differences
    assert difference.evidence is None and says in difference.differs
    assert (
        difference.verdict.startswith("not ranked: these differ: ") and says in difference.verdict
    )
    forced = runs.compare("a", "b", force=True)
    assert not forced.refused
    (difference,) = forced.differences
    assert difference.evidence.claim
    assert "forced: these differ" in difference.verdict and says in difference.verdict


def test_the_splits_of_different_seeds_differ_and_are_as_good(runs):
    for name in ("a", "b"):
        for seed in (0, 1) if name == "a" else (2, 3):
            runs.make(name, seed=seed, right=answers(0.5))
    (difference,) = runs.compare("a", "b").differences
    assert difference.differs == () and difference.evidence is not None


def test_a_test_set_that_each_seed_draws_anew_is_not_one(runs):
    for name in ("a", "b"):
        for seed in (0, 1):
            own = data(seed, test=f"drawn by {seed}")
            runs.make(name, seed=seed, right=answers(0.5), data=own)
    (difference,) = runs.compare("a", "b").differences
    assert "the test set (drawn from the seed)" in difference.differs


def test_metrics_that_are_not_the_same_are_not_ranked(runs):
    runs.make("a", right=answers(0.5))
    runs.make("b", test={"loss": 0.1, "mean_absolute_error": 0.3})
    (difference,) = runs.compare("a", "b").differences
    assert difference.differs == ("the metric (accuracy and mean_absolute_error)",)


def test_of_runs_from_before_the_fingerprints_the_labels_are_held_against_each_other(runs):
    def old(fingerprint):
        return {"fingerprint": fingerprint, "class_names": SAME["class_names"]}

    runs.make("a", right=answers(0.5), data=old("x"))
    runs.make("b", right=answers(0.9), data=old("y"))
    runs.make("c", right=answers(0.9, 90), data=old("z"))
    runs.make("d", right=answers(0.9), data=old("x"))
    b, c, d = runs.compare("a", "b", "c", "d").differences
    assert b.unknown and b.evidence.claim
    assert c.differs == ("the test set (other labels)",) and c.refused
    assert not d.unknown and d.evidence.claim, "one fingerprint for all says that all is the same"


def test_runs_without_predictions_are_shown_and_not_judged(runs):
    runs.make("a", right=answers(0.5))
    runs.make("b", test={"loss": 0.5, "accuracy": 0.9})
    damaged = runs.make("c", right=answers(0.5))
    (damaged / "test_predictions.npz").write_bytes(b"no zip")
    found = runs.compare("a", "b", "c")
    assert [group.test.mean for group in found.groups] == [0.5, 0.9, 0.5]
    assert [each.verdict for each in found.differences] == [
        "not ranked: b has no predictions that could be compared with others",
        "not ranked: c has damaged predictions",
    ]
    assert not found.refused, "nothing says that their data is another"


def test_an_accuracy_that_was_not_measured_is_that_of_the_predictions(runs):
    runs.make("a", right=answers(0.7), test={"loss": 0.5})
    (group,) = runs.compare("a").groups
    assert (group.metric, group.test.mean) == ("accuracy", pytest.approx(0.7))


def test_what_has_not_ended_or_is_damaged_is_left_out_and_named(runs):
    runs.make("good", right=answers(0.5))
    for name, file, content in (
        ("interrupted", "result.json", None),
        ("incomplete", "result.json", ""),
        ("damaged", "result.json", "{"),
        ("other", "environment.json", "[]"),
        ("strange", "environment.json", '{"data": 5, "identity": 3, "backend": "jax"}'),
        ("odd", "result.json", json.dumps(result(best_epoch="second"))),
    ):
        folder = runs.make(name, right=answers(0.5))
        if content:
            (folder / file).write_text(content)
        elif content is None:
            (folder / file).write_text(json.dumps(result(status="interrupted", test={})))
        else:
            (folder / file).unlink()
    found = runs.compare("*")
    assert labels(found) == [("good", 1)]
    why = {one.what.split("/")[-2]: one.why for one in found.left_out}
    assert why["interrupted"] == "it is interrupted" and why["incomplete"] == "it is incomplete"
    assert why["damaged"].startswith("result.json is damaged: ")
    assert why["other"].startswith("environment.json is damaged: ")
    assert why["strange"] == "environment.json is damaged: identity: should be an object"
    assert why["odd"] == "its files are damaged"
    with pytest.raises(RunError, match=r"none of these runs has finished\n.*incomplete"):
        runs.compare("incomplete")


@pytest.mark.parametrize(
    ("way", "value", "said"),
    [
        ("data.splits", [], "data.splits: should be an object"),
        ("data.splits", [[]], "data.splits: should be an object"),
        ("data.splits", "all", "data.splits: should be an object"),
        ("data.splits", {}, "data.splits.origin: it is missing"),
        ("data.splits", {"origin": "a", "test": None}, "data.splits.train: it is missing"),
        ("data.splits.origin", [], "data.splits.origin: should be a valid string"),
        ("data.splits.train", "all", "data.splits.train: should be an object"),
        ("data.splits.train", {}, "data.splits.train.samples: it is missing"),
        ("data.splits.test.samples", "ten", "data.splits.test.samples: should be a valid integer"),
        ("data.class_names", None, "data.class_names: should be a valid list"),
        ("data.class_names", [["a"]], "data.class_names.0: should be a valid string"),
        ("data.class_names", "ab", "data.class_names: should be a valid list"),
        ("identity.seed", [0], "identity.seed: should be a valid integer"),
        ("identity.seed", "0", "identity.seed: should be a valid integer"),
        ("identity.spec", [], "identity.spec: should be a valid string"),
        ("backend", ["jax"], "backend: should be a valid string"),
        ("resumed", [5], "resumed.0: should be an object"),
        ("weights", [{"layer": "a", "sha256": []}], "weights.0.sha256: should be a valid string"),
    ],
)
def test_a_damaged_environment_leaves_the_others_comparable(runs, way, value, said):
    for name in ("good", "better"):
        runs.make(name, right=answers(0.5))
    path = runs.make("hurt", right=answers(0.5)) / "environment.json"
    environment = json.loads(path.read_text())
    *inner, last = way.split(".")
    place = environment
    for key in inner:
        place = place[key]
    place[last] = value
    path.write_text(json.dumps(environment))
    found = runs.compare("good", "better", "hurt")
    assert labels(found) == [("good", 1), ("better", 1)] and len(found.differences) == 1
    assert [one.why for one in found.left_out] == [f"environment.json is damaged: {said}"]


def test_a_run_of_the_first_versions_is_a_group_of_its_own(runs):
    for _ in range(2):
        make_run(runs.root, "old")
    found = runs.compare("old")
    assert [len(group.runs) for group in found.groups] == [1, 1]
    assert len({group.label for group in found.groups}) == 2
    assert found.differences[0].evidence is None


def test_something_has_to_be_named(runs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"^name at least one run$"):
        runs.compare()
    runs.make("a", right=answers(0.5))
    with pytest.raises(RunError, match=r"^an empty text names no run$"):
        runs.compare("")
    with pytest.raises(RunError, match=r"^\. holds no run$"):
        runs.compare(".")


def test_what_runs_are_meant(runs, tmp_path, write_spec):
    path = write_spec("tiny")
    runs.make("arch2", right=answers(0.5))
    runs.make("arch3", right=answers(0.5))
    tiny = runs.make("tiny", right=answers(0.5))
    environment = tiny / "environment.json"
    values = json.loads(environment.read_text())
    values["identity"]["spec"] = spec_hash(kspec.load(path))
    environment.write_text(json.dumps(values))
    runs.make("tiny", spec="another", right=answers(0.5))

    def names(*words, **options):
        return [run.name for g in runs.compare(*words, **options).groups for run in g.runs]

    assert names("arch*") == ["arch2", "arch3"]
    assert names("arch3", "arch*") == ["arch3", "arch2"]
    assert names("arch3", "arch3", os.path.relpath(runs.root / "arch3")) == ["arch3"]
    assert names("[a]rch2/2*") == ["arch2"]
    assert names(str(runs.root / "arch2")) == ["arch2"]
    assert names("tiny") == ["tiny", "tiny"]
    assert names(path) == ["tiny"], "of the spec as it stands"
    assert names(tiny) == ["tiny"]
    assert names("latest") == ["tiny"]
    assert set(names(runs.root)) == {"arch2", "arch3", "tiny"}
    changed = ["training.epochs=9"]
    with pytest.raises(RunError, match=r"tiny\.json: no run in .* is of this spec as it stands"):
        runs.compare(path, settings=changed)
    found = runs.compare(path, "arch2", settings=changed)
    assert labels(found) == [("arch2", 1)] and found.left_out[0].what == str(path)
    with pytest.raises(RunError, match=r'no run in .* has a name like "x\*"'):
        runs.compare("x*")
    with pytest.raises(RunError, match=r'there is no run "arhc2" .*did you mean arch2'):
        runs.compare("arhc2")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="holds no run"):
        runs.compare(tmp_path / "empty")


def test_of_one_name_the_older_spec_is_what_the_others_are_held_against(runs):
    for spec, hour in (("z", 1), ("a", 2), ("m", 3)):
        for seed in (1, 0):
            started = f"2026-11-25T{hour:02}:{seed:02}:00+00:00"
            runs.make("net", spec=spec, seed=seed, right=answers(0.5), started=started)
    newest = [group.runs[0].started[11:13] for group in runs.compare("net").groups]
    assert newest == ["01", "02", "03"]


@pytest.mark.parametrize("error, verdict", [(0.1, "better (these two networks)"), (np.nan, None)])
def test_numbers_are_judged_by_their_squared_error(runs, error, verdict):
    """Less is better; a network that gives NaN is not judged."""
    labels = np.linspace(0, 1, 100, dtype="float32")[:, None]
    for name, off in (("a", 0.5), ("b", error)):
        folder = runs.make(name, test={"loss": off, "mean_absolute_error": off})
        write_predictions(folder, Predictions(labels, (labels + off).astype("float32")))
    found = runs.compare("a", "b")
    assert found.groups[0].metric == "mean_absolute_error"
    (difference,) = found.differences
    if verdict is None:
        assert difference.verdict == (
            "not ranked: b has no predictions that could be compared with others"
        )
    else:
        assert difference.verdict == verdict
        assert difference.evidence.metric == "mean squared error"
        assert difference.evidence.difference == pytest.approx(0.01 - 0.25, abs=1e-6)
