"""The resolved spec as text, and how it differs from its base."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from kspec.reports.run_page.evidence import Evidence, values
from kspec.spec.printing import to_text

__all__ = ["SpecLine", "SpecText", "spec_text"]

CONTEXT = 2


@dataclass(frozen=True)
class SpecLine:
    """A line of the spec: the "same" in its base, "new", or "gone", which only the base has; or a
    "break", where lines are left out.
    """

    kind: Literal["same", "new", "gone", "break"]
    text: str


@dataclass(frozen=True)
class SpecText:
    """The whole text with its new lines marked; only the changes, with some context; the name of
    the base; and why there are no changes to show if there are none.
    """

    lines: tuple[SpecLine, ...]
    changes: tuple[SpecLine, ...]
    base: str | None
    why_not: str


def spec_text(evidence: Evidence) -> SpecText:
    """The text of the run's spec beside that of its base, if it extends one."""
    text = _lines(evidence.resolved)
    extends = evidence.base.get("extends", evidence.written.get("extends"))
    base = values(evidence.base.get("resolved"))
    if not isinstance(extends, str):
        return _alone(text, None, "It extends no other spec.")
    if not evidence.base:
        return _alone(text, extends, f"The run has not recorded {extends}, which it extends.")
    if not base:
        return _alone(text, extends, f"It extends {extends}, which is no whole spec by itself.")
    compared = _compared(_lines(base), text)
    kept = tuple(line for line in compared if line.kind != "gone")
    return SpecText(kept, _with_context(compared), extends, f"Nothing differs from {extends}.")


def _alone(text: list[str], base: str | None, why_not: str) -> SpecText:
    return SpecText(tuple(SpecLine("same", line) for line in text), (), base, why_not)


def _lines(resolved: dict[str, Any]) -> list[str]:
    return to_text({key: value for key, value in resolved.items() if key != "$schema"}).split("\n")


def _compared(before: list[str], after: list[str]) -> list[SpecLine]:
    # A trailing comma does not change the value on the line.
    old, new = ([line.rstrip(",") for line in text] for text in (before, after))
    found: list[SpecLine] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [SpecLine("same", line) for line in after[k:m]]
        else:
            found += [SpecLine("gone", line) for line in before[i:j]]
            found += [SpecLine("new", line) for line in after[k:m]]
    return found


def _with_context(lines: list[SpecLine]) -> tuple[SpecLine, ...]:
    changed = [index for index, line in enumerate(lines) if line.kind != "same"]
    near = {
        index
        for place in changed
        for index in range(max(place - CONTEXT, 0), min(place + CONTEXT + 1, len(lines)))
    }
    found: list[SpecLine] = []
    last = -1
    for index in sorted(near):
        if index != last + 1:
            found.append(SpecLine("break", "…"))
        found.append(lines[index])
        last = index
    if found and last != len(lines) - 1:
        found.append(SpecLine("break", "…"))
    return tuple(found)
