"""Parameter groups, held against the formulas of the optimizers."""

import re

import keras
import numpy as np
import pytest

import kspec
from kspec.errors import BuildError
from kspec.model.compile import compile_model
from kspec.model.objects import make
from kspec.model.trial import trial
from kspec.spec import catalog
from kspec.spec.eject import eject
from kspec.spec.eject.files import look
from kspec.spec.models import KerasObject

GROUPS = [
    {"matching": ["*/bias", "nothing"], "learning_rate_multiplier": 8},
    {"matching": "inner/first/*", "weight_decay_multiplier": 0},
    {"matching": "last/kernel", "learning_rate_multiplier": 0.25, "weight_decay_multiplier": 2},
]
# Rate and decay of each variable by these groups, where the decay does not yet count the rate.
FACTORS = {
    "inner/first/kernel": (1, 0),
    "inner/first/bias": (8, 1),
    "last/kernel": (0.25, 2),
    "last/bias": (8, 1),
}


def spec_of(optimizer, groups=GROUPS, **training):
    return kspec.Spec(
        kspec=1,
        name="two",
        input={"shape": [3]},
        layers=[
            {
                "type": "Model",
                "name": "inner",
                "layers": [
                    {"type": "Dense", "name": "first", "units": 4, "activation": "tanh"},
                ],
            },
            {"type": "Dense", "name": "last", "units": 2},
        ],
        data={"source": "table"},
        training={
            "optimizer": optimizer,
            "parameter_groups": groups,
            "loss": "mean_squared_error",
            "metrics": [],
            "batch_size": 5,
            "epochs": 1,
            **training,
        },
    )


def started(spec):
    """The compiled model, and its trained variables by path."""
    model = kspec.build(spec)
    compile_model(model, spec, one_hot=False)
    (inner, last) = (model.get_layer("inner"), model.get_layer("last"))
    first = inner.layers[-1]
    return model, {
        "inner/first/kernel": first.kernel,
        "inner/first/bias": first.bias,
        "last/kernel": last.kernel,
        "last/bias": last.bias,
    }


def arrays(variables):
    return {path: keras.ops.convert_to_numpy(each).copy() for path, each in variables.items()}


def batches(count):
    draw = np.random.default_rng(3)
    x = draw.normal(size=(count, 5, 3)).astype("float32")
    return zip(x, draw.normal(size=(count, 5, 2)).astype("float32"), strict=True)


def gradients(weights, x, y):
    """Those of the mean squared error, by hand."""
    x, y = x.astype(float), y.astype(float)
    hidden = np.tanh(x @ weights["inner/first/kernel"] + weights["inner/first/bias"])
    given = hidden @ weights["last/kernel"] + weights["last/bias"]
    last = 2 * (given - y) / y.size
    first = (last @ weights["last/kernel"].T) * (1 - hidden**2)
    return {
        "inner/first/kernel": x.T @ first,
        "inner/first/bias": first.sum(0),
        "last/kernel": hidden.T @ last,
        "last/bias": last.sum(0),
    }


def sgd(weight, gradient, memory, rate, step, momentum=0.9):
    """Nesterov's, as Keras has it."""
    velocity = momentum * memory.get("velocity", 0) - rate * gradient
    memory["velocity"] = velocity
    return weight + momentum * velocity - rate * gradient


def adam(weight, gradient, memory, rate, step):
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * gradient
    memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * gradient**2
    rate = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    return weight - rate * memory["m"] / (np.sqrt(memory["v"]) + 1e-7)


