"""The graph of a Functional model: which call of which layer takes what, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kspec.spec.foreign.entrance import is_input
from kspec.spec.foreign.masks import without_own_masks
from kspec.spec.foreign.nodes import RawCall, Tensor, call_of, tensor_of
from kspec.spec.foreign.order import ordered, reachable
from kspec.spec.foreign.reading import BrokenError, Reading, quoted
from kspec.spec.foreign.structure import RawLayer, is_functional, is_model, layers_of

__all__ = ["Key", "Wiring"]

Key = tuple[int, int]
"""A call: the index of the layer in the file, and which call of it."""


class Wiring:
    """The graph in the file, checked for consistency. Raises BrokenError if it is inconsistent.

    `layers` are those of the file; `inputs` are pairs of a caller's name for an input and the index
    of its layer; `order` are the calls that lead to an output, in topological order; `ends` are the
    outputs; `several` are the layers of which more than the first output is used.
    """

    def __init__(self, model: RawLayer, reading: Reading) -> None:
        self.model = model
        self.layers: list[RawLayer] = []
        self.index: dict[str, int] = {}
        for layer in layers_of(model):
            if not layer.name:
                raise BrokenError(f"a {layer.class_name} in {model.title} has no name")
            if layer.name in self.index:
                raise BrokenError(f"two layers of {model.title} are called {quoted(layer.name)}")
            self.index[layer.name] = len(self.layers)
            self.layers.append(layer)
        self.inputs = self._inputs()
        self.ends = [tensor for _, tensor in self._listed("output_layers")]
        if not self.ends:
            raise BrokenError(f"{model.title} has no outputs")
        self.calls = dict(self._calls(reading))
        self._bases = self._first_numbers()
        self.calls = without_own_masks(self.calls, self.layers, self.key)
        self.order = self._order(reading)
        tensors = [tensor for key in self.order for tensor in self.calls[key].tensors()]
        self.several = {
            self.index[tensor.layer] for tensor in [*tensors, *self.ends] if tensor.output > 0
        }

    def _inputs(self) -> list[tuple[str, int]]:
        listed = list(self._listed("input_layers"))
        inputs = [(key, self._place(tensor, "the inputs")) for key, tensor in listed]
        inputs = inputs or [
            (str(layer.name), index) for index, layer in enumerate(self.layers) if is_input(layer)
        ]
        if not inputs:
            raise BrokenError(f"{self.model.title} has no inputs")
        for _, index in inputs:
            if not is_input(self.layers[index]):
                name = quoted(self.layers[index].name)
                raise BrokenError(f"the input {name} of {self.model.title} is not an InputLayer")
        if len({index for _, index in inputs}) < len(inputs):
            raise BrokenError(f"{self.model.title} has an input twice")
        return inputs

    def _listed(self, key: str) -> Iterator[tuple[str, Tensor]]:
        """The references under `key`: one, a list of them, or an object of names."""
        what = f'the "{key}" of {self.model.title}'
        yield from self._listed_in(self.model.arguments.get(key) or [], what, "")

    def _listed_in(self, value: Any, what: str, name: str) -> Iterator[tuple[str, Tensor]]:
        if isinstance(value, dict):
            # Keras flattens an object in the order of its sorted keys.
            for key in sorted(value):
                yield from self._listed_in(value[key], what, key)
        elif isinstance(value, list) and value and not isinstance(value[0], str):
            for part in value:
                yield from self._listed_in(part, what, "")
        elif value:
            tensor = tensor_of(value, what)
            self._place(tensor, what)
            yield name or tensor.layer, tensor

    def _place(self, tensor: Tensor, what: str) -> int:
        if tensor.layer not in self.index:
            raise BrokenError(
                f"{what} takes from {quoted(tensor.layer)}, which is not a layer of the file"
            )
        return self.index[tensor.layer]

    def _calls(self, reading: Reading) -> Iterator[tuple[Key, RawCall]]:
        for index, layer in enumerate(self.layers):
            if is_input(layer):
                continue
            for number, node in enumerate(layer.nodes):
                call = call_of(node, self.index, layer.title)
                for tensor in call.tensors():
                    self._place(tensor, layer.title)
                yield (index, number), _without_silence(call, layer, reading)

    def _first_numbers(self) -> dict[int, tuple[int, int]]:
        """For each layer, the numbers of its first call: for other layers, and for the outputs.

        Creating a model is a call before all others. Keras 1 and 2 count it; Keras 3 counts it only
        in the outputs of the whole model, and only for a Functional.
        """
        numbers: dict[int, list[int]] = {}
        for call in self.calls.values():
            for tensor in call.tensors():
                numbers.setdefault(self.index[tensor.layer], []).append(tensor.node)
        for end in self.ends:
            numbers.setdefault(self.index[end.layer], []).append(end.node)
        bases = {}
        for index, layer in enumerate(self.layers):
            if not is_model(layer):
                bases[index] = (0, 0)
            elif any(isinstance(node, dict) and "args" in node for node in layer.nodes):
                bases[index] = (0, 1 if is_functional(layer) else 0)
            else:
                counted = min(numbers.get(index, [0])) > 0
                bases[index] = (1, 1) if counted else (0, 0)
        return bases

    def key(self, tensor: Tensor, *, is_end: bool = False) -> Key | None:
        """The call that gives `tensor`; None for an input. Raises BrokenError if it is missing."""
        index = self.index[tensor.layer]
        if is_input(self.layers[index]):
            if index not in {place for _, place in self.inputs}:
                raise BrokenError(f"{quoted(tensor.layer)} is not an input of {self.model.title}")
            return None
        key = (index, tensor.node - self._bases[index][is_end])
        if key not in self.calls:
            raise BrokenError(
                f"{self.model.title} uses call {tensor.node} of {quoted(tensor.layer)}, "
                "which the file does not have"
            )
        return key

    def _order(self, reading: Reading) -> list[Key]:
        sources = {
            key: [found for tensor in call.tensors() if (found := self.key(tensor)) is not None]
            for key, call in self.calls.items()
        }
        ends = [found for end in self.ends if (found := self.key(end, is_end=True)) is not None]
        needed = reachable(ends, sources)
        self._leave_out(needed, reading)
        order = ordered({key: found for key, found in sources.items() if key in needed})
        if len(order) < len(needed):
            names = sorted({str(self.layers[index].name) for index, _ in needed - set(order)})
            shown = ", ".join(quoted(name) for name in names[:5])
            raise BrokenError(f"{self.model.title} has a cycle, at or before {shown}")
        return order

    def _leave_out(self, needed: set[Key], reading: Reading) -> None:
        kept = {index for index, _ in needed}
        for index, layer in enumerate(self.layers):
            is_mask = "keras.src.ops" in layer.module
            if index not in kept and not is_input(layer) and not is_mask:
                reading.note(f"{layer.title} leads to no output, and is left out")


def _without_silence(call: RawCall, layer: RawLayer, reading: Reading) -> RawCall:
    """The call without empty keywords, and without `training`."""
    keywords = {key: value for key, value in call.kwargs.items() if not _is_silent(value)}
    training = keywords.pop("training", None)
    if not reading.is_old:
        # Keras 3 writes it for every call, but uses the value of the whole model's call.
        training = None
    if training not in (None, False, 0):
        reading.refuse(
            f"{layer.title} ({layer.class_name}) is called with training=True, "
            "which a spec cannot say"
        )
    elif training is not None:
        reading.note(
            f"{layer.title} was called with training=False, which a spec cannot say; "
            "it makes a difference in training alone"
        )
    return RawCall(call.args, keywords)


def _is_silent(value: Any) -> bool:
    """Whether the value is null, or holds nothing but null."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return all(_is_silent(part) for part in value)
    return value is None
