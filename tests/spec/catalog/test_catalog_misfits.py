"""Arguments that are right one by one: what we refuse of them together, Keras refuses as well, and
what we leave, Keras takes."""

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.cataloguing.corrections import samples
from kspec.model.objects import make
from kspec.spec import catalog
from kspec.spec.catalog import check_object, find, names
from kspec.spec.catalog.factors import FACTORS
from kspec.spec.models import KerasObject

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
                elif name == "RandomPosterization":
                    value = [2] * length  # At least 1.
                given = {**needed, argument.name: value}
                codes = [each.code for each in check_object("layers", {"type": name, **given})]
                fits = length == argument.length
                assert ("wrong-value" not in codes) == fits, (name, given, codes)
                assert fits or not made("layers", name, given), (name, given)
    assert tried > 100


NUMBERS = (-9, -1, -0.5, 0, 0.5, 1, 1.5, 2, 9)
PAIRS = [[low, high] for low in NUMBERS for high in NUMBERS]
SOME = [-2, -1, 0, 0.0, 0.5, 1, 1.0, 2, 3]


@KERAS
@pytest.mark.parametrize(
    ("name", "key"),
    [
        (name, f"{key}_factor")
        for name in ("RandomTranslation", "RandomZoom")
        for key in ("height", "width")
    ]
    + [("RandomColorJitter", f"{key}_factor") for key in ("brightness", "contrast", "hue")]
    + [("RandomElasticTransform", "scale"), ("RandomErasing", "scale")]
    + [("RandomGaussianBlur", "sigma"), ("RandomColorJitter", "saturation_factor")]
    + [(name, "factor") for name in FACTORS if "factor" in find("layers", name).arguments],
)
def test_a_factor_is_refused_where_keras_refuses_it(name, key):
    both = name in ("RandomTranslation", "RandomZoom")
    fixed = {"height_factor": 0.5, "width_factor": 0.5} if both else {}
    for value in [*NUMBERS, *PAIRS]:
        given = {**fixed, key: value}
        found = check_object("layers", {"type": name, **given})
        assert (found == []) == makes("layers", name, given), (value, found)


