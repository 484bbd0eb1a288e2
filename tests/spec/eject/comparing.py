"""Two models held against each other: kspec's and the one that its script builds."""

import keras
import numpy as np

from kspec.model.build import build


def require_same_model(spec, names):
    """The script's model has kspec's parameters, and with its weights gives what it gives."""
    own = build(spec)
    keras.utils.clear_session()
    ejected = names["build_model"]()
    assert ejected.name == own.name
    assert layers_with_weights(ejected) == layers_with_weights(own)
    trainable = [weight.trainable for weight in own.weights]
    assert [weight.trainable for weight in ejected.weights] == trainable
    ejected.set_weights(own.get_weights())
    x = samples(spec)
    for wanted, found in zip(outputs(own, x), outputs(ejected, x), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def layers_with_weights(model):
    """Class and the shapes of the weights of each layer that has any, those of inner ones too."""
    rows = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            rows += layers_with_weights(layer)
        elif layer.weights:
            rows.append((type(layer).__name__, [tuple(each.shape) for each in layer.weights]))
    return rows


def samples(spec, count=3):
    random = np.random.default_rng(7)
    arrays = []
    for each in spec.entering.values():
        if each.dtype.startswith("int"):
            arrays.append(random.integers(0, 4, (count, *each.shape)).astype(each.dtype))
        else:
            arrays.append(random.normal(size=(count, *each.shape)).astype("float32"))
    return arrays if len(arrays) > 1 else arrays[0]


def outputs(model, x):
    given = model(x, training=False)
    given = given if isinstance(given, (list, tuple)) else [given]
    return [keras.ops.convert_to_numpy(each) for each in given]
