"""Axes."""

import pytest

from kspec.pages.charts.axis import Axis, axis_of, linear_axis, ticks, whole_ticks

pytestmark = pytest.mark.language


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.13, 0.58, [0.2, 0.3, 0.4, 0.5]),
        (-7, 13, [-5, 0, 5, 10]),
        (0.0019, 0.0021, [0.0019, 0.00195, 0.002, 0.00205, 0.0021]),
    ],
)
def test_ticks_are_round(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_ticks_of_the_smallest_values_are_told_apart():
    assert ticks(0, 1e-12) == [0, 2e-13, 4e-13, 6e-13, 8e-13, 1e-12]
    assert ticks(1.3e-30, 5.8e-30) == [2e-30, 3e-30, 4e-30, 5e-30]
    assert ticks(0, 0.6) == [0, 0.2, 0.4, 0.6], "and 3 * 0.2 is 0.6"


def test_epochs_are_whole():
    assert whole_ticks(1, 4) == [1, 2, 3, 4]
    assert whole_ticks(1, 1) == [1]
    assert whole_ticks(1, 200) == [50, 100, 150, 200]
    assert whole_ticks(1, 10) == [2, 4, 6, 8, 10]


def test_every_value_lies_on_the_axis():
    axis = linear_axis([3.0, 5.0, 4.0], 100, 0)
    assert all(0 <= axis.at(value) <= 100 for value in (3.0, 4.0, 5.0))
    assert axis.at(3.0) > axis.at(5.0)
    assert linear_axis([0.0, 5.0], 0, 1).low == 0
    assert linear_axis([2.0], 0, 10).at(2.0) == pytest.approx(5)
    assert linear_axis([], 0, 1).ticks()


def test_values_of_very_different_size_get_powers_of_ten():
    axis = axis_of([1e-6, 1.0], 0, 60)
    assert axis.logarithmic
    assert axis.ticks() == pytest.approx([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1][::2])
    assert axis.at(1e-3) == pytest.approx(30)
    assert not axis_of([0.0, 1e6], 0, 1).logarithmic
    assert Axis(2, 5, 0, 1, logarithmic=True).ticks() == [2, 5]
