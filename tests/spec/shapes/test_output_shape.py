"""The shape of one layer: what fits, what cannot, and what nobody can know here."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_examples import example_of

from kspec.spec import catalog
from kspec.spec.models import Layer
from kspec.spec.shapes import UNKNOWN, CannotFit, output_shape


def shape(given, **layer):
    return output_shape(Layer(**layer), given)


@pytest.mark.parametrize(
    ("layer", "taken", "code", "says"),
    [
        (
            {"type": "MaxPooling2D"},
            (1, 1, 64),
            "pool-too-large",
            "MaxPooling2D of 2×2 cannot take (1, 1, 64): the picture is smaller than the pool",
        ),
        (
            {"type": "Conv1D", "filters": 2, "kernel_size": 3, "dilation_rate": 4},
            (8, 2),
            "kernel-too-large",
            "Conv1D of 3, dilated to 9, cannot take (8, 2): the sequence is smaller than the "
            'kernel; "padding": "same" keeps its size',
        ),
        (
            {"type": "Conv2D", "filters": 2, "kernel_size": 3, "groups": 2},
            (8, 8, 3),
            "wrong-channels",
            "Conv2D in 2 groups cannot take 3 channels: 3 is not a multiple of 2",
        ),
        (
            {"type": "Conv2D", "filters": 2, "kernel_size": 3},
            (28, 28),
            "wrong-rank",
            "Conv2D takes (height, width, channels), not (28, 28); "
            '{"type": "Reshape", "target_shape": [28, 28, 1]} adds an axis',
        ),
        (
            {"type": "Conv2D", "filters": 2, "kernel_size": 3},
            (784,),
            "wrong-rank",
            "Conv2D takes (height, width, channels), not (784,): it is flat; Reshape it first, or "
            "put this above what made it flat",
        ),
        (
            {"type": "Add"},
            [(8, 8, 4), (4, 4, 4)],
            "unequal-shapes",
            "Add cannot take (8, 8, 4) and (4, 4, 4): they must be equal, axis by axis, or 1",
        ),
        (
            {"type": "Concatenate"},
            [(8, 8, 4), (4, 4, 4)],
            "concatenate-mismatch",
            "Concatenate cannot put (8, 8, 4) and (4, 4, 4) side by side: "
            "all sizes but the last must be equal",
        ),
        (
            {"type": "Reshape", "target_shape": [5, 5]},
            (24,),
            "reshape-size",
            "Reshape cannot make (5, 5), 25 values, of (24,), 24 values",
        ),
        (
            {"type": "Reshape", "target_shape": [-1, 5]},
            (24,),
            "reshape-size",
            "Reshape cannot make (-1, 5) of (24,): 24 values are not a multiple of 5",
        ),
        (
            {"type": "Cropping2D", "cropping": 4},
            (8, 9, 3),
            "nothing-left",
            "Cropping2D leaves nothing of (8, 9, 3): "
            "the picture is no larger than what is cropped off",
        ),
        (
            {"type": "Add"},
            (8, 8, 4),
            "wrong-inputs",
            'Add takes a list of tensors, not one; name them: "inputs": ["#-1", "name"]',
        ),
        (
            {"type": "Dense", "units": 3},
            ((4,), (4,)),
            "wrong-inputs",
            "Dense takes one tensor, not 2; "
            'name the one that is meant: "inputs": "#-1[0]"',
        ),
        (
            {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3},
            (9, 8),
            "wrong-inputs",
            "MultiHeadAttention takes a query and a value; for attention of a sequence to itself: "
            '"inputs": ["#-1", "#-1"]',
        ),
        (
            {"type": "BatchNormalization", "axis": 4},
            (8, 8, 3),
            "no-such-axis",
            "BatchNormalization has no axis 4 in (8, 8, 3); it has 4, with that of the batch",
        ),
        (
            {"type": "RandomColorDegeneration", "factor": 0.1},
            (8, 8, 2),
            "wrong-channels",
            "RandomColorDegeneration takes pictures of 1 or 3 channels, not (8, 8, 2)",
        ),
        (
            {"type": "GroupNormalization", "groups": 3},
            (8, 8, 4),
            "wrong-channels",
            "GroupNormalization of 3 groups cannot take (8, 8, 4): "
            "4 channels are not a multiple of 3",
        ),
        (
            {"type": "ops.matmul"},
            [(3, 4), (3, 4)],
            "unequal-shapes",
            "ops.matmul cannot take (3, 4) and (3, 4): 4 columns do not match 3 rows",
        ),
        (
            {"type": "ops.add"},
            (3, 4),
            "wrong-inputs",
            'ops.add takes x1 and x2; name them: "inputs": ["#-1", "name"]',
        ),
        (
            {"type": "Conv2DTranspose", "filters": 2, "kernel_size": 2, "strides": 2,
             "padding": "same", "output_padding": 0},
            (1, 1, 3),
            "nothing-left",
            "nothing is left of what this Conv2DTranspose takes: (0, 0, 2)",
        ),
    ],
)  # fmt: skip
def test_what_cannot_fit_is_said_with_the_shapes(layer, taken, code, says):
    with pytest.raises(CannotFit) as caught:
        shape(taken, **layer)
    assert (caught.value.code, caught.value.message) == (code, says)


def test_a_fault_within_a_wrapped_layer_leads_to_it():
    inner = {"type": "TimeDistributed", "layer": {"type": "MaxPooling1D", "pool_size": 9}}
    with pytest.raises(CannotFit) as caught:
        shape((2, 3, 4, 5), type="TimeDistributed", layer=inner)
    assert caught.value.path == ("layer", "layer", "pool_size")


@pytest.mark.parametrize(
    ("layer", "taken", "made"),
    [
        ({"type": "MaxPool2D"}, (9, 9, 4), (4, 4, 4)),
        ({"type": "Conv2D", "filters": 8, "kernel_size": 3, "data_format": "channels_first"},
         (3, 9, 7), (8, 7, 5)),
        ({"type": "LSTM", "units": 5, "return_sequences": True, "return_state": True},
         (7, 3), ((7, 5), (5,), (5,))),
        ({"type": "Bidirectional", "layer": {"type": "GRU", "units": 5}}, (7, 3), (10,)),
        ({"type": "LSTM", "units": 5}, {"sequences": (7, 3), "initial_state": [(5,), (5,)]}, (5,)),
        ({"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3},
         {"query": (9, 8), "value": (4, 6), "use_causal_mask": True}, (9, 8)),
        ({"type": "TextVectorization", "output_sequence_length": 20}, (1,), (20,)),
        ({"type": "TextVectorization"}, (1,), (None,)),
        ({"type": "Embedding", "input_dim": 9, "output_dim": 4}, (None,), (None, 4)),
        ({"type": "Conv1D", "filters": 2, "kernel_size": 3}, (None, 4), (None, 2)),
        ({"type": "Flatten"}, (None, 4), (None,)),
        ({"type": "Reshape", "target_shape": [-1, 2]}, (None, 4), (None, 2)),
        ({"type": "Concatenate"}, [(None, 4), (7, 3)], (None, 7)),
        ({"type": "ops.mean", "axis": [1, 2]}, (8, 8, 64), (64,)),
        ({"type": "ops.multiply"}, [(8, 8, 64), (1, 1, 64)], (8, 8, 64)),
        ({"type": "ops.multiply"}, [(8,), 0.5], (8,)),
        ({"type": "ops.concatenate", "axis": -1}, [(8, 3), (8, 2)], (8, 5)),
    ],
)  # fmt: skip
def test_a_shape_follows(layer, taken, made):
    assert shape(taken, **layer) == made


@pytest.mark.parametrize(
    ("layer", "taken"),
    [
        ({"type": "Dense", "units": 3}, None),
        ({"type": "Dense", "units": 3}, (4, None)),
        ({"type": "Dense", "units": "three"}, (4,)),
        ({"type": "Dense", "units": 3.0}, (4,)),
        ({"type": "Dense", "units": True}, (4,)),
        ({"type": "Dense", "units": 10**30}, (4,)),
        ({"type": "MyOwnLayer", "units": 3}, (4,)),
        ({"type": "Conv2D", "filters": 2, "kernel_size": 3, "strides": 0}, (8, 8, 3)),
        ({"type": "Conv2D", "filters": 2, "kernel_size": [3]}, (8, 8, 3)),
        ({"type": "Conv2D", "filters": 2, "kernel_size": 3, "padding": "all"}, (8, 8, 3)),
        ({"type": "Conv2D", "filters": 2, "kernel_size": 3, "data_format": "both"}, (8, 8, 3)),
        ({"type": "Add"}, [(4,), None]),
        ({"type": "ops.mean"}, (4, 3)),
        ({"type": "ops.mean", "axis": 0}, (4, 3)),
        # The batch of the second would meet the width of the first.
        ({"type": "ops.multiply"}, [(8, 8, 64), (64,)]),
        ({"type": "ops.reshape", "newshape": [-1, 4]}, (4, 3)),
        ({"type": "ops.nothing"}, (4, 3)),
        ({"type": "StringLookup", "output_mode": "multi_hot"}, (4,)),
    ],
)  # fmt: skip
def test_where_it_is_unsure_it_says_nothing(layer, taken):
    assert shape(taken, **layer) is UNKNOWN


odd = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 9),
        st.sampled_from([10**30, -(10**30), 1.5, "same", "", "channels_first", "one_hot"]),
    ),
    lambda values: st.one_of(
        st.lists(values, max_size=4),
        st.dictionaries(
            st.sampled_from(["type", "units", "layer", "cells", "x"]), values, max_size=2
        ),
    ),
    max_leaves=6,
)
shapes = st.lists(st.one_of(st.none(), st.integers(1, 9)), max_size=5).map(tuple)
taken = st.recursive(
    st.one_of(shapes, shapes, st.none(), st.just(0.5), st.lists(shapes, min_size=1).map(tuple)),
    lambda values: st.one_of(
        st.lists(values, max_size=3),
        st.dictionaries(
            st.sampled_from(["inputs", "x", "x1", "query", "value", "reverse"]), values, max_size=3
        ),
    ),
    max_leaves=4,
)
LAYERS = [name for name in catalog.names("layers") if name not in ("Backbone", "Model", "Shared")]


@settings(max_examples=300)
@given(st.data())
def test_nothing_but_a_misfit_is_raised(data):
    if data.draw(st.booleans()):
        name = data.draw(st.sampled_from(LAYERS))
        arguments, fitting = example_of(name)
        known = list(catalog.find("layers", name).arguments)
    else:
        operation = data.draw(st.sampled_from(catalog.names("ops")))
        name, arguments, fitting = f"ops.{operation}", {}, (4, 4, 3)
        known = list(catalog.find("ops", operation).arguments)
    changes = data.draw(st.dictionaries(st.sampled_from([*known, "n"]), odd, max_size=3))
    given_ = data.draw(st.one_of(st.just(fitting), taken))
    try:
        made = output_shape(Layer(**{**arguments, **changes, "type": name}), given_)
    except CannotFit as misfit:
        assert misfit.code and misfit.message
    else:
        assert made is UNKNOWN or isinstance(made, tuple)
