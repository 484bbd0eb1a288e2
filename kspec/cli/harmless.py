"""Text from a spec as a terminal can show it: every character visible, and of a known width."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["harmless", "harmless_lines", "width_of"]

# Controls, surrogates, line ends beside \n; and those that would turn the line around.
_HIDDEN = ("Cc", "Cs", "Zl", "Zp")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    """`text` with whatever a terminal would act upon written as JSON writes it: `\\u001b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{ord(character):04x}"
        if character in _TURNING or unicodedata.category(character) in _HIDDEN
        else character
        for character in text
    )


def harmless_lines(text: str) -> str:
    """As `harmless`, for a text of several lines, whose tabs and line ends stay."""
    return re.sub(r"[^\n\t]+", lambda part: harmless(part[0]), text.replace("\r\n", "\n"))


def width_of(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
