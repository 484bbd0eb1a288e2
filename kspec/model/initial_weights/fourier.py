"""The kernels of STFTSpectrogram. They are not random, but backends round them differently: they
take the cosine of an angle of many turns in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras.src.utils.module_utils import scipy
from numpy.typing import NDArray

__all__ = ["fourier_kernel"]

Floats = NDArray[np.float64]


def fourier_kernel(initializer: Any, shape: tuple[int, ...]) -> Floats:
    """The value of `keras.initializers.STFT` in float64: (frame length, 1, frequencies).

    The formula is that of keras/src/initializers/constant_initializers.py, with whole turns
    subtracted from each angle. Named windows come from SciPy, as in Keras.
    """
    frame_length, _, frequencies = shape
    turn = 2 * (frequencies - 1)
    turned = np.outer(np.arange(frame_length), np.arange(frequencies)) % turn
    angle = -2 * np.pi * turned / turn
    kernel = np.cos(angle) if initializer.side == "real" else np.sin(angle)
    return (kernel * _window(initializer, frame_length)[:, np.newaxis])[:, np.newaxis, :]


def _window(initializer: Any, length: int) -> Floats:
    if initializer.window is None:
        return np.ones(length)
    if isinstance(initializer.window, str):
        window = scipy.signal.get_window(initializer.window, length, initializer.periodic)
    else:
        window = initializer.window
    window = np.asarray(window, dtype=np.float64)
    size = {"density": np.sqrt(np.sum(window**2)), "spectrum": np.sum(np.abs(window)), None: 1.0}
    scaled: Floats = window / size[initializer.scaling]
    return scaled
