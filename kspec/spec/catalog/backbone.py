"""The arguments of a Backbone: a network of `keras.applications` or of the user, as a layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kspec.spec.catalog.entry import Entry
from kspec.spec.catalog.lookup import find_in_keras, names
from kspec.spec.catalog.suggestions import suggest
from kspec.spec.shown import shown
from kspec.spelling import is_slip

__all__ = [
    "BACKBONE",
    "IMAGENET",
    "TRAINABLE",
    "application_of",
    "backbone_entry",
    "backbone_misfits",
    "is_run",
    "preprocessing_of",
    "unknown_application",
]

BACKBONE = "Backbone"
"""Its type in a spec."""

IMAGENET = "imagenet"
"""The weights that Keras provides for its applications."""

TRAINABLE = ("from", "last", "matching")
"""The ways in which "trainable" may select layers."""

# Arguments that a spec gives in its own way, or that follow from its input.
_OWN = ("classes", "include_top", "input_shape", "name", "pooling", "weights")
# Arguments that only an application has.
_OF_APPLICATIONS = ("include_top",)


def is_run(application: str) -> bool:
    """Whether `application` names a run of kspec, such as "runs/arch3", not one of Keras's."""
    return "/" in application


def application_of(arguments: Mapping[str, Any]) -> Entry | None:
    """The entry of the application that a Backbone names; None for a run or an unknown name."""
    name = arguments.get("application")
    found = find_in_keras("applications", name) if isinstance(name, str) else None
    return found if isinstance(found, Entry) else None


def backbone_entry(entry: Entry, arguments: Mapping[str, Any]) -> Entry:
    """The entry of Backbone with the arguments of the application that it names added."""
    known = dict(entry.arguments)
    application = application_of(arguments)
    if application is not None:
        known |= {name: each for name, each in application.arguments.items() if name not in _OWN}
        if arguments.get("include_top") is True:
            known["classes"] = application.arguments["classes"]
    else:
        known = {name: each for name, each in known.items() if name not in _OF_APPLICATIONS}
    return replace(entry, arguments=known)


def preprocessing_of(arguments: Mapping[str, Any]) -> str | None:
    """How a Backbone prepares its pixels: "none", "tf", "torch" or "caffe" (see `Entry`).

    "run" stands for the preprocessing of the run that it names. None if the spec is wrong.
    """
    said = arguments.get("preprocessing", "auto")
    if said == "auto":
        name = arguments.get("application")
        if isinstance(name, str) and is_run(name):
            return "run"
        found = application_of(arguments)
    elif said == "none":
        return "none"
    else:
        found = application_of({"application": said})
    return found.preprocessing if found is not None else None


def unknown_application(name: Any) -> str | None:
    """The message for a name that is neither an application nor a run; None if it is one."""
    if not isinstance(name, str) or is_run(name) or application_of({"application": name}):
        return None
    meant = suggest(name, names("applications"))
    hint = f'Did you mean "{meant}"?' if meant else 'A run of kspec is named "runs/…"'
    return f'keras.applications has no "{name}". {hint}'


def backbone_misfits(arguments: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Path and message for arguments of a Backbone that are valid alone but not together."""
    name = str(arguments.get("application"))
    said = arguments.get("preprocessing", "auto")
    if said not in ("auto", "none") and application_of({"application": said}) is None:
        meant = suggest(said, ("auto", "none", *names("applications")))
        hint = f'. Did you mean "{meant}"?' if meant else ""
        message = f'"preprocessing" must be "auto", "none" or an application, not "{said}"{hint}'
        yield ("preprocessing",), message
    if said == "auto" and arguments.get("include_preprocessing") is False:
        message = (
            'without its own preprocessing, the application needs "preprocessing": "none", or an '
            'application ("MobileNetV2" brings pixels to -1 … 1)'
        )
        yield ("include_preprocessing",), f'"include_preprocessing": {message}'
    if is_run(name):
        if not isinstance(arguments.get("until"), str):
            message = 'a run as a backbone needs "until", the name of the last layer that it keeps'
            yield ("application",), message
        if arguments.get("weights") == IMAGENET:
            yield ("weights",), "a run has weights of its own; ImageNet's do not fit it"
    weights = arguments.get("weights")
    if isinstance(weights, str) and weights != IMAGENET and is_slip(weights, IMAGENET):
        message = f'"weights" is "{weights}", which would be a run. Did you mean "{IMAGENET}"?'
        yield ("weights",), message
    if arguments.get("include_top") is True and arguments.get("pooling") is not None:
        yield ("pooling",), '"pooling" and "include_top" cannot both be given'
    yield from _trainable(arguments.get("trainable", True))


def _trainable(said: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if not isinstance(said, Mapping):
        return
    form = '{"last": 30}, {"from": "block5_conv1"} or {"matching": "conv5_*"}'
    if len(said) != 1 or next(iter(said)) not in TRAINABLE:
        meant = [suggest(key, TRAINABLE) for key in said if key not in TRAINABLE]
        hint = f'. Did you mean "{meant[0]}"?' if meant and meant[0] else ""
        yield ("trainable",), f'"trainable" must be true, false, {form}{hint}'
        return
    ((key, value),) = said.items()
    if key == "last":
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            message = f"must be a number of layers, at least 1, not {shown(value)}"
            yield ("trainable", key), f'"last" {message}'
    elif not isinstance(value, str) or not value:
        what = "the name of a layer" if key == "from" else 'a pattern such as "conv5_*"'
        yield ("trainable", key), f'"{key}" must be {what}, not {shown(value)}'
