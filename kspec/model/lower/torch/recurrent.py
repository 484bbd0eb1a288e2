"""A whole sequence in one kernel, for PyTorch on a CPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import keras
import torch
from keras.ops import convert_to_tensor

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.symbolic import is_symbolic

__all__ = ["GRU", "LSTM", "SimpleRNN"]

TAKEN = (torch.float32, torch.bfloat16)


class Recurrent(StandIn):
    """Mixed into a Keras layer that runs its cell step by step, in Python.

    Only that loop is replaced: the states, the return values and the mask of a dropout at the input
    remain Keras's. On a GPU Keras has such a kernel, too, except for sequences with a mask.
    """

    whole: ClassVar[Callable[..., Sequence[torch.Tensor]]]
    """Returns the output of each step, and the states (1, n, units) after the last."""

    cell: Any
    go_backwards: bool
    return_state: bool
    stateful: bool
    zero_output_for_mask: bool

    @classmethod
    def claims(cls, layer: Any) -> bool:
        cell = layer.cell
        # Keras's other implementation has a dropout mask for each gate.
        masked_once = getattr(cell, "implementation", 2) == 2 and cell.dropout < 1
        return (
            cell.activation is keras.activations.tanh
            and getattr(cell, "recurrent_activation", None) in (None, keras.activations.sigmoid)
            and getattr(cell, "reset_after", True)
            and getattr(layer, "use_cudnn", "auto") is not True
            and not cell.recurrent_dropout
            and (not cell.dropout or masked_once)
        )

    def inner_loop(
        self, sequences: Any, initial_state: Any, mask: Any, training: bool = False
    ) -> tuple[Any, Any, list[Any]]:
        """The output of the last step (n, units), those of all steps (n, steps, units), states."""
        states = list(initial_state) if isinstance(initial_state, list) else [initial_state]
        if isinstance(mask, (list, tuple)):  # With given states: the masks of those are None.
            mask = mask[0]
        cell = self.cell
        kernels = [convert_to_tensor(each) for each in (cell.kernel, cell.recurrent_kernel)]
        if not (_fit(sequences, states, kernels) and self.takes(mask, sequences, states)):
            base: Any = super()
            return base.inner_loop(sequences, initial_state, mask, training)  # type: ignore[no-any-return]
        if self.stateful:  # The layer's states are overwritten before the gradient needs them.
            states = [each.clone() for each in states]
        x = sequences
        if training and cell.dropout:
            x = x * cell.get_dropout_mask(x[:, 0])[:, None]
        if self.go_backwards:
            x, mask = x.flip(1), None if mask is None else mask.flip(1)
        if mask is not None:
            x = _counted_first(x, mask)
        weights = [each.T for each in kernels]
        if cell.bias is not None:
            weights += self.biases(convert_to_tensor(cell.bias))
        begin = [each[None] for each in states]
        outputs, *after = self.whole(
            x,
            begin if len(begin) > 1 else begin[0],
            [self.in_order(each) for each in weights],
            has_biases=cell.bias is not None,
            num_layers=1,
            dropout=0.0,
            train=torch.is_grad_enabled(),
            bidirectional=False,
            batch_first=True,
        )
        if mask is None:
            return outputs[:, -1], outputs, [each[0] for each in after]
        # The first state is the output; no other is needed here (see `takes`).
        last = _so_far(outputs, mask, before=states[0])[:, -1]
        outputs = _so_far(outputs, mask, before=torch.zeros_like(states[0]))
        if self.zero_output_for_mask:
            outputs = torch.where(mask[..., None], outputs, 0)
        return outputs[:, -1], outputs, [last, *(each[0] for each in after[1:])]

    def takes(self, mask: Any, sequences: torch.Tensor, states: list[torch.Tensor]) -> bool:
        """Whether the mask, if any, is per step, and the kernel returns what is needed: it has the
        cell state only after the last step."""
        if mask is None:
            return True
        one_state = len(states) == 1 or not (self.return_state or self.stateful)
        return one_state and mask.dtype == torch.bool and mask.shape == sequences.shape[:2]

    def biases(self, bias: torch.Tensor) -> list[torch.Tensor]:
        """The biases of the input and of the state; Keras has only one."""
        return [bias, torch.zeros_like(bias)]

    def in_order(self, weights: torch.Tensor) -> torch.Tensor:
        """`weights` (gates x units, …) with the gates in PyTorch's order."""
        return weights


def _fit(sequences: Any, states: list[Any], kernels: list[torch.Tensor]) -> bool:
    """Whether the kernel accepts them, on this device."""
    if is_symbolic(sequences) or torch.compiler.is_compiling() or torch.jit.is_tracing():
        return False
    state = (len(sequences), kernels[1].shape[0])
    return (
        sequences.device.type == "cpu"
        and sequences.dtype in TAKEN
        and all(each.dtype == sequences.dtype for each in (*kernels, *states))
        and all(each.shape == state for each in states)
    )


def _counted_first(x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The steps of each sequence, with those in `mask` (n, steps) moved to the front, in order."""
    order = torch.argsort(~mask, dim=1, stable=True)
    return x.gather(1, order[..., None].expand_as(x))


def _so_far(outputs: torch.Tensor, mask: torch.Tensor, *, before: torch.Tensor) -> torch.Tensor:
    """The output at each step, from `outputs` in that order: that of the last step in the mask, and
    `before` (n, units) if there is none yet."""
    places = mask.cumsum(1)[..., None].expand_as(outputs)
    return torch.cat([before[:, None], outputs], 1).gather(1, places)


@stands_for(keras.layers.LSTM)
class LSTM(Recurrent, keras.layers.LSTM):  # type: ignore[misc]
    """`torch.lstm`, whose gates are in Keras's order."""

    whole = staticmethod(torch.lstm)


@stands_for(keras.layers.GRU)
class GRU(Recurrent, keras.layers.GRU):  # type: ignore[misc]
    """`torch.gru`, which resets after the product; its first two gates are swapped."""

    whole = staticmethod(torch.gru)

    def biases(self, bias: torch.Tensor) -> list[torch.Tensor]:
        return list(bias)

    def in_order(self, weights: torch.Tensor) -> torch.Tensor:
        update, reset, new = weights.chunk(3)
        return torch.cat([reset, update, new])


@stands_for(keras.layers.SimpleRNN)
class SimpleRNN(Recurrent, keras.layers.SimpleRNN):  # type: ignore[misc]
    """`torch.rnn_tanh`."""

    whole = staticmethod(torch.rnn_tanh)
