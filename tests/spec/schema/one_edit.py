"""Every way to get one thing wrong in a JSON value."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

WRONG = ("text", 3, 1.5, -7, True, None, [], {}, ["text"], {"text": 1})


class Edit(NamedTuple):
    """What stands at `path`: as "key" its key becomes `new`, or goes if that is None; as "text" or
    "value" `new` stands there instead."""

    kind: str
    path: tuple[str | int, ...]
    new: Any


def edits(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Edit]:
    """Each key misspelt, each key removed, each text misspelt, each value of another type."""
    if path and isinstance(path[-1], str):
        yield from (Edit("key", path, key) for key in (*misspelt(path[-1]), None))
    if isinstance(value, str):
        yield from (Edit("text", path, text) for text in misspelt(value))
    if path:
        # (To Python true is 1; whether that is wrong is no question of the schema's.)
        yield from (Edit("value", path, wrong) for wrong in WRONG if wrong != value)
    steps = (
        value.items() if isinstance(value, dict) else enumerate(value) if _is_list(value) else ()
    )
    for step, part in steps:
        yield from edits(part, (*path, step))


def misspelt(word: str) -> tuple[str, str]:
    """With a letter too few, and one too many."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :], f"{word[:middle]}{word[middle:][:1]}{word[middle:]}"


def edited(value: Any, edit: Edit) -> Any:
    """A copy of `value` with the edit made."""
    changed = json.loads(json.dumps(value))
    *steps, last = edit.path
    parent = changed
    for step in steps:
        parent = parent[step]
    if edit.kind != "key":
        parent[last] = edit.new
        return changed
    members = [(edit.new if key == last else key, part) for key, part in parent.items()]
    parent.clear()
    parent.update((key, part) for key, part in members if key is not None)
    return changed


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
