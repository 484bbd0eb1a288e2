"""`kspec ablate`: the specs that it writes and trains, and what the changes are worth."""

import json

import pytest
from click.testing import CliRunner
from two_specs import write

import kspec
from kspec.cli.main import kspec as command_line


def call(verb, *words):
    return CliRunner().invoke(command_line, [verb, *map(str, words)])


def ablate(*words):
    return call("ablate", *words)


# Compiled and trained in no time.
QUICK = {
    "training.epochs": 1,
    "layers": [
        {"type": "Flatten"},
        {"type": "Dropout", "rate": 0.2},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
}


@pytest.fixture
def pair(tmp_path):
    """Two specs with two changes between them."""
    more = {"layers.1.rate": 0.5, "training.batch_size": 40}
    return write(tmp_path, **QUICK), write(tmp_path, "other", **QUICK, **more)


@pytest.mark.language
def test_the_specs_between_two_are_written_and_sound(tmp_path):
    folder = tmp_path / "between"
    result = ablate("specs/arch1.json", "specs/arch1_improved.json", "-o", folder)
    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "arch1-1-batchnormalization-before-relu.json",
        "arch1-1-to-2.json",
        "arch1-2-l2-l2-0.0001.json",
        "arch1-3-more-dropout.json",
        "arch1.json",
        "arch1_improved.json",
    ]
    assert "arch1-3-more-dropout.json                    change 3 alone" in result.stdout
    assert f"specs in {folder}\n" in result.stdout
    assert call("check", folder).stdout == "6 specs checked: no errors\n"
    assert call("diff", folder / "arch1.json", "specs/arch1.json").exit_code == 0
    assert call("diff", folder / "arch1_improved.json", "specs/arch1_improved.json").exit_code == 0
    step = kspec.load(folder / "arch1-3-more-dropout.json")
    assert step.description == "arch1, more dropout."
    rates = [layer.arguments["rate"] for layer in step.layers if layer.type == "Dropout"]
    assert rates == [0.3, 0.3, 0.4, 0.5, 0.5]


@pytest.mark.language
def test_nothing_of_the_users_is_overwritten(pair, tmp_path):
    folder = tmp_path / "between"
    assert ablate(*pair, "-o", folder).exit_code == 0
    assert ablate(*pair, "-o", folder).exit_code == 0
    kept = folder / "other.json"
    kept.write_text("{}")
    result = ablate(*pair, "-o", folder)
    assert result.exit_code == 2
    assert f"{kept} already exists with other content" in result.stderr
    assert kept.read_text() == "{}"


@pytest.mark.language
def test_set_changes_both_and_groups_are_joined(pair, tmp_path):
    words = ("--set", "training.epochs=3", "--group", "1,2", "-o", tmp_path / "between", "--json")
    found = json.loads(ablate(*pair, *words).stdout)
    assert [change["title"] for change in found["changes"]] == [
        "more dropout and batch_size 16 → 40"
    ]
    assert [spec["file"] for spec in found["specs"]] == ["tiny.json", "other.json"]
    epochs = [kspec.load(tmp_path / "between" / each["file"]) for each in found["specs"]]
    assert [spec.training.epochs for spec in epochs] == [3, 3]


@pytest.mark.language
def test_why_changes_became_one_is_told(tmp_path):
    """Another source gives other pictures, for which the network must be another."""
    other = {"type": "Dense", "units": 20, "activation": "softmax"}
    data = {"source": "cifar100"}
    after = write(
        tmp_path,
        "after",
        **{"layers.5": {**other, "units": 100}, "data": data, "input.shape": [32, 32, 3]},
    )
    result = ablate(write(tmp_path), after, "-o", tmp_path / "between")
    assert result.exit_code == 0
    assert "one change, since the first cannot be alone: " in result.stdout
    assert "CIFAR" in result.stdout or "cifar100" in result.stdout


@pytest.mark.language
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--group", "1,x"), "--group takes numbers"),
        (("--group", "1,7"), "there is no change 7; there are 2"),
        (("--group", "1,2", "--group", "2"), "a change can be in one group only"),
        (("--data", "shapes"), "--data belongs to --train"),
        (("--quiet",), "--quiet belongs to --train"),
    ],
)
def test_wrong_words_are_told(pair, tmp_path, words, says):
    result = ablate(*pair, "-o", tmp_path / "between", *words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not (tmp_path / "between").exists()


@pytest.mark.language
def test_there_is_nothing_between_two_spellings(pair, tmp_path):
    result = ablate(pair[0], pair[0], "-o", tmp_path / "between")
    assert result.exit_code == 0
    assert "there is nothing to ablate" in result.stdout
    assert not (tmp_path / "between").exists()


def test_what_the_change_is_worth(tmp_path, backend):
    """Trained once, and no more when it is asked for again."""
    pair = write(tmp_path, **QUICK), write(tmp_path, "other", **QUICK, **{"layers.1.rate": 0.5})
    words = (*pair, "-o", tmp_path / "between", "--train", "--backend", backend)
    words = (*words, "--run-dir", tmp_path / "runs")
    first = json.loads(ablate(*words, "--json").stdout)
    before, after = (each["value"] for each in first["specs"])
    assert first["measure"] == "test accuracy"
    assert first["changes"] == [
        {"number": 1, "title": "more dropout", "alone": after - before, "on_top": after - before}
    ]
    again = ablate(*words)
    assert again.exit_code == 0
    assert again.stderr.count("trained before: ") == 2
    assert "One run each" in again.stdout
    moved = f"{after - before:+.4f}"
    told = [line.split() for line in again.stdout.splitlines()]
    assert ["1", "more", "dropout", moved, moved] in told
    assert ["other.json", "all", "changes", "1", f"{after:.4f}", moved] in told
    assert "epoch" in ablate(*words, "--set", "seed=1", "-o", tmp_path / "loud").stdout
    seeded = ablate(*words, "--set", "seed=2", "-o", tmp_path / "quiet", "--quiet")
    assert seeded.exit_code == 0 and "loss" not in seeded.stdout + seeded.stderr
    # What each run has trained is what its spec says.
    runs = [kspec.Run.open(each["run"]) for each in first["specs"]]
    assert [run.resolved["layers"][1]["rate"] for run in runs] == [0.2, 0.5]


def test_a_spec_that_fails_is_told_and_the_others_go_on(tmp_path, backend):
    one = write(tmp_path, **QUICK)
    data = {**json.loads(one.read_text())["data"], "source": "npz", "path": "missing.npz"}
    after = write(tmp_path, "after", **QUICK, data=data)
    words = (after, one, "-o", tmp_path / "between", "--train", "--backend", backend)
    words = (*words, "--run-dir", tmp_path / "runs")
    result = ablate(*words, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    failed, trained = found["specs"]
    assert "missing.npz" in failed["failure"] and failed["run"] is None
    assert trained["failure"] is None and trained["run"] is not None
    assert (found["changes"][0]["alone"], found["changes"][0]["on_top"]) == (None, None)
    told = ablate(*words).stdout
    assert "after.json failed: " in told and "missing.npz" in told
