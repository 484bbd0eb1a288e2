"""The explanation of a code."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

__all__ = ["Explanation", "explanation"]


@dataclass(frozen=True)
class Explanation:
    """A code, its meaning in a line and at length, and a wrong and a right example.

    The examples are keys of a spec with their values, or what a terminal shows; None if there are
    none. `level` is that of its problems: "error", "warning" or "note".
    """

    code: str
    title: str
    text: str
    wrong: str | None = None
    right: str | None = None
    level: str = "error"

    @property
    def language(self) -> str:
        """The language of the examples: "json", or "console" for what a terminal shows."""
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
    """An Explanation from texts indented in the source; a blank line separates paragraphs."""
    paragraphs = cleandoc(text).split("\n\n")
    return Explanation(
        code,
        title,
        "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs),
        cleandoc(wrong) if wrong else None,
        cleandoc(right) if right else None,
        level,
    )
