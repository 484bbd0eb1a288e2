"""A training that only tells its reporter; run as a program, it does so on standard output."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kspec.cli.display import reporter_for
from kspec.training.reporter import Plan

if TYPE_CHECKING:
    from kspec.training.reporter import Reporter

FOLDER = Path("runs/arch2/20251125-071500-1a2b3c4d")


def a_plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "name": "arch2",
        "folder": FOLDER,
        "backend": "jax",
        "why_backend": "--backend",
        "devices": ("cpu:0 cpu",),
        "data": "cifar10",
        "train_samples": 40_000,
        "validation_samples": 10_000,
        "test_samples": 10_000,
        "total_params": 802_506,
        "epochs": 12,
        "steps": 5,
        "monitor": "val_accuracy",
    }
    return Plan(**values | changes)


def a_row(epoch: int) -> dict[str, float]:
    """A row of the history, in Keras's order; validation is best in epoch 2."""
    return {
        "epoch": epoch,
        "accuracy": 0.5 + epoch / 100,
        "loss": 2 / epoch,
        "val_accuracy": 0.61 - abs(epoch - 2) / 100,
        "val_loss": 1 + abs(epoch - 2) / 10,
        "learning_rate": 0.0010000000474974513,
        "seconds": 62.126,
    }


def a_result(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "status": "completed",
        "epochs": 12,
        "best_epoch": 2,
        "kept": {"monitor": "val_accuracy", "mode": "max", "value": 0.61},
        "stopped_by": None,
        "train": {"accuracy": 0.52, "loss": 1.0},
        "validation": {"accuracy": 0.61, "loss": 1.0},
        "test": {"accuracy": 0.81768, "loss": 0.5},
        "reference": {"source": "report", "test_accuracy": 0.8177},
        "seconds": 731.2,
        "total_params": 802_506,
        "trainable_params": 801_034,
    }
    return values | changes


def train(reporter: Reporter, plan: Plan, epochs: int, *, pause: float = 0.0) -> None:
    """All that a reporter hears before the end, for the first `epochs` of `plan`."""
    reporter.begin(plan)
    for epoch in range(1, epochs + 1):
        for step in range(1, plan.steps + 1):
            time.sleep(pause)
            reporter.step(epoch, step, lambda: {"accuracy": 0.4321, "loss": 1.2345})
        reporter.validating(epoch)
        reporter.epoch(a_row(epoch), min(epoch, 2))


def main(ending: str) -> None:
    with reporter_for(quiet=False) as reporter:
        reporter.note("a note for whoever watches: é")
        train(reporter, a_plan(), 11, pause=0.01)
        reporter.note("a note in the midst")
        time.sleep(0.3)
        if ending == "failure":
            raise SystemExit(3)
        reporter.step(12, 1, dict)
        time.sleep(0.3)
        reporter.epoch(a_row(12), 2)
        reporter.end(a_result())


if __name__ == "__main__":
    main(sys.argv[1])
