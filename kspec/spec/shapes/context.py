"""Where a layer is in the network, in words."""

from __future__ import annotations

from kspec.spec.graph import Tensor, tensors_of
from kspec.spec.models import Layer, Spec
from kspec.spec.shapes.carry import Shapes
from kspec.spec.shapes.shape import Outputs, is_several, is_shape, shape_text

__all__ = ["describe_before"]


def describe_before(spec: Spec, shapes: Shapes, index: int) -> str:
    """The inputs of layer `index`: "in layers[2], after BatchNormalization (32, 32, 64)"."""
    taken = dict.fromkeys(tensors_of(shapes.graph.calls[index].inputs))
    befores = [_described(spec, shapes, tensor) for tensor in taken]
    if not befores:
        return f"in layers[{index}]"
    if len(befores) > 3:
        befores = [*befores[:2], f"{len(befores) - 2} more"]
    *most, last = befores
    return f"in layers[{index}], after {', '.join(most)}{' and ' if most else ''}{last}"


def _described(spec: Spec, shapes: Shapes, tensor: Tensor) -> str:
    source = tensor.source
    if isinstance(source, int):
        name = _title(spec.layers[source])
    else:
        name = "the input" if source == "input" else f'the input "{source}"'
    return f"{name} {_text(shapes.of(tensor))}".rstrip()


def _title(layer: Layer) -> str:
    name = layer.arguments.get("name")
    return f'{layer.type} "{name}"' if isinstance(name, str) else layer.type


def _text(shape: Outputs) -> str:
    if is_several(shape):
        return ", ".join(map(shape_text, shape))
    return shape_text(shape) if is_shape(shape) else ""
