"""TensorBoard: event files in the run's folder, written by tensorboardX on any backend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tensorboardX import SummaryWriter

from kspec.training.trackers.about import About

__all__ = ["FOLDER", "open_run"]

FOLDER = "tensorboard"


def open_run(about: About, plan: Mapping[str, Any]) -> TensorBoard:
    """Begin or resume; existing events of epochs that are still to come become void."""
    return TensorBoard(about, plan)


class TensorBoard:
    """A series for each set, `training`, `validation` and `test`, with metrics of the same names,
    so that TensorBoard overlays them."""

    def __init__(self, about: About, plan: Mapping[str, Any]) -> None:
        self._folder = about.folder / FOLDER
        self._purge = about.first + 1 if self._folder.exists() else None
        self._writers: dict[str, SummaryWriter] = {}
        writer = self._writer("training")
        spec = json.dumps(about.resolved, indent=2)
        writer.add_text("spec", "    " + spec.replace("\n", "\n    "), about.first)
        rows = {**about.facts, **{key: str(value) for key, value in plan.items()}}
        table = "".join(f"| {key} | {_cell(value)} |\n" for key, value in rows.items())
        writer.add_text("run", f"| what | value |\n| --- | --- |\n{table}", about.first)

    def epoch(self, row: Mapping[str, float]) -> None:
        for name, value in row.items():
            part = "validation" if name.startswith("val_") else "training"
            if name != "epoch":
                name = name.removeprefix("val_")
                self._writer(part).add_scalar(name, value, int(row["epoch"]))
        self._flush()

    def end(self, result: Mapping[str, Any] | None) -> None:
        if result is not None:
            step = result["best_epoch"] or result["epochs"]
            for name, value in result["test"].items():
                self._writer("test").add_scalar(name, value, step)
        self._flush()
        for writer in self._writers.values():
            writer.close()

    def _writer(self, part: str) -> SummaryWriter:
        if part not in self._writers:
            folder = str(self._folder / part)
            self._writers[part] = SummaryWriter(folder, purge_step=self._purge)
        return self._writers[part]

    def _flush(self) -> None:
        for writer in self._writers.values():
            writer.flush()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
