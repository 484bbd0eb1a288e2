"""Pages as a browser shows them."""

import os
import shutil
from contextlib import contextmanager

import pytest

BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
NONE = (
    "there is no browser for the tests of the pages: install Chromium "
    "(on Debian `apt-get install chromium`), or name one in KSPEC_BROWSER"
)


@contextmanager
def started():
    """A browser without a window."""
    path = os.environ.get("KSPEC_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail(NONE, pytrace=False)
    from playwright.sync_api import sync_playwright

    # (Chromium's own sandbox does not work for root.)
    arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def opened(browser, url, width, scheme):
    """The page, and a list that gets what its console says, and what it asks others for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    own = (f"{url.partition('://')[0]}://{url.split('/')[2]}/", "data:")
    page.on(
        "request", lambda asked: None if asked.url.startswith(own) else faults.append(asked.url)
    )
    page.goto(url)
    return page, faults


def cut(page, selector):
    """The texts of such elements that reach beyond the window: they have to be scrolled to."""
    return page.eval_on_selector_all(
        selector,
        "all => all.filter(each => each.getBoundingClientRect().right > innerWidth)"
        ".map(each => each.textContent)",
    )


def colour(page, selector, name):
    """The colour of the first such element, as red, green, blue from 0 to 255."""
    said = page.eval_on_selector(selector, f"each => getComputedStyle(each).{name}")
    return [float(part) for part in said[said.index("(") + 1 : -1].split(",")][:3]


def contrast(one, other):
    """The contrast ratio of two colours (WCAG 2.2, "relative luminance" and "contrast ratio")."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb):
    shares = [each / 255 for each in rgb]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
