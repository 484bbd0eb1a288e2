"""The entries of the catalogue: a class or function that a spec may name, and its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Argument", "CallArgument", "Entry", "Refused"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a class.

    `types` are the JSON types that it takes ("int", "float", "bool", "str", "list", "object"; a
    float includes whole numbers), empty if the catalogue is not sure; `null` says whether it takes
    null. `choices` are the texts that it takes, empty if any text may be valid; with `any_case`
    they are not case-sensitive, and texts that match `pattern` are valid too. `text` describes the
    texts that match `pattern` in words; if it is set, only these are valid, also within a list.
    `items` are the types of what a list holds, however deep ("null" among them), empty if the
    catalogue is not sure. Numbers, those in a list too, are from `minimum` to `maximum`; `length`
    is the number of items that a list must have, if it is fixed. `reads_file` marks an argument
    whose text Keras would open as a file. `default` is also None if JSON cannot hold it.
    """

    name: str
    required: bool = False
    default: Any = None
    types: tuple[str, ...] = ()
    null: bool = False
    choices: tuple[str, ...] = ()
    any_case: bool = False
    pattern: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    length: int | None = None
    reads_file: bool = False
    meaning: str = ""

    def excludes(self, number: float) -> bool:
        """Whether a number lies outside the range, as far as that is known."""
        too_small = self.minimum is not None and number < self.minimum
        return too_small or (self.maximum is not None and number > self.maximum)


@dataclass(frozen=True, slots=True)
class CallArgument:
    """A tensor that a layer or an operation is called with; `many` marks a list of tensors."""

    name: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A class that a spec may name; or a function ("relu"), which is given by name alone.

    Layers and operations have `call`, the tensors that they are called with, in order; layers also
    have `call_options`, what else their `call` takes ("use_causal_mask"). An operation may take
    `others`: arguments of any name. An application has the size of its pictures, (height, width),
    and how its weights expect them: `preprocessing` is "tf" (from -1 to 1), "torch" (from 0 to 1,
    then standardized by ImageNet's statistics), "caffe" (BGR, ImageNet's mean subtracted) or "none"
    (from 0 to 255: the model rescales them itself). Without its classifier it gives `channels`
    feature maps, smaller than the picture by the factor `stride` if the picture's sides are
    multiples of that; None if it is not so simple.
    """

    kind: str
    name: str
    arguments: Mapping[str, Argument]
    is_function: bool = False
    call: tuple[CallArgument, ...] = ()
    call_options: Mapping[str, Argument] = field(default_factory=dict)
    others: Argument | None = None
    input_size: tuple[int, int] | None = None
    preprocessing: str | None = None
    channels: int | None = None
    stride: int | None = None

    @property
    def takes_list(self) -> bool:
        """Whether several inputs are passed as one list, as to Add, and not one by one."""
        required = [argument for argument in self.call if argument.required]
        if self.kind == "ops":
            return len(required) == 1 and required[0].many
        return len(required) < 2

    @property
    def has_weights(self) -> bool:
        """Whether it has initializers, and so weights of its own that training changes."""
        return any(name.endswith("_initializer") for name in self.arguments)


@dataclass(frozen=True, slots=True)
class Refused:
    """A class that exists in Keras but not in a spec; `reason` is a sentence for the user."""

    kind: str
    name: str
    reason: str
