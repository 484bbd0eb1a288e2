"""Curves as SVG, read as XML."""

import math
from xml.etree import ElementTree

import pytest

from kspec.pages.charts.lines import Line, Mark, line_chart

pytestmark = pytest.mark.language


def drawn(*lines, epochs=None, **more):
    epochs = epochs or range(1, len(lines[0].values) + 1)
    return ElementTree.fromstring(line_chart("loss", list(epochs), lines, **more))


def parts(drawing, tag, role=""):
    return [each for each in drawing.iter(tag) if role in ("", *each.get("class", "").split())]


def points(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


def test_a_curve_has_a_point_for_each_epoch():
    (curve,) = parts(drawn(Line("training", [3, 2, 1], "training")), "polyline")
    found = points(curve)
    assert len(found) == 3
    across, down = zip(*found, strict=True)
    assert list(across) == sorted(across)
    assert list(down) == sorted(down)
    assert across[1] - across[0] == pytest.approx(across[2] - across[1], abs=0.02)


def test_what_is_no_number_is_a_gap():
    values = [1, 2, math.nan, 3, math.inf, 4, 5]
    drawing = drawn(Line("training", values, "training"))
    assert [len(points(each)) for each in parts(drawing, "polyline")] == [2, 2]
    assert len(parts(drawing, "circle", "point")) == 5
    nothing = drawn(Line("training", [math.nan], "training"))
    assert "no finite value" in [each.text for each in nothing.iter("text")]


def test_nothing_leads_across_a_break():
    breaks = (2.5,)
    lines = [Line("training", [4, 3, 2, 1, 1], "training", breaks)]
    lines.append(Line("validation", [5, 5, 5, 5, 5], "validation", breaks))
    drawing = drawn(*lines, gap=True)
    for role in ("training", "validation"):
        assert [len(points(each)) for each in parts(drawing, "polyline", role)] == [2, 3]
    assert [len(points(each)) for each in parts(drawing, "polygon", "gap")] == [4, 6]
    mean = Line("group", [2, 4, 4], "run0", (1.5,), band=([1, 2, 3], [3, 6, 5]))
    assert [len(points(each)) for each in parts(drawn(mean), "polygon", "band")] == [4]
    assert [len(points(each)) for each in parts(drawn(mean), "polyline")] == [2]


def test_the_gap_between_both_sets_is_shaded():
    lines = Line("training", [3, 2, 1], "training"), Line("validation", [4, 4, 4], "validation")
    (gap,) = parts(drawn(*lines, gap=True), "polygon", "gap")
    assert len(points(gap)) == 6
    assert parts(drawn(*lines), "polygon") == []


def test_words_at_marks_stand_beside_each_other():
    line = Line("training", [1.0] * 100, "training")
    marks = [Mark(50, "phase 2"), Mark(58, "phase 3"), Mark(59, "kept: epoch 59", "best")]
    marks.append(Mark(80, "phase 4"))
    drawing = drawn(line, marks=marks)
    words = {each.text: each for each in parts(drawing, "text", "mark")}
    # For the third there is no room; its line is there all the same.
    assert set(words) == {"kept: epoch 59", "phase 2", "phase 4"}
    assert len(parts(drawing, "line", "mark")) == 4
    heights = {text: float(word.get("y")) for text, word in words.items()}
    assert heights["kept: epoch 59"] == heights["phase 4"] < heights["phase 2"]


def test_the_kept_epoch_is_marked_where_it_is():
    lines = Line("training", [3, 2, 1], "training"), Line("validation", [5, 4, 6], "validation")
    drawing = drawn(*lines, marks=[Mark(2, "kept: epoch 2", "best"), Mark(1.5, "phase 2")])
    (ring,) = parts(drawing, "circle", "ring")
    curve = parts(drawing, "polyline", "validation")[0]
    assert (float(ring.get("cx")), float(ring.get("cy"))) == points(curve)[1]
    assert {"kept: epoch 2", "phase 2"} <= {each.text for each in drawing.iter("text")}
    best, seam = (parts(drawing, "line", role)[0] for role in ("best", "seam"))
    assert float(seam.get("x1")) < float(best.get("x1")) == float(ring.get("cx"))


def test_a_mean_has_a_band_and_is_thin_where_fewer_runs_are_left():
    low, high = [1, 2, 3, 4], [3, 6, 5, 4]
    drawing = drawn(Line("group", [2, 4, 4, 4], "run1", band=(low, high), whole=2))
    whole, rest = parts(drawing, "polyline", "run1")
    assert (len(points(whole)), len(points(rest))) == (2, 3)
    assert "rest" in rest.get("class") and points(whole)[-1] == points(rest)[0]
    (band,) = parts(drawing, "polygon", "band")
    assert len(points(band)) == 8
    assert min(y for _, y in points(band)) < min(y for _, y in points(whole)), "all of it is seen"


def test_one_epoch_makes_no_line():
    lines = [Line(str(number), [number], f"run{number}") for number in range(3)]
    assert len(parts(drawn(*lines, points=False), "circle", "point")) == 3
    assert parts(drawn(Line("one", [1, 2], "run0"), points=False), "circle") == []


def test_a_name_does_not_turn_the_line_around():
    drawing = drawn(Line("one \u202etwo", [1, 2], "run0"))
    assert drawing.get("aria-label") == "loss over the epochs: one \ufffdtwo from 1 to 2"


def test_it_says_what_it_shows():
    drawing = drawn(Line("<training>", [3, math.nan, 1], "training"))
    assert drawing.get("aria-label") == "loss over the epochs: <training> from 3 to 1"
    assert drawing.get("role") == "img"
