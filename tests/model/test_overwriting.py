"""Layers write over what nobody else reads, only in training steps, and compute the same."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from tiny_spec import TINY

import kspec
from kspec.model.lower import lower, overwriting

SHAPE = (4, 4, 3)
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="the others put such operations together themselves"
)

sources = st.sampled_from(
    [
        layers.BatchNormalization,
        lambda: layers.BatchNormalization(trainable=False),
        lambda: layers.BatchNormalization(scale=False, activity_regularizer="l2"),
        lambda: layers.Conv2D(3, 1, padding="same"),
        lambda: layers.Conv2D(3, 3, padding="same", activation="sigmoid"),
        lambda: layers.Conv2D(3, 3, padding="same", activation="relu"),
        layers.LayerNormalization,
        lambda: layers.Dropout(0),
    ]
)
rectifiers = st.sampled_from(
    [
        layers.ReLU,
        lambda: layers.ReLU(max_value=1),
        lambda: layers.ReLU(negative_slope=0.1),
        lambda: layers.LeakyReLU(0.2),
        lambda: layers.LeakyReLU(0),
        lambda: layers.Activation("relu"),
        lambda: layers.Activation("sigmoid"),
    ]
)
steps = st.lists(st.tuples(sources, rectifiers, st.sampled_from(["no", "before", "after"])))


def network(made, *, nested, seen):
    """`made` one after the other, where "before" and "after" say what else reads the rectified."""
    entering = keras.Input(SHAPE)
    x, outputs = entering, []
    for source, rectifier, read in made:
        before = source()(x)
        after = rectifier()(before)
        x = after if read == "no" else layers.Add()([after, x if read == "before" else before])
        if read == "before":
            x = layers.ReLU()(x)
        outputs.append(before)
    outputs = [x, *outputs[:1]] if seen else [x]
    model = keras.Model(entering, outputs)
    if nested:
        again = keras.Input(SHAPE)
        model = keras.Model(again, model(again))
    rng = np.random.default_rng(0)
    model.at_first = [rng.uniform(-1, 1.5, w.shape).astype("float32") for w in model.get_weights()]
    for place, weight in enumerate(model.weights):
        if weight.path.endswith("variance"):
            model.at_first[place] = np.abs(model.at_first[place]) + 0.5
    return model


@settings(max_examples=60)
@given(steps.filter(len), st.booleans(), st.booleans())
def test_a_step_stays_the_same(made, nested, seen):
    model = network(made, nested=nested, seen=seen)
    lower(model)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    rng = np.random.default_rng(1)
    x = rng.normal(0, 2, (5, *SHAPE)).astype("float32")
    y = [rng.normal(size=(5, *output.shape[1:])).astype("float32") for output in model.outputs]

    def after_a_step():
        model.set_weights(model.at_first)
        return [model.train_on_batch(x, y), *model.get_weights()]

    plain = after_a_step()
    with overwriting(model):
        again = after_a_step()
    for one, other in zip(plain, again, strict=True):
        np.testing.assert_array_equal(one, other)


def during_and_after(model):
    """The names of the layers of `model` that overwrite in its steps, and those that do later."""
    found = set()

    def loss(y_true, y_pred):
        every = model._flatten_layers()
        found.update(layer.name for layer in every if getattr(layer, "overwrites", False))
        return keras.losses.mean_squared_error(y_true, y_pred)

    lower(model)
    model.compile(optimizer="sgd", loss=[loss] * len(model.outputs))
    x, *y = (np.zeros((2, *each.shape[1:])) for each in (*model.inputs, *model.outputs))
    with overwriting(model):
        model.train_on_batch(x, y)
        during = set(found)
        found.clear()
        model.evaluate(x, y, verbose=0)
    model.train_on_batch(x, y)
    return during, found


def test_only_what_nobody_else_reads():
    entering = keras.Input(SHAPE)
    x = layers.BatchNormalization()(entering)
    x = layers.ReLU(name="first")(x)
    seen = layers.BatchNormalization()(x)
    x = layers.ReLU(name="of_an_output")(seen)
    twice = layers.Conv2D(3, 1)(x)
    x = layers.Add()([layers.ReLU(name="of_two")(twice), twice])
    x = layers.LeakyReLU(0.1, name="of_a_sum")(x)
    x = layers.ReLU(name="of_a_sum_of_one")(layers.Add()([x]))
    x = layers.BatchNormalization(activity_regularizer="l2")(x)
    x = layers.ReLU(name="of_a_penalized")(x)
    x = layers.Conv2D(3, 1, activation="sigmoid")(x)
    x = layers.Activation("relu", name="of_a_sigmoid")(x)
    x = layers.Flatten()(x)
    x = layers.ReLU(name="of_a_view")(x)
    shared = layers.ReLU(name="shared")
    x = layers.Add()([shared(layers.BatchNormalization()(each)) for each in (x, x)])
    unequal = layers.ReLU(name="unequal")
    x = layers.Add()([unequal(layers.BatchNormalization()(x)), unequal(layers.Reshape((48,))(x))])
    inner = [layers.Conv1D(2, 1), layers.Activation("relu", name="within")]
    x = keras.Sequential(inner)(layers.Reshape((-1, 1))(x))
    model = keras.Model(entering, [x, seen])
    assert during_and_after(model) == ({"first", "of_a_sum", "shared", "within"}, set())


def test_a_network_that_shares_layers_with_another():
    entering = keras.Input(SHAPE)
    normalized = layers.BatchNormalization()(entering)
    rectified = layers.ReLU(name="rectified")(normalized)
    head = layers.ReLU(name="head")(layers.BatchNormalization()(rectified))
    again = keras.Input(SHAPE)
    parts = keras.Model(entering, rectified), keras.Model(entering, [normalized, rectified])
    one, (two, three) = (part(again) for part in parts)
    both = keras.Model(again, layers.Concatenate()([one, two, three]))
    assert during_and_after(both) == (set(), set())
    of_the_head = keras.Model(rectified, head)
    assert during_and_after(of_the_head) == ({"head"}, set())


class Remembering(keras.Sequential):
    def call(self, inputs, training=None):
        read = []
        for layer in self.layers:
            inputs = layer(inputs)
            read.append(inputs)
        return keras.ops.add(*read)


def test_a_network_with_a_call_of_its_own():
    parts = [layers.Conv2D(3, 1), layers.ReLU(name="within")]
    entering = keras.Input(SHAPE)
    model = keras.Model(entering, Remembering(parts)(entering))
    assert during_and_after(model) == (set(), set())


def test_kspec_trains_so(tmp_path, monkeypatch):
    import torch

    calls = []
    in_place = torch.relu_
    monkeypatch.setattr(torch, "relu_", lambda x: calls.append(x) or in_place(x))
    kspec.train(kspec.Spec(**TINY), run_dir=tmp_path)
    steps = 4  # 60 pictures, 16 each.
    assert len(calls) == 2 * steps
