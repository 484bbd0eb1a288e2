"""Convolutions of single pixels with strides, which oneDNN computes past the end of its memory."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from same_lowered import model_of, results

from kspec.model.lower import lower
from kspec.model.lower.single_pixels import overruns

layers = keras.layers
MANY_BATCHES = """
import keras
from kspec.model.lower import lower
from kspec.parity.gradients import gradients

kinds = (keras.layers.Conv1D, (1024,)), (keras.layers.Conv2D, (32, 32))
kinds += (keras.layers.Conv1DTranspose, (512,)), (keras.layers.Conv2DTranspose, (16, 16))
for kind, sides in kinds:
    for channels, filters in (3, 3), (8, 16), (16, 8):
        model = keras.Sequential([keras.Input((*sides, channels)), kind(filters, 1, strides=2)])
        lower(model)
        loss = lambda x: keras.ops.sum(keras.ops.square(model(x[0])))
        for count in (1, 3, 17, 127):
            x = keras.ops.ones((count, *sides, channels))
            for _ in range(2):
                gradients(loss, [x], model.trainable_variables)
"""


def test_no_batch_ends_the_process():
    """As such do with Keras's own layers, PyTorch 2.13 and TensorFlow 2.21."""
    done = subprocess.run([sys.executable, "-c", MANY_BATCHES], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("kind", "said", "sides"),
    [
        (layers.Conv1D, {"strides": 3}, (8,)),
        (layers.Conv2D, {"strides": 2}, (6, 4)),
        (layers.Conv2D, {"strides": (1, 2)}, (3, 4)),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_pixels_that_the_strides_meet(kind, said, sides, channels, padding):
    layer = kind(4, 1, padding=padding, **said)
    model, rng = model_of(layer, (*sides, channels), 0)
    lower(model)
    x = rng.normal(size=(5, *sides, channels)).astype("float32")
    met = np.zeros_like(x, bool)
    met[(slice(None), *(slice(None, None, each) for each in layer.strides))] = True
    kernel, bias = (each.reshape(-1, 4) for each in model.at_first)
    right = (x @ kernel + bias)[met[..., 0]]
    share = rng.normal(size=right.shape).astype("float32")
    shape = layer.compute_output_shape(x.shape)
    found, *_, dx, dkernel, dbias = results(model, x, share.reshape(shape), training=True)
    near = {"rtol": 1e-4, "atol": 1e-4}
    np.testing.assert_allclose(found.reshape(right.shape), right, **near)
    np.testing.assert_allclose(dx[met].reshape(-1, channels), share @ kernel.T, **near)
    assert not dx[~met].any()
    np.testing.assert_allclose(
        dkernel.reshape(channels, 4), x[met].reshape(-1, channels).T @ share, **near
    )
    np.testing.assert_allclose(dbias, share.sum(0), **near)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("kind", "said", "sides", "larger"),
    [
        (layers.Conv1DTranspose, {"strides": 3}, (4,), (12,)),
        (layers.Conv2DTranspose, {"strides": 2}, (3, 2), (6, 4)),
        (layers.Conv2DTranspose, {"strides": (1, 3)}, (3, 2), (3, 6)),
        (layers.Conv2DTranspose, {"strides": 3, "output_padding": 1}, (3, 2), (8, 5)),
        (layers.Conv2DTranspose, {"strides": 3, "output_padding": 2}, (3, 2), (9, 6)),
    ],
)
def test_pixels_with_others_between_them(kind, said, sides, larger, padding):
    layer = kind(4, 1, padding=padding, **said)
    model, rng = model_of(layer, (*sides, 3), 0)
    lower(model)
    x = rng.normal(size=(5, *sides, 3)).astype("float32")
    met = np.zeros((5, *larger), bool)
    met[(slice(None), *(slice(None, None, each) for each in layer.strides))] = True
    kernel, bias = model.at_first[0].reshape(4, 3), model.at_first[1]
    right = np.zeros((5, *larger, 4)) + bias
    right[met] += x.reshape(-1, 3) @ kernel.T
    share = rng.normal(size=right.shape).astype("float32")
    found, *_, dx, dkernel, dbias = results(model, x, share, training=True)
    near = {"rtol": 1e-4, "atol": 1e-4}
    np.testing.assert_allclose(found, right, **near)
    np.testing.assert_allclose(dx.reshape(-1, 3), share[met] @ kernel, **near)
    np.testing.assert_allclose(dkernel.reshape(4, 3), share[met].T @ x.reshape(-1, 3), **near)
    np.testing.assert_allclose(dbias, share.reshape(-1, 4).sum(0), **near)


@pytest.mark.parametrize(
    ("kernel", "strides", "is_met"),
    [
        ((1, 1, 8, 4), (2, 2), True),
        ((1, 15, 4), (3,), True),
        ((1, 1, 16, 4), (2, 2), False),
        ((1, 1, 8, 4), (1, 1), False),
        ((1, 2, 8, 4), (2, 2), False),
    ],
)
def test_which_are_met(kernel, strides, is_met):
    assert overruns(kernel, strides) is is_met
