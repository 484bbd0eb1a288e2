"""`extends`: a spec builds on another file and says what it changes."""

from __future__ import annotations

from pathlib import Path

from kspec.errors import Place, Problem, SpecError
from kspec.spec.node import Node
from kspec.spec.paths import leaves_folder
from kspec.spec.source import read

__all__ = ["inherit", "merge"]


def inherit(node: Node, path: Path, *, shown: str) -> Node:
    """`node`, read from `path`, laid over the files that it extends; `extends` is gone.

    The path of the base is relative to the file that names it. `shown` is what messages call
    `path`. Raises SpecError for a base that is missing or broken, and for a circle.
    """
    return _inherit(node, path, shown, (path.resolve(),), "", path.parent.resolve())


def _inherit(
    node: Node, path: Path, shown: str, chain: tuple[Path, ...], below: str, root: Path
) -> Node:
    """`below` is the path from `root`, the folder of the first spec, to the folder of `path`."""
    named = node.get("extends")
    if named is None:
        return node
    if not isinstance(named.value, str):
        raise SpecError([Problem(named.place, '"extends" names one spec file', "wrong-type")])
    base_path = path.parent / named.value
    resolved = base_path.resolve()
    # (A symbolic link may lead out as well.)
    if leaves_folder(named.value, below) or not resolved.is_relative_to(root):
        message = (
            f'"{named.value}" lies outside the folder of the spec; a spec extends only what lies '
            "beside or below it"
        )
        raise SpecError([Problem(named.place, message, "path")])
    if resolved in chain:
        circle = " → ".join(part.name for part in (*chain[chain.index(resolved) :], resolved))
        raise SpecError(
            [Problem(named.place, f"specs extend each other in a circle: {circle}", "circle")]
        )
    base_shown = str(Path(shown).parent / named.value)
    base = read(base_path, shown=base_shown, asked_at=_unless_file(base_path, named.place))
    below = Path(below, named.value).parent.as_posix()
    base = _inherit(base, base_path, base_shown, (*chain, resolved), below, root)
    own = {key: child for key, child in node.value.items() if key != "extends"}
    keys = {key: place for key, place in node.keys.items() if key != "extends"}
    return merge(base, Node(own, node.place, keys))


def _unless_file(path: Path, place: Place) -> Place | None:
    """The place to blame: the `extends` line for a missing file; None for the file itself."""
    try:
        return None if path.is_file() else place
    except OSError:  # The name is too long.
        return place


def merge(base: Node, over: Node) -> Node:
    """`over` laid over `base`: objects key by key, everything else as a whole.

    An object with another `type` replaces the base's, whose arguments mean nothing to the new type.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    new_type, old_type = over.get("type"), base.get("type")
    if new_type is not None and (old_type is None or new_type.value != old_type.value):
        return over
    merged = dict(base.value)
    for key, child in over.value.items():
        merged[key] = merge(merged[key], child) if key in merged else child
    return Node(merged, over.place, {**base.keys, **over.keys})
