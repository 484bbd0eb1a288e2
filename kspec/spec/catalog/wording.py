"""The wording of the catalogue's messages: names of objects, and messages for unknown ones."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.spec.catalog.entry import Entry
from kspec.spec.catalog.items import OPS
from kspec.spec.catalog.lookup import KINDS, OBJECT_KINDS, find, names, spellings
from kspec.spec.catalog.registry import KINDS as BROUGHT
from kspec.spec.catalog.registry import plugins
from kspec.spec.catalog.suggestions import bare, suggest
from kspec.spelling import is_slip

__all__ = ["article", "listed", "no_argument", "singular", "title_of", "unknown_name"]


def unknown_name(kinds: tuple[str, ...], name: str) -> str:
    """The message that nothing of these kinds is called `name`, and what may have been meant."""
    before = OPS if kinds == ("ops",) else ""
    possibilities = [known for kind in kinds for known in spellings(kind)]
    close = suggest(name, possibilities)
    if close is None and kinds[0] == "layers" and isinstance(find("ops", name), Entry):
        close = f"{OPS}{name}"
    hint = f'. Did you mean "{before}{close}"?' if close else ""
    who, what = "Keras", f"no {singular(kinds)}"
    if kinds[0] in BROUGHT:
        if plugins():
            who = f"neither Keras nor {' nor '.join(sorted(plugins()))}"
            what = article(singular(kinds))
        if name.isidentifier() and (close is None or not is_slip(name, close)):
            own = f"{article(singular(kinds))} of your own comes with --plugin MODULE"
            hint = f"{hint} {own[0].upper()}{own[1:]}" if close else f"; {own}"
    return f'{who} has {what} "{before}{name}"{hint}'


def no_argument(entry: Entry, key: str, known: Iterable[str], of: str = "") -> str:
    """The message that `entry` has no argument `key`, and the nearest or all of the `known`.

    `of` is what the arguments are of, if the entry does not say it: the application of a Backbone.
    """
    if entry.is_function:
        layer = next((name for name in names("layers") if bare(name) == bare(entry.name)), None)
        hint = f'; the layer "{layer}" does' if layer else ""
        return f'"{entry.name}" takes no arguments{hint}'
    known = list(known)
    title = f"{title_of(entry)} of {of}" if of else title_of(entry)
    close = suggest(key, known)
    if close:
        return f'{title} has no argument "{key}". Did you mean "{close}"?'
    first = [f'"{name}"' for name in known[:8]]
    more = ", …" if len(known) > len(first) else ""
    those = f"it has {', '.join(first)}{more}" if first else "it has none"
    return f'{title} has no argument "{key}"; {those}'


def title_of(entry: Entry) -> str:
    """The name of an entry as a spec writes it."""
    return OPS + entry.name if entry.kind == "ops" else entry.name


def singular(kinds: tuple[str, ...]) -> str:
    """What one of these kinds is called: "layer", "loss", "object"."""
    return KINDS[kinds[0]] if kinds != OBJECT_KINDS else "object"


def article(noun: str) -> str:
    """The noun with "a" or "an"."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def listed(words: list[str], last: str) -> str:
    """The words with commas between them, and `last` before the last one: "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
