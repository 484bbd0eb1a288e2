"""The style of the charts, for a page and for standalone files."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["STYLE", "standalone_style"]

STYLE = Path(__file__).parent / "charts.css"
"""The rules and the colours; a page includes them, and has its own beside them."""

# For what a standalone picture has besides its charts.
_AROUND = """svg { background: var(--paper); font: 12.5px system-ui, sans-serif; }
.title { fill: var(--ink); font-size: 16px; font-weight: 600; }
.name { fill: var(--ink); font-weight: 600; }
.ink { fill: var(--ink); }
"""
_ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}\n", re.DOTALL)


def standalone_style() -> str:
    """The rules with colours instead of variables, which only browsers support.

    First those of a light picture, then those of a dark one for readers with that setting.
    """
    text = STYLE.read_text(encoding="utf-8")
    dark = _DARK.search(text)
    assert dark is not None, f"{STYLE} has no dark colours"
    light = _DARK.sub("", text)
    rules = _AROUND + _ROOT.sub("", light).strip() + "\n"
    night = _filled(rules, {**_colours(light), **_colours(dark[1])})
    return f"\n{_filled(rules, _colours(light))}@media (prefers-color-scheme: dark) {{\n{night}}}\n"


def _colours(text: str) -> dict[str, str]:
    found = _ROOT.search(text)
    return dict(re.findall(r"(--\w+): ([^;]+);", found[1])) if found else {}


def _filled(rules: str, colours: dict[str, str]) -> str:
    return re.sub(r"var\((--\w+)\)", lambda match: colours[match[1]], rules)
