"""SVG elements; any text given to them is escaped."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

__all__ = ["MARK", "Drawing", "number"]

MARK = 'data-made-by="kspec"'
"""By this in its first line a drawing is known as one that may be written anew."""


# Characters that XML cannot contain, and those that change the direction of text.
_NO_XML = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_TURNING = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_UNFIT = re.compile(f"{_NO_XML}|{_TURNING}")


class Drawing:
    """An SVG picture of `width` by `height` units, as wide as the page allows.

    `says` is the text alternative for screen readers.
    """

    def __init__(self, width: float, height: float, says: str, *, kind: str = "chart") -> None:
        self.width, self.height = width, height
        self.root = Element(
            "svg",
            {
                "class": kind,
                "viewBox": f"0 0 {number(width)} {number(height)}",
                "role": "img",
                "aria-label": _fit(says),
            },
        )

    def stand_alone(self, style: str) -> None:
        """Make it a standalone file, with its size, its style, and kspec's mark."""
        self.root.set("xmlns", "http://www.w3.org/2000/svg")
        self.root.set("width", number(self.width))
        self.root.set("height", number(self.height))
        self.root.set(*MARK.replace('"', "").split("="))
        self.add("style", style)

    def add(self, tag: str, text: str = "", **attributes: str | float) -> Element:
        """Add a shape or a text on top; `_` in attribute names stands for `-`."""
        element = SubElement(
            self.root,
            tag,
            {
                name.rstrip("_").replace("_", "-"): _fit(value)
                if isinstance(value, str)
                else number(value)
                for name, value in attributes.items()
            },
        )
        if text:
            element.text = _fit(text)
        return element

    def to_html(self) -> Markup:
        """The picture as markup for a page."""
        return Markup(tostring(self.root, encoding="unicode", short_empty_elements=False))


def number(value: float) -> str:
    """A coordinate: a hundredth of a unit is nothing that anyone sees."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
