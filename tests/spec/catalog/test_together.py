"""Arguments that are right one by one: what we refuse of them together, Keras refuses as well, and
what we leave, Keras takes."""

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.spec.catalog import check_object, find, names
from kspec.spec.catalog.corrections import samples

KERAS = pytest.mark.keras

counts = st.integers(1, 4)
steps = st.integers(1, 2)


def window(rank):
    return st.one_of(steps, st.lists(steps, min_size=rank, max_size=rank))


@st.composite
def strided(draw):
    rank = draw(st.integers(1, 3))
    kind = draw(st.sampled_from(["Conv{}D", "Conv{}DTranspose", "ConvLSTM{}D"])).format(rank)
    optional = {"strides": window(rank), "dilation_rate": window(rank)}
    if kind.endswith("Transpose"):
        optional["output_padding"] = st.one_of(
            st.none(), st.integers(0, 2), st.lists(st.integers(0, 2), min_size=rank, max_size=rank)
        )
    elif "LSTM" not in kind:
        optional["groups"] = counts
    fixed = {"filters": counts, "kernel_size": st.just(2)}
    return "layers", kind, draw(st.fixed_dictionaries(fixed, optional=optional))


def of(kind, name, fixed, optional=None):
    arguments = st.fixed_dictionaries(fixed, optional=optional or {})
    return arguments.map(lambda given: (kind, name, given))


some = st.lists(st.sampled_from([0.1, 0.2, 0.3]), max_size=3)
cases = st.one_of(
    strided(),
    of("layers", "Reshape", {"target_shape": st.lists(st.sampled_from([-1, 2, 3]), max_size=3)}),
    of("layers", "Permute", {"dims": st.lists(st.integers(0, 4), max_size=4)}),
    of("layers", "Permute", {"dims": st.permutations([1, 2, 3])}),
    of(
        "layers",
        "GroupQueryAttention",
        {"head_dim": counts, "num_query_heads": counts, "num_key_value_heads": counts},
    ),
    of(
        "layers",
        "BatchNormalization",
        {
            "renorm": st.booleans(),
            "renorm_clipping": st.dictionaries(
                st.sampled_from(["rmax", "rmin", "dmax", "type"]),
                st.sampled_from([None, -1.0, 1, 2.5]),
            ),
        },
    ),
    of("layers", "Normalization", {}, {"mean": st.just(0.5), "variance": st.just(2.0)}),
    of("schedules", "PiecewiseConstantDecay", {"boundaries": some, "values": some}),
    of(
        "optimizers",
        "Adam",
        {},
        {
            name: st.sampled_from([None, 1.0])
            for name in ("clipnorm", "clipvalue", "global_clipnorm")
        },
    ),
)


def made(kind, name, arguments):
    """Whether Keras makes it."""
    module = keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)
    try:
        getattr(module, name)(**arguments)
    except Exception:
        return False
    return True


@KERAS
@given(cases)
def test_what_does_not_go_together_is_what_keras_refuses(case):
    kind, name, arguments = case
    found = check_object(kind, {"type": name, **arguments}, in_list=False)
    assert (found == []) == made(kind, name, arguments), (case, found)


@KERAS
@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name in names("optimizers")
        if "clipnorm" in find("optimizers", name).arguments and name != "LossScaleOptimizer"
    ),
)
def test_every_optimizer_clips_in_one_way(name):
    given = {"type": name, "clipnorm": 1.0, "clipvalue": 1.0}
    (found,) = check_object("optimizers", given)
    assert (found.path, found.code) == (("clipvalue",), "wrong-value")
    assert found.message == f'{name}: only one of "clipnorm" and "clipvalue" can be given'
    assert not made("optimizers", name, {"clipnorm": 1.0, "clipvalue": 1.0})


