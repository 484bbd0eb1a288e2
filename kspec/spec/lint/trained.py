"""Faults that only the training would refuse: outputs without labels, unsuitable augmentation."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_mixed
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Layer, Spec
from kspec.spec.shapes.carry import output_shape
from kspec.spec.shapes.shape import CannotFit, is_shape, shape_text

__all__ = ["AUGMENTATION_MISFIT", "SEVERAL_OUTPUTS"]


def _outputs(spec: Spec, graph: Graph) -> Iterator[Finding]:
    given = graph.given()
    if len(given) > 1:
        message = (
            f"the network gives {len(given)} outputs, but kspec trains networks with one; to train "
            'it, let "outputs" name the one that learns'
        )
        yield Finding(("outputs",), message)


def _augmentation(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if not spec.augmentation:
        return
    reason = _unfit(spec)
    if reason is not None:
        yield Finding(("augmentation",), f"augmentation changes {reason}")
    else:
        yield from _sizes(spec)


def _unfit(spec: Spec) -> str | None:
    """Why the samples of the spec cannot be augmented."""
    inputs = list(spec.entering.values())
    if len(inputs) > 1:
        return f"one picture, but the network takes {len(inputs)} inputs"
    if len(inputs[0].shape) != 3:
        shape = shape_text(tuple(inputs[0].shape))
        return f"pictures of (height, width, channels), but the samples are {shape}"
    if inputs[0].dtype.startswith(("int", "uint")):
        return f"pixels to values that are not whole, but the input takes {inputs[0].dtype}"
    if spec.data.labels == "masks":
        return "the pictures, but would leave their masks as they are"
    if spec.data.labels == "numbers" and labels_are_mixed(spec):
        return "the labels of classes by mixing them, but these are numbers"
    return None


def _sizes(spec: Spec) -> Iterator[Finding]:
    """Pictures that a layer cannot take, or whose final size does not fit the network."""
    (entering,) = spec.entering.values()
    wanted = tuple(entering.shape)
    shape = wanted
    changed: Path = ("augmentation",)
    by = ""
    for index, layer in enumerate(spec.augmentation):
        path = ("augmentation", index)
        try:
            made = output_shape(Layer(type=layer.type, **layer.arguments), shape)
        except CannotFit as misfit:
            yield Finding((*path, *misfit.path), misfit.message)
            return
        if not is_shape(made):
            return
        if made != shape:
            changed, by = path, layer.type
        shape = made
    if None not in (*shape, *wanted) and shape != wanted:
        message = (
            f"{by} leaves pictures of {shape_text(shape)}, but the network takes "
            f"{shape_text(wanted)}; end with a Resizing to that size"
        )
        yield Finding(changed, message)


SEVERAL_OUTPUTS = Rule(
    code="several-outputs",
    level="warning",
    title="A network with several outputs cannot be trained",
    reason=(
        "There is one label for each sample and one loss, so training needs a single output. Such "
        "a network can be built, summarised and ejected, but `kspec train` refuses it."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten", "name": "flat"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax", "name": "classes"}],\n'
        ' "outputs": ["classes", "flat"]}'
    ),
    right=(
        '{"layers": [{"type": "Flatten", "name": "flat"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax", "name": "classes"}],\n'
        ' "outputs": "classes"}'
    ),
    find=_outputs,
)

AUGMENTATION_MISFIT = Rule(
    code="augmentation-misfit",
    level="error",
    title="Augmentation that does not fit the samples",
    reason=(
        "Augmentation is for networks that take one picture, labelled with a class or a number, "
        "and its result must have the size that the network takes. Layers that crop or resize need "
        "a Resizing after them."
    ),
    wrong='{"augmentation": [{"type": "RandomCrop", "height": 6, "width": 6}]}',
    right=(
        '{"augmentation": [{"type": "RandomCrop", "height": 6, "width": 6},\n'
        '  {"type": "Resizing", "height": 8, "width": 8}]}'
    ),
    find=_augmentation,
    may_be_allowed=False,
    reads_graph=False,
)
