"""Text from a spec made safe for a terminal: all characters visible and of known width."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["harmless", "harmless_lines", "width_of"]

# Controls, surrogates, line ends other than \n; and those that change the text direction.
_HIDDEN = ("Cc", "Cs", "Zl", "Zp")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    """`text` with control characters escaped as in JSON: `\\u001b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{ord(character):04x}"
        if character in _TURNING or unicodedata.category(character) in _HIDDEN
        else character
        for character in text
    )


def harmless_lines(text: str) -> str:
    """Like `harmless`, for text of several lines, whose tabs and line ends are kept."""
    return re.sub(r"[^\n\t]+", lambda part: harmless(part[0]), text.replace("\r\n", "\n"))


def width_of(text: str) -> int:
    """How many columns `text` takes in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
