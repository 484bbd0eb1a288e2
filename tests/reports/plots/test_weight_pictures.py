"""What is said of weights, and how it is drawn."""

import math

import numpy as np
import pytest

from kspec.reports.plots.weights import HEADER, SHOWN, draw_weights, numbers
from kspec.reports.weights import statistics

pytestmark = pytest.mark.language


def of(values, start=None, *, path="a/kernel", trainable=True):
    start = None if start is None else np.array(start, "float32")
    return statistics(path, np.array(values, "float32"), start, trainable=trainable)


def texts(drawing):
    return [each.text for each in drawing.root.iter("text")]


def shapes(drawing, tag, role):
    return [each for each in drawing.root.iter(tag) if each.get("class") == role]


def test_the_numbers_of_an_array():
    row = of([[3.0, -4.0], [0.0, 0.0]], [[3.0, 0.0], [0.0, 3.0]])
    assert (row.shape, row.count, row.is_kernel) == ((2, 2), 4, True)
    assert row.mean == pytest.approx(-0.25)
    assert row.deviation == pytest.approx(math.sqrt(25 / 4 - 0.25**2))
    assert row.norm == pytest.approx(5)
    assert row.near_zero == 0.5
    assert row.distance == pytest.approx(5)
    assert row.change == pytest.approx(5 / math.sqrt(18))


def test_near_zero_is_relative_to_the_others():
    assert of([1e-9, 1e-9]).near_zero == 0
    assert of([1.0, 0.001, 0.1]).near_zero == pytest.approx(1 / 3)
    assert of([0.0, 0.0]).near_zero == 1


def test_what_is_not_known_stays_open():
    assert (of([1.0]).distance, of([1.0]).change) == (None, None)
    from_zero = of([1.0], [0.0])
    assert (from_zero.distance, from_zero.change) == (1, None)
    assert dict(zip(HEADER, numbers(from_zero), strict=True))["change"] == ""


def test_each_array_has_a_row():
    rows = [
        of([[1.0, 2.0]], [[2.0, 1.0]], path="one/kernel"),
        of([0.5, 0.1], [0.0, 0.0], path="one/bias"),
        of([1.0, 3.0], [1.0, 2.0], path="one/mean", trainable=False),
        of([math.nan], [1.0], path="<b>two</b>"),
        of([2.0, 2.0], path="three"),
    ]
    drawing = draw_weights("a run", rows, notes=["a note"])
    found = texts(drawing)
    for expected in ("one/kernel", "<b>two</b>", "began at zero", "not finite", "all equal", "–"):
        assert expected in found
    assert found[-1] == "a note"
    # A dot in the key, and one for each that has a spread.
    assert [len(shapes(drawing, "circle", f"point {r}")) for r in ("run0", "run1", "neutral")] == [
        2,
        2,
        2,
    ]
    (bar,) = shapes(drawing, "line", "wide neutral")
    (kernel,) = shapes(drawing, "line", "wide run0")
    lengths = float(bar.get("x2")), float(kernel.get("x2"))
    assert lengths[0] / lengths[1] == pytest.approx(1 / math.sqrt(5) / math.sqrt(2 / 5), abs=0.01)


def test_of_a_great_many_the_kernels_are_drawn():
    rows = [of([[1.0, 2.0]], path=f"k{n}") for n in range(3)] + [of([1.0])] * SHOWN
    found = texts(draw_weights("a run", rows))
    assert {"k0", "k1", "k2"} <= set(found)
    assert "a/kernel" not in found
    assert found[-1] == "kernels only; the table has all 123 arrays"
