"""Adam's step in one pass over the memory, where Keras takes a dozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from keras import ops
from keras.src.backend.torch.optimizers import torch_adam, torch_adamw

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Adam", "AdamW"]

# A step so large that PyTorch's own bias correction is 1. Keras's is part of the learning rate, and
# leaves epsilon alone.
_LATE = torch.full((), 1e9)


class _OnePass(StandIn):
    def _parallel_update_step(
        self: Any, grads: Sequence[Any], variables: Sequence[Any], learning_rate: Any
    ) -> None:
        values = [variable.value for variable in variables]
        places = [self._get_variable_index(variable) for variable in variables]
        means = [self._momentums[place].value for place in places]
        squares = [self._velocities[place].value for place in places]
        largest = [self._velocity_hats[place].value for place in places] if self.amsgrad else []
        # torch.compile cannot trace the kernel with a rate that is a tensor (PyTorch 2.13).
        traced = torch.compiler.is_compiling()
        if traced or not _alike([*values, *grads, *means, *squares, *largest]):
            super()._parallel_update_step(grads, variables, learning_rate)  # type: ignore[misc]
            return
        dtype = values[0].dtype
        step = ops.cast(self.iterations + 1, dtype)
        of_means = 1 - ops.power(ops.cast(self.beta_1, dtype), step)
        of_squares = 1 - ops.power(ops.cast(self.beta_2, dtype), step)
        torch._fused_adam_(
            values,
            grads,
            means,
            squares,
            largest,
            [_LATE] * len(values),
            lr=ops.cast(learning_rate, dtype) * ops.sqrt(of_squares) / of_means,
            beta1=self.beta_1,
            beta2=self.beta_2,
            weight_decay=0,  # AdamW's has been applied before, separately.
            eps=self.epsilon,
            amsgrad=self.amsgrad,
            maximize=False,
        )


def _alike(tensors: Sequence[Any]) -> bool:
    """Whether the kernel accepts them: it traverses their memory linearly."""
    dtype = tensors[0].dtype
    return all(
        each.device.type == "cpu" and each.dtype == dtype and each.is_contiguous()
        for each in tensors
    )


@stands_for(torch_adam.Adam)
class Adam(_OnePass, torch_adam.Adam):  # type: ignore[misc]
    pass


@stands_for(torch_adamw.AdamW)
class AdamW(_OnePass, torch_adamw.AdamW):  # type: ignore[misc]
    pass
