"""Operations that rearrange elements, join tensors or multiply them."""

from __future__ import annotations

from kspec.spec.shapes.merging import broadcast, concatenated
from kspec.spec.shapes.operations.operands import Operands, OperationRule, tensor, tensors
from kspec.spec.shapes.settings import Settings, wholes
from kspec.spec.shapes.shape import CannotFit, Dims, Unsure, shape_text, size_of
from kspec.spec.shapes.taken import axis_in

__all__ = ["RULES"]


def reshape(settings: Settings, found: Operands) -> Dims:
    """Known only if -1 stands for the batch axis and the rest holds exactly one sample."""
    shape = tensor(found, "x")
    first, *rest = wholes(settings.value("newshape")) or (0,)
    if first != -1 or any(size < 1 for size in rest) or size_of(rest) != size_of(shape):
        raise Unsure
    return tuple(rest)


def transpose(settings: Settings, found: Operands) -> Dims:
    shape = tensor(found, "x")
    axes = wholes(settings.value("axes"))
    if len(axes) != len(shape) + 1:
        message = f"{settings.kind} of {len(axes)} axes cannot take {shape_text(shape)}, which has "
        message += f"{len(shape) + 1} with that of the batch"
        raise CannotFit("wrong-rank", message, "axes")
    if axes[0] != 0:
        raise Unsure
    order = [axis_in(settings, axis, shape, "axes") for axis in axes[1:]]
    if sorted(order) != list(range(len(shape))):
        raise Unsure
    return tuple(shape[axis] for axis in order)


def swapaxes(settings: Settings, found: Operands) -> Dims:
    shape = list(tensor(found, "x"))
    one = axis_in(settings, settings.whole("axis1"), tuple(shape), "axis1")
    other = axis_in(settings, settings.whole("axis2"), tuple(shape), "axis2")
    shape[one], shape[other] = shape[other], shape[one]
    return tuple(shape)


def expand_dims(settings: Settings, found: Operands) -> Dims:
    shape = tensor(found, "x")
    axis = axis_in(settings, settings.whole("axis"), (*shape, 1))
    return (*shape[:axis], 1, *shape[axis:])


def squeeze(settings: Settings, found: Operands) -> Dims:
    shape = tensor(found, "x")
    gone = [axis_in(settings, axis, shape) for axis in settings.axes("axis") or ()]
    if not gone or len(set(gone)) < len(gone) or any(shape[axis] is None for axis in gone):
        raise Unsure
    for axis in gone:
        if shape[axis] != 1:
            message = f"{settings.kind} takes out axes of size 1, and there is one of size "
            message += f"{shape[axis]} in {shape_text(shape)}"
            raise CannotFit("unequal-shapes", message, "axis")
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


def concatenate(settings: Settings, found: Operands) -> Dims:
    shapes = tensors(found, "xs")
    axis = axis_in(settings, settings.whole("axis", 0), shapes[0])
    return concatenated(settings, shapes, axis)


def stack(settings: Settings, found: Operands) -> Dims:
    shapes = tensors(found, "x")
    if any(None in shape for shape in shapes):
        raise Unsure
    for shape in shapes:
        if shape != shapes[0]:
            message = f"{settings.kind} cannot stack {shape_text(shapes[0])} and "
            message += f"{shape_text(shape)}: they must be equal"
            raise CannotFit("unequal-shapes", message, "inputs")
    axis = axis_in(settings, settings.whole("axis", 0), (*shapes[0], 1))
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:])


def matmul(settings: Settings, found: Operands) -> Dims:
    """Products of matrices within a sample; with fewer axes, the rows would be samples."""
    left, right = tensor(found, "x1"), tensor(found, "x2")
    if len(left) != len(right) or len(left) < 2 or None in (*left, *right):
        raise Unsure
    if left[-1] != right[-2]:
        message = f"{settings.kind} cannot take {shape_text(left)} and {shape_text(right)}: "
        message += f"{left[-1]} columns do not match {right[-2]} rows"
        raise CannotFit("unequal-shapes", message, "inputs")
    return (*broadcast(settings, left[:-2], right[:-2]), left[-2], right[-1])


def one_hot(settings: Settings, found: Operands) -> Dims:
    if settings.whole("axis", -1) != -1:
        raise Unsure
    return (*tensor(found, "x"), settings.positive("num_classes"))


def resized(settings: Settings, found: Operands) -> Dims:
    shape = tensor(found, "images")
    height, width = settings.sizes("size", 2)
    if len(shape) != 3:
        raise Unsure
    first = settings.channels_first
    return (shape[0], height, width) if first else (height, width, shape[2])


def unmoved(settings: Settings, found: Operands) -> Dims:
    """The shape is unchanged: elements move or accumulate along the given axes only."""
    shape = tensor(found, "x")
    for axis in settings.axes("axis") or _unsure():
        axis_in(settings, axis, shape)
    return shape


def _unsure() -> tuple[int, ...]:
    raise Unsure


RULES: dict[str, OperationRule] = {
    "concatenate": concatenate,
    "cumprod": unmoved,
    "cumsum": unmoved,
    "expand_dims": expand_dims,
    "flip": unmoved,
    "image.resize": resized,
    "matmul": matmul,
    "one_hot": one_hot,
    "reshape": reshape,
    "roll": unmoved,
    "sort": unmoved,
    "squeeze": squeeze,
    "stack": stack,
    "swapaxes": swapaxes,
    "transpose": transpose,
}
