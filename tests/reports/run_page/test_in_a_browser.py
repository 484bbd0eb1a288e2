"""The page of a run as a browser shows it: whole, at two widths, light, dark and in print."""

import numpy as np
import pytest
from browsing import colour, contrast, cut, opened
from report_making import HOSTILE, SPEC, predictions, row, write_run
from tiny_spec import TINY

import kspec
from kspec.runs.predictions import Predictions
from kspec.runs.writer import RunWriter
from kspec.spec.models import Spec

pytestmark = pytest.mark.browser


def rich(root):
    spec = Spec.model_validate(TINY).resolved() | {"augmentation": SPEC["augmentation"]}
    return write_run(root, spec=spec, rows=[row(epoch) for epoch in range(1, 201)], best_epoch=150)


def hostile(root):
    where = {"command": ["y" * 300], "platform": "<i>z</i>" * 50}
    return write_run(root, names=HOSTILE, where=where, spec=SPEC | {"description": "w" * 300})


def of_many_classes(root):
    names = [f"class number {number}" for number in range(100)]
    return write_run(root, names=names, said=predictions([*range(99)], [*range(1, 100)], 100))


def of_numbers(root):
    said = Predictions(np.array([[1.0], [2.0]], "f4"), np.array([[1.5], [0.5]], "f4"))
    return write_run(root, spec=SPEC | {"data": {"labels": "numbers"}}, said=said)


def empty(root):
    with RunWriter.create(root, "tiny", SPEC, b"{}", digest="0" * 64) as writer:
        return writer.folder


def uri(path):
    return path.resolve().as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("make", [rich, hostile, of_many_classes, of_numbers, empty])
def test_it_is_shown_whole(browser, tmp_path, make, width, scheme):
    page, faults = opened(browser, uri(kspec.report(make(tmp_path))), width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for summary in page.query_selector_all("summary"):
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    images = page.evaluate("[...document.images].map(each => each.naturalWidth)")
    assert all(images)
    assert (len(images) > 0) == (make is not empty)
    assert page.title().startswith("tiny – ")
    assert faults == []
    page.context.close()


def test_a_phone_shows_what_was_measured(browser, tmp_path):
    page, _ = opened(browser, uri(kspec.report(rich(tmp_path))), 375, "light")
    assert len(page.query_selector_all("#result td")) > 0
    assert cut(page, "#result td") == cut(page, ".facts div") == []
    page.context.close()


def test_a_curve_is_seen_in_both_schemes(browser, tmp_path):
    """Its colour is that of its scheme, and its text can be read on the page."""
    path = kspec.report(rich(tmp_path))
    for scheme in ("light", "dark"):
        page, _ = opened(browser, uri(path), 1280, scheme)
        paper = colour(page, "body", "backgroundColor")
        assert (sum(paper) > 600) == (scheme == "light")
        assert contrast(colour(page, "svg .curve.validation", "stroke"), paper) > 3
        assert contrast(colour(page, "svg .curve.training", "stroke"), paper) > 3
        for text in ("body", "svg text", "caption", ".note", "a", ".facts dt"):
            shown = "fill" if text.startswith("svg") else "color"
            assert contrast(colour(page, text, shown), paper) > 4.5, (text, scheme)
        page.context.close()


def test_it_can_be_gone_through_by_keyboard(browser, tmp_path):
    page, _ = opened(browser, uri(kspec.report(rich(tmp_path))), 1280, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#result")  # In its own time; it fails after a while.
    # What can be scrolled can be reached.
    regions = "[...document.querySelectorAll('.scroll, .code')].every(each => each.tabIndex === 0)"
    assert page.evaluate(regions)
    page.context.close()


def test_on_paper_nothing_is_cut_off(browser, tmp_path):
    page, _ = opened(browser, uri(kspec.report(rich(tmp_path))), 1280, "dark")
    page.emulate_media(media="print")
    assert sum(colour(page, "body", "backgroundColor")) == 3 * 255
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate(
        "[...document.querySelectorAll('.scroll')]"
        ".every(each => getComputedStyle(each).overflowX === 'visible')"
    )
    page.context.close()
