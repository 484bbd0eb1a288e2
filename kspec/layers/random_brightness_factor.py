"""Brightness as a multiplication, as in the legacy `ImageDataGenerator`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

import keras

__all__ = ["RandomBrightnessFactor"]


@keras.saving.register_keras_serializable(package="kspec")
class RandomBrightnessFactor(keras.layers.RandomBrightness):  # type: ignore[misc]
    """Multiplies every picture by a factor of its own during training.

    Keras's `RandomBrightness` adds the same amount to every pixel; this layer scales, so black
    stays black and the ratios between pixels and channels stay as they are, until the values are
    clipped to `value_range`. It does what `brightness_range` did in the legacy
    `ImageDataGenerator`. At inference the output is the input.

    Safe in a model (compiled or not), in `keras.layers.Pipeline`, and in a `tf.data` pipeline on
    every backend.

    Args:
        factor: Two numbers, the lowest and the highest factor, both at least 0; or one number `f`
            from 0 to 1, which means `[1 - f, 1 + f]`. The factor is drawn uniformly between them;
            1 leaves a picture as it is, 0 makes it black.
        value_range: The lowest and the highest value of a pixel. Defaults to `(0, 255)`.
        seed: Optional integer that makes the draws repeatable.
        **kwargs: Base layer arguments, such as `name`, `dtype` and `bounding_box_format`.

    Inputs: a picture `(height, width, channels)` or a batch `(batch, height, width, channels)`,
        of integers or floats, or a dictionary with such `images`; its `labels`, `bounding_boxes`
        and `segmentation_masks` pass through unchanged.

    Output: the same shape, in the layer's compute dtype.

    Raises:
        ValueError: `factor` or `value_range` is not as described above.
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        # The base class knows only additive factors, between -1 and 1: it gets a neutral one.
        super().__init__(factor=0.0, value_range=value_range, seed=seed, **kwargs)
        self.factor = _bounds(factor)

    def get_random_transformation(
        self, data: Any, training: bool = True, seed: Any = None
    ) -> dict[str, Any] | None:
        images = data["images"] if isinstance(data, dict) else data
        shape = self.backend.shape(images)
        if len(shape) not in (3, 4):
            raise ValueError(
                f"Expected the input image to be rank 3 or 4. Received inputs.shape={shape}"
            )
        if not training:
            return None
        if seed is None:
            seed = self._get_seed_generator(self.backend._backend)
        lowest, highest = self.factor
        factor = self.backend.random.uniform(
            shape=(1, 1, 1) if len(shape) == 3 else (shape[0], 1, 1, 1),
            minval=lowest,
            maxval=highest,
            seed=seed,
        )
        return {"factor": factor}

    def transform_images(
        self, images: Any, transformation: dict[str, Any] | None, training: bool = True
    ) -> Any:
        images = self.backend.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        factor = self.backend.cast(transformation["factor"], self.compute_dtype)
        return self.backend.numpy.clip(images * factor, *self.value_range)


def _bounds(factor: float | Sequence[float]) -> tuple[float, float]:
    """`factor` as (lowest, highest). Raises ValueError if it is not what the layer takes."""
    if _is_number(factor) and 0 <= factor <= 1:
        return 1 - factor, 1 + factor
    if isinstance(factor, (list, tuple)) and len(factor) == 2 and all(map(_is_number, factor)):
        lowest, highest = sorted(factor)
        if lowest >= 0:
            return lowest, highest
    raise ValueError(
        "The `factor` argument should be a number in the range [0, 1], or a list of two numbers "
        f"that are at least 0, e.g. [0.9, 1.2]. Received: factor={factor}"
    )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and math.isfinite(value)
