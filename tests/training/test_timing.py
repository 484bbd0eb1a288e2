"""How long a training may still take."""

from __future__ import annotations

import pytest

from kspec.training.timing import Timing


def test_nothing_is_promised_before_an_epoch_is_done() -> None:
    timing = Timing(began=100.0)
    assert timing.elapsed(130.0) == 30.0
    assert timing.left(130.0, 10) is None


def test_one_epoch_stands_for_those_to_come() -> None:
    timing = Timing(began=100.0).epoch_done(160.0)
    assert timing.left(160.0, 9) == 9 * 60
    assert timing.left(180.0, 9) == 9 * 60 - 20


def test_the_first_epoch_compiles_and_counts_no_longer_when_there_are_others() -> None:
    timing = Timing(began=0.0).epoch_done(100.0).epoch_done(110.0).epoch_done(130.0)
    assert timing.left(131.0, 2) == pytest.approx(2 * 15 - 1)


def test_an_epoch_that_is_longer_than_the_others_leaves_no_less_than_nothing() -> None:
    assert Timing(began=0.0).epoch_done(10.0).left(35.0, 1) == 0.0
