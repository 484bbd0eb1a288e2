"""The page of a comparison as a browser shows it: whole, at two widths, light and dark."""

import numpy as np
import pytest
from browsing import colour, contrast, cut, opened
from run_making import data, make_run, make_trained, row

import kspec
from kspec.reports.compare.page import write_page
from kspec.runs import atomic, history

pytestmark = pytest.mark.browser

ODD = "a \"quoted\" <b>|bold|<b> _name_ 🦊 with 'more'"
LONG = "long_" * 40


def write_history(folder, epochs, seed):
    rows = [row(epoch, val_accuracy=0.01 * epoch + 0.02 * seed) for epoch in range(1, epochs + 1)]
    atomic.write_text(folder / "history.json", history.to_text(rows))


def many(root):
    """Groups and single runs, with odd names, and more of them than are drawn."""
    hard = np.random.default_rng(0).normal(size=200)
    for name, seeds in ((LONG, 3), (ODD, 1), *((f"run-{number}", 1) for number in range(7))):
        for seed in range(seeds):
            right = hard + np.random.default_rng(seed).normal(size=200) > -0.5
            own = data(seed, test_samples=200)
            folder = make_trained(
                root, name, seed=seed, right=right, about=f"{name} " * 3, data=own
            )
            write_history(folder, 30 - 5 * seed, seed)
    return [LONG, ODD, "run-*"]


def two_groups(root):
    for name, share in (("base", 0.6), ("a longer name", 0.7)):
        for seed in range(2):
            right = np.random.default_rng(seed).random(200) < share
            make_trained(root, name, seed=seed, right=right, data=data(seed, test_samples=200))
    return ["base", "a*"]


def without_curves(root):
    (make_run(root, "old") / "history.json").unlink()
    return ["old"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("make", [many, without_curves])
def test_it_is_shown_whole(browser, tmp_path, make, width, scheme):
    page, faults = shown(browser, tmp_path, make, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for summary in page.query_selector_all("summary"):
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.query_selector_all("svg.chart")) == (2 if make is many else 0)
    assert faults == []
    page.context.close()


def test_a_phone_shows_the_verdicts_and_the_results(browser, tmp_path):
    page, _ = shown(browser, tmp_path, two_groups, 375, "light")
    said = [each.text_content().strip() for each in page.query_selector_all("td.text")]
    assert said == ["no difference shown"]
    assert cut(page, "td.text") == cut(page, "#groups td:nth-child(2)") == []
    headings = page.query_selector_all("#groups thead th")
    assert [each.text_content() for each in headings][:3] == ["name", "test", "sd"]
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curves_are_told_apart_and_text_can_be_read(browser, tmp_path, scheme):
    page, _ = shown(browser, tmp_path, many, 1280, scheme)
    paper = colour(page, "body", "backgroundColor")
    seen = set()
    for number in range(7):
        curve = f"svg.chart .curve.run{number}"
        stroke = tuple(colour(page, curve, "stroke"))
        dashes = page.eval_on_selector(curve, "each => getComputedStyle(each).strokeDasharray")
        seen |= {stroke, dashes}
        assert contrast(stroke, paper) > 1.9, number
    assert len(seen) == 14, "each has a colour and dashes of its own"
    for text in ("body", "svg text", "caption", ".note", "th small", "summary"):
        shown_as = "fill" if text.startswith("svg") else "color"
        assert contrast(colour(page, text, shown_as), paper) > 4.5, text
    page.context.close()


def shown(browser, tmp_path, make, width, scheme):
    words = make(tmp_path / "runs")
    path = tmp_path / "page.html"
    write_page(kspec.compare(*words, run_dir=tmp_path / "runs"), path)
    return opened(browser, path.resolve().as_uri(), width, scheme)
