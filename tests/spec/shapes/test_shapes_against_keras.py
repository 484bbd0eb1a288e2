"""Our shapes are Keras's own, whatever the arguments; where we are unsure we say nothing."""

import importlib.util
from pathlib import Path

import keras
import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st
from layer_examples import example_of
from shapes_of_keras import NEEDS_TENSORFLOW, REFUSED, agree, of_keras, ours

import kspec
from kspec.model.connect import connect
from kspec.spec import catalog
from kspec.spec.shapes import carry
from kspec.spec.shapes.families import FAMILIES, rule_of

pytestmark = pytest.mark.keras

WRAPPERS = ("Bidirectional", "Pipeline", "SpectralNormalization", "TimeDistributed")
KNOWN = sorted(
    {name for names in FAMILIES.values() for name in names if name != "Backbone"} | set(WRAPPERS)
)
# A cell makes one step within RNN, bounding boxes are no tensor, and Model, Shared and Backbone are
# forms of the language.
OTHERS = {
    "Backbone",
    "GRUCell",
    "LSTMCell",
    "MaxNumBoundingBoxes",
    "Model",
    "STFTSpectrogram",
    "Shared",
}
OTHERS |= {"SimpleRNNCell", "StackedRNNCells"}


@pytest.fixture(autouse=True, scope="module")
def _forgotten():
    """Keras keeps a note of every variable that was not made; a later scope would make them."""
    yield
    keras.utils.clear_session()


def test_every_layer_is_known_or_named_as_unknown():
    assert set(KNOWN) | OTHERS == set(catalog.names("layers"))


@pytest.mark.parametrize("name", KNOWN)
def test_a_valid_layer_has_the_shape_that_keras_gives_it(name):
    arguments, given = example_of(name)
    spec = {"type": name, **arguments}
    mine = ours(spec, given)
    assert mine not in (None, REFUSED)
    if name in NEEDS_TENSORFLOW and importlib.util.find_spec("tensorflow") is None:
        with pytest.raises(ImportError, match=f"{name} requires TensorFlow"):
            of_keras(spec, given)
    else:
        assert mine == of_keras(spec, given)


def test_a_family_says_what_it_holds():
    for names in FAMILIES.values():
        assert all(rule_of(name) is not None for name in names)


sizes = st.integers(1, 9)


channels = st.sampled_from([1, 2, 3, 4, 6])


def shapes(rank):
    return st.tuples(*(sizes for _ in range(rank)), channels)


any_shape = st.integers(0, 4).flatmap(lambda rank: st.tuples(*(sizes for _ in range(rank))))


def nearly(rank):
    """Mostly shapes of that rank, and now and then any other."""
    return st.one_of(shapes(rank), shapes(rank), shapes(rank), any_shape)


def window(rank, values=None):
    values = st.integers(1, 4) if values is None else values
    return st.one_of(values, st.lists(values, min_size=rank, max_size=rank))


def layer(kind, required=None, **optional):
    """A layer's object: always the arguments `required`, now and then those of `optional`."""
    fixed = {"type": st.just(kind), **(required or {})}
    return st.fixed_dictionaries(fixed, optional=optional)


formats = st.sampled_from(["channels_first", "channels_last"])
paddings = st.sampled_from(["valid", "same", "VALID", "Same", "causal"])
flags = st.booleans()


@st.composite
def convolutions(draw):
    rank = draw(st.integers(1, 3))
    kinds = ["Conv{}D", "Conv{}DTranspose"]
    kinds += ["SeparableConv{}D", "DepthwiseConv{}D"] if rank < 3 else []
    kind = draw(st.sampled_from(kinds)).format(rank)
    required = {"kernel_size": window(rank)}
    if "Depthwise" not in kind:
        required["filters"] = st.integers(1, 6)
    optional = {
        "strides": window(rank, st.integers(1, 3)),
        "padding": paddings,
        "data_format": formats,
        "dilation_rate": window(rank, st.integers(1, 2)),
    }
    if "Depthwise" in kind or "Separable" in kind:
        optional["depth_multiplier"] = st.integers(1, 3)
    elif "Transpose" in kind:
        optional["output_padding"] = window(rank, st.integers(0, 1))
    else:
        optional["groups"] = st.integers(1, 3)
    return draw(layer(kind, required, **optional)), draw(nearly(rank))


