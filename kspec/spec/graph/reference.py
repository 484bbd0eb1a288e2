"""How a spec names a tensor: "skip", "#-2" for two up, "lstm[1]" for one of several outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["FORMS", "Reference", "read_reference"]

FORMS = 'a name, "#-2" for two items up, or one of several outputs: "name[1]"'

_FORM = re.compile(
    r"(?:#-(?P<back>[1-9][0-9]{0,5})|(?P<name>[^#\[\]]+))(?:\[(?P<output>[0-9]{1,4})\])?"
)


@dataclass(frozen=True)
class Reference:
    """A tensor as it is written: by `name`, or as the output of the item `back` places up."""

    name: str | None
    back: int | None
    output: int | None


def read_reference(text: str) -> Reference | None:
    """The parts of a reference; None for a text that is not a reference."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    back, output = match["back"], match["output"]
    return Reference(
        name=match["name"],
        back=None if back is None else int(back),
        output=None if output is None else int(output),
    )
