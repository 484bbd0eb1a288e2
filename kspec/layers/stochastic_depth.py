"""Dropping whole samples, as in the residual branches of ConvNeXt; private in Keras itself."""

from __future__ import annotations

from typing import Any

import keras

__all__ = ["StochasticDepth"]


@keras.saving.register_keras_serializable(package="kspec")
class StochasticDepth(keras.layers.Layer):  # type: ignore[misc]
    """Sets whole samples of a batch to zero in training, and scales the others up.

    From "Deep Networks with Stochastic Depth" (arXiv 1603.09382): at the end of a residual branch
    it drops the branch, independently for each sample. A sample is kept with probability `1 - rate`
    and then divided by that probability, so that the expected value does not change. At inference
    the output is the input. The same layer as in `keras.applications.convnext`, which calls the
    rate `drop_path_rate`.

    Args:
        rate: The probability of dropping a sample, from 0 to 1.
        seed: Optional integer that makes the draws repeatable.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Inputs: any shape, the batch axis first.

    Output: the same shape.

    Raises:
        ValueError: `rate` is not between 0 and 1.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(
                f"The `rate` argument should be in the range [0, 1]. Received: rate={rate}"
            )
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        if self.rate == 1:
            return keras.ops.zeros_like(inputs)
        keep = 1 - self.rate
        shape = (keras.ops.shape(inputs)[0], *(1 for _ in inputs.shape[1:]))
        # In single precision whatever the layer's: half a precision would round a draw up to 1.
        draws = keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)
        return inputs * keras.ops.cast(keras.ops.floor(keep + draws) / keep, inputs.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
