"""A tiny network, measured as `kspec train` would train it."""

from kspec.bench.made_up import on_made_up
from kspec.bench.measure import measure, process_peak
from kspec.bench.shortened import shortened
from kspec.experiment.prepare import prepare


def test_so_many_steps_are_timed_with_and_without_input(tiny, tmp_path):
    spec = shortened(on_made_up(tiny(augmentation=[{"type": "RandomFlip"}]), tmp_path), 12)
    prepared = prepare(spec, tmp_path)
    found = measure(prepared, 12)
    # One step to begin with, one and three to warm up, one and twelve with input and without.
    assert int(prepared.model.optimizer.iterations) == 1 + 4 + 13 + 13
    assert found["count"] == 12
    assert len(found["steps"]) == len(found["ready"]) == 6
    assert found["first"] > min(found["steps"]) > 0


def test_the_peak_counts_in_bytes():
    assert 50 * 2**20 < process_peak() < 2**40
