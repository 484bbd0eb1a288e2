"""What differs between two specs, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["ABSENT", "Difference", "differences"]


# The maximum length of a value in the brief form.
BRIEF = 20


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT: Any = _Absent()
"""In the place of a value that one of the two does not have."""


@dataclass(frozen=True)
class Difference:
    """One value that differs; `path` is that of `--set`: `training.epochs`, `layers[3].rate`."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_shown(self.before)} → {_shown(self.after)}"

    @property
    def brief(self) -> str:
        """In a few words: for an object its type, for a list its length."""
        return f"{self.path}: {_briefly(self.before)} → {_briefly(self.after)}"

    @property
    def full(self) -> str:
        """With both values in full, however long they are."""
        return f"{self.path}: {_whole(self.before)} → {_whole(self.after)}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; a value that was not there has no key."""
        values = {"path": self.path, "before": self.before, "after": self.after}
        return {key: value for key, value in values.items() if value is not ABSENT}


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Every value in which `after` differs from `before`; both are plain JSON values.

    Lists are compared index by index: after an inserted item, all later ones seem to differ.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), inner)
    elif _is_list(before) and _is_list(after):
        for index in range(max(len(before), len(after))):
            one, other = (
                values[index] if index < len(values) else ABSENT for values in (before, after)
            )
            yield from differences(one, other, f"{path}[{index}]")
    elif before is ABSENT or after is ABSENT or before != after:
        yield Difference(path, before, after)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _whole(value: Any) -> str:
    return repr(value) if value is ABSENT else json.dumps(value, ensure_ascii=False)


def _briefly(value: Any) -> str:
    if isinstance(value, Mapping) and value:
        kind = value.get("type")
        return kind if isinstance(kind, str) else "{…}"
    if _is_list(value) and any(isinstance(each, (Mapping, list, tuple)) for each in value):
        return f"a list of {len(value)}"
    text = _whole(value)
    return text if len(text) <= BRIEF else text[: BRIEF - 1] + "…"


def _shown(value: Any) -> str:
    text = _whole(value)
    return text if len(text) <= 60 else text[:57] + "…"
