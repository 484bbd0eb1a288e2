"""MLflow: a run on the server in MLFLOW_TRACKING_URI, else in a database in the folder."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from typing import Any

from kspec.training.trackers.about import FIRST_FILES, LAST_FILES, About

# Nothing is sent anywhere unless the user asked for it.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

__all__ = ["FOLDER", "open_run"]

FOLDER = "mlflow"
EXPERIMENT = "kspec"
STATUS = {"completed": "FINISHED", "stopped early": "FINISHED"}
# How many values MLflow takes at once, and how long a value may be in every version of it.
BATCH, LONGEST = 100, 500


def open_run(about: About, plan: Mapping[str, Any]) -> MLflow:
    """Begin an MLflow run, or continue the one that was begun in the same place."""
    uri = os.environ.get("MLFLOW_TRACKING_URI")
    own = about.folder.resolve() / FOLDER
    where = uri or f"sqlite:///{(own / 'mlflow.db').as_posix()}"
    if uri is None:
        own.mkdir(exist_ok=True)
    client = MlflowClient(tracking_uri=where)
    known = about.noted("mlflow")
    if known.get("uri") == uri and "run" in known:
        client.update_run(known["run"], status="RUNNING")
        return MLflow(client, known["run"], about)
    artifacts = None if uri else (own / "artifacts").as_uri()
    tags = {f"kspec.{key}": value for key, value in about.facts.items()}
    if about.group is not None:
        tags["kspec.group"] = about.group
    experiment = _experiment(client, artifacts)
    run = client.create_run(experiment, run_name=about.label, tags=tags).info.run_id
    about.note("mlflow", {"run": run, "uri": uri})
    begun = MLflow(client, run, about)
    begun.tell({**about.parameters, **{key: str(value) for key, value in plan.items()}})
    return begun


class MLflow:
    def __init__(self, client: MlflowClient, run: str, about: About) -> None:
        self._client, self._run, self._about = client, run, about

    def tell(self, parameters: Mapping[str, str]) -> None:
        """Send the parameters and the files that exist at the beginning."""
        rows = [Param(_name(key), value[:LONGEST]) for key, value in parameters.items()]
        for start in range(0, len(rows), BATCH):
            self._client.log_batch(self._run, params=rows[start : start + BATCH])
        self._send(FIRST_FILES)

    def epoch(self, row: Mapping[str, float]) -> None:
        values = {name: value for name, value in row.items() if name != "epoch"}
        self._measure(values, int(row["epoch"]))

    def end(self, result: Mapping[str, Any] | None) -> None:
        if result is not None:
            step = result["best_epoch"] or result["epochs"]
            self._measure({f"test_{name}": value for name, value in result["test"].items()}, step)
            self._client.set_tag(self._run, "kspec.status", result["status"])
            if result["best_epoch"] is not None:
                self._client.set_tag(self._run, "kspec.best_epoch", result["best_epoch"])
        self._send(LAST_FILES)
        status = STATUS.get(result["status"], "KILLED") if result else "KILLED"
        self._client.set_terminated(self._run, status)

    def _measure(self, values: Mapping[str, float], step: int) -> None:
        now = int(time.time() * 1000)
        rows = [Metric(_name(name), value, now, step) for name, value in values.items()]
        self._client.log_batch(self._run, metrics=rows)

    def _send(self, names: tuple[str, ...]) -> None:
        for path in self._about.files(names):
            self._client.log_artifact(self._run, str(path))


def _experiment(client: MlflowClient, artifacts: str | None) -> str:
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name, artifact_location=artifacts))
        except MlflowException:  # Another training has just created it.
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    return str(found.experiment_id)


def _name(text: str) -> str:
    """A name that MLflow accepts."""
    return re.sub(r"[^\w\-. /]", "_", text)[: LONGEST // 2]