@st.composite
def poolings(draw):
    rank = draw(st.integers(1, 3))
    how = draw(st.sampled_from(["Max", "Average"]))
    form = draw(st.sampled_from(["", "Global", "Adaptive"]))
    kind = f"{form}{how}Pooling{rank}D"
    if form == "Global":
        spec = layer(kind, keepdims=flags, data_format=formats)
    elif form == "Adaptive":
        spec = layer(kind, {"output_size": window(rank)}, data_format=formats)
    else:
        optional = {"strides": window(rank), "padding": paddings, "data_format": formats}
        spec = layer(kind, {"pool_size": window(rank)}, **optional)
    return draw(spec), draw(nearly(rank))


@st.composite
def borders(draw):
    rank = draw(st.integers(1, 3))
    width = st.integers(0, 4)
    pair = st.lists(width, min_size=2, max_size=2)
    pairs = pair if rank == 1 else st.lists(st.one_of(pair, width), min_size=rank, max_size=rank)
    data_format = {"data_format": formats} if rank > 1 else {}
    spec = draw(
        st.one_of(
            layer(f"ZeroPadding{rank}D", padding=st.one_of(width, pairs), **data_format),
            layer(f"Cropping{rank}D", cropping=st.one_of(width, pairs), **data_format),
            layer(f"UpSampling{rank}D", size=window(rank), **data_format),
        )
    )
    return spec, draw(nearly(rank))


targets = st.lists(st.one_of(st.just(-1), sizes), min_size=1, max_size=3)

reshapings = st.tuples(
    st.one_of(
        layer("Flatten", data_format=formats),
        layer("Reshape", {"target_shape": targets}),
        layer("Permute", {"dims": st.permutations([1, 2, 3])}),
        layer("RepeatVector", {"n": sizes}),
    ),
    st.one_of(any_shape, st.sampled_from([(4, 6), (2, 3, 4), (24,)])),
)

denses = st.tuples(
    st.one_of(
        layer("Dense", {"units": sizes}, use_bias=flags),
        layer(
            "EinsumDense",
            {
                "equation": st.sampled_from(
                    ["ab,bc->ac", "abc,cd->abd", "...b,bc->...c", "abc,bd->adc"]
                ),
                "output_shape": st.one_of(
                    sizes, st.lists(st.one_of(st.none(), sizes), min_size=1, max_size=2)
                ),
            },
        ),
        layer("Embedding", {"input_dim": sizes, "output_dim": sizes}),
    ),
    any_shape,
)


@st.composite
def mergings(draw):
    base = draw(any_shape)

    def other():
        kind = draw(st.sampled_from(["same", "same", "ones", "last", "any"]))
        if kind == "same":
            return base
        if kind == "ones":
            return tuple(draw(st.sampled_from([size, 1])) for size in base)
        if kind == "last":
            return (*base[:-1], draw(sizes)) if base else ()
        return draw(any_shape)

    given = [base, *(other() for _ in range(draw(st.integers(0, 2))))]
    kinds = ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"]
    spec = draw(
        st.one_of(
            st.sampled_from(kinds).map(lambda kind: {"type": kind}),
            layer("Concatenate", axis=st.integers(-4, 4)),
            layer(
                "Dot",
                {
                    "axes": st.one_of(
                        st.integers(-2, 3), st.lists(st.integers(1, 3), min_size=2, max_size=2)
                    )
                },
            ),
        )
    )
    return spec, draw(st.sampled_from([given, given, given, base]))


