"""Drawings as PNG, judged by their pixels, and what they know of CSS."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_spec import TINY

import kspec
from kspec.errors import RunError, UsageError
from kspec.pages.charts.style import standalone_style
from kspec.pages.charts.svg import Drawing
from kspec.reports.network.write import write_network
from kspec.reports.plots.css import StyleSheet
from kspec.reports.plots.curves import RunCurves, draw_run
from kspec.reports.plots.write import require_ending, write_csv, write_drawing
from kspec.spec.models import Spec

pytestmark = pytest.mark.language
BLUE, ORANGE = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
ROWS = [{"epoch": epoch, "loss": 10.0 - epoch, "val_loss": 4.0} for epoch in range(1, 10)]


def pixels(path):
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def where(picture, color):
    return np.nonzero((np.abs(picture.astype(int) - color) <= 2).all(axis=-1))


def drawn(tmp_path, *shapes, style="", size=(100, 60)):
    drawing = Drawing(*size, "a picture")
    drawing.stand_alone(style)
    for tag, attributes in shapes:
        drawing.add(tag, **attributes)
    write_drawing(drawing, tmp_path / "a.png")
    return pixels(tmp_path / "a.png")


def test_shapes_stand_where_the_drawing_has_them(tmp_path):
    style = ".a { fill: #0072b2; } .b { stroke: #d55e00; stroke-width: 4; }"
    picture = drawn(
        tmp_path,
        ("rect", {"class_": "a", "x": 10, "y": 20, "width": 30, "height": 10}),
        ("path", {"class_": "b", "d": "M60.0 10.0 V40.0 H90.0"}),
        style=style,
    )
    assert picture.shape == (120, 200, 3)
    down, across = where(picture, BLUE)
    assert (down.min(), down.max()) == pytest.approx((40, 60), abs=2)
    assert (across.min(), across.max()) == pytest.approx((20, 80), abs=2)
    down, across = where(picture, ORANGE)
    assert (down.min(), down.max()) == pytest.approx((20, 84), abs=3)
    assert (across.min(), across.max()) == pytest.approx((116, 180), abs=3)


def test_a_curve_goes_where_its_values_are(tmp_path):
    """The training loss falls, so its curve is lower at the right (rows count downward)."""
    write_drawing(draw_run(RunCurves("a", ROWS, 4)), tmp_path / "a.png")
    down, across = where(pixels(tmp_path / "a.png")[240:], BLUE)
    assert down[across == across.min()].mean() < down[across == across.max()].mean()
    assert len(where(pixels(tmp_path / "a.png"), ORANGE)[0]) > 300


def test_the_network_is_a_picture_too(tmp_path):
    spec = Spec.model_validate(TINY)
    write_network(spec, [{"name": "dense", "params": 50, "output_shape": [10]}], tmp_path / "n.png")
    picture = pixels(tmp_path / "n.png")
    assert len(where(picture, BLUE)[0]) > 300
    assert tuple(picture[0, 0]) == (255, 255, 255)


def test_text_is_no_formula_and_no_letter_stops_it(tmp_path, recwarn):
    drawing = Drawing(300, 40, "")
    drawing.stand_alone("")
    drawing.add("text", r"a_$\nosuchcommand$ 🙂 字", x=5, y=20)
    write_drawing(drawing, tmp_path / "a.png")
    assert (pixels(tmp_path / "a.png") < 100).any()
    assert not [each for each in recwarn if "Glyph" in str(each.message)]


def test_a_very_long_drawing_is_made_with_fewer_dots(tmp_path):
    assert drawn(tmp_path, size=(20, 40_000)).shape[0] <= 60_000


def test_of_css_the_more_special_rule_counts():
    style = StyleSheet(
        "svg .a.b, text { fill: red; } .b { fill: blue; stroke: green; } svg text { fill: grey; }"
        "@media (prefers-color-scheme: dark) { .b { fill: black; } text { fill: white; } }"
    )
    assert style.of("line", "a b") == {"fill": "red", "stroke": "green"}
    assert style.of("text", "b") == {"fill": "blue", "stroke": "green"}
    assert style.of("text") == {"fill": "grey"}
    assert style.of("line") == {}


def test_a_picture_of_its_own_needs_no_variables():
    text = standalone_style()
    assert "var(" not in text
    assert text.count("@media") == 1
    assert StyleSheet(text).of("line", "curve run1")["stroke"] == "#d55e00"
    assert "#e0762a" in text.partition("@media")[2]


def test_only_what_kspec_made_is_replaced(tmp_path):
    drawing = draw_run(RunCurves("a", ROWS, None))
    for name in ("a.png", "a.svg"):
        path = tmp_path / name
        write_drawing(drawing, path)
        write_drawing(drawing, path)
        path.write_bytes(b"mine")
        with pytest.raises(RunError, match="exists and is not a"):
            write_drawing(drawing, path)
        assert path.read_bytes() == b"mine"
    table = tmp_path / "a.csv"
    write_csv(table, ("a", "b"), [(1, "x,y")])
    write_csv(table, ("a", "b"), [(2, "x,y")])
    assert table.read_text() == 'a,b\n2,"x,y"\n'
    with pytest.raises(RunError, match="not a table made by kspec"):
        write_csv(table, ("a", "c"), [])


def test_the_end_of_a_name_says_the_format():
    require_ending(Path("a.SVG"), (".svg", ".png"), "a picture")
    said = r"a\.jpg: the name of a picture must end in \.svg or \.png"
    with pytest.raises(UsageError, match=said):
        require_ending(Path("a.jpg"), (".svg", ".png"), "a picture")


def test_nothing_global_is_changed(tmp_path):
    code = (
        "import sys, matplotlib\n"
        "before = matplotlib.rcParams.copy()\n"
        "from pathlib import Path\n"
        "from kspec.reports.plots.curves import RunCurves, draw_run\n"
        "from kspec.reports.plots.write import write_drawing\n"
        "drawing = draw_run(RunCurves('a', [{'epoch': 1, 'loss': 1.0}], 1))\n"
        "write_drawing(drawing, Path(sys.argv[1]))\n"
        "print(matplotlib.rcParams.copy() == before, 'matplotlib.pyplot' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a.png")]
    root = Path(kspec.__file__).parents[1]
    assert subprocess.check_output(command, cwd=root, text=True).strip() == "True False"
