"""Which calls of a network are looked at, and what they are called."""

import keras
import numpy as np

from kspec.model.initial_weights.paths import walk
from kspec.parity.calls import looked_at


def calls_of(model, x):
    paths = {id(layer): path for path, layer in walk(model)}
    seen = []

    def look(call, run, args, kwargs):
        seen.append((call.index, call.name, call.type))
        return run(*args, **kwargs)

    with looked_at(look, paths):
        model(x)
    return seen


def test_networks_within_shared_layers_and_operations():
    inner_input = keras.Input((2,), name="inner_input")
    inner = keras.Model(inner_input, keras.layers.Dense(3, name="first")(inner_input), name="tower")
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    difference = keras.layers.Subtract(name="minus")([inner(left), inner(right)])
    squared = keras.ops.square(difference)
    squared._keras_history.operation.name = "squares"
    model = keras.Model([left, right], squared)
    x = [np.ones((1, 2), "float32"), np.zeros((1, 2), "float32")]
    assert calls_of(model, x) == [
        (0, "tower/first", "Dense"),
        (1, "tower/first (call 2)", "Dense"),
        (2, "minus", "Subtract"),
        (3, "squares", "Square"),
    ]


def test_a_layer_is_one_whole_with_what_is_in_it():
    model = keras.Sequential(
        [
            keras.Input((3, 2)),
            keras.layers.Bidirectional(keras.layers.GRU(2), name="both"),
            keras.Sequential([keras.layers.Dense(1, name="last")], name="end"),
        ]
    )
    assert calls_of(model, np.ones((1, 3, 2), "float32")) == [
        (0, "both", "Bidirectional"),
        (1, "end/last", "Dense"),
    ]