axes = st.integers(-4, 4)
normalizations = st.tuples(
    st.one_of(
        layer("BatchNormalization", axis=axes),
        layer("LayerNormalization", axis=st.one_of(axes, st.lists(axes, min_size=1, max_size=2))),
        layer("RMSNormalization", axis=axes),
        layer("UnitNormalization", axis=axes),
        layer("GroupNormalization", groups=st.sampled_from([-1, 1, 2, 3]), axis=axes),
        layer("PReLU", shared_axes=st.lists(st.integers(1, 4), min_size=1, max_size=2)),
        layer("SpatialDropout2D", {"rate": st.just(0.1)}, data_format=formats),
        layer("LayerScale", {"init_values": st.just(0.1), "projection_dim": sizes}),
    ),
    any_shape,
)

states = {
    "return_sequences": flags,
    "return_state": flags,
    "go_backwards": flags,
}
simple_recurrent = st.sampled_from(["GRU", "LSTM", "SimpleRNN"]).flatmap(
    lambda kind: layer(kind, {"units": sizes}, **states)
)
cells = st.sampled_from(["GRUCell", "LSTMCell", "SimpleRNNCell"]).flatmap(
    lambda kind: layer(kind, {"units": sizes})
)
recurrents = st.one_of(
    st.tuples(
        st.one_of(
            simple_recurrent,
            layer(
                "RNN", {"cell": st.one_of(cells, st.lists(cells, min_size=1, max_size=2))}, **states
            ),
            layer(
                "Bidirectional",
                {"layer": simple_recurrent},
                merge_mode=st.sampled_from(["sum", "mul", "ave", "concat", None]),
            ),
        ),
        nearly(1),
    ),
    st.integers(1, 2).flatmap(
        lambda rank: st.tuples(
            layer(
                f"ConvLSTM{rank}D",
                {"filters": sizes, "kernel_size": window(rank)},
                padding=st.sampled_from(["valid", "same"]),
                strides=window(rank, st.integers(1, 2)),
                data_format=formats,
                **states,
            ),
            nearly(rank + 1),
        )
    ),
)


@st.composite
def attentions(draw):
    width = draw(sizes)
    query = (draw(sizes), width)
    value = (draw(sizes), width)
    key = draw(st.sampled_from([value, value, (value[0] + 1, width)]))
    kind = draw(st.sampled_from(["MultiHeadAttention", "GroupQueryAttention", "Attention"]))
    if kind == "Attention":
        spec = layer(kind, use_scale=flags)
    elif kind == "MultiHeadAttention":
        spec = layer(
            kind, {"num_heads": sizes, "key_dim": sizes}, output_shape=sizes, value_dim=sizes
        )
    else:
        heads = draw(sizes)
        required = {"head_dim": sizes, "num_key_value_heads": st.just(heads)}
        spec = layer(kind, {**required, "num_query_heads": st.just(2 * heads)})
    forms = [[query, value], query]
    if kind != "Attention":
        forms += [[query, value, key], {"query": query, "value": value}]
        forms += [{"query": query, "value": value, "return_attention_scores": True}]
        forms += [[query, (value[0], width + 1)]]
    given = draw(st.sampled_from(forms))
    if kind == "MultiHeadAttention" and isinstance(given, dict) and "key" not in given:
        given = draw(st.sampled_from([given, {**given, "value": query}]))
    return draw(spec), given


pictures = st.tuples(
    st.one_of(
        layer("Resizing", {"height": sizes, "width": sizes}, data_format=formats),
        layer("CenterCrop", {"height": sizes, "width": sizes}, data_format=formats),
        layer("RandomFlip", data_format=formats),
        layer("Rescaling", {"scale": st.just(2.0)}),
        layer("Normalization"),
        layer("Normalization", {"mean": st.just([1.0] * 3), "variance": st.just([1.0] * 3)}),
        layer("RandomColorDegeneration", {"factor": st.just(0.1)}),
        layer(
            "CategoryEncoding",
            {"num_tokens": sizes},
            output_mode=st.sampled_from(["one_hot", "multi_hot", "count"]),
        ),
        layer(
            "Discretization",
            {"bin_boundaries": st.just([0.0, 1.0])},
            output_mode=st.sampled_from(["int", "one_hot", "multi_hot", "count"]),
        ),
    ),
    nearly(2),
)

