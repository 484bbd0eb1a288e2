"""The whole schema."""

from __future__ import annotations

from kspec.spec.lint import RULES
from kspec.spec.models import Spec
from kspec.spec.phases import OF_THE_WHOLE
from kspec.spec.schema.definitions import ITEM, Definitions, Schema
from kspec.spec.schema.layers import blocks, define_item, row, variables
from kspec.spec.schema.objects import KerasObjects
from kspec.spec.schema.parts import Parts
from kspec.spec.schema.references import INPUT_NAMES, outputs
from kspec.spec.schema.share import share
from kspec.spec.schema.sources import source_names
from kspec.spec.schema.values import Value, value

__all__ = ["TITLE", "schema"]

TITLE = "A spec of kspec"

# "1/255", "0.5", "2e-3", but not 0.
_FRACTION = (
    r"\s*[-+]?(?=[0.]*[1-9])"
    r"(?:[0-9]+/0*[1-9][0-9]*|(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?)\s*"
)
_SCALE = 'a number other than 0, or a fraction as text: "1/255"'
_NOT_ZERO: Schema = {"not": {"const": 0}, "errorMessage": f"must be {_SCALE}"}


def schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a spec file as people write it."""
    definitions = Definitions()
    objects = KerasObjects(definitions)
    define_item(objects)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "type": "object",
        "if": {"required": ["extends"]},
        "then": definitions.refer("Spec.partial", lambda: _spec(objects, partial=True)),
        "else": definitions.refer("Spec", lambda: _spec(objects, partial=False)),
        "$defs": share(definitions.made),
    }


def _spec(objects: KerasObjects, *, partial: bool) -> Schema:
    """The keys of a spec; one that is `partial` extends another and may leave out any of them."""
    parts = Parts(objects, _known(objects.definitions), partial=partial)
    required = parts.required("Spec")
    keys = parts.keys("Spec")
    keys["training"] = _training(parts, keys["training"]["description"])
    keys["inputs"] = {**keys["inputs"], "propertyNames": INPUT_NAMES}
    return {
        "properties": {**keys, **_unfolded(objects.definitions, partial=partial)},
        **({"required": required} if required else {}),
        "additionalProperties": False,
        "allOf": [_ONE_WAY_IN] if partial else [_ONE_WAY_IN, _A_WAY_IN],
    }


def _training(parts: Parts, meaning: str) -> Schema:
    """A training, or a list of its phases: the first is complete, each later one is laid over the
    one before it."""
    later = Value(
        ("object",),
        constraints={
            **Parts(parts.objects, parts.known, partial=True).part("Training", partial=True),
            "required": ["epochs"],
            "properties": dict.fromkeys(OF_THE_WHOLE, False),
        },
    )
    first = Value(("object",), constraints=parts.part("Training", partial=False))
    either = Value(
        ("object", "array"),
        constraints={
            **parts.part("Training", partial=parts.partial),
            "minItems": 1,
            "prefixItems": [first.schema()],
            "items": later.schema(),
        },
    )
    return {"description": meaning, **either.schema()}


def _said(key: str) -> Schema:
    """The condition that the key is present; null removes what a base says."""
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


_ONE_WAY_IN = {"if": _said("input"), "then": {"properties": {"inputs": {"type": "null"}}}}
_A_WAY_IN = {"if": {"not": _said("inputs")}, "then": _said("input")}


def _known(definitions: Definitions) -> dict[tuple[str, str], Schema]:
    """Keys that take more or less than pydantic's schema says, since their validators are code."""
    return {
        ("Spec", "layers"): {"type": "array", "minItems": 1, "items": ITEM},
        ("Spec", "augmentation"): row(),
        ("Spec", "outputs"): outputs(definitions),
        ("Spec", "allow"): _allow(),
        ("Data", "source"): source_names(),
        ("Data", "validation"): value(["number", "null"], ["own"], minimum=0, exclusiveMaximum=1),
        ("Training", "trainable"): _trainable(),
        ("ParameterGroup", "matching"): _patterns(),
        ("Data", "scale"): value(["number", "null"], (), [_FRACTION], _SCALE, **_NOT_ZERO),
    }


def _trainable() -> Schema:
    """Layers by name, and which part of each is trained."""
    text = value(["string"], minLength=1)
    parts = {
        "last": value(["integer"], minimum=1),
        "from": text,
        "matching": text,
    }
    part: Schema = {"properties": parts, "additionalProperties": False, "minProperties": 1}
    return value(
        ["object"],
        additionalProperties=value(["boolean", "object"], **part, maxProperties=1),
    )


def _patterns() -> Schema:
    """A pattern, or a list of them."""
    text = value(["string"], minLength=1)
    return value(["string", "array"], minLength=1, minItems=1, items=text)


def _allow() -> Schema:
    """The lint rules that a spec may turn off, each for a reason."""
    reason = Spec.model_json_schema()["properties"]["allow"]["additionalProperties"]
    rules = [rule for rule in RULES if rule.may_be_allowed or rule.level != "error"]
    return {
        "type": "object",
        "properties": {rule.code: {"description": rule.title, **reason} for rule in rules},
        "additionalProperties": False,
    }


def _unfolded(definitions: Definitions, *, partial: bool) -> dict[str, Schema]:
    """The keys that disappear when a spec is unfolded."""
    return {
        "extends": {
            "description": "A spec file, relative to this one; this spec lists only the changes.",
            "type": "string",
            "pattern": r"^(?!/|[A-Za-z]:[/\\])",
        },
        "variables": {
            "description": "Values for the whole spec; `$name` stands for one of them.",
            **variables(),
        },
        "blocks": {
            "description": "Named lists of layers with parameters.",
            **blocks(definitions, partial=partial),
        },
    }
