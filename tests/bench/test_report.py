"""From what the processes measured to a row, and to a verdict."""

import pytest

from kspec.bench.report import Report, row_of


def result(backend="torch", steps=(0.1,), ready=(0.1,), first=1.0, peak=10):
    return {
        "backend": backend, "version": "1", "keras": "3", "devices": ["cpu"], "threads": 2,
        "process_peak": peak, "device_peak": None, "count": 30,
        "first": first, "steps": list(steps), "ready": list(ready),
    }  # fmt: skip


def report(**steps):
    rows = [row_of([result(name, [seconds])], 32) for name, seconds in steps.items()]
    return Report("tiny", "3", "made up", 32, None, tuple(rows), {})


def test_a_row_is_the_median_of_all_its_stretches():
    """One round in which somebody else was busy changes nothing but its own figure."""
    rounds = [
        result(steps=(0.1, 0.1, 0.2), ready=(0.09, 0.09), first=3.0, peak=10),
        result(steps=(0.1, 0.1, 0.9), ready=(0.09,), first=2.0, peak=12),
    ]
    row = row_of(rounds, 32)
    assert row.step == 0.1 and row.samples_per_second == pytest.approx(320)
    assert row.waiting == pytest.approx(0.1)
    assert row.compiling == pytest.approx(1.9)
    assert (row.process_peak, row.device_peak, row.steps) == (12, None, 60)


def test_waiting_is_never_less_than_nothing():
    assert row_of([result(ready=(0.2,))], 32).waiting == 0


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        ({"torch": 0.1, "jax": 0.15}, "use torch here: 1.50 times as fast as jax"),
        ({"torch": 0.1, "jax": 0.102}, "use torch here; jax is about as fast"),
        ({"torch": 0.1}, "torch is the only one that was measured"),
    ],
)
def test_the_verdict(steps, verdict):
    assert report(**steps).verdict == verdict
