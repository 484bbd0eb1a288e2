"""What the verbs print as tables."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kspec.backends import BackendInfo
from kspec.cli.tables import backend_table, evaluation_table, parameter_table, run_table
from kspec.model.table import Row, Table, tabulate_spec
from kspec.reports.per_class import ClassRow
from kspec.runs.find import RunSummary
from kspec.spec.models import Spec
from kspec.training.evaluate import Evaluation


def a_spec(*layers: dict[str, Any]) -> Spec:
    return Spec.model_validate(
        {
            "kspec": 1,
            "name": "small",
            "description": "A small one [with brackets].",
            "input": {"shape": [8, 8, 3]},
            "layers": layers,
            "data": {"source": "shapes"},
            "training": {
                "optimizer": "Adam",
                "loss": "sparse_categorical_crossentropy",
                "epochs": 1,
            },
        }
    )


SMALL = a_spec(
    {"type": "Conv2D", "name": "first", "filters": 4, "kernel_size": 3, "trainable": False},
    {"type": "BatchNormalization", "name": "norm"},
    {"type": "Flatten", "name": "flat"},
    {"type": "Dense", "name": "head", "units": 10},
)


def test_the_layers_and_what_they_add_up_to(capsys: pytest.CaptureFixture[str]) -> None:
    parameter_table(SMALL, tabulate_spec(SMALL))
    assert capsys.readouterr().out == (
        "small, input 8 x 8 x 3\n"
        "A small one [with brackets].\n"
        "\n"
        "layer  type                output shape  parameters  trainable\n"
        "first  Conv2D              6 x 6 x 4            112          0\n"
        "norm   BatchNormalization  6 x 6 x 4             16          8\n"
        "flat   Flatten             144                    0          0\n"
        "head   Dense               10                 1,450      1,450\n"
        "\n"
        "total parameters  1,578  6.16 KB\n"
        "trainable         1,458  5.70 KB\n"
        "non-trainable       120    480 B\n"
    )


def test_a_pipe_gets_long_names_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    name = "a_layer_with_a_name_" + "of_some_length_" * 20
    row = Row(name, "Dense", (None, 10), 4_000_000_000, 4_000_000_000)
    parameter_table(SMALL, Table((row,), row.params, row.params, 4 * row.params, 4 * row.params))
    out = capsys.readouterr().out
    assert re.search(rf"^{name}  Dense  \? x 10  +4,000,000,000  4,000,000,000$", out, re.MULTILINE)
    assert "total parameters  4,000,000,000  14.90 GB" in out
    assert "\x1b" not in out


def test_the_rows_as_csv() -> None:
    first, *rows = csv.reader(io.StringIO(tabulate_spec(SMALL).to_csv()))
    assert first == ["name", "type", "output_shape", "params", "trainable_params"]
    assert rows == [
        ["first", "Conv2D", "6x6x4", "112", "0"],
        ["norm", "BatchNormalization", "6x6x4", "16", "8"],
        ["flat", "Flatten", "144", "0", "0"],
        ["head", "Dense", "10", "1450", "1450"],
    ]


def test_each_backend_with_its_devices_or_why_it_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    backend_table(
        [
            BackendInfo("tensorflow", None, (), 'not installed; pip install "kspec[tensorflow]"'),
            BackendInfo(
                "torch", "2.13.0", ("NVIDIA H100 80GB HBM3", "NVIDIA H100 80GB HBM3"), None
            ),
        ]
    )
    assert capsys.readouterr().out == (
        "backend     version  devices\n"
        'tensorflow  -        not installed; pip install "kspec[tensorflow]"\n'
        "torch       2.13.0   NVIDIA H100 80GB HBM3, NVIDIA H100 80GB HBM3\n"
    )


def test_what_was_measured_and_how_each_class_did(capsys: pytest.CaptureFixture[str]) -> None:
    evaluation = Evaluation(
        run_path=Path("runs/arch2/20251125-071500-1a2b3c4d"),
        data="cifar10",
        samples=10_000,
        metrics={"accuracy": 0.8177, "loss": 0.56789},
        per_class=(
            ClassRow("airplane", precision=0.8, recall=0.75, f1=0.7742, support=1000),
            ClassRow("[cat]", precision=0.0, recall=0.0, f1=0.0, support=9000),
        ),
    )
    evaluation_table(evaluation)
    assert capsys.readouterr().out == (
        "run   runs/arch2/20251125-071500-1a2b3c4d\n"
        "data  cifar10, 10,000 samples\n"
        "\n"
        "loss      0.5679\n"
        "accuracy  0.8177\n"
        "\n"
        "class     precision  recall      f1  support\n"
        "airplane     0.8000  0.7500  0.7742    1,000\n"
        "[cat]        0.0000  0.0000  0.0000    9,000\n"
    )


def a_run(**changes: Any) -> RunSummary:
    values: dict[str, Any] = {
        "path": Path("runs/arch2/20251125-071500-1a2b3c4d"),
        "name": "arch2",
        "started": datetime(2025, 11, 25, 7, 15, tzinfo=UTC).astimezone(),
        "status": "stopped early",
        "backend": "torch",
        "epochs": 40,
        "best_epoch": 30,
        "validation": {"accuracy": 0.8123, "loss": 0.6},
        "test": {"accuracy": 0.8177, "loss": 0.5},
        "seconds": 731.2,
        "reference": {"source": "report", "test_accuracy": 0.8},
        "identity": "0123abcdef",
    }
    return RunSummary(**values | changes)


RUNS = [
    a_run(
        path=Path("runs/quickstart/20251125-080000-ffffffff"),
        name="quickstart",
        status="running",
        backend=None,
        epochs=0,
        best_epoch=None,
        validation={},
        test={},
        seconds=None,
        reference=None,
        identity=None,
    ),
    a_run(),
]


def test_the_runs_in_the_order_given(capsys: pytest.CaptureFixture[str]) -> None:
    run_table(RUNS, Path("runs"))
    headings, *lines = capsys.readouterr().out.splitlines()
    assert re.split("  +", headings) == [
        *("name", "when", "status", "backend", "epochs", "best", "validation", "test"),
        *("reference", "time", "identity", "folder"),
    ]
    when = f"{RUNS[1].started:%Y-%m-%d %H:%M}"
    assert [re.split("  +", line) for line in lines] == [
        [
            *("quickstart", when, "running", "-", "0", "-", "-", "-", "-", "-", "-"),
            "runs/quickstart/20251125-080000-ffffffff",
        ],
        [
            *("arch2", when, "stopped early", "torch", "40", "30", "0.8123", "0.8177", "0.8000"),
            *("12 min", "0123abcd"),
            "runs/arch2/20251125-071500-1a2b3c4d",
        ],
    ]


def test_epochs_of_phases_are_a_sum(capsys: pytest.CaptureFixture[str]) -> None:
    run_table([a_run(epochs=12, phases=(8, 4))], Path("runs"))
    assert " 8+4 " in capsys.readouterr().out


def test_runs_without_an_accuracy_say_what_their_numbers_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    regression = {"loss": 0.25, "mae": 0.5, "mse": 0.25}
    runs = [
        *RUNS,
        a_run(name="tree", validation=regression, test={**regression, "mae": 0.75}, reference=None),
        a_run(name="code", validation={"loss": 0.125}, test={}, reference=None),
    ]
    run_table(runs, Path("runs"))
    headings, *lines = (re.split("  +", line) for line in capsys.readouterr().out.splitlines())
    first = headings.index("metric")
    assert headings[first : first + 3] == ["metric", "validation", "test"]
    assert [line[first : first + 3] for line in lines] == [
        ["-", "-", "-"],
        ["accuracy", "0.8123", "0.8177"],
        ["mae", "0.5000", "0.7500"],
        ["loss", "0.1250", "-"],
    ]


def test_no_runs(capsys: pytest.CaptureFixture[str]) -> None:
    run_table([], Path("runs"))
    assert capsys.readouterr().out == "no runs in runs/; `kspec train SPEC` makes one\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_terminal_gets_the_columns_that_it_has_room_for(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out := Terminal())
        run_table(RUNS, Path("runs"))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).splitlines()
    assert len(lines) == 3, "no line is folded"
    assert all(len(line) <= width for line in lines)
    for needed in ("stopped early", "0.8177", "runs/arch2/20251125-071500-1a2b3c4d"):
        assert needed in lines[2]
    assert ("when" in lines[0]) is (width == 200)


def test_listing_runs_loads_no_framework() -> None:
    code = (
        "import sys; from pathlib import Path; from kspec.cli.tables import run_table;"
        "run_table([], Path('runs'));"
        "print(sorted({'keras', 'numpy', 'rich.live'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
