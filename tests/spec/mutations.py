"""One thing made wrong in the text of a spec, everything else left where it is.

What a person gets wrong with one slip of the hand: a letter of a key or of a word that stands for
something, a value of another type, a key forgotten. (Brackets: see test_brackets.py.) Names that
the author of a spec makes up can be anything and are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kspec.errors import Place
from kspec.spec import catalog
from kspec.spec.node import Node
from kspec.spec.source import parse

# Keys whose text is the author's own: names, prose, places in the world.
OWN_WORDS = ("$schema", "as", "description", "name", "path", "target")
# Objects whose keys are names that the author makes up.
OWN_KEYS = ("blocks", "parameters", "variables")


@dataclass(frozen=True)
class Mutation:
    """A spec's text with one fault. `right` is the word that was there, for a typo of it; `lines`
    are those that a message about the fault may name."""

    kind: Literal["key", "word", "type", "removed"]
    text: str
    lines: tuple[int, ...]
    what: str
    right: str = ""


def mutations(text: str) -> Iterator[Mutation]:
    """Every mutation of a spec; `text` is laid out with each member of the whole on a line."""
    root = parse(text, "mutated.json")
    yield from _within(_Text(text), root, ())


@dataclass(frozen=True)
class _Text:
    text: str

    def offset(self, place: Place) -> int:
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1

    def replaced(self, place: Place, length: int, new: str) -> str:
        start = self.offset(place)
        return self.text[:start] + new + self.text[start + length :]

    def length(self, node: Node) -> int:
        """How many characters the value of a node takes."""
        start = self.offset(node.place)
        if isinstance(node.value, (dict, list)):
            return _closing(self.text, start) - start
        return node.place.width


def _closing(text: str, start: int) -> int:
    depth, quoted, at = 0, False, start
    while True:
        letter = text[at]
        if quoted:
            at += letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        at += 1
        if depth == 0:
            return at


def _within(text: _Text, node: Node, path: tuple[str | int, ...]) -> Iterator[Mutation]:
    if path and path[-1] != "$schema":
        yield from _wrong_types(text, node, path)
    if isinstance(node.value, str):
        yield from _words(text, node, path)
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from _within(text, child, (*path, index))
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _keys(text, node, key, path)
            if key in _required(node, path):
                yield _removed(text, node, key, path)
            yield from _within(text, child, (*path, key))


def _keys(text: _Text, node: Node, key: str, path: tuple[str | int, ...]) -> Iterator[Mutation]:
    if path and (path[-1] in OWN_KEYS or path == ("inputs",)):
        return
    place = node.keys[key]
    for typo in typos(key):
        if typo not in node.value:
            changed = text.replaced(place, place.width, f'"{typo}"')
            yield Mutation("key", changed, (place.line,), _shown((*path, key), typo), key)


def _words(text: _Text, node: Node, path: tuple[str | int, ...]) -> Iterator[Mutation]:
    word, key = node.value, path[-1]
    own = key in OWN_WORDS or path[0] in ("allow", "reference") or path[-2:-1] == ("columns",)
    named_there = path[0] == "blocks" and path[2:3] == ("inputs",)
    if own or named_there or not any(map(str.isalpha, word)):
        return
    sign = word[: len(word) - len(word.lstrip("$"))]
    if not word.removeprefix("$").replace("_", "").isalnum():
        return  # Arithmetic, a fraction, a file.
    for typo in typos(word.removeprefix(sign)):
        if not _means_something(typo):
            changed = text.replaced(node.place, node.place.width, f'"{sign}{typo}"')
            what = _shown(path, f"{sign}{typo}")
            yield Mutation("word", changed, (node.place.line,), what, word)


def _wrong_types(text: _Text, node: Node, path: tuple[str | int, ...]) -> Iterator[Mutation]:
    others = ["true"] if isinstance(node.value, (dict, list, str, float)) else []
    others += ['{"no": "sense"}'] if not isinstance(node.value, dict) else ["[[[1]]]"]
    others += ['"no_such_word"'] if isinstance(node.value, (bool, int, float)) else []
    for other in others:
        changed = text.replaced(node.place, text.length(node), other)
        yield Mutation("type", changed, (node.place.line,), _shown(path, other))


def _removed(text: _Text, node: Node, key: str, path: tuple[str | int, ...]) -> Mutation:
    """The member gone, its line break left where it was."""
    start = text.offset(node.keys[key])
    end = text.offset(node.value[key].place) + text.length(node.value[key])
    rest = text.text[end:]
    if rest.lstrip().startswith(","):
        end += rest.index(",") + 1
    else:
        before = text.text[:start].rstrip()
        start = len(before) - before.endswith(",")
    kept = "\n" * text.text[start:end].count("\n")
    changed = text.text[:start] + kept + text.text[end:]
    lines = (node.place.line, node.keys[key].line)
    return Mutation("removed", changed, lines, _shown(path, f"no {key}"))


def _required(node: Node, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys of an object that a spec cannot do without, wherever they would come from."""
    members = node.plain()
    if not path:
        whole = ("kspec", "name", "input", "inputs", "layers", "data", "training")
        return () if "extends" in members else whole
    if path == ("data",):
        return ("source",) if "source" in members else ()
    if path == ("training",):
        return ("optimizer", "loss", "epochs")
    if "repeat" in members:
        return ("layers",)
    if isinstance(members.get("type"), str):
        name = members["type"]
        for kind in catalog.KINDS:
            entry = catalog.find(kind, name)
            if isinstance(entry, catalog.Entry):
                needed = [key for key, known in entry.arguments.items() if known.required]
                return ("type", *needed)
    return ()


def _means_something(word: str) -> bool:
    return any(word in catalog.spellings(kind) for kind in catalog.KINDS)


def typos(word: str) -> list[str]:
    """Four slips: a letter left out, typed twice, two exchanged, another in its place."""
    middle = len(word) // 2
    before, letter, after = word[:middle], word[middle], word[middle + 1 :]
    found = [before + after, before + letter + letter + after]
    if after:
        found.append(before + after[0] + letter + after[1:])
    found.append(before + ("q" if letter != "q" else "z") + after)
    return [typo for typo in dict.fromkeys(found) if typo and typo != word]


def _shown(path: tuple[Any, ...], new: str) -> str:
    return f"{'.'.join(map(str, path))} → {new}"