inner = st.one_of(
    layer("Dense", {"units": sizes}),
    layer("Conv1D", {"filters": sizes, "kernel_size": sizes}),
    layer("MaxPooling2D", pool_size=sizes),
    layer("Flatten"),
    layer("ReLU"),
)
wrapped = st.tuples(
    st.one_of(
        layer("TimeDistributed", {"layer": inner}),
        layer("TimeDistributed", {"layer": layer("TimeDistributed", {"layer": inner})}),
        layer("SpectralNormalization", {"layer": inner}),
        layer("Pipeline", {"layers": st.lists(inner, min_size=1, max_size=3)}),
    ),
    any_shape,
)


@st.composite
def operations(draw):
    base = draw(any_shape)
    ones = tuple(draw(st.sampled_from([size, 1])) for size in base)
    two = draw(
        st.sampled_from([[base, base], [base, ones], [ones, base], [base, 2.0], [0.5, base]])
    )
    some = draw(st.one_of(axes, st.lists(axes, min_size=1, max_size=2, unique=True), st.none()))
    one, other = draw(axes), draw(axes)
    order = draw(st.permutations(range(len(base) + 1)))
    rest = draw(st.permutations(base))
    return draw(
        st.sampled_from(
            [
                *(({"type": f"ops.{name}"}, two) for name in ("add", "divide", "maximum", "power")),
                *(({"type": f"ops.{name}"}, base) for name in ("relu", "exp", "tanh", "add")),
                ({"type": "ops.mean", "axis": some}, base),
                ({"type": "ops.max", "axis": some, "keepdims": True}, base),
                ({"type": "ops.argmax", "axis": one}, base),
                ({"type": "ops.transpose", "axes": list(order)}, base),
                ({"type": "ops.transpose", "axes": [0, *range(len(base), 0, -1)]}, base),
                ({"type": "ops.reshape", "newshape": [-1, *rest]}, base),
                ({"type": "ops.reshape", "newshape": [-1, 2]}, base),
                ({"type": "ops.swapaxes", "axis1": one, "axis2": other}, base),
                ({"type": "ops.expand_dims", "axis": one}, base),
                ({"type": "ops.squeeze", "axis": one}, ones),
                ({"type": "ops.concatenate", "axis": one}, [base, ones, base]),
                ({"type": "ops.stack", "axis": one}, [base, ones]),
                ({"type": "ops.stack", "axis": one}, [base, base]),
                ({"type": "ops.matmul"}, [base, base]),
                ({"type": "ops.matmul"}, [base, (*base[:-2], *base[-1:], 3)]),
                ({"type": "ops.one_hot", "num_classes": 3}, base),
                ({"type": "ops.flip", "axis": one}, base),
                ({"type": "ops.softmax", "axis": -1}, base),
                ({"type": "ops.image.resize", "size": [3, 4]}, base),
                ({"type": "ops.where"}, [base, ones, 0.0]),
            ]
        )
    )


STRATEGIES = {
    "attention": attentions(),
    "borders": borders(),
    "convolution": convolutions(),
    "dense": denses,
    "merging": mergings(),
    "normalization": normalizations,
    "operations": operations(),
    "pictures": pictures,
    "pooling": poolings(),
    "recurrent": recurrents,
    "reshaping": reshapings,
    "wrappers": wrapped,
}


@pytest.mark.filterwarnings("ignore:`build..` was called on layer 'pipeline")
@pytest.mark.parametrize("family", STRATEGIES)
def test_random_layers_have_the_shapes_that_keras_gives_them(family):
    # Keras takes long to make a recurrent layer.
    @settings(max_examples=15 if family == "recurrent" else 60)
    @given_(STRATEGIES[family])
    def run(case):
        agree(*case)

    run()


@pytest.mark.parametrize("path", sorted(Path("specs").glob("*.json")), ids=lambda path: path.stem)
def test_a_shipped_network_gives_what_its_model_gives(path):
    spec = kspec.load(path)
    with keras.StatelessScope(initialize_variables=False):
        model = connect(spec)
    assert carry(spec).outputs == tuple(tuple(each.shape[1:]) for each in model.outputs)
