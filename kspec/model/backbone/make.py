"""From a Backbone in a spec to a nested `keras.Model`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from kspec.errors import KspecError, keras_says
from kspec.model.backbone.application import make_application
from kspec.model.backbone.made import Asked, Backbone, BackboneError, no_layer
from kspec.model.backbone.own import pixels_of, require_own_sizes, run_folder, spec_of
from kspec.model.backbone.preprocessing import preprocessed, scaled_like
from kspec.spec.catalog.backbone import IMAGENET, application_of, is_run, preprocessing_of
from kspec.spec.models import Spec

__all__ = ["Follow", "make_backbone"]

Follow = Callable[[Spec, Any, str, Path, Path], Any]
"""Called with a spec, a tensor, a layer's name, the spec's root and the folder of its run; returns
the output of that layer for the tensor, in the network of the spec."""

# The arguments of Backbone itself; the others are passed to its application.
_OWN = (
    "application",
    "name",
    "pooling",
    "preprocessing",
    "trainable",
    "until",
    "update_statistics",
    "weights",
)
# The ImageNet variants of these have one more layer.
_OTHER_FOR_IMAGENET = "EfficientNetB"
_POOLING = {
    "avg": keras.layers.GlobalAveragePooling2D,
    "flatten": keras.layers.Flatten,
    "max": keras.layers.GlobalMaxPooling2D,
}


def make_backbone(
    path: tuple[str | int, ...],
    arguments: Mapping[str, Any],
    tensor: keras.KerasTensor,
    *,
    name: str,
    root: Path,
    kept: Path | None,
    follow: Follow,
) -> Backbone:
    """The nested network for a Backbone with these `arguments` that is called on `tensor`.

    Preprocessing first, then the application's own layers, then the pooling: all are layers of one
    network with the name `name`. Its weights are whatever Keras gives them
    (`kspec.model.backbone.fill` loads the right ones). Relative paths start from `root`. For the
    network of a run, the architecture stored by the run in `kept` is enough. `follow` applies the
    network of another spec to a tensor. Raises BackboneError.
    """
    inputs = keras.Input(tensor.shape[1:], dtype=tensor.dtype, name="input")
    application = str(arguments["application"])
    run = run_folder(application, root, kept=kept) if is_run(application) else None
    title = f"the network of {run}" if run else application
    try:
        x = _prepared(inputs, arguments, run)
        if run is not None:
            spec, its_root = spec_of(run)
            output = follow(spec, x, str(arguments["until"]), its_root, run)
            whole, asked = None, None
        else:
            whole, asked = _of_keras(application, arguments, x)
            output = _cut(whole, arguments.get("until"))
        model = keras.Model(inputs, _pooled(output, arguments.get("pooling")), name=name)
        if run is not None and "weights" not in arguments:
            require_own_sizes(model, run, spec)
    except (BackboneError, KspecError):
        raise
    except Exception as error:
        shape = tuple(tensor.shape[1:])
        message = f"Keras cannot make {title} for {shape}: {keras_says(error)}"
        raise BackboneError(message) from error
    return Backbone(path, arguments, model, whole or model, asked, run)


def _prepared(inputs: Any, arguments: Mapping[str, Any], run: Path | None) -> Any:
    mode = preprocessing_of(arguments)
    try:
        if mode == "run":
            assert run is not None
            return scaled_like(inputs, pixels_of(run))
        return preprocessed(inputs, mode or "none")
    except ValueError as error:
        key = "preprocessing" if "preprocessing" in arguments else "application"
        raise BackboneError(str(error), key) from error


def _of_keras(
    application: str, arguments: Mapping[str, Any], x: Any
) -> tuple[keras.Model, Asked | None]:
    entry = application_of(arguments)
    assert entry is not None
    given = {key: value for key, value in arguments.items() if key not in _OWN}
    given["include_top"] = bool(arguments.get("include_top", False))
    weights = arguments.get("weights", IMAGENET)
    if weights is not None and weights != IMAGENET and entry.name.startswith(_OTHER_FOR_IMAGENET):
        # A file with the name of Keras's ImageNet file is taken to be that.
        made = make_application(entry.name, x, given, imagenet=True)
        if made[1] is not None and made[1].name == Path(weights).name:
            return made
    return make_application(entry.name, x, given, imagenet=weights == IMAGENET)


def _cut(whole: keras.Model, until: str | None) -> Any:
    if until is None:
        return whole.output
    names = [layer.name for layer in whole.layers]
    if until not in names:
        raise no_layer(until, names)
    return whole.get_layer(until).output


def _pooled(output: Any, pooling: str | None) -> Any:
    if pooling is None:
        return output
    layer = _POOLING[pooling](name=f"{pooling}_pool" if pooling != "flatten" else pooling)
    return layer(output)
