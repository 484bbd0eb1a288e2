"""The pydantic models as JSON Schema, open to variables and with the catalogue's objects inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.models import Spec
from kspec.spec.schema.definitions import Schema
from kspec.spec.schema.meanings import MEANINGS
from kspec.spec.schema.objects import KerasObjects
from kspec.spec.schema.sources import source_rules
from kspec.spec.schema.values import Value

__all__ = ["Parts"]

_KIND = {singular: kind for kind, singular in catalog.KINDS.items()}

# Keywords in pydantic's schema that are of no use here.
_SAID = ("title", "description", "default")


class Parts:
    """The models within a spec. Those of a `partial` spec, which extends another, are laid over
    the other's key by key, so they have no required keys.

    `known` has the schemas of keys, by model and name, that pydantic's own schema does not fully
    describe.
    """

    def __init__(
        self, objects: KerasObjects, known: Mapping[tuple[str, str], Schema], *, partial: bool
    ) -> None:
        self.objects = objects
        self.known = known
        self.partial = partial
        spec = Spec.model_json_schema()
        self.models: dict[str, Any] = {"Spec": spec, **spec["$defs"]}

    def keys(self, model: str) -> dict[str, Schema]:
        """The keys of a model and what each takes."""
        return {
            key: self.key(model, key, raw) for key, raw in self.models[model]["properties"].items()
        }

    def required(self, model: str) -> list[str]:
        """The keys that a model must have."""
        return [] if self.partial else list(self.models[model].get("required", ()))

    def key(self, model: str, key: str, raw: Schema) -> Schema:
        """What one key of a model takes."""
        meaning = MEANINGS.get(model, {}).get(key)
        return {
            **({"description": meaning} if meaning else {}),
            **(self.known.get((model, key)) or self.opened(raw, key, partial=self.partial)),
            **({"default": raw["default"]} if raw.get("default") is not None else {}),
        }

    def opened(self, raw: Schema, key: str, *, partial: bool) -> Schema:
        """`raw`, pydantic's schema for the value of `key`, extended to allow variables."""
        branches = [self.value(part, key, partial=partial) for part in _branches(raw)]
        joined: Value | None = branches[0]
        for branch in branches[1:]:
            joined = joined and joined | branch
        return joined.schema() if joined else {"anyOf": [branch.schema() for branch in branches]}

    def value(self, raw: Schema, key: str, *, partial: bool) -> Value:
        """As `opened`, for a `raw` that is not a union."""
        rest = {keyword: part for keyword, part in raw.items() if keyword not in _SAID}
        if "$ref" in rest:
            return self.referred(rest["$ref"].rpartition("/")[2], key, partial=partial)
        if "const" in rest:
            return Value(choices=(rest["const"],))
        if "enum" in rest:
            return Value(choices=tuple(rest["enum"]))
        types = rest.pop("type")
        if "pattern" in rest:
            pattern = rest.pop("pattern").strip("^$")
            return Value((), (), (pattern,), rest, f"text that matches {pattern}")
        if "items" in rest:
            # Lists are replaced as a whole, so what they hold is complete.
            rest["items"] = self.opened(rest["items"], key, partial=False)
        if isinstance(rest.get("additionalProperties"), dict):
            rest["additionalProperties"] = self.opened(
                rest["additionalProperties"], key, partial=partial
            )
        return Value((types,), constraints=rest)

    def referred(self, model: str, key: str, *, partial: bool) -> Value:
        """The value where the model called `model` is expected."""
        if model == "KerasObject":
            return self.objects.object_or_name(_KIND.get(key, key), partial=partial)
        return Value(("object",), constraints=self.part(model, partial=partial))

    def part(self, model: str, *, partial: bool) -> Schema:
        """A reference to the schema of a model."""
        if self.partial and not partial:
            return Parts(self.objects, self.known, partial=False).part(model, partial=False)

        def make() -> Schema:
            required = self.required(model)
            properties = self.models[model]["properties"]
            rules = (
                source_rules(properties, self.objects, partial=partial) if model == "Data" else []
            )
            return {
                "properties": self.keys(model),
                **({"required": required} if required else {}),
                "additionalProperties": False,
                **({"allOf": rules} if rules else {}),
            }

        name = f"{model}.partial" if partial else model
        return self.objects.definitions.refer(name, make)


def _branches(raw: Schema) -> list[Schema]:
    union = raw.get("anyOf", raw.get("oneOf"))
    return [raw] if union is None else [part for each in union for part in _branches(each)]
