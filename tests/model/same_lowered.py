"""Whether a model gives the same, in all that training takes of it, once its layers are lowered."""

import functools
import operator

import keras
import numpy as np

from kspec.model.lower import lower
from kspec.parity.gradients import gradients


def results(model, xs, towards, *, training):
    """Outputs, weights afterwards, gradients of the inputs and of the weights.

    `xs` is an array, or one for each input; `towards` likewise for outputs, and it gives their
    share in the loss.
    """
    xs, towards = (keras.tree.map_structure(keras.ops.convert_to_tensor, x) for x in (xs, towards))
    inputs, shares = keras.tree.flatten(xs), keras.tree.flatten(towards)

    def loss(tensors):
        outputs = model(keras.tree.pack_sequence_as(xs, tensors), training=training)
        parts = [
            keras.ops.sum(keras.ops.multiply(keras.ops.cast(output, "float32"), share))
            for output, share in zip(keras.tree.flatten(outputs), shares, strict=True)
        ]
        return functools.reduce(operator.add, parts)

    model.set_weights(model.at_first)
    outputs = keras.tree.flatten(model(xs, training=training))
    after = model.get_weights()
    model.set_weights(model.at_first)
    return [
        *(np.asarray(keras.ops.convert_to_numpy(each), "float32") for each in outputs),
        *after,
        *functools.reduce(operator.iadd, gradients(loss, inputs, model.trainable_variables), []),
    ]


def keras_survives(said):
    """Whether Keras's own layer is none that may end the process; see test_single_pixels.py."""
    sizes, strides = keras.tree.flatten(said["kernel_size"]), said.get("strides", 1)
    return keras.backend.backend() == "jax" or max(sizes) > 1 or strides == 1


def model_of(layer, shape, seed):
    """A model of `layer` alone, with weights around 1 (`at_first`), and the generator of them."""
    entering = keras.Input(shape)
    model = keras.Model(entering, layer(entering))
    rng = np.random.default_rng(seed)
    model.at_first = [rng.uniform(0.5, 1.5, w.shape).astype("float32") for w in model.get_weights()]
    return model, rng


def assert_same(shape, layer, seed, *, tolerance=2e-5):
    """The layer gives, in training and at inference, what it gives when it is lowered."""
    model, rng = model_of(layer, shape, seed)
    x = rng.normal(2, 3, (5, *shape)).astype("float32")
    assert_same_model(model, x, rng, tolerance=tolerance)


def assert_same_model(model, xs, rng, *, tolerance=2e-5):
    """The model, whose first weights are `model.at_first`, gives for `xs` the same when lowered."""
    count = len(keras.tree.flatten(xs)[0])
    towards = keras.tree.map_structure(
        lambda output: rng.normal(size=(count, *output.shape[1:])).astype("float32"), model.output
    )
    plain = [results(model, xs, towards, training=training) for training in (True, False)]
    lower(model)
    lowered = [results(model, xs, towards, training=training) for training in (True, False)]
    for one, other in zip(
        functools.reduce(operator.iadd, plain, []),
        functools.reduce(operator.iadd, lowered, []),
        strict=True,
    ):
        assert one.shape == other.shape
        scale = max(1.0, float(np.abs(one).max(initial=0)))
        np.testing.assert_allclose(other, one, rtol=0, atol=tolerance * scale)
