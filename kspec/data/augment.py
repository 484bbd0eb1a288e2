"""Augmentation as a separate step between the data and the model.

Inside a model, one layer that cannot be compiled, such as RandomRotation, turns compilation off for
the whole network. Here the layers change the batch before the model sees it: those that
`kspec.data.numpy_layers` implements in NumPy, the others eagerly in Keras.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from kspec.data.alternate import alternate
from kspec.data.numpy_layers import Change, claim, through
from kspec.data.order import Drawn
from kspec.data.seeding import seeded
from kspec.errors import DataError, KspecError, keras_says
from kspec.layers import AlternatingFlip
from kspec.seeds import generator

__all__ = ["Augmentation"]

Array = npt.NDArray[Any]


class Augmentation:
    """Applies Keras's image layers, in order, to training batches.

    The random numbers depend only on (seed, epoch, step) and a layer's position in the list: the
    same call gives the same pictures whatever was called before it, so a resumed run draws what the
    uninterrupted one would have. Layers computed in NumPy give the same result on every backend;
    the random numbers of the others come from the backend and differ between backends. Most layers
    draw for every picture; RandomCrop, RandAugment and AugMix choose where to crop or what to do
    once per batch, as in Keras.

    Args:
        layers: Built by Keras; they take pixels from 0 to 255. MixUp and CutMix, alone or in a
            `keras.layers.Pipeline`, mix the labels too.
        seed: Any integer; the experiment's seed.
        class_count: The number of classes, needed to mix the labels.
        lowering: Whether to compute layers in NumPy where possible; if not, Keras computes all.

    Raises:
        DataError: The labels are to be mixed, but there is no `class_count`.
    """

    def __init__(
        self,
        layers: Sequence[keras.Layer],
        *,
        seed: int,
        class_count: int | None,
        lowering: bool = True,
    ) -> None:
        self.layers = tuple(layers)
        self._changes = tuple(claim(layer) if lowering else None for layer in self.layers)
        self.seed = seed
        self.class_count = class_count
        if self.mixes_labels and class_count is None:
            mixing = next(layer for layer in self.layers if _mixes_labels(layer))
            raise DataError(
                f"augmentation: {_name(mixing)} mixes the labels of classes, "
                "but this data or network has no classes"
            )

    @property
    def mixes_labels(self) -> bool:
        """Whether labels come out one-hot, because MixUp or CutMix is among the layers."""
        return any(_mixes_labels(layer) for layer in self.layers)

    @property
    def in_numpy(self) -> bool:
        """Whether nothing here calls the backend, so that any thread may call it."""
        return None not in self._changes

    def by_keras(self) -> Augmentation:
        """The same layers, all computed by Keras."""
        return Augmentation(
            self.layers, seed=self.seed, class_count=self.class_count, lowering=False
        )

    def __call__(
        self,
        images: Array,
        labels: Array,
        *,
        epoch: int,
        step: int,
        drawn: Drawn | None = None,
    ) -> tuple[Array, Array]:
        """Augment one training batch.

        Args:
            images: (n, height, width, channels), pixels from 0 to 255 of any dtype.
            labels: Classes as integers (n,), or one-hot (n, class_count).
            epoch: Number of the epoch; every epoch draws anew.
            step: Number of the batch within the epoch.
            drawn: Which of the training samples these are; AlternatingFlip needs it.

        Returns:
            A new float32 array of pictures of the same shape, and the labels: unchanged, or
            float32 (n, class_count) if `mixes_labels`.

        Raises:
            DataError: The images are not pictures, the labels are not of these classes, or the
                layers change the size of the pictures.
            KspecError: A layer fails on these pictures or on this backend.
        """
        if images.ndim != 4:
            raise DataError(
                "augmentation works on pictures of (height, width, channels), "
                f"but these samples are {_size(images.shape[1:])}"
            )
        if self.mixes_labels:
            labels = self._one_hot(labels)
        pictures: Any = images
        resized_by = None
        waiting: list[tuple[Change, Array]] = []
        for position, (layer, change) in enumerate(zip(self.layers, self._changes, strict=True)):
            told = self._told(layer, position, drawn)
            random = generator(self.seed, "augmentation", epoch, step, position)
            n, height, width = pictures.shape[:3]
            if change is not None:
                rows = told["mirrored"] if told else change.draw(random, n, (height, width))
                waiting.append((change, rows))
                continue
            pictures, size = _changed(pictures, waiting), tuple(pictures.shape)
            waiting = []
            if not layer.built:  # Its first call may make seed generators that must be seeded too.
                with seeded(layer, generator(self.seed, "augmentation", "build", position)):
                    _apply(layer, position, pictures, labels, told)
            with seeded(layer, random):
                pictures, labels = _apply(layer, position, pictures, labels, told)
            if tuple(pictures.shape) != size:
                resized_by = f"augmentation[{position}], {_name(layer)},"
        pictures = _changed(pictures, waiting)
        if tuple(pictures.shape) != images.shape:
            raise DataError(
                f"{resized_by} leaves pictures of {_size(pictures.shape[1:])}, but the network "
                f"takes {_size(images.shape[1:])}; end with a Resizing to that size"
            )
        return _float32(pictures), _float32(labels) if self.mixes_labels else labels

    def _told(self, layer: keras.Layer, position: int, drawn: Drawn | None) -> dict[str, Array]:
        """Further arguments that the layer needs besides the pictures."""
        if not isinstance(layer, AlternatingFlip):
            return {}
        assert drawn is not None, "an AlternatingFlip goes by the samples and their passes"
        return {"mirrored": alternate(self.seed, position, drawn)}

    def _one_hot(self, labels: Array) -> Array:
        count = self.class_count
        assert count is not None
        if labels.shape[1:] == (count,):
            return labels.astype(np.float32)
        if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
            raise DataError(
                "augmentation: mixing needs integer labels, one per picture, "
                f"but these are {labels.dtype} of shape {labels.shape}"
            )
        if labels.size and not 0 <= labels.min() <= labels.max() < count:
            raise DataError(
                f"augmentation: labels go from {labels.min()} to {labels.max()}, "
                f"but {count} classes are numbered 0 to {count - 1}"
            )
        return np.eye(count, dtype=np.float32)[labels]


def _apply(
    layer: keras.Layer, position: int, images: Any, labels: Any, told: dict[str, Array]
) -> tuple[Any, Any]:
    named = {**told, "training": True} if _takes_training(layer) else told
    try:
        if _mixes_labels(layer):
            with warnings.catch_warnings():
                # MixUp asks JAX for int64; JAX returns int32 with a warning.
                warnings.filterwarnings("ignore", "Explicitly requested dtype")
                mixed = layer({"images": images, "labels": labels}, **named)
            return mixed["images"], mixed["labels"]
        return layer(images, **named), labels
    except Exception as error:
        raise KspecError(
            f"augmentation[{position}]: {_name(layer)} fails on pictures of "
            f"{_size(images.shape[1:])} under {keras.backend.backend()}: {keras_says(error)}"
        ) from error


def _changed(pictures: Any, changes: Sequence[tuple[Change, Array]]) -> Any:
    """`pictures`, an array or a tensor, after these changes; float32."""
    if changes or isinstance(pictures, np.ndarray):
        return through(_array(pictures), changes)
    return pictures


def _takes_training(layer: keras.Layer) -> bool:
    """Whether its `call` takes `training`; Rescaling's, for example, does not."""
    return "training" in inspect.signature(layer.call).parameters


def _mixes_labels(layer: keras.Layer) -> bool:
    if isinstance(layer, (keras.layers.MixUp, keras.layers.CutMix)):
        return True
    return any(_mixes_labels(inner) for inner in getattr(layer, "layers", ()))


def _float32(tensor: Any) -> Array:
    """`tensor` as a writable array."""
    array = _array(tensor).astype(np.float32, copy=False)
    return array if array.flags.writeable else array.copy()


def _array(tensor: Any) -> Array:
    """`tensor` as an array; an array is returned as it is, without a trip to the device."""
    if isinstance(tensor, np.ndarray):
        return tensor
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def _name(layer: keras.Layer) -> str:
    return type(layer).__name__


def _size(shape: Sequence[int]) -> str:
    return "x".join(str(side) for side in shape)
