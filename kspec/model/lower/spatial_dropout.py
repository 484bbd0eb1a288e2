"""Dropout of whole channels as one product, for backends that do not fuse Keras's operations."""

from __future__ import annotations

from typing import Any

import keras

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"]


class _SpatialDropout(StandIn):
    """Multiplies each channel by 0 or by 1 / (1 - rate), with the numbers that Keras draws."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(0 < layer.rate < 1)

    def call(self: Any, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        shape = self._get_noise_shape(inputs)
        ones = keras.ops.ones(shape, inputs.dtype)
        return inputs * keras.random.dropout(ones, self.rate, shape, self.seed_generator)


@stands_for(keras.layers.SpatialDropout1D)
class SpatialDropout1D(_SpatialDropout, keras.layers.SpatialDropout1D):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.SpatialDropout2D)
class SpatialDropout2D(_SpatialDropout, keras.layers.SpatialDropout2D):  # type: ignore[misc]
    """For two spatial dimensions."""


@stands_for(keras.layers.SpatialDropout3D)
class SpatialDropout3D(_SpatialDropout, keras.layers.SpatialDropout3D):  # type: ignore[misc]
    """For three spatial dimensions."""
