"""The inputs that a layer is called with, in the form that it expects."""

from __future__ import annotations

from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, is_several, is_shape, shape_text

__all__ = ["axis_in", "listed", "of_rank", "one", "option", "sequences"]

# Names of the first argument of `call` in layers that take one tensor.
_FIRST = ("inputs", "x", "sequences", "sequence", "data", "images")


def one(settings: Settings, given: Given) -> Dims:
    """The one tensor that the layer takes."""
    if isinstance(given, dict):
        found = [given[name] for name in _FIRST if name in given]
        if len(found) != 1:
            raise Unsure
        given = found[0]
    if isinstance(given, list) and len(given) == 1:
        # Keras unpacks such a list for some layers and refuses it for others.
        raise Unsure
    if isinstance(given, list) or is_several(given):
        message = f"{settings.kind} takes one tensor, not {len(given)}"
        message += '; name the one that is meant: "inputs": "#-1[0]"' if is_several(given) else ""
        raise CannotFit("wrong-inputs", message, "inputs")
    if not is_shape(given):
        raise Unsure
    return given


def of_rank(settings: Settings, given: Given, *axes: str) -> Dims:
    """The one tensor that the layer takes, which must have exactly these axes."""
    shape = one(settings, given)
    if len(shape) == len(axes):
        return shape
    wanted = f"({', '.join(axes)})" if len(axes) > 1 else f"({axes[0]},)"
    message = f"{settings.kind} takes {wanted}, not {shape_text(shape)}"
    if len(shape) == 1:
        message += ": it is flat; Reshape it first, or put this above what made it flat"
    elif len(shape) + 1 == len(axes) and axes[-1] == "channels":
        target = ", ".join("-1" if size is None else str(size) for size in (*shape, 1))
        message += f'; {{"type": "Reshape", "target_shape": [{target}]}} adds an axis'
    elif len(axes) == 1:
        message += "; Flatten it first"
    raise CannotFit("wrong-rank", message)


def listed(settings: Settings, given: Given, least: int = 1, most: int | None = None) -> list[Dims]:
    """The tensors that the layer takes as a list."""
    if isinstance(given, dict):
        if "inputs" not in given:
            raise Unsure
        given = given["inputs"]
    if is_shape(given):
        form = '"inputs": ["#-1", "name"]'
        message = f"{settings.kind} takes a list of tensors, not one; name them: {form}"
        raise CannotFit("wrong-inputs", message, "inputs")
    shapes = list(given) if isinstance(given, list) or is_several(given) else []
    if not shapes or not all(is_shape(shape) for shape in shapes):
        raise Unsure
    if len(shapes) < least or (most is not None and len(shapes) > most):
        wanted = f"{least}" if least == most else f"{least} or {most}"
        message = f"{settings.kind} takes {wanted} tensors, not {len(shapes)}"
        raise CannotFit("wrong-inputs", message, "inputs")
    return shapes


def sequences(given: Given) -> list[tuple[int, int]]:
    """Steps and features of the query, the value and, if it is given, the key of an attention."""
    if isinstance(given, dict):
        given = [given[role] for role in ("query", "value", "key") if role in given]
    parts = given if isinstance(given, list) else []
    known = []
    for part in parts:
        if not is_shape(part) or len(part) != 2 or part[0] is None or part[1] is None:
            raise Unsure
        known.append((part[0], part[1]))
    if not 2 <= len(known) <= 3:
        raise Unsure
    return known


def option(given: Given, name: str) -> bool:
    """A boolean option that the layer is called with, beside its tensors."""
    value = given.get(name, False) if isinstance(given, dict) else False
    if not isinstance(value, bool):
        raise Unsure
    return value


def axis_in(settings: Settings, axis: int, shape: Dims, name: str = "axis") -> int:
    """The index in `shape` of an axis that Keras counts from the batch axis, 0, or from the end.

    Raises Unsure for the batch axis, and CannotFit for one that does not exist.
    """
    rank = len(shape) + 1
    if not -rank <= axis < rank:
        message = f"{settings.kind} has no axis {axis} in {shape_text(shape)}; it has {rank}, "
        message += "with that of the batch"
        raise CannotFit("no-such-axis", message, name)
    if axis % rank == 0:
        raise Unsure
    return axis % rank - 1
