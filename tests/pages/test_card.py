"""The piece of HTML that a notebook shows of a thing."""

import re

import pytest

from kspec.notebook.shell import in_notebook, notebook_reporter
from kspec.pages.card import Figure, Progress, Table, card
from kspec.pages.charts.lines import Line, line_chart

pytestmark = pytest.mark.language

HOSTILE = "<script>alert(1)</script> \"'&"


def full():
    chart = line_chart(HOSTILE, [1, 2], [Line(HOSTILE, [1, 2], "training")])
    return card(
        HOSTILE,
        HOSTILE,
        about=HOSTILE,
        facts=[(HOSTILE, HOSTILE)],
        progress=Progress(1, 2, HOSTILE),
        figures=[Figure(HOSTILE, chart, [(HOSTILE, "training")])],
        tables=[Table(HOSTILE, [HOSTILE], [[HOSTILE]], folded=each) for each in (True, False)],
        notes=[HOSTILE],
    )


def test_all_that_it_is_given_is_text():
    html = full()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 17, "every place that takes a text shows it"
    assert "\ud800" not in card("Run", "half of a pair: \ud800")


def test_it_needs_nothing_else_and_leaves_the_page_around_it_alone():
    html = full()
    assert not re.search(r"https?:|url\(|@import|src=|href=|onload", html)
    style = html[html.index("<style>") + len("<style>") : html.index("</style>")]
    rules = re.findall(r"^(.+?) \{", style, re.MULTILINE)
    parts = [part for rule in rules for part in rule.split(",")]
    assert len(parts) > 20
    assert [part for part in parts if not part.strip().startswith(".kspec-card")] == []
    # (It is told by nobody whether the page is light or dark.)
    assert "prefers-color-scheme" not in style and "color: inherit" in style


def test_what_is_folded_is_there_all_the_same():
    chart = line_chart("loss", [1, 2], [Line("training", [1, 2], "training")])
    folded = card("Run", "tiny", figures=[Figure("loss", chart)], folded=True)
    assert re.search(r"<details><summary>Curves</summary>.*<svg.*</details>", folded, re.DOTALL)
    assert "<details" not in card("Run", "tiny", figures=[Figure("loss", chart)])
    rows = card("Spec", "tiny", tables=[Table("12 layers", ["a"], [["b"]], folded=True)])
    assert "<summary>12 layers</summary>" in rows


def test_this_is_no_notebook():
    assert not in_notebook()
    assert notebook_reporter() is None