@KERAS
@pytest.mark.parametrize(
    ("kind", "name", "key", "values"),
    [
        ("initializers", "VarianceScaling", "scale", SOME),
        ("layers", "GroupNormalization", "groups", [-1, 1, 2]),
        pytest.param(  # Keras 3.14 takes them, but cannot build them.
            *("layers", "GroupNormalization", "groups", [-2, 0]), marks=pytest.mark.newest
        ),
        ("layers", "RandomGaussianBlur", "kernel_size", [1, 2, 3, [1, 3], [3, 2]]),
        ("layers", "RandomGrayscale", "factor", [0.5, 2, [0.1, 0.2]]),
        ("layers", "Equalization", "bins", [1, 256]),
        ("layers", "Equalization", "value_range", [None, [0, 1]]),
        ("layers", "Solarization", "addition_factor", [None, 0.5]),
        ("losses", "CategoricalGeneralizedCrossEntropy", "q", SOME),
        ("metrics", "AUC", "num_thresholds", [1, 2, 3]),
        ("metrics", "AUC", "thresholds", [0.5, [0.5], None]),
        ("metrics", "AUC", "num_labels", [2, None]),
        ("metrics", "F1Score", "threshold", SOME),
        ("metrics", "FBetaScore", "beta", SOME),
        ("metrics", "BinaryIoU", "target_class_ids", [[], [0], [1], [2], [[1]]]),
        ("optimizers", "Adadelta", "learning_rate", [0, 1, 1.0, 3]),
        ("optimizers", "AdamW", "weight_decay", [0, 1, None]),
        ("optimizers", "Ftrl", "learning_rate_power", [-1, -0.5, 0, 0.5]),
        ("optimizers", "Lion", "beta_1", SOME),
        ("optimizers", "SGD", "gradient_accumulation_steps", [-1, 0, 1, 2, None]),
        ("optimizers", "SGD", "momentum", SOME),
        ("schedules", "CosineDecayRestarts", "first_decay_steps", [-1, 0, 0.5, 1]),
        ("schedules", "ExponentialDecay", "decay_steps", [-1, 0, 0.5, 1]),
    ],
)
def test_a_value_is_refused_where_keras_cannot_make_the_object(kind, name, key, values):
    sample = {"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.5}
    known = find(kind, name).arguments
    fixed = {each: sample[each] for each in sample if each in known and known[each].required}
    for value in values:
        given = {**fixed, key: value}
        found = check_object(kind, {"type": name, **given}, in_list=False)
        assert (found == []) == makes(kind, name, given), (value, found)


@pytest.mark.parametrize(
    ("key", "wrong", "right"),
    [
        ("max_tokens", [1], [2, None]),
        ("vocabulary", [[]], [["a"]]),
        ("idf_weights", [[1.0]], [None]),
        ("pad_to_max_tokens", [True], [False]),
    ],
)
def test_a_lookup_is_held_to_what_keras_takes(key, wrong, right):
    """Without Keras, which makes a StringLookup only where TensorFlow is installed."""
    for values, fine in ((wrong, False), (right, True)):
        for value in values:
            found = check_object("layers", {"type": "StringLookup", key: value}, in_list=False)
            assert (found == []) is fine, (value, found)


@KERAS
def test_thresholds_that_are_listed_need_no_number_of_them():
    given = {"num_thresholds": 1, "thresholds": [0.5]}
    assert check_object("metrics", {"type": "AUC", **given}) == []
    assert makes("metrics", "AUC", given)


def makes(kind, name, arguments):
    """Whether kspec makes it, with nothing checked before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "check_object", lambda *_, **__: [])
        try:
            make(kind, KerasObject(type=name, **arguments))
        except Exception:
            return False
    return True


@KERAS
@pytest.mark.parametrize("name", ["CosineDecay", "ExponentialDecay", "InverseTimeDecay"])
def test_a_schedule_from_a_whole_number_on_is_the_one_from_that_float_on(name):
    known = find("schedules", name).arguments
    given = {"decay_steps": 10} | ({"decay_rate": 0.5} if "decay_rate" in known else {})
    whole, real = (
        make("schedules", KerasObject(type=name, initial_learning_rate=first, **given))
        for first in (1, 1.0)
    )
    assert 0 < float(whole(3)) == float(real(3)) < 1


@pytest.mark.parametrize(
    ("name", "given", "fits"),
    [
        ("Conv2D", {"kernel_initializer": "PatchWhitening"}, True),
        ("Conv2D", {"kernel_initializer": {"type": "PatchWhitening", "epsilon": 0.1}}, True),
        ("Conv2D", {"kernel_initializer": "PatchWhitening", "dilation_rate": [1, 2]}, False),
        ("Conv2D", {"kernel_initializer": "PatchWhitening", "groups": 2}, False),
        ("Conv2D", {"bias_initializer": {"type": "PatchWhitening"}}, False),
        ("Conv1D", {"kernel_initializer": "PatchWhitening"}, False),
    ],
)
def test_whitening_is_for_the_kernel_of_a_plain_conv2d(name, given, fits):
    given = {"type": name, "filters": 2, "kernel_size": 1, **given}
    found = [(each.path, each.message) for each in check_object("layers", given)]
    (key,) = (key for key in given if key.endswith("_initializer"))
    message = "PatchWhitening is for the kernel of a Conv2D without groups or dilation"
    assert found == ([] if fits else [((key,), f'{name}: "{key}": {message}')])


@KERAS
def test_weights_that_a_spec_cannot_hold_are_refused():
    given = {"input_dim": 2, "output_dim": 1, "weights": [[1.0], [2.0]]}
    (found,) = check_object("layers", {"type": "Embedding", **given})
    assert found.message == (
        'Embedding: "weights" must be null: Keras wants an array there, which a spec cannot hold; '
        'use "embeddings_initializer"'
    )
    assert not made("layers", "Embedding", given)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_is_one_that_every_backend_takes(seed):
    for name in ("Dropout", "RandomFlip", "RandomBrightnessFactor"):
        (found,) = check_object("layers", {"type": name, **SEEDED.get(name, {}), "seed": seed})
        assert found.message == f'{name}: "seed" must be from 0 to 4294967295, not {seed}'


SEEDED = {"Dropout": {"rate": 0.5}, "RandomBrightnessFactor": {"factor": 0.1}}


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
            {"type": "RandomErasing", "factor": 2},
            ("factor",),
            'RandomErasing: "factor" must be a number from 0 to 1, or two of them, not 2',
        ),
        (
            "layers",
            {"type": "RandomZoom", "height_factor": [-1, 0.5]},
            ("height_factor",),
            'RandomZoom: "height_factor" must be a number above -1, at most 1, or two of them, '
            "not [-1, 0.5]",
        ),
        (
            "layers",
            {"type": "BatchNormalization", "synchronized": True},
            ("synchronized",),
            'BatchNormalization: "synchronized" works on TensorFlow alone, and a spec is for every '
            "backend",
        ),
        (
            "schedules",
            {
                "type": "CosineDecay",
                "initial_learning_rate": 0.1,
                "decay_steps": 90,
                "warmup_steps": 10,
            },
            ("warmup_steps",),
            'CosineDecay: "warmup_steps" needs "warmup_target" beside it',
        ),
        (
            "optimizers",
            {"type": "SGD", "gradient_accumulation_steps": 1},
            ("gradient_accumulation_steps",),
            'SGD: "gradient_accumulation_steps" must be at least 2, or 0 or null for none, not 1',
        ),
        (
            "optimizers",
            {"type": "ConvMuon", "exclude_layers": ["head", "*dense"]},
            ("exclude_layers",),
            'ConvMuon: "exclude_layers": "*dense" is no regular expression: nothing to repeat at '
            "position 0",
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
