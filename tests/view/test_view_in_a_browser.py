"""`kspec view` in a browser: whole at two widths, live, and operable."""

import numpy as np
import pytest
from browsing import colour, contrast, opened
from report_making import write_run
from run_making import DIGEST, RESOLVED, SOURCE, data, make_run, make_trained, row
from serving import served

from kspec.runs.record import environment
from kspec.runs.writer import RunWriter

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='broken'\"> 🦊 'quoted'".replace("/", "")
LONG = "long_" * 40


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("view") / "runs"
    for name in ("base", "good", HOSTILE, LONG):
        right = np.random.default_rng(0).normal(size=200) > -1
        make_trained(root, name, right=right, data=data(test_samples=200))
    (make_run(root, "damaged") / "result.json").write_text("{")
    write_run(root, name="whole")
    with RunWriter.create(root, "empty", RESOLVED, SOURCE, digest=DIGEST):
        pass
    return root


@pytest.fixture(scope="module")
def url(root):
    with served(root) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("path", ["", "?q=nothing", "compare?q=o", "run/gone", "whole"])
def test_it_is_shown_whole(browser, url, path, width, scheme):
    page, faults = opened(browser, url + ("?q=whole" if path == "whole" else path), width, scheme)
    if path == "whole":
        page.click("tbody a")
        page.wait_for_url("**/run/**")
        images = page.evaluate("[...document.images].map(each => each.naturalWidth)")
        assert len(images) > 5 and all(images)
        depth = "getComputedStyle(document.querySelector('.matrix .right')).backgroundColor"
        assert page.evaluate(depth) != "rgba(0, 0, 0, 0)", "its colours pass what is forbidden"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = colour(page, "body", "backgroundColor")
    assert (sum(paper) > 600) == (scheme == "light"), "its style has been loaded"
    for text in ("body", "h1", ".note", "a", "caption", "th button", ".status"):
        if page.query_selector(text):
            assert contrast(colour(page, text, "color"), paper) > 4.5, text
    assert [fault for fault in faults if "404" not in fault] == []
    assert (len(faults) == 1) == (path == "run/gone")
    page.context.close()


def names(page):
    return page.eval_on_selector_all("tbody .name", "all => all.map(each => each.textContent)")


def test_filter_order_tick_and_compare(browser, url):
    page, faults = opened(browser, url, 1280, "light")
    assert HOSTILE in names(page) and len(names(page)) == 7
    page.click("thead button[value=name]")
    assert names(page)[1:3] == ["base", "damaged"]
    page.fill("[type=search]", "base")
    page.wait_for_selector("tbody tr:only-child")
    page.check("tbody [type=checkbox]")
    # What is typed takes effect at once, and what is ticked stays in sight.
    page.fill("[type=search]", "good")
    page.wait_for_selector("tbody tr:nth-child(2):last-child")
    assert names(page) == ["base", "good"]
    assert page.is_checked("tbody tr:first-child [type=checkbox]")
    page.check("tbody tr:last-child [type=checkbox]")
    page.click("text=Compare")
    assert page.text_content("h1") == "Runs held against base"
    assert page.query_selector_all("svg.chart")
    page.go_back()
    assert names(page) == ["base", "good"] and page.input_value("[type=search]") == "good"
    assert len(page.query_selector_all("tbody :checked")) == 2, "all is as it was left"
    page.click("tbody a")
    page.click("text=All runs")
    assert len(names(page)) == 7
    assert page.title().endswith("Runs – kspec")
    assert faults == []
    page.context.close()


def test_the_list_and_the_curves_are_live(browser, tmp_path):
    make_run(tmp_path, "other")
    with served(tmp_path) as url:
        page, faults = opened(browser, url, 1280, "light")
        page.check("tbody [type=checkbox]")
        page.focus("tbody .name")
        with RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST) as writer:
            page.wait_for_selector("text=running")
            assert names(page) == ["tiny", "other"] and page.title().startswith("(1) ")
            assert page.is_checked("tbody tr:last-child [type=checkbox]"), (
                "what was ticked still is"
            )
            assert page.evaluate("document.activeElement.textContent") == "other"
            page.click("tbody tr:first-child .name")
            writer.write_environment(environment("jax", ["kspec"]))
            writer.write_history([row(1)])
            page.wait_for_selector("text=1 epoch so far")
            page.click("text=All numbers, epoch by epoch")
            writer.write_history([row(1), row(2)])
            page.wait_for_selector("text=2 epochs so far")
            assert page.is_visible("text=History: 2 epochs"), "what was opened stays open"
            assert len(page.query_selector_all("#curves circle.validation")) == 4
        page.wait_for_selector("text=The process ended without a result")
        assert faults == []
        page.goto(url)
    page.wait_for_selector("#alarm:not([hidden])")
    page.context.close()


def test_a_run_that_is_gone_and_a_server_that_is_gone_are_told(browser, tmp_path):
    with RunWriter.create(tmp_path / "runs", "tiny", RESOLVED, SOURCE, digest=DIGEST) as writer:
        writer.write_history([row(1)])
    with served(tmp_path / "runs") as url:
        page, _ = opened(browser, url, 375, "light")
        page.click("tbody .name")
        page.wait_for_url("**/run/**")
        assert page.is_hidden("#gone") and page.is_hidden("#alarm")
        writer.folder.rename(tmp_path / "elsewhere")
        page.wait_for_selector("#gone:not([hidden])")
        assert page.is_visible("#curves"), "what was shown stays"
        (tmp_path / "elsewhere").rename(writer.folder)
        page.wait_for_selector("#gone", state="hidden")
    page.wait_for_selector("#alarm:not([hidden])")
    assert page.is_hidden("#gone")
    page.context.close()
