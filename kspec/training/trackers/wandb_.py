"""Weights & Biases: offline, in the run's folder, unless WANDB_MODE says otherwise."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import Any

import wandb

from kspec.training.trackers.about import FIRST_FILES, LAST_FILES, About

__all__ = ["open_run"]

PROJECT = "kspec"


def open_run(about: About, plan: Mapping[str, Any]) -> WeightsAndBiases:
    """Begin a run, or resume it under the same id."""
    mode = os.environ.get("WANDB_MODE", "offline")
    known = about.noted("wandb")
    name = known.get("id") or secrets.token_hex(8)
    about.note("wandb", {"id": name})
    run = wandb.init(
        project=os.environ.get("WANDB_PROJECT", PROJECT),
        id=name,
        name=about.label,
        group=about.group,
        dir=str(about.folder),
        mode=mode,
        # (Offline no server can be asked; earlier data is sent under the same id.)
        resume="allow" if known and mode == "online" else None,
        config={**about.resolved, "run": {**about.facts, **plan}},
        settings=wandb.Settings(console="off", silent=True, save_code=False),
    )
    return WeightsAndBiases(run, about)


class WeightsAndBiases:
    def __init__(self, run: Any, about: About) -> None:
        self._run, self._about = run, about
        self._send(FIRST_FILES)

    def epoch(self, row: Mapping[str, float]) -> None:
        self._run.log(dict(row), step=int(row["epoch"]))

    def end(self, result: Mapping[str, Any] | None) -> None:
        summary = {"status": result["status"] if result else "broken off"}
        if result is not None:
            summary["best_epoch"] = result["best_epoch"]
            summary |= {f"test_{name}": value for name, value in result["test"].items()}
        self._run.summary.update(summary)
        self._send(LAST_FILES)
        over = result is not None and result["status"] != "interrupted"
        self._run.finish(exit_code=0 if over else 1)

    def _send(self, names: tuple[str, ...]) -> None:
        for path in self._about.files(names):
            self._run.save(str(path), base_path=str(self._about.folder), policy="now")
