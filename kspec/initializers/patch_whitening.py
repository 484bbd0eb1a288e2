"""A first convolution that whitens the patches of the pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np

__all__ = ["PatchWhitening"]


@keras.saving.register_keras_serializable(package="kspec")
class PatchWhitening(keras.initializers.Initializer):  # type: ignore[misc]
    """Filters that whiten the patches of the training pictures.

    They are the eigenvectors of the patches' second moments, each divided by the square root of its
    eigenvalue, and then all of them with the opposite sign. For patches p of the size of the kernel
    and M = E[p p^T] = V diag(λ) V^T the filters are the columns of V (λ + ε)^(-1/2), largest λ
    first, and their negatives, so that a ReLU or GELU after them loses nothing. From Page's "How to
    train your ResNet 8" and Jordan's airbench (arXiv 2404.00498, section 3.2), where the layer is
    not trained. For a Conv2D whose input is the pictures, with at most twice as many filters as a
    patch has numbers: 24 for 2 × 2 × 3.

    kspec computes the filters from the pictures when a training begins (`from_patches`). Called
    directly, without pictures, it does the same as GlorotUniform.

    Args:
        epsilon: ε, which is added to the eigenvalues.
        samples: How many training pictures to use, spread evenly over the split.
    """

    def __init__(self, epsilon: float = 5e-4, samples: int = 5000) -> None:
        self.epsilon = epsilon
        self.samples = samples

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        return keras.initializers.GlorotUniform(seed=0)(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        return {"epsilon": self.epsilon, "samples": self.samples}

    def from_patches(self, shape: tuple[int, ...], pictures: Iterable[np.ndarray]) -> np.ndarray:
        """The kernel, float64 of `shape` (height, width, channels, filters), from pictures
        (n, height, width, channels) as the network takes them, in parts.

        The same on every backend, since it is computed in NumPy. Raises ValueError if more filters
        are wanted than there are, and if every pixel is zero.
        """
        height, width, channels, filters = shape
        size = height * width * channels
        if filters > 2 * size:
            raise ValueError(
                f"patches of {height} x {width} x {channels} give at most {2 * size} whitening "
                f"filters, but the layer has {filters}"
            )
        moments, count = np.zeros((size, size)), 0
        for part in pictures:
            windows = np.lib.stride_tricks.sliding_window_view(part, (height, width), axis=(1, 2))
            patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size).astype(np.float64)
            moments += patches.T @ patches
            count += len(patches)
        if not moments.any():
            raise ValueError("there is nothing to whiten: every pixel is 0")
        values, vectors = np.linalg.eigh(moments / count)
        # Largest first; of two signs the one whose largest number is positive.
        values, vectors = values[::-1], vectors[:, ::-1]
        largest = np.abs(vectors).argmax(axis=0)
        vectors = vectors * np.sign(vectors[largest, range(size)])
        whitening = vectors / np.sqrt(values.clip(min=0) + self.epsilon)
        both = np.concatenate([whitening, -whitening], axis=1)
        return both[:, :filters].reshape(shape)
