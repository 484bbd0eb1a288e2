"""A backbone as a function that builds it for the shape and dtype of a given tensor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kspec.errors import Place, Problem, SpecError
from kspec.spec.catalog.backbone import BACKBONE, IMAGENET, application_of, preprocessing_of
from kspec.spec.eject.code import INDENT, Call, Expression, Row, lines
from kspec.spec.eject.literals import literal, quote
from kspec.spec.eject.objects import value
from kspec.spec.models import Layer, NestedModel, Spec

__all__ = ["backbone_function", "require_no_runs"]

Path = tuple[str | int, ...]

# The arguments of a Backbone itself; all others are for its application.
_OWN = (
    "application",
    "include_top",
    "name",
    "pooling",
    "preprocessing",
    "trainable",
    "until",
    "update_statistics",
    "weights",
)
_POOLING = {
    "avg": ("layers.GlobalAveragePooling2D", "avg_pool"),
    "flatten": ("layers.Flatten", "flatten"),
    "max": ("layers.GlobalMaxPooling2D", "max_pool"),
}
# As in kspec.model.backbone.preprocessing.
_RESCALED: dict[str | None, tuple[Expression, Expression]] = {
    "caffe": ("1.0", Row(("-103.939", "-116.779", "-123.68"))),
    "tf": ("1 / 127.5", "-1"),
    "torch": (
        Row(("1 / (255 * 0.229)", "1 / (255 * 0.224)", "1 / (255 * 0.225)")),
        Row(("-0.485 / 0.229", "-0.456 / 0.224", "-0.406 / 0.225")),
    ),
}


def require_no_runs(spec: Spec) -> None:
    """Raise SpecError for backbones that are runs of kspec, or have the weights of one: a spec does
    not tell what these contain."""
    problems = list(_runs(spec, spec.layers, ("layers",)))
    if problems:
        raise SpecError(problems)


def _runs(spec: Spec, layers: Sequence[Layer], path: Path) -> Iterator[Problem]:
    for number, layer in enumerate(layers):
        if isinstance(layer, NestedModel):
            yield from _runs(spec, layer.layers, (*path, number, "layers"))
        elif layer.type == BACKBONE:
            key = "application" if application_of(layer.arguments) is None else "weights"
            given = layer.arguments.get(key, IMAGENET)
            if key == "application" or not _is_known(given):
                message = f'a script cannot take a backbone from the run "{given}"; name a file of '
                where = Place(spec.name)
                if spec._node is not None:
                    where = spec._node.at((*path, number, key)).place
                yield Problem(where, message + "weights", "eject-run")


def backbone_function(title: str, name: str | None, arguments: Mapping[str, Any]) -> list[str]:
    """The function `title`; `name` is that of the layer, whose application is not a run."""
    weights = arguments.get("weights", IMAGENET)
    entry = application_of(arguments)
    assert entry is not None
    mode = preprocessing_of(arguments)
    taken = "x" if mode in _RESCALED else "inputs"
    body = [
        *lines(
            Call("keras.Input", ("like.shape[1:]",), (("dtype", "like.dtype"),)),
            "inputs = ",
            depth=1,
        ),
        *_preprocessing(mode),
        *lines(_base(entry.name, arguments, weights, taken), "base = ", depth=1),
        *_filled(weights),
        *_outputs(arguments),
    ]
    named = (("name", quote(name)),) if name else ()
    body += lines(Call("keras.Model", ("inputs", "outputs"), named), "model = ", depth=1)
    body += [f"{INDENT}{line}" for line in _frozen(arguments)]
    return [f"def {title}(like):", *body, f"{INDENT}return model"]


def _is_known(weights: str | None) -> bool:
    return weights in (None, IMAGENET) or weights.endswith((".h5", ".hdf5", ".keras"))


def _preprocessing(mode: str | None) -> Iterator[str]:
    if mode not in _RESCALED:
        return
    taken = "inputs"
    if mode == "caffe":
        yield f"{INDENT}x = ops.flip(inputs, axis=-1)"
        taken = "x"
    scale, offset = _RESCALED[mode]
    made = Call("layers.Rescaling", (scale,), (("offset", offset),))
    yield from lines(Call(made, (taken,)), "x = ", depth=1)


def _base(name: str, arguments: Mapping[str, Any], weights: str | None, taken: str) -> Call:
    own = {key: value(key, each) for key, each in arguments.items() if key not in _OWN}
    return Call(
        f"keras.applications.{name}",
        (),
        (
            ("include_top", literal(bool(arguments.get("include_top", False)))),
            ("weights", literal(IMAGENET if weights == IMAGENET else None)),
            ("input_tensor", taken),
            ("input_shape", f"{taken}.shape[1:]"),
            *own.items(),
        ),
    )


def _filled(weights: str | None) -> Iterator[str]:
    if weights is None or weights == IMAGENET:
        return
    if not weights.endswith(".keras"):
        yield f"{INDENT}base.load_weights({quote(weights)})"
        return
    yield f"{INDENT}trained = keras.saving.load_model({quote(weights)})"
    yield f"{INDENT}for layer in base.layers:"
    yield f"{INDENT * 2}if layer.weights:"
    yield f"{INDENT * 3}layer.set_weights(trained.get_layer(layer.name).get_weights())"


def _outputs(arguments: Mapping[str, Any]) -> Iterator[str]:
    until, pooling = arguments.get("until"), arguments.get("pooling")
    last = f"base.get_layer({quote(until)}).output" if until else "base.output"
    if pooling is None:
        yield f"{INDENT}outputs = {last}"
        return
    layer, name = _POOLING[pooling]
    made = Call(Call(layer, (), (("name", quote(name)),)), (last,))
    yield from lines(made, "outputs = ", depth=1)


def _frozen(arguments: Mapping[str, Any]) -> Iterator[str]:
    trainable = arguments.get("trainable", True)
    if trainable is False:
        yield "model.trainable = False"
    elif isinstance(trainable, Mapping):
        ((key, chosen),) = trainable.items()
        if key == "matching":
            yield "for layer in model.layers:"
            yield f"{INDENT}layer.trainable = fnmatchcase(layer.name, {quote(chosen)})"
        else:
            end = f"-{chosen}"
            if key == "from":
                yield "names = [layer.name for layer in model.layers]"
                end = f" names.index({quote(chosen)})"
            yield f"for layer in model.layers[:{end}]:"
            yield f"{INDENT}layer.trainable = False"
    if arguments.get("update_statistics") is False:
        yield "for layer in model.layers:"
        yield f"{INDENT}if isinstance(layer, layers.BatchNormalization):"
        yield f"{INDENT * 2}layer.trainable = False"