OPTIMIZERS = {
    "SGD": (sgd, {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "AdamW": (adam, {"learning_rate": 0.01}),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_group_steps_and_decays_at_its_own_rate(name):
    formula, arguments = OPTIMIZERS[name]
    decay = 0.1
    model, variables = started(spec_of({"type": name, "weight_decay": decay, **arguments}))
    expected = {path: array.astype(float) for path, array in arrays(variables).items()}
    memory = {path: {} for path in expected}
    for step, (x, y) in enumerate(batches(5), start=1):
        found = gradients(expected, x, y)
        for path, (of_rate, of_decay) in FACTORS.items():
            rate = arguments["learning_rate"] * of_rate
            shrunk = expected[path] * (1 - decay * of_decay * rate)
            expected[path] = formula(shrunk, found[path], memory[path], rate, step)
        model.train_on_batch(x, y)
    for path, array in arrays(variables).items():
        np.testing.assert_allclose(array, expected[path], rtol=2e-5, atol=1e-6, err_msg=path)


# Any optimizer in groups is as many optimizers, each with a group of its own.
WAYS = {
    "plain": {},
    "schedule": {
        "learning_rate": {
            "type": "PiecewiseConstantDecay",
            "boundaries": [1],
            "values": [0.02, 0.01],
        }
    },
    "averaged": {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
    "accumulated": {"gradient_accumulation_steps": 2, "clipnorm": 0.5},
}
# Each of these takes its steps in a way of its own; the others are as one of them.
PECULIAR = ("Adafactor", "Muon", "Nadam")
IN_WAYS = [
    pytest.param(name, "plain", marks=[] if name in PECULIAR else pytest.mark.slow)
    for name in catalog.names("optimizers")
    if name != "LossScaleOptimizer"
]
IN_WAYS += [("AdamW", way) for way in WAYS if way != "plain"]


def scaled(rate, factor):
    if isinstance(rate, dict):
        return {**rate, "values": [value * factor for value in rate["values"]]}
    return rate * factor


@pytest.mark.parametrize(("name", "way"), IN_WAYS)
def test_groups_are_as_optimizers_of_their_own(name, way):
    arguments = {"learning_rate": 0.02, **WAYS[way]}
    decays = ["weight_decay", *(["adam_weight_decay"] if name == "Muon" else [])]
    arguments |= dict.fromkeys(decays, 0.1)
    model, variables = started(spec_of({"type": name, **arguments}))
    alone = {}
    for path, (of_rate, of_decay) in FACTORS.items():
        rate = scaled(arguments["learning_rate"], of_rate)
        own = {**arguments, "learning_rate": rate, **dict.fromkeys(decays, 0.1 * of_decay)}
        optimizer = make("optimizers", KerasObject(type=name, **own))
        variable = keras.Variable(variables[path].value, name=variables[path].name)
        optimizer.build([variable])
        alone[path] = optimizer, variable
    draw = np.random.default_rng(4)
    model.optimizer.build(model.trainable_variables)
    for _ in range(3):
        drawn = {path: draw.normal(size=each.shape) for path, each in variables.items()}
        given = {path: keras.ops.convert_to_tensor(g, "float32") for path, g in drawn.items()}
        model.optimizer.apply(list(given.values()), list(variables.values()))
        for path, (optimizer, variable) in alone.items():
            optimizer.apply([given[path]], [variable])
    expected = arrays({path: variable for path, (_, variable) in alone.items()})
    for path, array in arrays(variables).items():
        np.testing.assert_allclose(array, expected[path], rtol=1e-5, atol=1e-6, err_msg=path)


@pytest.mark.parametrize("name", ["SGD", "Ftrl", "LossScaleOptimizer", "ScheduleFreeAdamW"])
def test_what_has_a_rate_of_zero_stays_as_it_is(name):
    groups = [{"matching": ["*/first/*", "*/bias"], "learning_rate_multiplier": 0}]
    optimizer = {"type": name, "weight_decay": 0.1, "learning_rate": 0.02}
    if name == "SGD":
        optimizer |= {"use_ema": True, "ema_momentum": 0.7}
    if name == "LossScaleOptimizer":
        optimizer = {"type": name, "inner_optimizer": {"type": "Adam", "weight_decay": 0.1}}
    model, variables = started(spec_of(optimizer, groups))
    # Of these a mean is another number, by a rounding.
    drawn = np.random.default_rng(5).normal(size=1000).astype("float32")
    off = drawn[np.float32(0.7) * drawn + (1 - np.float32(0.7)) * drawn != drawn]
    variables["inner/first/kernel"].assign(off[:12].reshape(3, 4))
    before = arrays(variables)
    for x, y in batches(3):
        model.train_on_batch(x, y)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    same = [path for path, array in arrays(variables).items() if (array == before[path]).all()]
    assert same == ["inner/first/kernel", "inner/first/bias", "last/bias"]


def test_the_first_group_that_matches_counts_and_each_must_have_some():
    groups = [
        {"matching": "*/bias", "learning_rate_multiplier": 2},
        {"matching": ["last/bias"], "learning_rate_multiplier": 3},
    ]
    with pytest.raises(BuildError) as raised:
        started(spec_of("sgd", groups))
    assert str(raised.value) == (
        "two: error[build]: training.parameter_groups[1].matching: all trained variables that "
        'match "last/bias" are in groups before it'
    )


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("inner/frist/*", '. Did you mean "inner/first/bias"?'),
        ("*/biass", '. Did you mean "*/bias"?'),
        ("last/Bias", '. Did you mean "last/bias"?'),
        ("gamma", "; there are inner/first/kernel, inner/first/bias, last/kernel, last/bias"),
    ],
)
def test_a_pattern_that_matches_nothing_is_told_with_what_it_may_mean(pattern, meant):
    groups = [{"matching": pattern, "learning_rate_multiplier": 2}]
    with pytest.raises(BuildError) as raised:
        started(spec_of("sgd", groups))
    expected = f'no trained variable matches "{pattern}"{meant}'
    assert str(raised.value).endswith(expected)


def test_what_is_frozen_is_in_no_group():
    groups = [{"matching": "inner/*", "learning_rate_multiplier": 2}]
    spec = spec_of("sgd", groups, trainable={"inner": False})
    (problem,) = trial(spec)
    assert problem.message.startswith(
        'training.parameter_groups[0].matching: no trained variable matches "inner/*"'
    )
    assert list(trial(spec_of("sgd"))) == []


def test_an_ejected_script_does_the_same(tmp_path):
    optimizer = {"type": "Nadam", "learning_rate": 0.02, "weight_decay": 0.1}
    spec, script = spec_of(optimizer), {"__name__": "script", "__file__": "script.py"}
    text = eject(spec, files=look(spec, root=tmp_path, script=tmp_path))
    exec(compile(text, "script.py", "exec"), script)
    (call,) = re.findall(r"^    group_parameters\((.*?)\n    \)", text, re.S | re.M)
    model, variables = started(spec)
    other, others = script["build_model"](), {}
    begun = arrays(variables)
    for path, variable in script["variables_of"](other):
        variable.assign(begun[path])
        others[path] = variable
    assert list(others) == list(variables)
    other.compile(optimizer=make("optimizers", KerasObject(**optimizer)), loss="mse")
    exec(f"group_parameters({call})", script, {"model": other})
    for x, y in batches(3):
        model.train_on_batch(x, y)
        other.train_on_batch(x, y)
    expected = arrays(variables)
    for path, array in arrays(others).items():
        np.testing.assert_allclose(array, expected[path], rtol=1e-6, atol=1e-7, err_msg=path)
