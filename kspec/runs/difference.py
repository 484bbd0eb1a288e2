"""What differs between two specs, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["ABSENT", "Difference", "differences"]


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

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; a value that was not there has no key."""
        values = {"path": self.path, "before": self.before, "after": self.after}
        return {key: value for key, value in values.items() if value is not ABSENT}


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Every value in which `after` is another than `before`; both are plain JSON values.

    Lists are compared place by place: where one item is new, all behind it seem to differ.
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


def _shown(value: Any) -> str:
    text = repr(value) if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
