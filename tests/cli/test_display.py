"""What a training looks like: in a pipe, in a terminal, and when it is to be quiet."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from fake_training import FOLDER, a_plan, a_result, a_row, train
from rich.console import Console

from kspec.cli.display import reporter_for
from kspec.cli.display.live import LiveTable

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LAST = "test accuracy 0.8177  (report 0.8177, 12 epochs, best 2, 12 min)"


def test_a_pipe_gets_a_header_a_line_for_each_epoch_and_the_ending(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reporter_for(quiet=False) as reporter:
        reporter.note("two monitors, none is marked")
        train(reporter, a_plan(epochs=200), 2)
        reporter.end(a_result(status="stopped early", stopped_by="val_loss"))
    assert capsys.readouterr().out == (
        "two monitors, none is marked\n"
        f"arch2       {FOLDER}\n"
        "backend     jax (--backend) on cpu:0 cpu\n"
        "data        cifar10: 40,000 train, 10,000 validation, 10,000 test\n"
        "parameters  802,506\n"
        "training    200 epochs of 5 steps; the epoch with the best val_accuracy is kept\n"
        "epoch   1/200  loss 2.0000  accuracy 0.5100  val_loss 1.1000  val_accuracy 0.6000"
        "  lr 0.001  62.1 s  best 1\n"
        "epoch   2/200  loss 1.0000  accuracy 0.5200  val_loss 1.0000  val_accuracy 0.6100"
        "  lr 0.001  62.1 s  best 2\n"
        "stopped by val_loss, which no longer improved; kept epoch 2 with val_accuracy 0.6100; "
        f"the run is in {FOLDER}\n"
        f"{LAST}\n"
    )


PHASE = {"status": "stopped early", "best_epoch": 1, "stopped_by": "val_loss", "epochs": 2}
KEPT = {"monitor": "val_accuracy", "mode": "max", "value": 0.6, "why": "the only monitor"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_log_does_not_stop_a_training() -> None:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path[1:], str(ROOT)])}
    with Path("/dev/full").open("w") as log:
        done = subprocess.run(
            [sys.executable, str(HERE / "fake_training.py"), "end"],
            env=variables,
            stdout=log,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"no more is printed: No space left on device\n")


def test_a_pipe_is_told_what_came_of_a_phase_and_what_the_next_one_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = a_plan(phases=2, epochs=3, trained_params=650)
    second = a_plan(
        phases=2, phase=2, first_epoch=3, epochs=12, steps=7, trained_params=801_034, monitor=None
    )
    with reporter_for(quiet=False) as reporter:
        train(reporter, first, 2)
        reporter.phase({**PHASE, "kept": KEPT}, second)
        reporter.epoch(a_row(3), 3)
        reporter.end(a_result(kept=None))
    lines = capsys.readouterr().out.splitlines()
    assert lines[4] == (
        "training    phase 1 of 2: 3 epochs of 5 steps, 650 parameters trained; "
        "the epoch with the best val_accuracy is kept"
    )
    assert lines[7:9] == [
        "phase 1: stopped by val_loss, which no longer improved; "
        "kept epoch 1 with val_accuracy 0.6000",
        "phase 2 of 2: 10 epochs of 7 steps, 801,034 parameters trained; "
        "the last epoch is kept, nothing is monitored",
    ]
    assert lines[9].startswith("epoch  3/12  ") and "best" not in lines[9]


def test_a_terminal_shows_the_phase_under_way() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=140, height=30)
    table = LiveTable(console)
    train(table, a_plan(phases=2, epochs=3, trained_params=650), 2)
    second = a_plan(phases=2, phase=2, first_epoch=3, epochs=12, trained_params=650, monitor="auc")
    table.phase({**PHASE, "kept": KEPT}, second)
    table.step(3, 4, dict)
    console.print(table._frame.render())
    table.close()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", console.file.getvalue())
    assert "phase 2/2  epoch 3/12  step 4/5" in shown
    assert "phase 1: stopped by val_loss" in shown


def test_without_a_monitor_no_epoch_is_called_the_best(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reporter_for(quiet=False) as reporter:
        train(reporter, a_plan(monitor=None), 1)
        reporter.end(a_result(kept=None, reference=None, best_epoch=12))
    out = capsys.readouterr().out
    assert "the last epoch is kept, nothing is monitored\n" in out
    assert out.endswith("test accuracy 0.8177  (12 epochs, 12 min)\n")
    assert "best" not in out


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, LAST),
        (
            {"reference": None, "epochs": 8, "best_epoch": 8, "seconds": 41.3},
            "test accuracy 0.8177  (8 epochs, best 8, 41 s)",
        ),
        (
            {"test": {"auc": 0.9, "loss": 0.5}},
            "test auc 0.9000  (12 epochs, best 2, 12 min)",
        ),
        ({"test": {"loss": 0.5}}, "test loss 0.5000  (12 epochs, best 2, 12 min)"),
        ({"test": {}}, "validation accuracy 0.6100  (12 epochs, best 2, 12 min)"),
        (
            {"test": {}, "validation": {}, "epochs": 1, "best_epoch": 1},
            "train accuracy 0.5200  (1 epoch, best 1, 12 min)",
        ),
        (
            {"test": {"accuracy": float("nan")}, "best_epoch": None},
            "test accuracy nan  (report 0.8177, 12 epochs, 12 min)",
        ),
        (
            {"status": "interrupted", "epochs": 3, "test": {}},
            f"interrupted after 3 epochs; the run is kept in {FOLDER}",
        ),
        (
            {"status": "interrupted", "epochs": 1, "test": {}},
            f"interrupted after 1 epoch; the run is kept in {FOLDER}",
        ),
        (
            {"status": "interrupted", "epochs": 0, "test": {}, "train": {}, "validation": {}},
            f"interrupted before the first epoch ended; the run is kept in {FOLDER}",
        ),
    ],
)
def test_quiet_prints_the_last_line_alone(
    changes: dict[str, object], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with reporter_for(quiet=True) as reporter:
        reporter.note("not to be seen")
        train(reporter, a_plan(), 2)
        reporter.end(a_result(**changes))
    assert capsys.readouterr().out == f"{line}\n"


def test_a_note_that_comes_in_the_midst_of_a_line_follows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupting(io.StringIO):
        """Whoever writes an epoch is interrupted by a note."""

        def write(self, text: str) -> int:
            if text.startswith("epoch"):
                reporter.note("stopping after this step")
            return super().write(text)

    out = Interrupting()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        with reporter_for(quiet=False) as reporter:
            reporter.begin(a_plan())
            reporter.epoch(a_row(1), 1)
    *_, epoch, note = out.getvalue().splitlines()
    assert epoch.endswith("best 1")
    assert note == "stopping after this step"


@pytest.mark.parametrize("size", [(24, 100), (50, 200), (5, 20), (1, 1)])
def test_a_terminal_gets_a_live_table(size: tuple[int, int]) -> None:
    status, shown = in_terminal("end", size)
    assert status == 0
    assert shown.rstrip().splitlines()[-1] == LAST
    assert "\x1b[?25h" in shown.raw.rpartition("\x1b[?25l")[2], "the cursor stays hidden"
    if size[1] >= 100:
        assert "a note in the midst" in shown
        assert f"arch2       {FOLDER}" in shown
        assert "step 5/5" in shown
        assert "lr 0.001  loss 1.2345  accuracy 0.4321" in shown
        assert "best epoch 2: val_accuracy 0.6100" in shown
        assert re.search(r"at most \d+ s left", shown)
        final = shown[shown.rindex("epoch    loss") :]
        headings, *rows = (line.split() for line in final.splitlines()[:9])
        assert headings == [
            *("epoch", "loss", "accuracy", "val_loss", "val_accuracy"),
            *("lr", "seconds"),
        ]
        assert rows[0][:2] == ["★", "2"], "the best epoch stays in sight"
        assert [row[0] for row in rows[1:]] == ["6", "7", "8", "9", "10", "11", "12"]


def test_a_failure_gives_the_terminal_back() -> None:
    status, shown = in_terminal("failure", (24, 100))
    assert status == 3
    assert "\x1b[?25h" in shown.raw.rpartition("\x1b[?25l")[2]


def test_a_terminal_without_unicode_gets_ascii() -> None:
    status, shown = in_terminal("end", (24, 100), PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert status == 0
    assert shown.isascii()
    assert "a note for whoever watches: ?" in shown
    assert re.search(r"^ *\* 2 ", shown, re.MULTILINE)
    assert LAST in shown


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines() -> None:
    status, shown = in_terminal("end", (24, 100), TERM="dumb")
    assert status == 0
    assert "\x1b" not in shown.raw
    assert "epoch 12/12  loss" in shown


def test_the_running_values_are_seldom_asked_for() -> None:
    asked = 0

    def values() -> dict[str, float]:
        nonlocal asked
        asked += 1
        return {"loss": 1.0}

    table = LiveTable(Console(file=io.StringIO(), force_terminal=True))
    table.begin(a_plan(steps=10_000))
    began = time.monotonic()
    for step in range(1, 10_001):
        table.step(1, step, values)
    took = time.monotonic() - began
    table.close()
    assert 1 <= asked <= 1 + took / 0.5


class Shown(str):
    """What a terminal got, without the sequences that colour it and move its cursor."""

    raw: str


def in_terminal(ending: str, size: tuple[int, int], **environment: str) -> tuple[int, Shown]:
    """Run the fake training in a terminal of `size` rows and columns."""
    terminal, inner = pty.openpty()
    termios.tcsetwinsize(inner, size)
    command = [sys.executable, str(HERE / "fake_training.py"), ending]
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    }
    variables |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    variables["PYTHONPATH"] = os.pathsep.join([*sys.path[1:], str(ROOT)])
    with subprocess.Popen(
        command, stdin=inner, stdout=inner, stderr=inner, env=variables | environment
    ) as child:
        os.close(inner)
        raw = read_to_end(terminal).decode().replace("\r\n", "\n")
    os.close(terminal)
    shown = Shown(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw).replace("\r", ""))
    shown.raw = raw
    return child.returncode, shown


def read_to_end(terminal: int) -> bytes:
    """All that is written until the last writer is gone, which Linux reports as an error."""
    read = b""
    while True:
        try:
            some = os.read(terminal, 65536)
        except OSError:
            return read
        if not some:
            return read
        read += some
