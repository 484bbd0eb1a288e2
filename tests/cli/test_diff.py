"""`kspec diff`: what it prints, and how it exits."""

import json

import pytest
from click.testing import CliRunner
from two_specs import make_run, write

from kspec.cli.main import kspec

pytestmark = pytest.mark.language


def call(*words):
    return CliRunner().invoke(kspec, ["diff", *map(str, words)])


def rows(text):
    return [line.split() for line in text.splitlines()]


def test_the_improved_network_of_the_report_in_three_changes():
    result = call("specs/arch1.json", "specs/arch1_improved.json")
    assert result.exit_code == 1
    told = rows(result.stdout)
    assert told[1:5] == [
        ["3", "changes", "differences"],
        ["1", "BatchNormalization", "before", "ReLU", "12"],
        ["2", "L2(l2=0.0001)", "6"],
        ["3", "more", "dropout", "4"],
    ]
    assert "+  dropout    Dropout  3       rate=0.3, after re_lu" in result.stdout
    assert "~  dropout_1  Dropout  3       rate 0.3 → 0.4" in result.stdout
    assert ["parameters", "2,394,826", "2,394,826", "the", "same"] in told
    assert told[-1] == ["the", "same:", "augmentation,", "recipe,", "data,", "inputs,", "seed"]


def test_what_is_much_less_is_told_by_how_much(tmp_path):
    small = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
    large = [small[0], {"type": "Dense", "units": 100}, small[1]]
    paths = [write(tmp_path, name, layers=x) for name, x in (("large", large), ("small", small))]
    assert ["parameters", "20,310", "1,930", "10.5", "times", "fewer"] in rows(call(*paths).stdout)
    paths.reverse()
    assert ["parameters", "1,930", "20,310", "10.5", "times"] in rows(call(*paths).stdout)


def test_phases_are_laid_beside_the_one_that_is_most_like_them(tmp_path):
    first = {"optimizer": "Adam", "loss": "sparse_categorical_crossentropy", "epochs": 3}
    alone = {**first, "optimizer": {"type": "SGD", "learning_rate": 0.3}, "epochs": 9}
    then = {"optimizer": {"type": "SGD", "learning_rate": 0.1}, "epochs": 9}
    one = write(tmp_path, "one", training=alone)
    two = write(tmp_path, "two", training=[first, then])
    told = call(one, two).stdout
    table = told[told.index("recipe") :]
    assert [line.split() for line in table.splitlines()[1:7]] == [
        ["phase", "none", "1"],
        ["optimizer", "none", "Adam"],
        ["loss", "none", "SparseCategoricalCrossentropy"],
        ["metrics", "none", "[accuracy]"],
        ["batch_size", "none", "32"],
        ["epochs", "none", "3"],
    ]
    assert [line.split() for line in table.splitlines()[7:9]] == [
        ["phase", "1", "2"],
        ["optimizer.learning_rate", "0.3", "0.1"],
    ]
    turned = rows(call(two, one).stdout)
    assert ["phase", "1", "none"] in turned and ["phase", "2", "1"] in turned


def test_two_spellings_do_not_differ(tmp_path):
    one = write(tmp_path, description="As it is.")
    other = write(
        tmp_path,
        "other",
        **{
            "training.metrics": ["acc"],
            "layers.0.kernel_size": [3, 3],
            "training.optimizer": {"type": "adam", "learning_rate": 0.01, "name": "mine"},
        },
    )
    result = call(one, other)
    assert (result.exit_code, result.stdout) == (0, "tiny → other\nthe same experiment\n")
    assert json.loads(call(one, other, "--json").stdout)["equal"] is True


