"""A Backbone as JSON Schema: its own arguments, and those of the application that it names."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kspec.spec import catalog
from kspec.spec.catalog.backbone import TRAINABLE, backbone_entry
from kspec.spec.schema.arguments import Objects, argument_schema
from kspec.spec.schema.definitions import Schema
from kspec.spec.schema.values import value

__all__ = ["backbone_properties", "by_application"]


def backbone_properties(entry: catalog.Entry, objects: Objects) -> Schema:
    """The properties of a Backbone, whatever application it names."""
    properties: dict[str, Any] = {}
    for name in catalog.names("applications"):
        for argument in _entry(entry, name).arguments.values():
            properties.setdefault(argument.name, argument_schema(argument, objects))
    names = catalog.names("applications")
    meant = "the name of a network of keras.applications, or a run of kspec"
    own = {
        "application": value((), names, [".*/.*"], meant),
        "preprocessing": value((), ["auto", "none", *names]),
        "trainable": _trainable(),
    }
    return {
        key: {"description": part["description"], **own[key]} if key in own else part
        for key, part in properties.items()
    }


def by_application(entry: catalog.Entry, properties: Schema) -> list[Schema]:
    """A rule for each group of applications with the same arguments: it refuses any other."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in catalog.names("applications"):
        taken = _entry(entry, name).arguments
        groups[tuple(key for key in properties if key not in taken)].append(name)
    return [
        {
            "if": {"required": ["application"], "properties": {"application": {"enum": names}}},
            "then": {"properties": dict.fromkeys(refused, False)},
        }
        for refused, names in groups.items()
        if refused
    ]


def _entry(entry: catalog.Entry, application: str) -> catalog.Entry:
    return backbone_entry(entry, {"application": application, "include_top": True})


def _trainable() -> Schema:
    forms = {name: value(["string"], minLength=1) for name in TRAINABLE}
    return value(
        ["boolean", "object"],
        properties=forms | {"last": value(["integer"], minimum=1)},
        additionalProperties=False,
        minProperties=1,
        maxProperties=1,
    )
