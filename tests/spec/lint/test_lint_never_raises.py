"""Whatever a spec says that the language allows, the lint answers."""

from hypothesis import given
from hypothesis import strategies as st

from kspec.errors import Place
from kspec.spec import catalog
from kspec.spec.lint import RULES, lint
from kspec.spec.node import node_of

numbers = st.one_of(
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 1, 10, 10**400, -1, 0.3, 1 / 255]),
    st.floats(allow_nan=True),
)
names = st.sampled_from(["he_normal", "l2", "loss", "relu", "softmax", "tanh", "val_acc", ""])
objects = st.fixed_dictionaries(
    {"type": st.sampled_from(["Adam", "Dense", "HeNormal", "L2", "ReLU", "Softmax", "tanh", ""])},
    optional={"l2": numbers, "units": numbers, "learning_rate": numbers},
)
scalars = st.one_of(st.none(), numbers, names)
values = st.one_of(scalars, objects, st.lists(st.one_of(scalars, objects), max_size=3))

PLAIN = [
    {"type": "Dense", "units": 1, "activation": "softmax"},
    {"type": "Dense", "units": 10},
    {"type": "Dense", "units": 4, "kernel_regularizer": "l2", "kernel_initializer": "he_normal"},
    {"type": "Conv2D", "filters": 4, "kernel_size": 3},
    {"type": "Activation", "activation": "tanh"},
    {"type": "BatchNormalization"},
    {"type": "Flatten"},
    {"type": "Dropout", "rate": 0},
    {"type": "Rescaling", "scale": 0.01},
    {"type": "RandomBrightness", "factor": 0.1},
]
JOINED = [
    {"type": "Dense", "units": 4, "name": "first"},
    {"type": "Shared", "layer": "first"},
    {"type": "Add", "inputs": ["#-1", "#-2"]},
    {"type": "ops.mean", "inputs": {"x": "first"}},
]


@st.composite
def of_kind(draw, kind):
    """An object with arguments that its class has, and values that it may well not take."""
    known = [name for name in catalog.names(kind) if name != "Model"]  # which needs layers
    name = draw(st.sampled_from([*known, "Unheard", ""]))
    entry = catalog.find(kind, name)
    arguments = sorted(entry.arguments) if isinstance(entry, catalog.Entry) else []
    keys = st.sampled_from([*(key for key in arguments if key != "inputs"), "other"])
    return {**draw(st.dictionaries(keys, values, max_size=4)), "type": name}


@st.composite
def changed(draw):
    """A plain layer with one argument changed."""
    layer = draw(st.sampled_from(PLAIN))
    keys = [key for key in layer if key != "type"] + ["activation", "use_bias", "data_format"]
    return {**layer, draw(st.sampled_from(keys)): draw(values)}


in_a_row = st.one_of(st.sampled_from(PLAIN), changed(), of_kind("layers"))
rows = st.lists(in_a_row, min_size=1, max_size=6)
nested = st.builds(lambda inner: {"type": "Model", "layers": inner}, rows)
graphs = st.lists(st.one_of(in_a_row, nested, st.sampled_from(JOINED)), min_size=1, max_size=6)
reasons = st.dictionaries(
    st.sampled_from([*(rule.code for rule in RULES), "unheard"]),
    st.sampled_from(["", "so it is"]),
    max_size=3,
)


def data_of(*sources, own=()):
    return st.fixed_dictionaries(
        {"source": st.sampled_from(sources)},
        optional={
            "validation": st.sampled_from([0, 0.2, *own]),
            "scale": st.sampled_from(["1/255", 2.0, -0.1]),
            "standardize": st.booleans(),
            "train_samples": st.integers(1, 100),
        },
    )


specs = st.fixed_dictionaries(
    {
        "kspec": st.just(1),
        "name": st.just("any"),
        "layers": st.one_of(rows, graphs),
        "augmentation": st.lists(of_kind("layers"), max_size=2),
        "data": st.one_of(data_of("shapes", "mnist"), data_of("npz", "images", own=["own"])),
        "training": st.fixed_dictionaries(
            {
                "optimizer": of_kind("optimizers"),
                "loss": st.one_of(
                    of_kind("losses"),
                    st.sampled_from(
                        ["sparse_categorical_crossentropy", "categorical_crossentropy", "mse"]
                    ),
                ),
                "epochs": st.integers(1, 20),
            },
            optional={
                "metrics": st.lists(of_kind("metrics"), max_size=3),
                "callbacks": st.lists(of_kind("callbacks"), max_size=2),
                "batch_size": st.integers(1, 10**6),
                "early_stopping": st.lists(
                    st.fixed_dictionaries({"monitor": names, "patience": st.integers(0, 30)}),
                    max_size=3,
                ),
            },
        ),
    },
    optional={
        "allow": reasons,
        "outputs": st.sampled_from(["#-1", ["#-1", "first"]]),
    },
)
one = {"input": {"shape": [8]}}
two = {"inputs": {"left": {"shape": [8]}, "right": {"shape": [8, 8]}}}
entries = st.sampled_from([one, one, one, two])


@given(specs, entries)
def test_a_spec_of_any_content_is_linted(read, values, entry):
    values = {**values, **entry}
    codes = {rule.code for rule in RULES}
    for problem in lint(read(values), node_of(values, Place("any.json", 1, 1))):
        assert problem.code in codes and problem.message
        assert "\n" not in problem.message