def test_json_says_all_of_it(tmp_path):
    one = write(tmp_path)
    other = write(
        tmp_path,
        "other",
        **{
            "seed": 4,
            "layers.0.filters": 8,
            "layers.4.rate": 0.5,
            "training.optimizer": {"type": "Adam"},
            "augmentation": [{"type": "RandomFlip", "mode": "horizontal"}],
        },
    )
    result = call(one, other, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1 and found["equal"] is False
    assert [change["title"] for change in found["changes"]] == [
        "filters of Conv2D 4 → 8",
        "more dropout",
        "RandomFlip added",
        "learning_rate 0.01 → 0.001",
        "seed 0 → 4",
    ]
    assert found["layers"][0] == {
        "mark": "changed",
        "within": [],
        "layer": "conv2d",
        "type": "Conv2D",
        "text": "filters 4 → 8",
        "changes": [1],
    }
    assert found["values"] == [
        {"path": "training.optimizer.learning_rate", "before": 0.01, "change": 4},
        {"path": "seed", "before": 0, "after": 4, "change": 5},
    ]
    assert found["augmentation"] == [
        {"step": "RandomFlip", "kind": "added", "argument": "", "change": 3}
    ]
    # 3·3·3·4 + 4·4 + 4·10 + 10, and with eight filters.
    assert (found["before"]["total_params"], found["after"]["total_params"]) == (174, 338)


def test_markdown_has_a_table_that_names_cannot_break(tmp_path):
    one = write(tmp_path, **{"layers.0.name": "a|b_c"})
    other = write(tmp_path, "other", **{"layers.0.name": "a|b_c", "layers.0.filters": 8})
    lines = call(one, other, "--markdown").stdout.splitlines()
    assert lines[0] == "## tiny → other"
    assert "| 1 | filters of Conv2D 4 → 8 | 1 |" in lines
    assert r"| ~ | a\|b\_c | Conv2D | 1 | filters 4 → 8 |" in lines


def test_a_layer_that_moved_is_told_as_such(tmp_path):
    one = write(tmp_path)
    layers = json.loads(one.read_text())["layers"]
    other = write(tmp_path, "other", layers=[layers[0], layers[2], layers[1], *layers[3:]])
    found = json.loads(call(one, other, "--json").stdout)
    (row,) = found["layers"]
    assert (row["mark"], row["layer"]) == ("moved", "batch_normalization")
    assert row["text"] == "from after conv2d to after re_lu"


def test_layers_of_a_network_within(tmp_path):
    block = {"type": "Model", "name": "block", "layers": [{"type": "Dense", "units": 4}]}
    deeper = {**block, "layers": [*block["layers"], {"type": "ReLU"}]}
    layers = json.loads(write(tmp_path).read_text())["layers"]
    one = write(tmp_path, layers=[block, *layers[3:]])
    other = write(tmp_path, "other", layers=[deeper, *layers[3:]])
    (row,) = json.loads(call(one, other, "--json").stdout)["layers"]
    assert (row["mark"], row["within"], row["layer"]) == ("added", ["block"], "re_lu")
    assert "+  block/re_lu  ReLU  1       after dense" in call(one, other).stdout


def test_two_runs_of_one_experiment_differ_in_their_results_only(tmp_path):
    path = write(tmp_path)
    one = make_run(path, tmp_path / "runs")
    other = make_run(path, tmp_path / "runs", backend="torch", test={"accuracy": 0.25})
    result = call(one, other)
    assert result.exit_code == 0
    assert "the same experiment" in result.stdout
    told = rows(result.stdout)
    assert ["backend", "jax", "torch"] in told
    assert ["test.accuracy", "0.15", "0.25"] in told
    found = json.loads(call(one, other, "--json").stdout)
    assert {"path": "test.accuracy", "before": 0.15, "after": 0.25} in found["results"]
    assert {"path": "backend", "before": "jax", "after": "torch"} in found["environment"]


def test_other_data_are_another_experiment(tmp_path):
    path = write(tmp_path)
    one = make_run(path, tmp_path / "runs")
    other = make_run(path, tmp_path / "runs", data="4567")
    result = call(one, other)
    assert result.exit_code == 1
    assert "the same spec, on other data" in result.stdout
    assert ["data.fingerprint", "0123", "4567"] in rows(result.stdout)


def test_a_run_that_has_just_begun_has_a_spec_at_least(tmp_path):
    path = write(tmp_path)
    whole, begun = (make_run(path, tmp_path / "runs") for _ in range(2))
    for name in ("environment.json", "result.json", "history.json", "history.csv"):
        (begun / name).unlink(missing_ok=True)
    result = call(whole, begun)
    assert result.exit_code == 0, result.output
    assert ["status", "completed", "incomplete"] in rows(result.stdout)
    assert ["backend", "jax", "none"] in rows(result.stdout)


@pytest.mark.parametrize("name", ["environment.json", "result.json"])
def test_a_damaged_run_is_no_difference(tmp_path, name):
    path = write(tmp_path)
    whole, damaged = (make_run(path, tmp_path / "runs") for _ in range(2))
    (damaged / name).write_text("{")
    result = call(whole, damaged)
    assert result.exit_code == 2 and f"{name} is damaged" in result.stderr


def test_a_spec_against_a_run(tmp_path):
    path = write(tmp_path)
    make_run(path, tmp_path / "runs")
    changed = write(tmp_path, "changed", **{"training.epochs": 3})
    runs = ("--run-dir", tmp_path / "runs")
    assert call(path, "tiny", *runs).exit_code == 0
    result = call("latest", changed, *runs)
    assert result.exit_code == 1
    assert ["epochs", "2", "3"] in rows(result.stdout)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nothing.json", "specs/arch1.json"), "nothing.json"),
        (("specs/arch1.json", "no-such-run"), "no-such-run is not a spec file"),
    ],
)
def test_what_is_not_there_is_told(tmp_path, words, says):
    result = call(*words, "--run-dir", tmp_path)
    assert result.exit_code in (1, 2)
    assert says in result.stderr and "Traceback" not in result.output
