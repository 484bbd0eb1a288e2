"""A whole spec."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, Strict, field_validator, model_validator

from kspec.errors import Place
from kspec.spec.models.base import KerasObject, Model
from kspec.spec.models.data import Data
from kspec.spec.models.network import AnyLayer, Input, Outputs
from kspec.spec.models.training import Training
from kspec.spec.models.views import Views
from kspec.spec.node import Node, node_of
from kspec.spec.phases import OF_THE_WHOLE, in_full, inherit_phases
from kspec.spec.trackers import chosen

__all__ = ["Expect", "Reference", "Spec"]


class Expect(Model):
    """What the spec claims about itself.

    `kspec check --build` compares the numbers of parameters with those of the network. `tolerance`
    is for `kspec verify`: how far a loss or metric of a repeated training may be from the recorded
    one.
    """

    total_params: Annotated[int, Strict(), Field(ge=0)] | None = None
    trainable_params: Annotated[int, Strict(), Field(ge=0)] | None = None
    tolerance: Annotated[float, Strict(), Field(ge=0)] | None = None


class Reference(Model):
    """A result from elsewhere, shown beside the run's own; `source` says where it is from."""

    source: str = "reference"
    test_accuracy: Annotated[float, Strict(), Field(ge=0, le=1)]


def _phases(value: Any) -> Any:
    """A training, or a list of phases in which each says what is another than before."""
    if not isinstance(value, (list, tuple)):
        return [value]
    found = inherit_phases(node_of(value, Place("")))
    return found.plain() if isinstance(found.value, list) else [found.plain()]


class Spec(Model):
    """A whole experiment, resolved: plain layers and a training recipe.

    The recipe has one phase or several, each complete in itself.
    """

    schema_: str | None = Field(default=None, alias="$schema")
    kspec: Literal[1]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
    description: str | None = None
    reference: Reference | None = None
    seed: Annotated[int, Strict(), Field(ge=0, lt=2**63)] = 0
    input: Input | None = None
    inputs: Annotated[dict[str, Input], Field(min_length=1)] | None = None
    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1)]
    outputs: Outputs = None
    data: Data
    augmentation: tuple[KerasObject, ...] = ()
    phases: Annotated[
        tuple[Training, ...],
        BeforeValidator(_phases, json_schema_input_type=Training | tuple[Training, ...]),
        Field(alias="training", min_length=1),
    ]
    test_time: Views | None = None
    expect: Expect | None = None
    allow: dict[str, str] = Field(default={})

    # Where each value was written; None for a spec made in Python.
    _node: Node | None = PrivateAttr(default=None)
    # The number of the phase in a spec of several; None for a whole spec, or if there is only one.
    _phase: int | None = PrivateAttr(default=None)
    _all_phases: tuple[Training, ...] = PrivateAttr(default=())

    @field_validator("kspec", mode="before")
    @classmethod
    def _no_bool(cls, value: Any) -> Any:
        if isinstance(value, bool):  # To Python true is 1.
            raise ValueError("is a number")
        return value

    @model_validator(mode="after")
    def _one_way_in(self) -> Spec:
        if (self.input is None) == (self.inputs is None):
            raise ValueError('a spec has either "input" or "inputs"')
        return self

    @model_validator(mode="after")
    def _one_of_the_whole(self) -> Spec:
        for phase in self.phases[1:]:
            if phase.model_fields_set.intersection(OF_THE_WHOLE):
                raise ValueError(f"{', '.join(OF_THE_WHOLE)} belong in the first phase")
        return self

    @property
    def training(self) -> Training:
        """The first phase, which is the only one for most."""
        return self.phases[0]

    @property
    def training_path(self) -> tuple[str | int, ...]:
        """The path at which `training` was written; for one of several phases, its path."""
        if self._phase is None and len(self.phases) == 1:
            return ("training",)
        return ("training", self._phase or 0)

    def in_phase(self, number: int) -> Spec:
        """This spec with its phase `number` (from 0) as the only one."""
        if len(self.phases) == 1:
            return self
        whole = {key: getattr(self.training, key) for key in OF_THE_WHOLE}
        found = self.with_training(self.phases[number].model_copy(update=whole))
        found._phase, found._all_phases = number, self.phases
        return found

    @property
    def all_phases(self) -> tuple[Training, ...]:
        """The phases of the whole spec, of which this one may be a part."""
        return self._all_phases or self.phases

    @property
    def entering(self) -> dict[str, Input]:
        """The inputs of the network by name; one alone is called "input"."""
        return dict(self.inputs) if self.inputs else {"input": self.input} if self.input else {}

    @property
    def file(self) -> Path | None:
        """The file that the spec was read from; None for one made in Python."""
        return Path(self._node.place.file) if self._node is not None else None

    @property
    def root(self) -> Path:
        """The folder that relative data paths start from: that of the file, or the current one."""
        return (self.file.parent if self.file else Path()).resolve()

    def with_data(self, data: Data) -> Spec:
        """This spec with other data."""
        return self.model_copy(update={"data": data})

    def with_training(self, training: Training) -> Spec:
        """This spec with `training` as its only phase."""
        return self.model_copy(update={"phases": (training,)})

    def with_trackers(self, trackers: Iterable[str]) -> Spec:
        """This spec with other trackers, which does not make it another experiment.

        Raises UsageError for an unknown tracker.
        """
        first = self.training.model_copy(update={"trackers": chosen(trackers)})
        return self.model_copy(update={"phases": (first, *self.phases[1:])})

    def resolved(self) -> dict[str, Any]:
        """The spec as plain JSON values, with every default filled in; it is a valid spec."""
        values: dict[str, Any] = _escaped(self.model_dump(mode="json", by_alias=True))
        # Absent means the same. (The schema is for editors and does not affect the experiment.)
        for key in ("$schema", "input", "inputs", "outputs", "test_time"):
            if values[key] is None:
                del values[key]
        first, *later = in_full(values["training"])
        for phase in later:
            for key in OF_THE_WHOLE:
                phase.pop(key, None)
        values["training"] = [first, *later] if later else first
        return values

    def _repr_html_(self) -> str:
        """The spec as a notebook shows it."""
        from kspec.spec.card import spec_card

        return spec_card(self)


def _escaped(value: Any) -> Any:
    """Values with text that begins with `$` written so that it stays text."""
    if isinstance(value, dict):
        return {key: _escaped(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_escaped(child) for child in value]
    return f"${value}" if isinstance(value, str) and value.startswith("$") else value
