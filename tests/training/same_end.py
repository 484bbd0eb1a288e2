"""Whether two trainings have come to the same end."""

import numpy as np


def untimed(values):
    """`values` without what a clock has measured."""
    if isinstance(values, dict):
        return {key: untimed(each) for key, each in values.items() if key != "seconds"}
    return [untimed(each) for each in values] if isinstance(values, list) else values


def last_checkpoint(run):
    """The arrays of the newest checkpoint."""
    newest = max((run.path / "checkpoints").glob("*.npz"))
    with np.load(newest) as arrays:
        return {name: arrays[name] for name in arrays.files if name != "state"}


def assert_same_arrays(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(other[name], array, err_msg=name)


def assert_same_end(one, other):
    """The same history, result, log and last checkpoint, to the last bit."""
    assert untimed(one.history) == untimed(other.history)
    assert untimed(one.result) == untimed(other.result)
    assert (one.path / "log.csv").read_bytes() == (other.path / "log.csv").read_bytes()
    assert_same_arrays(last_checkpoint(one), last_checkpoint(other))
