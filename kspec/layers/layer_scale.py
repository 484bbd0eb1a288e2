"""A learned scale for every channel, as in ConvNeXt; private in `keras.applications`."""

from __future__ import annotations

from typing import Any

import keras

__all__ = ["LayerScale"]


@keras.saving.register_keras_serializable(package="kspec")
class LayerScale(keras.layers.Layer):  # type: ignore[misc]
    """Multiplies the channels, the last axis, by learned factors `gamma`.

    From "Going deeper with Image Transformers" (arXiv 2103.17239): small at first, the factors let
    a deep residual network start near the identity. The same layer as in
    `keras.applications.convnext`.

    Args:
        init_values: The initial value of every factor.
        projection_dim: The number of channels, at least 1.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Inputs: any shape that ends with `projection_dim`.

    Output: the same shape.

    Raises:
        ValueError: `projection_dim` is not a positive integer, or the input has another number of
            channels.
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(projection_dim, int) or projection_dim < 1:
            raise ValueError(
                "The `projection_dim` argument should be a positive integer. "
                f"Received: projection_dim={projection_dim}"
            )
        self.init_values = init_values
        self.projection_dim = projection_dim
        self.supports_masking = True
        self.input_spec = keras.layers.InputSpec(axes={-1: projection_dim})

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.gamma = self.add_weight(
            shape=(self.projection_dim,),
            initializer=keras.initializers.Constant(self.init_values),
            name="gamma",
        )

    def call(self, inputs: Any) -> Any:
        return inputs * self.gamma

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        own = {"init_values": self.init_values, "projection_dim": self.projection_dim}
        return {**super().get_config(), **own}
