"""`kspec plot`: what is drawn of what, and what is refused before anything else."""

import csv

import pytest
from click.testing import CliRunner
from run_making import DIGEST, RESOLVED, SOURCE, make_run, row

from kspec.cli.main import kspec as command_line
from kspec.runs.writer import RunWriter


def plot(*words):
    return CliRunner().invoke(command_line, ["plot", *map(str, words)])


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["no-such-spec", "-o", "a.jpg"],
            "a picture of the network must end in .svg, .png or .mmd",
        ),
        (
            ["no-such-run", "--curves", "-o", "a.mmd"],
            "of the curves must end in .svg, .png or .csv",
        ),
        (["no-such", "--weights", "-o", "a"], "of the weights must end in .svg, .png or .csv"),
        (["one", "two", "--schedule"], "--schedule draws one at a time, not 2"),
        (["one", "--curves", "--weights"], "--curves and --weights: one at a time"),
        (["one", "--curves", "--network"], "--network and --curves: one at a time"),
        (["one", "--curves", "--set", "seed=1"], "--set changes a spec, but --curves draws runs"),
    ],
)
def test_wrong_words_are_told_before_anything_else(in_folder, words, said):
    result = plot(*words)
    assert result.exit_code == 2
    assert said in result.output
    assert "backend" not in result.output
    assert list(in_folder.iterdir()) == []


def test_a_spec_has_no_curves(in_folder, write_spec):
    result = plot(write_spec(), "--curves")
    assert result.exit_code == 2
    assert "--curves draws runs, but" in result.output
    result = plot(write_spec(), write_spec())
    assert result.exit_code == 2
    assert result.output.startswith("several are drawn as the curves of runs, but ")


def test_curves_of_one_and_of_several(in_folder):
    for name in ("one", "two"):
        make_run(in_folder / "runs", name)
    assert plot("one", "--curves").output == "wrote curves.svg\n"
    assert "completed, 2 epochs, epoch 2 is kept" in (in_folder / "curves.svg").read_text()
    assert plot("one", "two", "-o", "both.png").output == "wrote both.png\n"
    assert (in_folder / "both.png").read_bytes().startswith(b"\x89PNG")
    assert plot("one", "two", "-o", "both.csv").exit_code == 0
    rows = list(csv.DictReader((in_folder / "both.csv").open()))
    assert [row["run"].split("/")[0] for row in rows] == ["one", "one", "two", "two"]
    assert [row["val_loss"] for row in rows] == ["1.1", "0.55"] * 2


def test_an_empty_text_is_no_run(in_folder):
    make_run(in_folder / "runs", "one")
    for option in ("--curves", "--weights", "--network"):
        result = plot("", option)
        assert result.exit_code == 1
        assert result.output.endswith("an empty text names no run\n")


def test_a_run_that_is_named_twice_is_drawn_once(in_folder):
    make_run(in_folder / "runs", "one")
    assert plot("one", "latest", "-o", "one.csv").exit_code == 0
    assert len((in_folder / "one.csv").read_text().splitlines()) == 3
    assert plot("one", "latest", "-o", "one.svg").exit_code == 0
    assert "completed, 2 epochs, epoch 2 is kept" in (in_folder / "one.svg").read_text()


def test_a_table_of_other_columns_is_replaced_and_one_of_others_stays(in_folder):
    make_run(in_folder / "runs", "one")
    with RunWriter.create(in_folder / "runs", "two", RESOLVED, SOURCE, digest=DIGEST) as writer:
        writer.write_history([row(1, phase=1)])
    with RunWriter.create(in_folder / "runs", "none", RESOLVED, SOURCE, digest=DIGEST):
        pass
    for name, header in (
        ("none", "run,epoch"),
        ("one", "run,epoch,loss,"),
        ("two", "run,epoch,phase,loss,"),
        ("none", "run,epoch"),
    ):
        result = plot(name, "--curves", "-o", "curves.csv")
        assert result.exit_code == 0, result.output
        assert (in_folder / "curves.csv").read_text().startswith(header)
    theirs = in_folder / "theirs.csv"
    theirs.write_text("when,run,epoch\n")
    result = plot("one", "--curves", "-o", theirs)
    assert result.exit_code == 1
    assert "theirs.csv exists and is not a table made by kspec, so it" in result.output
    assert "so it is not overwritten; name another" in result.output
    assert theirs.read_text() == "when,run,epoch\n"


def test_the_rate_and_the_network_of_a_spec(in_folder, write_spec):
    path = write_spec(**{"training.epochs": 3})
    result = plot(path, "--schedule", "-o", "rate.csv")
    assert "3 epochs, 0.01 throughout\nwrote rate.csv\n" in result.output
    lines = (in_folder / "rate.csv").read_text().splitlines()
    assert lines[0] == "phase,epochs,learning_rate"
    assert [line.split(",")[:2] for line in lines[1:]] == [["1", "0"], ["1", "3"]]
    assert "wrote network.svg" in plot(path).output
    assert "wrote network.svg" in plot(path, "--network").output
    assert "wrote schedule.svg" in plot(path, "--schedule").output


def test_the_weights_of_a_run(in_folder, write_spec, backend):
    train = ["train", str(write_spec(**{"training.epochs": 1})), "--quiet"]
    assert CliRunner().invoke(command_line, train).exit_code == 0
    result = plot("tiny", "--weights", "-o", "weights.csv")
    assert result.exit_code == 0, result.output
    rows = {row["variable"]: row for row in csv.DictReader((in_folder / "weights.csv").open())}
    assert next(iter(rows)) == "conv2d/kernel"
    assert rows["dense/kernel"]["shape"] == "4x10"
    assert rows["batch_normalization/moving_mean"]["trainable"] == "0"
    # A step of Adam is about as long as the learning rate: 4 of 0.01 in each weight.
    kernel = rows["dense/kernel"]
    assert 0 < float(kernel["distance"]) <= 4 * 0.011 * 40**0.5
    assert float(kernel["change"]) > 0
    assert "dense/kernel" in result.output
    assert "wrote weights.svg" in plot("tiny", "--weights").output
