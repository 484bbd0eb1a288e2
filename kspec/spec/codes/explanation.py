"""What there is to say about a code."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

__all__ = ["Explanation", "explanation"]


@dataclass(frozen=True)
class Explanation:
    """A code, what it means in a line and at length, and an example of what is wrong and right.

    The examples are keys of a spec with their values, or what a terminal shows; None where a rule
    brings none. `level` is that of its problems: "error", "warning" or "note".
    """

    code: str
    title: str
    text: str
    wrong: str | None = None
    right: str | None = None
    level: str = "error"

    @property
    def language(self) -> str:
        """What the examples are written in: "json", or "console" for what a terminal shows."""
        return "console" if (self.wrong or "").startswith("$ ") else "json"


def explanation(
    code: str,
    title: str,
    text: str,
    *,
    wrong: str | None = None,
    right: str | None = None,
    level: str = "error",
) -> Explanation:
    """An Explanation whose texts stand indented in the source; a blank line parts paragraphs."""
    paragraphs = cleandoc(text).split("\n\n")
    return Explanation(
        code,
        title,
        "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs),
        cleandoc(wrong) if wrong else None,
        cleandoc(right) if right else None,
        level,
    )
