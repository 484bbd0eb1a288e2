"""What TensorBoard, MLflow and Weights & Biases have of a run, read back from what they wrote."""

import json
import math

import pytest
from click.testing import CliRunner
from run_making import make_run, make_trained, row

import kspec
from kspec.cli.main import kspec as command_line
from kspec.runs import atomic
from kspec.runs.folder import seed_folder
from kspec.runs.read import Run
from kspec.training.trackers.process import TrackerProcess

pytestmark = pytest.mark.trackers
PLAN = {"epochs": 2, "total_params": 2, "data": "cifar"}
NAMES = ("tensorboard", "mlflow", "wandb")
ODD = {"a|b <i>": math.nan, "val_a|b <i>": math.inf}


@pytest.fixture(autouse=True)
def _nowhere_else(monkeypatch):
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "WANDB_MODE", "WANDB_PROJECT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path):
    return make_trained(tmp_path / "runs")


def tell(name, folder, *rows, first=0, end=True):
    process = TrackerProcess(name, folder, first)
    process.tell("plan", PLAN)
    for each in rows:
        process.tell("row", each)
    if end:
        process.tell("end")
    process.close()
    assert process.failure is None, process.log.read_text()


def scalars(folder, part):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder / "tensorboard" / part))
    found.Reload()
    return {
        tag: [(each.step, each.value) for each in found.Scalars(tag)]
        for tag in found.Tags()["scalars"]
    }


def mlflow_run(folder, uri=None):
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=uri or f"sqlite:///{folder / 'mlflow' / 'mlflow.db'}")
    (experiment,) = (e for e in client.search_experiments() if e.name == "kspec")
    (run,) = client.search_runs([experiment.experiment_id])
    return client, run


def mlflow_metric(folder, name, uri=None):
    client, run = mlflow_run(folder, uri)
    found = client.get_metric_history(run.info.run_id, name)
    return [(each.step, each.value) for each in found]


def wandb_records(folder):
    """Every record of every offline run, by kind: LevelDB's log, whose records are protobufs."""
    from wandb.proto import wandb_internal_pb2 as protobuf

    found = []
    for path in sorted((folder / "wandb").glob("offline-run-*/*.wandb")):
        content, at, part = path.read_bytes(), 7, b""
        while at + 7 <= len(content):
            left = 32768 - at % 32768
            if left < 7:
                at += left
                continue
            size, kind = int.from_bytes(content[at + 4 : at + 6], "little"), content[at + 6]
            part += content[at + 7 : at + 7 + size]
            at += 7 + size
            if kind in (1, 4):  # A whole one, or the last part of one.
                record = protobuf.Record()
                record.ParseFromString(part)
                found.append((record.WhichOneof("record_type"), record))
                part = b""
    return found


def wandb_history(folder):
    rows = []
    for kind, record in wandb_records(folder):
        if kind == "history":
            items = record.history.item
            rows.append({i.key or "/".join(i.nested_key): json.loads(i.value_json) for i in items})
    return rows


def test_tensorboard_lays_the_sets_over_each_other(folder):
    tell("tensorboard", folder, row(1), row(2, **ODD))
    training, validation = scalars(folder, "training"), scalars(folder, "validation")
    assert training["loss"] == [(1, 1.0), (2, 0.5)]
    assert validation["loss"] == [(1, pytest.approx(1.1)), (2, pytest.approx(0.55))]
    assert training["learning_rate"][0] == (1, pytest.approx(0.001))
    assert scalars(folder, "test")["accuracy"] == [(2, pytest.approx(0.3))]
    odd = next(tag for tag in training if tag.startswith("a_"))
    assert math.isnan(training[odd][0][1])
    assert validation[odd] == [(2, math.inf)]


def test_mlflow_has_parameters_metrics_and_files(folder):
    tell("mlflow", folder, row(1), row(2, **ODD))
    client, run = mlflow_run(folder)
    assert run.info.status == "FINISHED"
    assert run.info.run_name == Run.open(folder).path.relative_to(folder.parents[1]).as_posix()
    assert run.data.params["seed"] == "0"
    assert run.data.params["data"] == "cifar"
    assert run.data.tags["kspec.identity"] == Run.open(folder).environment["identity"]["run"]
    assert mlflow_metric(folder, "val_loss") == [(1, 1.1), (2, 0.55)]
    assert mlflow_metric(folder, "test_accuracy") == [(2, 0.3)]
    assert math.isnan(mlflow_metric(folder, "a_b _i_")[0][1])
    files = {each.path for each in client.list_artifacts(run.info.run_id)}
    assert {"spec.json", "resolved.json", "environment.json", "history.csv"} <= files
    assert "result.json" in files
    assert list(folder.glob("mlflow/artifacts/**/result.json"))


def test_mlflow_goes_where_the_environment_says(folder, tmp_path, monkeypatch):
    uri = f"sqlite:///{tmp_path / 'mine.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.chdir(tmp_path)
    tell("mlflow", folder, row(1))
    assert mlflow_metric(folder, "loss", uri) == [(1, 1.0)]
    assert not (folder / "mlflow").exists()


