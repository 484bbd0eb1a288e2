"""A kernel that passes its channels through unchanged."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

__all__ = ["Dirac", "with_identity"]


@keras.saving.register_keras_serializable(package="kspec")
class Dirac(keras.initializers.Initializer):  # type: ignore[misc]
    """The identity in the first filters of a convolution, `rest_initializer` in the others.

    Filter k passes channel k through unchanged: 1 in the middle of the kernel, 0 elsewhere, as in
    `torch.nn.init.dirac_`. Filters beyond the number of input channels are taken from what
    `rest_initializer` gives for the whole kernel. Keller Jordan's airbench starts this way (arXiv
    2404.00498, section 3.3). The kernel of a Dense layer becomes the identity matrix. In a grouped
    convolution only the channels of the first group are passed through.

    Args:
        rest_initializer: Initializer of the other filters.

    Kernels: (\\*spatial, channels, filters), at least two axes.

    Raises:
        ValueError: The weight has fewer than two axes.
    """

    def __init__(self, rest_initializer: Any = "zeros") -> None:
        self.rest_initializer = keras.initializers.get(rest_initializer)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        rest = keras.ops.convert_to_numpy(self.rest_initializer(shape, dtype="float32"))
        return keras.ops.convert_to_tensor(with_identity(rest), dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        return {"rest_initializer": keras.initializers.serialize(self.rest_initializer)}


def with_identity(kernel: np.ndarray) -> np.ndarray:
    """A copy of `kernel` (\\*spatial, channels, filters) with the identity in its first filters.

    The middle of a side of even length n is index n // 2, as in PyTorch. Raises ValueError for
    fewer than two axes.
    """
    if kernel.ndim < 2:
        raise ValueError(
            "Dirac is for kernels of (*spatial, channels, filters), "
            f"but this weight has the shape {kernel.shape}"
        )
    result = kernel.copy()
    passed = min(kernel.shape[-2:])
    result[..., :passed] = 0
    middle = tuple(side // 2 for side in kernel.shape[:-2])
    result[middle][range(passed), range(passed)] = 1
    return result
