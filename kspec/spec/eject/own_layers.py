"""The layers of kspec that Keras lacks, as classes for a script to include.

They do the same as those of `kspec.layers`, without the checks of arguments.
"""

from __future__ import annotations

__all__ = ["OWN_LAYERS"]

_ALTERNATING_FLIP = '''
@keras.saving.register_keras_serializable()
class AlternatingFlip(layers.Layer):
    """Mirrors the pictures that it is told to mirror."""

    def __init__(self, mode="horizontal", **kwargs):
        super().__init__(**kwargs)
        self.mode = mode

    def call(self, inputs, mirrored=None, training=False):
        if not training:
            return inputs
        axis = -2 if self.mode == "horizontal" else -3
        chosen = keras.ops.reshape(keras.ops.cast(mirrored, "bool"), (-1, 1, 1, 1))
        return keras.ops.where(chosen, keras.ops.flip(inputs, axis), inputs)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "mode": self.mode}
'''

_RANDOM_BRIGHTNESS_FACTOR = '''
@keras.saving.register_keras_serializable()
class RandomBrightnessFactor(layers.RandomBrightness):
    """Multiplies every picture by a factor of its own; RandomBrightness adds."""

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(factor=0.0, value_range=value_range, seed=seed, **kwargs)
        if isinstance(factor, (int, float)):
            factor = (1 - factor, 1 + factor)
        self.factor = tuple(sorted(factor))

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        images = data["images"] if isinstance(data, dict) else data
        shape = self.backend.shape(images)
        if seed is None:
            seed = self._get_seed_generator(self.backend._backend)
        lowest, highest = self.factor
        return {
            "factor": self.backend.random.uniform(
                shape=(1, 1, 1) if len(shape) == 3 else (shape[0], 1, 1, 1),
                minval=lowest,
                maxval=highest,
                seed=seed,
            )
        }

    def transform_images(self, images, transformation, training=True):
        images = self.backend.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        factor = self.backend.cast(transformation["factor"], self.compute_dtype)
        return self.backend.numpy.clip(images * factor, *self.value_range)
'''

_LAYER_SCALE = '''
@keras.saving.register_keras_serializable()
class LayerScale(layers.Layer):
    """Multiplies the channels by learned factors."""

    def __init__(self, init_values, projection_dim, **kwargs):
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim
        self.supports_masking = True

    def build(self, input_shape):
        self.gamma = self.add_weight(
            shape=(self.projection_dim,),
            initializer=keras.initializers.Constant(self.init_values),
            name="gamma",
        )

    def call(self, inputs):
        return inputs * self.gamma

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"init_values": self.init_values, "projection_dim": self.projection_dim}
        return {**super().get_config(), **own}
'''

_STOCHASTIC_DEPTH = '''
@keras.saving.register_keras_serializable()
class StochasticDepth(layers.Layer):
    """Sets whole samples to zero in training, and scales the others up."""

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        if self.rate == 1:
            return keras.ops.zeros_like(inputs)
        keep = 1 - self.rate
        shape = (keras.ops.shape(inputs)[0], *(1 for _ in inputs.shape[1:]))
        draws = keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)
        kept = keras.ops.floor(keep + draws) / keep
        return inputs * keras.ops.cast(kept, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
'''

OWN_LAYERS = {
    "AlternatingFlip": _ALTERNATING_FLIP.strip().splitlines(),
    "LayerScale": _LAYER_SCALE.strip().splitlines(),
    "RandomBrightnessFactor": _RANDOM_BRIGHTNESS_FACTOR.strip().splitlines(),
    "StochasticDepth": _STOCHASTIC_DEPTH.strip().splitlines(),
}
"""The source of each class as lines."""
