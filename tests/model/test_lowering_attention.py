"""A lowered attention computes what Keras's computes."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from same_lowered import assert_same_model

from kspec.model.lower import lower
from kspec.model.lower.stand_in import StandIn

LOWERED = {"jax": set(), "tensorflow": {"MultiHeadAttention"}, "torch": set()}

lowered_here = pytest.mark.skipif(
    not LOWERED[keras.backend.backend()], reason="attention is Keras's own there"
)


def model_of(said, *, queries=4, keys=3, size=5, mask=False, seed=0, **called):
    query, value = keras.Input((queries, size)), keras.Input((keys, size))
    inputs = [query, value]
    if mask:
        inputs.append(keras.Input((queries, keys)))
        called["attention_mask"] = inputs[-1] > 0
    layer = keras.layers.MultiHeadAttention(**said)
    model = keras.Model(inputs, layer(query, value, **called))
    rng = np.random.default_rng(seed)
    model.at_first = [rng.normal(0, 0.5, w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(model.at_first)
    xs = [rng.normal(size=(5, *each.shape[1:])).astype("float32") for each in inputs]
    return model, xs, rng


def lowered_in(model):
    return {type(layer).__name__ for layer in model._flatten_layers() if isinstance(layer, StandIn)}


@st.composite
def attentions(draw):
    said = {
        "num_heads": draw(st.integers(1, 3)),
        "key_dim": draw(st.integers(1, 4)),
        "value_dim": draw(st.sampled_from([None, 1, 5])),
        "output_shape": draw(st.sampled_from([None, 2])),
        "use_bias": draw(st.booleans()),
        "trainable": draw(st.booleans()),
    }
    around = {"queries": draw(st.integers(1, 5)), "keys": draw(st.integers(1, 5))}
    return said, around | {"mask": draw(st.booleans())}


@lowered_here
def test_attention_along_one_of_several_axes():
    query = keras.Input((4, 3, 8))
    layer = keras.layers.MultiHeadAttention(2, 3, attention_axes=1)
    model = keras.Model(query, layer(query, query))
    model.at_first = model.get_weights()
    rng = np.random.default_rng(0)
    assert_same_model(model, rng.normal(size=(5, 4, 3, 8)).astype("float32"), rng)


@lowered_here
@settings(max_examples=25)
@given(attentions(), st.booleans(), st.integers(0, 99))
def test_attention(made, causal, seed):
    """With a mask there may be a query that nothing is left for: Keras takes the mean then."""
    said, around = made
    model, xs, rng = model_of(said, **around, seed=seed, use_causal_mask=causal)
    assert_same_model(model, xs, rng)
    assert lowered_in(model) == {"MultiHeadAttention"}


@lowered_here
@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "bfloat16"])
def test_half_precision(dtype):
    model, xs, rng = model_of({"num_heads": 2, "key_dim": 3, "dtype": dtype})
    assert_same_model(model, xs, rng, tolerance=2e-2)


@lowered_here
def test_scores_are_keras_own():
    said = {"num_heads": 2, "key_dim": 3}
    model, xs, rng = model_of(said, keys=4, return_attention_scores=True)
    assert_same_model(model, xs, rng)
    assert lowered_in(model) == {"MultiHeadAttention"}
    assert model.output[1].shape == (None, 2, 4, 4)


@lowered_here
def test_masks_of_the_layers_before():
    """Of words that are none."""
    words = keras.Input((4,), dtype="int32")
    vectors = keras.layers.Embedding(5, 6, mask_zero=True)(words)
    layer = keras.layers.MultiHeadAttention(2, 3)
    model = keras.Model(words, layer(vectors, vectors, use_causal_mask=True))
    ids = np.array([[1, 2, 0, 0], [3, 4, 1, 0], [0, 0, 0, 0]], "int32")
    plain = keras.ops.convert_to_numpy(model(ids))
    lower(model)
    assert lowered_in(model) == {"MultiHeadAttention"}
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(ids)), plain, atol=1e-6)


@pytest.mark.parametrize("said", [{"dropout": 0.1}, {"attention_axes": (1, 2)}])
def test_what_remains_keras_own(said):
    query = keras.Input((4, 2, 3))
    layer = keras.layers.MultiHeadAttention(2, 3, **said)
    model = keras.Model(query, layer(query, query))
    lower(model)
    assert "MultiHeadAttention" not in lowered_in(model)


def test_it_is_saved_as_keras_own(tmp_path, backend):
    model, xs, _ = model_of({"num_heads": 2, "key_dim": 3})
    written = model.to_json()
    lower(model)
    assert lowered_in(model) == LOWERED[backend]
    assert model.to_json() == written
    model.save(tmp_path / "lowered.keras")
    opened = keras.saving.load_model(tmp_path / "lowered.keras")
    assert lowered_in(opened) == set()
    one, other = (keras.ops.convert_to_numpy(each(xs)) for each in (opened, model))
    np.testing.assert_allclose(one, other, atol=1e-6)