@KERAS
def test_lists_of_another_length_are_refused_by_keras_too():
    """Of every argument that must have a list of one length: that one is right, and no other."""
    sample, tried = samples(keras), 0
    for name in names("layers"):
        entry = find("layers", name)
        needed = {
            each: sample.get(f"{name}.{each}", sample.get(each))
            for each, argument in entry.arguments.items()
            if argument.required
        }
        for argument in entry.arguments.values():
            if argument.length is None or not hasattr(keras.layers, name):
                continue
            tried += 1
            for length in range(1, 5):
                value = [0.5 if argument.items == ("float",) else 1] * length
                if argument.name == "value_range":
                    value = list(range(length))
                elif argument.name == "output_padding":
                    value = [0] * length  # It must be less than the strides.
                given = {**needed, argument.name: value}
                codes = [each.code for each in check_object("layers", {"type": name, **given})]
                fits = length == argument.length
                assert ("wrong-value" not in codes) == fits, (name, given, codes)
                assert fits or not made("layers", name, given), (name, given)
    assert tried > 100


@pytest.mark.parametrize(
    ("kind", "spec", "path", "message"),
    [
        (
            "layers",
            {"type": "Conv2D", "filters": 3, "kernel_size": [1, 2, 3]},
            ("kernel_size",),
            'Conv2D: "kernel_size" must be an integer or a list of 2, not a list of 3',
        ),
        (
            "layers",
            {"type": "MaxPooling1D", "pool_size": 2, "strides": [2, 2]},
            ("strides",),
            'MaxPooling1D: "strides" must be an integer, a list of 1 or null, not a list of 2',
        ),
        (
            "layers",
            {"type": "TimeDistributed", "layer": {"type": "ZeroPadding2D", "padding": [1]}},
            ("layer", "padding"),
            'ZeroPadding2D: "padding" must be an integer or a list of 2, not a list of 1',
        ),
        (
            "layers",
            {"type": "Conv1D", "filters": 3, "kernel_size": 2, "strides": 2, "dilation_rate": [3]},
            ("dilation_rate",),
            'Conv1D: "strides" and "dilation_rate" cannot both be more than 1',
        ),
        (
            "layers",
            {"type": "Conv2D", "filters": 3, "kernel_size": 2, "groups": 2},
            ("groups",),
            'Conv2D: "filters" must be a multiple of "groups"; 3 is none of 2',
        ),
        (
            "layers",
            {"type": "Reshape", "target_shape": [-1, 2, -1]},
            ("target_shape",),
            'Reshape: "target_shape" can have one -1 only',
        ),
        (
            "layers",
            {"type": "ops.reshape", "newshape": [-1, -1]},
            ("newshape",),
            'ops.reshape: "newshape" can have one -1 only',
        ),
        (
            "optimizers",
            {
                "type": "SGD",
                "learning_rate": {
                    "type": "PiecewiseConstantDecay",
                    "boundaries": [100, 200],
                    "values": [0.1, 0.01],
                },
            },
            ("learning_rate", "values"),
            'PiecewiseConstantDecay: "values" must have one more than "boundaries", 3, not 2',
        ),
        (
            "initializers",
            {"type": "Dirac", "rest_initializer": {"type": "PatchWhitening", "samples": 9}},
            ("rest_initializer",),
            'Dirac: "rest_initializer" must be one of Keras\'s, not PatchWhitening',
        ),
        (
            "layers",
            {
                "type": "Dense",
                "units": 3,
                "kernel_initializer": {"type": "Dirac", "rest_initializer": "Dirac"},
            },
            ("kernel_initializer", "rest_initializer"),
            'Dirac: "rest_initializer" must be one of Keras\'s, not Dirac',
        ),
        (
            "layers",
            {"type": "Discretization", "num_bins": 3, "bin_boundaries": [0.5]},
            ("num_bins",),
            'Discretization: only one of "bin_boundaries" and "num_bins" can be given',
        ),
    ],
)
def test_the_fault_is_named_at_its_argument(kind, spec, path, message):
    (found,) = check_object(kind, spec)
    assert (found.path, found.code, found.message) == (path, "wrong-value", message)


def test_what_keras_takes_is_left_to_it():
    """Depthwise and separable convolutions of Keras 3.15 stride over a dilated kernel."""
    for name in ("DepthwiseConv2D", "SeparableConv2D"):
        more = {"filters": 3} if name == "SeparableConv2D" else {}
        spec = {"type": name, "kernel_size": 2, "strides": 2, "dilation_rate": 2, **more}
        assert check_object("layers", spec) == []
