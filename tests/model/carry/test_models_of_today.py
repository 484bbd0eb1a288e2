"""Models of Keras 3 come back from a spec with their weights and give the same outputs."""

import json
import math

import keras
import numpy as np
import pytest
from foreign_models import assert_same_outputs, filled, imported, outputs, samples
from keras import layers, ops

from kspec.layers import LayerScale, StochasticDepth


def a_row():
    return keras.Sequential(
        [
            layers.Conv2D(4, 3, padding="same", activation="relu", name="first"),
            layers.BatchNormalization(),
            layers.SeparableConv2D(6, 3),
            layers.LeakyReLU(negative_slope=0.1),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            layers.PReLU(shared_axes=[1, 2]),
            layers.Dropout(0.3),
            layers.Conv2DTranspose(3, 2, strides=2),
            layers.GroupNormalization(3),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def built_row():
    model = a_row()
    model.build((None, 9, 9, 3))
    return model


def recurrent():
    x = keras.Input((7,), dtype="int32")
    y = layers.Embedding(10, 6, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(y)
    y = layers.TimeDistributed(layers.Dense(5))(y)
    y = layers.GRU(4, reset_after=False, return_sequences=True)(y)
    y = layers.RNN([layers.LSTMCell(3), layers.GRUCell(4)], return_sequences=True)(y)
    y = layers.Bidirectional(layers.GRU(3), backward_layer=layers.LSTM(3, go_backwards=True))(y)
    return keras.Model(x, layers.SimpleRNN(3)(layers.Reshape((6, 1))(y)))


def attention():
    x = keras.Input((5, 8))
    y = layers.LayerNormalization()(x)
    y = layers.MultiHeadAttention(2, 3)(y, y)
    y = layers.Add()([x, y])
    z = layers.GroupQueryAttention(6, 4, 2)(y, y)
    z = layers.Attention(use_scale=True, score_mode="concat")([z, y])
    return keras.Model(x, layers.EinsumDense("abc,cd->abd", (None, 4), bias_axes="d")(z))


def shared():
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    tower = keras.Sequential(
        [keras.Input((6,)), layers.Dense(5, activation="tanh"), layers.BatchNormalization()],
        name="tower",
    )
    again = layers.Dense(5)
    near = layers.Subtract()([again(tower(left)), again(again(tower(right)))])
    return keras.Model([left, right], [layers.Dense(2, name="answer")(near), near])


def nested():
    inside = keras.Input((4, 4, 2), name="inside")
    wide = layers.Conv2D(3, 3, padding="same")(inside)
    unit = keras.Model(inside, [layers.ReLU()(wide), layers.Add()([wide, wide])], name="unit")
    deep = keras.Sequential([keras.Input((16, 3)), layers.Dense(3), unit_of_rows()], name="deep")
    deep.trainable = False
    x = keras.Input((4, 4, 2))
    one, two = unit(x)
    three, _ = unit(layers.Conv2D(2, 1)(one))
    merged = layers.Reshape((16, 3))(layers.Concatenate(axis=1)([two, three])[:, :4])
    return keras.Model(x, deep(merged))


def unit_of_rows():
    return layers.TimeDistributed(
        keras.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dense(2)])
    )


def operations():
    x = keras.Input((6, 4))
    y = ops.mean(x, axis=1, keepdims=True)
    y = (x - y) * 2.0 + layers.Dense(4)(x[:, 0:1])
    y = ops.concatenate([ops.relu(y), ops.transpose(x, (0, 2, 1))[:, :, :4]], axis=1)
    parts = ops.split(y, 2, axis=1)
    return keras.Model(x, layers.Dense(3)(ops.maximum(parts[0], parts[1])))


def structured():
    inputs = {"b": keras.Input((3,), name="b"), "a": keras.Input((4,), name="a")}
    y = layers.Concatenate()([layers.Dense(5)(inputs["a"]), inputs["b"]])
    return keras.Model(inputs, {"out": layers.Dense(2)(y), "more": layers.Dense(1)(y)})


def sizes_left_open():
    x = keras.Input((None, None, 3))
    y = layers.Conv2D(4, 3, padding="same")(x)
    return keras.Model(x, layers.Dense(2)(layers.GlobalMaxPooling2D()(y)))


def cubes():
    x = keras.Input((5, 6, 6, 2))
    y = layers.Normalization()(layers.ConvLSTM2D(3, 3, return_sequences=True)(x))
    return keras.Model(x, layers.Conv3DTranspose(2, 2)(layers.Conv3D(3, 2)(y)))


def of_kspec():
    x = keras.Input((6, 4))
    y = StochasticDepth(0.2)(LayerScale(0.5, 4)(layers.Conv1D(4, 3, padding="causal")(x)))
    return keras.Model(x, layers.Add()([x, y]))


def trainable(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


MODELS = (
    *(attention, built_row, cubes, nested, of_kspec, operations, recurrent, shared),
    *(sizes_left_open, structured),
)


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_it_comes_back_from_its_json(make, tmp_path):
    model = filled(make)
    _, own = imported(model, tmp_path)
    assert own.count_params() == model.count_params() > 0
    assert trainable(own) == trainable(model)
    assert_same_outputs(model, own)


@pytest.mark.parametrize(
    ("make", "form", "weights"),
    [
        (recurrent, "keras", ".keras"),
        (nested, "keras", ".keras"),
        (attention, "h5", ".h5"),
        (shared, "h5", ".h5"),
        (operations, "h5", ".h5"),
        (nested, "h5", ".h5"),
        (built_row, "json", ".h5"),
        (built_row, "keras", ".weights.h5"),
        (cubes, "h5", ".keras"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_it_comes_back_from_every_kind_of_file(make, form, weights, tmp_path):
    model = filled(make)
    _, own = imported(model, tmp_path, form=form, weights=weights)
    assert_same_outputs(model, own)


def test_weights_of_half_precision_are_carried_over(tmp_path):
    def make():
        x = keras.Input((4,))
        return keras.Model(x, layers.Dense(3, dtype="bfloat16")(x))

    model = filled(make)
    _, own = imported(model, tmp_path, form="keras", weights=".keras")
    assert own.layers[-1].kernel.dtype == "bfloat16"
    np.testing.assert_array_equal(*(outputs(each, samples(model))[0] for each in (model, own)))


def test_what_was_trained_comes_along_and_its_optimizer_stays(tmp_path):
    model = filled(built_row)
    model.compile("adam", "mse")
    x = samples(model, 8)
    model.fit(x, np.ones((8, 3)), epochs=2, verbose=0)
    made, own = imported(model, tmp_path, form="keras", weights=".keras")
    assert_same_outputs(model, own, x)
    assert made.members["training"]["loss"] == "mse"


def test_the_written_weights_are_those_of_the_spec(tmp_path):
    from kspec.model.build import build
    from kspec.model.carry import write_weights

    model = filled(nested)
    made, own = imported(model, tmp_path)
    write_weights(own, tmp_path / "spec.weights.h5")
    fresh = build(made.spec)
    fresh.load_weights(tmp_path / "spec.weights.h5")
    assert_same_outputs(model, fresh)
    assert not list(tmp_path.glob(".spec*"))


def test_a_model_can_take_samples_of_any_size_where_the_file_says_so(tmp_path):
    model = filled(sizes_left_open)
    made, own = imported(model, tmp_path)
    assert made.members["input"] == {"shape": [None, None, 3]}
    for size in (5, 11):
        assert_same_outputs(model, own, samples(model, size=size))


def test_the_applications_own_layers_are_known_in_hdf5_too(tmp_path):
    from keras.src.applications.convnext import LayerScale as TheirScale
    from keras.src.applications.convnext import StochasticDepth as TheirDepth
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

    def make():
        x = keras.Input((4, 4, 3))
        y = TheirDepth(0.3)(TheirScale(0.5, 3)(layers.Conv2D(3, 1)(x)))
        return keras.Model(x, CustomScaleLayer(0.25)([x, y]))

    model = filled(make)
    for form in ("json", "h5"):
        made, own = imported(model, tmp_path, form=form)
        assert_same_outputs(model, own)
        types = [layer["type"] for layer in made.members["layers"]]
        assert types == ["Conv2D", "LayerScale", "StochasticDepth", "Rescaling", "Add"]
        assert made.members["layers"][2]["rate"] == 0.3


def test_the_spec_is_shorter_than_the_json(tmp_path):
    model = filled(shared)
    made, _ = imported(model, tmp_path)
    assert len(made.text) < 0.3 * len(model.to_json())
    assert json.loads(made.text) == made.members
