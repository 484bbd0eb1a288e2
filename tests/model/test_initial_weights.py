"""One start: weights from (seed, path), distributed as Keras's, the same on every backend."""

import hashlib
import inspect

import keras
import numpy as np
import pytest

from kspec.model.initial_weights import (
    assign_initial_weights,
    assign_seed_generators,
    recorded_initializers,
)
from kspec.seeds import generator

LAYERS = keras.layers
INITIALIZERS = keras.initializers


class Holder(keras.Layer):
    """A layer around another, as a model is around its layers."""

    def __init__(self, layer):
        super().__init__(name="holder")
        self.layer = layer


class Weight(keras.Layer):
    """A layer that is nothing but one weight."""

    def __init__(self, initializer, shape, **options):
        super().__init__(name="layer")
        self.kernel = self.add_weight(
            shape=shape, initializer=initializer, name="kernel", **options
        )


def started(make, seed=0):
    """What `make` builds, with the weights and generators that `seed` stands for."""
    with recorded_initializers() as record:
        model = make()
    assign_initial_weights(model, record, seed)
    assign_seed_generators(model, seed)
    return model


def drawn(initializer, shape, seed=0, **options):
    return values(started(lambda: Weight(initializer, shape, **options), seed))[0]


def values(model):
    return [numpy(weight) for weight in model.weights]