def test_wandb_has_config_history_and_summary(folder):
    tell("wandb", folder, row(1), row(2))
    history = wandb_history(folder)
    assert [(each["epoch"], each["val_loss"]) for each in history] == [(1, 1.1), (2, 0.55)]
    records = wandb_records(folder)
    (run,) = (record.run for kind, record in records if kind == "run")
    assert (run.project, run.display_name.split("/")[0]) == ("kspec", "tiny")
    config = {each.key: json.loads(each.value_json) for each in run.config.update}
    assert config["layers"] == [{"type": "Dense", "units": 1}]
    assert config["run"]["identity"] == Run.open(folder).environment["identity"]["run"]
    summary = {}
    for kind, record in records:
        if kind == "summary":
            summary |= {each.key: each.value_json for each in record.summary.update}
    assert json.loads(summary["test_accuracy"]) == 0.3
    assert json.loads(summary["status"]) == "completed"
    (end,) = (record.exit for kind, record in records if kind == "exit")
    assert end.exit_code == 0


def test_a_training_that_breaks_off_and_goes_on_is_one_run(folder):
    for name in NAMES:
        tell(name, folder, row(1), row(2), row(3), end=False)
    assert mlflow_run(folder)[1].info.status == "KILLED"
    known = {name: (folder / "trackers" / f"{name}.json").read_bytes() for name in NAMES[1:]}
    for name in NAMES:  # From the checkpoint after the first epoch.
        tell(name, folder, row(2, loss=7.0), row(3, loss=8.0), first=1)
    assert mlflow_run(folder)[1].info.status == "FINISHED"
    # What came after the checkpoint is void.
    assert scalars(folder, "training")["loss"] == [(1, 1.0), (2, 7.0), (3, 8.0)]
    assert mlflow_metric(folder, "loss")[-2:] == [(2, 7.0), (3, 8.0)]
    ids = {record.run.run_id for kind, record in wandb_records(folder) if kind == "run"}
    assert len(ids) == 1
    assert [each["epoch"] for each in wandb_history(folder)] == [1, 2, 3, 2, 3]
    assert known == {
        name: (folder / "trackers" / f"{name}.json").read_bytes() for name in NAMES[1:]
    }


def test_an_interrupted_run_is_told_as_such(tmp_path):
    folder = make_run(tmp_path / "runs", status="interrupted")
    for name in NAMES:
        tell(name, folder, row(1))
    assert mlflow_run(folder)[1].info.status == "KILLED"
    assert mlflow_run(folder)[1].data.tags["kspec.status"] == "interrupted"
    (end,) = (record.exit for kind, record in wandb_records(folder) if kind == "exit")
    assert end.exit_code == 1


def test_seeds_of_one_spec_are_a_group(tmp_path):
    folder = seed_folder(tmp_path, "tiny", "0123456789abcdef", "jax", 3)
    folder.parent.mkdir(parents=True)
    make_run(tmp_path / "elsewhere").rename(folder)
    for name in NAMES[1:]:
        tell(name, folder, row(1))
    tags = mlflow_run(folder)[1].data.tags
    assert tags["kspec.group"] == "tiny/seeds-01234567-jax"
    (run,) = (record.run for kind, record in wandb_records(folder) if kind == "run")
    assert run.run_group == "tiny/seeds-01234567-jax"


def test_a_folder_from_a_stranger_is_only_text(tmp_path):
    folder = make_trained(tmp_path / "runs", about="<script>'\"|\n" + "x" * 9000)
    resolved = json.loads((folder / "resolved.json").read_text())
    resolved["data"] = {"path": "é🙂" * 9000, "list": [{"a": []}, {}], "none": None}
    atomic.write_json(folder / "resolved.json", resolved)
    for name in NAMES:
        tell(name, folder, row(1))
    assert len(mlflow_run(folder)[1].data.params["data.path"]) == 500


def test_a_training_in_phases_is_told_and_gone_on_with(write_spec, tmp_path, backend):
    """From the command line; the run is just what it is without them."""
    first = json.loads(write_spec().read_text())["training"]
    path = write_spec(training=[{**first, "epochs": 1}, {"epochs": 1}])
    words = ["--backend", backend, "--quiet", "--run-dir"]

    def train(*words):
        outcome = CliRunner().invoke(command_line, ["train", *map(str, words)])
        assert outcome.exit_code == 0, outcome.output
        assert "tracker" not in outcome.output

    trackers = [word for name in NAMES for word in ("--tracker", name)]
    train(path, *words, tmp_path / "plain")
    train(path, *words, tmp_path / "told", *trackers)
    plain, told = (
        Run.open(next((tmp_path / name / "tiny").iterdir())) for name in ("plain", "told")
    )
    assert plain.environment["identity"] == told.environment["identity"]
    assert [{**each, "seconds": 0} for each in plain.history] == [
        {**each, "seconds": 0} for each in told.history
    ]
    assert plain.result["test"] == told.result["test"]
    assert scalars(told.path, "training")["phase"] == [(1, 1.0), (2, 2.0)]
    spec = kspec.load(told.path / "resolved.json")
    assert spec.training.trackers == NAMES
    more = ["--set", "training[1].epochs=2", "--allow-change"]
    train("--resume", told.path, "--quiet", "--backend", backend, *more)
    again = Run.open(told.path)
    losses = [(each["epoch"], each["loss"]) for each in again.history]
    assert len(losses) == 3
    assert scalars(told.path, "training")["loss"] == [
        (epoch, pytest.approx(loss)) for epoch, loss in losses
    ]
    assert mlflow_metric(told.path, "loss") == losses
    assert mlflow_run(told.path)[1].info.status == "FINISHED"