def numpy(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def digest(model):
    joined = b"".join(value.astype("<f4").tobytes() for value in values(model))
    return hashlib.sha256(joined).hexdigest()


def distance(a, b):
    """The Kolmogorov-Smirnov statistic: the widest gap between two empirical distributions."""
    a, b = np.sort(a, axis=None), np.sort(b, axis=None)
    both = np.concatenate([a, b])
    gaps = np.searchsorted(a, both, "right") / a.size - np.searchsorted(b, both, "right") / b.size
    return np.abs(gaps).max()


# Each as Keras's default has it, and away from it.
RANDOM = [
    INITIALIZERS.RandomNormal(),
    INITIALIZERS.RandomNormal(mean=-1.5, stddev=2.0),
    INITIALIZERS.TruncatedNormal(),
    INITIALIZERS.TruncatedNormal(mean=3.0, stddev=0.5),
    INITIALIZERS.RandomUniform(),
    INITIALIZERS.RandomUniform(minval=2.0, maxval=5.0),
    INITIALIZERS.GlorotNormal(),
    INITIALIZERS.GlorotUniform(),
    INITIALIZERS.HeNormal(),
    INITIALIZERS.HeUniform(),
    INITIALIZERS.LecunNormal(),
    INITIALIZERS.LecunUniform(),
    INITIALIZERS.Orthogonal(),
    INITIALIZERS.Orthogonal(gain=3.0),
    *(
        INITIALIZERS.VarianceScaling(scale=0.7, mode=mode, distribution=distribution)
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("uniform", "truncated_normal", "untruncated_normal")
    ),
    *(
        [INITIALIZERS.VarianceScaling(input_axes=[0, 1], output_axes=[3])]
        if hasattr(INITIALIZERS.VarianceScaling(), "input_axes")
        else []
    ),
]


def title(initializer):
    config = {key: value for key, value in initializer.get_config().items() if value is not None}
    return "-".join(map(str, (type(initializer).__name__, *config.values())))


@pytest.mark.parametrize("initializer", RANDOM, ids=title)
@pytest.mark.parametrize("shape", [(3, 3, 20, 100), (180, 100)], ids=str)
def test_distributed_as_in_keras(initializer, shape):
    if getattr(initializer, "input_axes", None):
        shape = (3, 60, 1, 100)
    ours = drawn(initializer, shape)
    # Only Keras's draw is new in every process; the seed makes it the same in every run.
    config = {**initializer.get_config(), "seed": 11}
    theirs = numpy(type(initializer).from_config(config)(shape, dtype="float32"))
    assert ours.shape == theirs.shape
    # Exceeded once in 100,000 by two samples of one distribution.
    assert distance(ours, theirs) < 2.47 * np.sqrt(2 / ours.size)
    assert float(ours.std()) == pytest.approx(float(theirs.std()), rel=0.025)
    assert abs(float(ours.mean() - theirs.mean())) < 0.045 * float(ours.std())


def test_every_initializer_of_keras_is_drawn_or_the_same_everywhere():
    classes = {
        value
        for value in vars(INITIALIZERS).values()
        if inspect.isclass(value) and value is not INITIALIZERS.Initializer
    }
    same = {
        INITIALIZERS.Zeros,
        INITIALIZERS.Ones,
        INITIALIZERS.Constant,
        INITIALIZERS.Identity,
    }
    assert classes == {type(initializer) for initializer in RANDOM} | same | {INITIALIZERS.STFT}


@pytest.mark.parametrize(
    ("initializer", "expected"),
    [
        (INITIALIZERS.Zeros(), np.zeros((4, 6))),
        (INITIALIZERS.Ones(), np.ones((4, 6))),
        (INITIALIZERS.Constant(0.1), np.full((4, 6), 0.1)),
        (INITIALIZERS.Identity(gain=0.3), 0.3 * np.eye(4, 6)),
    ],
)
def test_what_does_not_draw_stays(initializer, expected):
    assert np.array_equal(drawn(initializer, (4, 6)), expected.astype("float32"))


def test_uniform_and_truncated_stay_within_their_bounds():
    uniform = drawn(INITIALIZERS.RandomUniform(minval=-2.0, maxval=3.0), (500, 500))
    assert -2 <= uniform.min() < -1.999 and 2.999 < uniform.max() <= 3
    truncated = drawn(INITIALIZERS.TruncatedNormal(mean=1.0, stddev=0.5), (500, 500))
    assert 0 <= truncated.min() < 0.01 and 1.99 < truncated.max() <= 2
    # The variance of a standard normal cut off at two deviations.
    assert truncated.var() == pytest.approx(0.25 * 0.7737413, rel=0.01)


def test_normal_has_the_moments_of_a_normal():
    x = drawn(INITIALIZERS.RandomNormal(stddev=1.0), (1000, 1000)).astype(np.float64)
    assert np.mean(x) == pytest.approx(0, abs=0.005)
    assert np.mean(x**2) == pytest.approx(1, abs=0.007)
    assert np.mean(x**3) == pytest.approx(0, abs=0.02)
    assert np.mean(x**4) == pytest.approx(3, abs=0.05)
    assert 4.3 < np.abs(x).max() < 6
    flat = x.ravel()
    assert abs(np.corrcoef(flat[:-1], flat[1:])[0, 1]) < 0.005


@pytest.mark.parametrize("shape", [(6, 6), (300, 40), (40, 300), (3, 3, 4, 8), (1, 5), (2, 1)])
def test_orthogonal_is_orthogonal(shape):
    matrix = drawn(INITIALIZERS.Orthogonal(gain=2.0), shape).reshape(-1, shape[-1]) / 2
    small = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
    assert np.allclose(small, np.eye(len(small)), atol=1e-6)


def test_orthogonal_needs_two_axes():
    with pytest.raises(ValueError, match="two"):
        drawn("orthogonal", (5,))


@pytest.mark.parametrize("side", ["real", "imag"])
@pytest.mark.parametrize("scaling", [None, "density", "spectrum"])
def test_the_kernels_of_a_fourier_transform_are_those_of_keras(side, scaling):
    initializer = INITIALIZERS.STFT(side, window=list(np.hanning(64)), scaling=scaling)
    ours = drawn(initializer, (64, 1, 33))
    theirs = numpy(initializer((64, 1, 33), dtype="float32"))
    assert np.allclose(ours, theirs, atol=1e-4)


def dense_model(units=(8, 8), last=None):
    model = keras.Sequential([keras.Input((5,))])
    for index, size in enumerate(units):
        model.add(LAYERS.Dense(size, name=f"dense{index}"))
    if last:
        model.add(LAYERS.Dense(last, name="last"))
    return model


def test_a_layer_at_the_end_changes_nothing_before_it():
    short, long = values(started(dense_model)), values(started(lambda: dense_model(last=3)))
    for a, b in zip(short, long, strict=False):
        assert np.array_equal(a, b)


def test_layers_of_one_shape_differ():
    model = started(lambda: dense_model((5, 5)))
    first, second = (numpy(layer.kernel) for layer in model.layers)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.9


def test_neighbouring_seeds_are_unrelated():
    draws = [drawn("random_normal", (100, 100), seed).ravel() for seed in range(4)]
    related = np.corrcoef(draws) - np.eye(4)
    assert np.abs(related).max() < 0.05
    # Nor is one the other a few steps on.
    assert len(np.unique(np.concatenate(draws))) > 39_900


def test_a_seed_of_its_own_takes_the_place_of_the_seed():
    def initializer(seed):
        return INITIALIZERS.HeNormal(seed=seed)

    assert np.array_equal(drawn(initializer(7), (9, 9), 0), drawn(initializer(7), (9, 9), 1))
    assert not np.array_equal(drawn(initializer(7), (9, 9)), drawn(initializer(8), (9, 9)))
    generators = [keras.random.SeedGenerator(7), keras.random.SeedGenerator(7)]
    one, two = (drawn(initializer(own), (9, 9), i) for i, own in enumerate(generators))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("given", [None, 7])
def test_einsum_dense_tells_a_given_seed_from_one_that_keras_drew(given):
    def make():
        initializer = INITIALIZERS.GlorotUniform(seed=given)
        layer = LAYERS.EinsumDense("ab,bc->ac", 6, kernel_initializer=initializer, name="layer")
        layer.build((None, 5))
        return layer

    first, again, other = (values(started(make, seed))[0] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert np.array_equal(first, other) == (given is not None)


def test_one_initializer_in_two_layers_gives_two_draws():
    def make():
        shared = INITIALIZERS.GlorotUniform(seed=7)
        names = ("one", "two")
        return keras.Sequential(
            [
                keras.Input((4,)),
                *(LAYERS.Dense(4, name=n, kernel_initializer=shared) for n in names),
            ]
        )

    one, two = (numpy(layer.kernel) for layer in started(make).layers)
    assert not np.array_equal(one, two)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_every_type_holds_the_same_numbers_rounded(dtype):
    exact = drawn("he_normal", (50, 50))
    short = drawn("he_normal", (50, 50), dtype=dtype).astype("float32")
    # Three, eight and eleven bits of mantissa at the least.
    assert np.allclose(
        short, exact, rtol={"float32": 0, "bfloat16": 2**-8, "float16": 2**-11}[dtype], atol=1e-7
    )


def test_without_an_initializer_a_weight_is_glorot_uniform_as_in_keras():
    assert np.array_equal(drawn(None, (20, 20)), drawn("glorot_uniform", (20, 20)))
    assert np.array_equal(drawn(None, (2, 2), dtype="int32", trainable=False), np.zeros((2, 2)))


def rnn(kind, **options):
    return lambda: getattr(LAYERS, kind)(3, name="layer", **options)


# One of each layer that has an initializer: what makes it and what shape it takes.
MADE = {
    "BatchNormalization": (lambda: LAYERS.BatchNormalization(name="layer"), (4,)),
    "ConvLSTM1D": (lambda: LAYERS.ConvLSTM1D(3, 2, name="layer"), (4, 5, 2)),
    "ConvLSTM2D": (lambda: LAYERS.ConvLSTM2D(3, 2, name="layer"), (4, 5, 5, 2)),
    "ConvLSTM3D": (lambda: LAYERS.ConvLSTM3D(3, 2, name="layer"), (4, 5, 5, 5, 2)),
    "Conv1D": (lambda: LAYERS.Conv1D(3, 2, name="layer"), (5, 2)),
    "Conv2D": (lambda: LAYERS.Conv2D(3, 2, name="layer"), (5, 5, 2)),
    "Conv3D": (lambda: LAYERS.Conv3D(3, 2, name="layer"), (5, 5, 5, 2)),
    "Conv1DTranspose": (lambda: LAYERS.Conv1DTranspose(3, 2, name="layer"), (5, 2)),
    "Conv2DTranspose": (lambda: LAYERS.Conv2DTranspose(3, 2, name="layer"), (5, 5, 2)),
    "Conv3DTranspose": (lambda: LAYERS.Conv3DTranspose(3, 2, name="layer"), (5, 5, 5, 2)),
    "Dense": (lambda: LAYERS.Dense(3, name="layer", lora_rank=2), (5,)),
    "DepthwiseConv1D": (lambda: LAYERS.DepthwiseConv1D(2, name="layer"), (5, 2)),
    "DepthwiseConv2D": (lambda: LAYERS.DepthwiseConv2D(2, name="layer"), (5, 5, 2)),
    "EinsumDense": (lambda: LAYERS.EinsumDense("ab,bc->ac", 3, name="layer"), (5,)),
    "Embedding": (lambda: LAYERS.Embedding(5, 3, name="layer"), (4,)),
    "GRU": (rnn("GRU"), (4, 2)),
    "GRUCell": (rnn("GRUCell"), (2,)),
    "GroupNormalization": (lambda: LAYERS.GroupNormalization(2, name="layer"), (5, 4)),
    "GroupedQueryAttention": (lambda: LAYERS.GroupQueryAttention(4, 4, 2, name="layer"), None),
    "LSTM": (rnn("LSTM", bias_initializer="random_normal"), (4, 2)),
    "LSTMCell": (rnn("LSTMCell", bias_initializer="random_normal"), (2,)),
    "LayerNormalization": (lambda: LAYERS.LayerNormalization(name="layer"), (4,)),
    "MultiHeadAttention": (lambda: LAYERS.MultiHeadAttention(2, 4, name="layer"), None),
    "PReLU": (lambda: LAYERS.PReLU("random_uniform", name="layer"), (4,)),
    "ReversibleEmbedding": (
        lambda: LAYERS.ReversibleEmbedding(5, 3, tie_weights=False, name="layer"),
        (4,),
    ),
    "SeparableConv1D": (lambda: LAYERS.SeparableConv1D(3, 2, name="layer"), (5, 2)),
    "SeparableConv2D": (lambda: LAYERS.SeparableConv2D(3, 2, name="layer"), (5, 5, 2)),
    "SimpleRNN": (rnn("SimpleRNN"), (4, 2)),
    "SimpleRNNCell": (rnn("SimpleRNNCell"), (2,)),
    "SpectralNormalization": (
        lambda: LAYERS.SpectralNormalization(LAYERS.Dense(3), name="layer"),
        (4,),
    ),
    "STFTSpectrogram": (
        lambda: LAYERS.STFTSpectrogram(frame_length=16, frame_step=8, window=None, name="layer"),
        (64, 1),
    ),
    "Bidirectional": (lambda: LAYERS.Bidirectional(LAYERS.LSTM(3), name="layer"), (4, 2)),
    "RNN": (
        lambda: LAYERS.RNN([LAYERS.LSTMCell(3), LAYERS.GRUCell(2)], name="layer"),
        (4, 2),
    ),
    "TimeDistributed": (lambda: LAYERS.TimeDistributed(LAYERS.Dense(3), name="layer"), (4, 2)),
}


def built(name):
    make, shape = MADE[name]

    def build():
        layer = make()
        if shape is None:
            layer.build((None, 6, 4), (None, 6, 4))
        else:
            layer.build((None, *shape))
        return Holder(layer)

    return build


@pytest.mark.parametrize("name", MADE)
def test_every_weight_of_a_layer_follows_from_the_seed(name):
    first, again = (values(started(built(name))) for _ in range(2))
    assert first
    # Keras would draw anew.
    for a, b in zip(first, again, strict=True):
        assert np.array_equal(a, b)


def test_no_layer_with_an_initializer_is_forgotten():
    having = {
        value.__name__
        for value in vars(LAYERS).values()
        if inspect.isclass(value)
        and any("initializer" in name for name in inspect.signature(value.__init__).parameters)
    }
    assert having - set(MADE) == set()


def test_the_bias_of_an_lstm_is_drawn_but_for_the_forget_gate():
    layer = started(built("LSTM")).layer
    bias = numpy(layer.cell.bias)
    assert np.array_equal(bias[3:6], np.ones(3))
    drawn = np.concatenate([bias[:3], bias[6:]])
    assert len(np.unique(drawn)) == 9 and 0 < np.abs(drawn).max() < 0.3
    assert isinstance(layer.cell.bias_initializer, INITIALIZERS.RandomNormal)


def mixed_model():
    """Nested, shared, wrapped, and with inner layers whose names Keras counts up."""
    inputs = keras.Input((6, 6, 3), name="input")
    x = LAYERS.Conv2D(4, 3, name="conv", kernel_initializer="he_uniform")(inputs)
    x = LAYERS.BatchNormalization(name="norm")(x)
    x = LAYERS.SeparableConv2D(4, 2, name="separable", bias_initializer="truncated_normal")(x)
    x = LAYERS.Reshape((9, 4), name="rows")(x)
    shared = LAYERS.Dense(4, name="shared", kernel_initializer="lecun_normal")
    x = shared(shared(x))
    for name in ("inner", "twin"):
        inner = [keras.Input((9, 4)), LAYERS.Dense(4), LAYERS.Dropout(0.5), LAYERS.Dense(4)]
        x = keras.Sequential(inner, name=name)(x)
    x = LAYERS.Bidirectional(LAYERS.LSTM(3, return_sequences=True), name="both")(x)
    x = LAYERS.RNN([LAYERS.GRUCell(3, dropout=0.2), LAYERS.LSTMCell(2)], name="cells")(x)
    x = LAYERS.Dropout(0.5, name="drop")(x)
    return keras.Model(inputs, LAYERS.Dense(2, name="out")(x), name="mixed")


# The same on every backend, processor, system and version: that is the promise.
MIXED = "c56140071332206107c5e67ee6e1309c1560d08defddb9115bba95f85b10d917"
SEEDS = [
    825292482,
    881639365,
    180769577,
    1777189546,
    1853342405,
    1360242615,
    1817352329,
]


def test_one_model_has_the_same_bytes_everywhere():
    assert digest(started(mixed_model)) == MIXED


# Keras 3.15 counts the fans of an EinsumDense by its equation.
ATTENTION = {
    "3.14": "b6dab5976190519736456a7519b9a3629f156d71f6f0917a4fef7821f06c51a2",
    "3.15": "c84fa33bcf0316f996a3567eb52f0d73d64f2609fb7637153fe8bb53744511cb",
}


def test_attention_has_the_same_bytes_everywhere():
    version = ".".join(keras.__version__.split(".")[:2])
    assert digest(started(built("MultiHeadAttention"))) == ATTENTION[version]


def test_what_the_process_did_before_does_not_matter():
    started(mixed_model, seed=3)
    assert digest(started(mixed_model)) == MIXED


def test_two_nested_models_alike_in_all_but_name_differ():
    model = started(mixed_model)
    inner, twin = (model.get_layer(name).layers[0] for name in ("inner", "twin"))
    assert not np.array_equal(numpy(inner.kernel), numpy(twin.kernel))


def test_the_configuration_is_that_of_plain_keras():
    def make():
        layers = [LAYERS.Dense(2, name="dense"), LAYERS.LSTM(2, name="lstm")]
        return keras.Sequential([keras.Input((4, 3), name="input"), *layers], name="plain")

    assert started(make).get_config() == make().get_config()


def test_add_weight_is_itself_again_afterwards():
    before = keras.Layer.add_weight
    with pytest.raises(ZeroDivisionError), recorded_initializers():
        assert keras.Layer.add_weight is not before
        1 / 0  # noqa: B018
    assert keras.Layer.add_weight is before


def test_weights_that_were_loaded_stay():
    table = np.arange(12, dtype="float32").reshape(4, 3)

    def make():
        embedding = LAYERS.Embedding(4, 3, weights=table, name="table")
        return keras.Sequential([keras.Input((2,)), embedding, LAYERS.Dense(3, name="dense")])

    first, second = started(make), started(make)
    assert np.array_equal(values(first)[0], table)
    assert np.array_equal(values(first)[1], values(second)[1])


def test_no_weight_is_left_without_a_value():
    assert all(np.isfinite(value).all() for value in values(started(mixed_model)))


class Sevens(INITIALIZERS.RandomNormal):
    def __call__(self, shape, dtype=None):
        return keras.ops.full(shape, 7, dtype=dtype)


@pytest.mark.parametrize(
    "own",
    [Sevens(), lambda shape, dtype=None: keras.ops.full(shape, 7, dtype=dtype), np.full((2, 3), 7)],
    ids=["derived", "function", "array"],
)
def test_initializers_that_are_not_keras_s_are_left_alone(own):
    assert np.array_equal(drawn(own, (2, 3)), np.full((2, 3), 7))


def test_a_model_built_in_a_stateless_scope_starts_the_same():
    with keras.StatelessScope(), recorded_initializers() as record:
        model = dense_model()
    # Leaving the scope, Keras makes the variables that it put off.
    assign_initial_weights(model, record, 0)
    assert digest(model) == digest(started(dense_model))


def dropped(seed):
    layers = [keras.Input((200,)), LAYERS.Dropout(0.5, name="drop")]
    model = started(lambda: keras.Sequential(layers), seed)
    return numpy(model(np.ones((2, 200), "float32"), training=True))


def states(model):
    return [
        tuple(int(part) for part in numpy(variable))
        for variable in model.variables
        if variable.name == "seed_generator_state"
    ]


def test_seed_generators_start_the_same_everywhere():
    assert states(started(mixed_model)) == [(seed, 0) for seed in SEEDS]
    assert len(set(SEEDS)) == len(SEEDS)
    assert not {first for first, _ in states(started(mixed_model, seed=1))} & set(SEEDS)


def test_dropout_follows_from_the_seed():
    dropped(3)
    assert np.array_equal(dropped(0), dropped(0))
    assert not np.array_equal(dropped(0), dropped(1))


def test_a_dropout_with_a_seed_keeps_to_it():
    def make(own):
        return lambda: keras.Sequential(
            [keras.Input((4,)), LAYERS.Dropout(0.5, seed=own, name="d")]
        )

    assert states(started(make(5), 0)) == states(started(make(5), 1))
    assert states(started(make(5))) != states(started(make(6)))


def test_generators_of_neighbouring_keys_are_unrelated():
    keys = [(0, "a"), (1, "a"), (0, "b"), (0, "a", 0), (0, "a", 1), (0, "a", "1"), (0, 1), (0, "1")]
    streams = [generator(*key).random(1000) for key in keys]
    assert np.abs(np.corrcoef(streams) - np.eye(len(keys))).max() < 0.15
    assert np.array_equal(generator(*keys[0]).random(1000), streams[0])
    assert np.array_equal(generator(np.int64(0), "a").random(1000), streams[0])


def test_a_generator_wants_whole_numbers_and_strings():
    with pytest.raises(TypeError):
        generator(0.5, "a")
    with pytest.raises(TypeError):
        generator(0, 1.5)
