"""A lowered optimizer against Keras's own: the same variables and the same state, step by step."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.model.lower import lower_optimizer
from kspec.model.lower.stand_in import StandIn

SHAPES = ((3, 3, 2, 4), (4,), (8, 5), (1,), (700, 40))
LOWERED = {
    "jax": (),
    "tensorflow": ("ScheduleFreeAdamW",),
    "torch": ("Adam", "AdamW", "ScheduleFreeAdamW"),
}[keras.backend.backend()]
pytestmark = pytest.mark.keras


@st.composite
def arguments(draw):
    """Of an Adam or an AdamW, those that it takes."""
    rate = st.sampled_from([1e-3, 0.1])
    decayed = st.just({"initial_learning_rate": 0.1, "decay_steps": 3})
    given = {
        "learning_rate": draw(st.one_of(rate, decayed)),
        "beta_1": draw(st.sampled_from([0.0, 0.9, 0.5])),
        "beta_2": draw(st.sampled_from([0.999, 0.9])),
        "epsilon": draw(st.sampled_from([1e-7, 1e-3, 1.0])),
        "amsgrad": draw(st.booleans()),
        "weight_decay": draw(st.sampled_from([0.0, 0.1])),
        "gradient_accumulation_steps": draw(st.sampled_from([None, 2])),
        "use_ema": draw(st.booleans()),
    }
    key = draw(st.sampled_from(["clipnorm", "global_clipnorm", "clipvalue"]))
    return {**given, key: draw(st.sampled_from([None, 0.5]))}


def made(name, arguments, *, scaled=False):
    rate = arguments["learning_rate"]
    if isinstance(rate, dict):
        rate = keras.optimizers.schedules.CosineDecay(**rate)
    optimizer = getattr(keras.optimizers, name)(**{**arguments, "learning_rate": rate})
    return keras.optimizers.LossScaleOptimizer(optimizer) if scaled else optimizer


def trained(optimizer, *, seed, dtype="float32", steps=5):
    """The variables after each step, and the state of `optimizer` after the last."""
    rng = np.random.default_rng(seed)
    start = [rng.normal(size=shape) for shape in SHAPES]
    variables = [keras.Variable(value, dtype=dtype) for value in start]
    optimizer.build(variables)
    found = []
    for _ in range(steps):
        gradients = [rng.normal(size=shape) * 10.0 ** rng.integers(-4, 2) for shape in SHAPES]
        optimizer.apply([keras.ops.cast(each, dtype) for each in gradients])
        found += [keras.ops.convert_to_numpy(each) for each in variables]
    return found, [keras.ops.convert_to_numpy(each) for each in optimizer.variables]


@pytest.mark.skipif("Adam" not in LOWERED, reason="there Keras's own are as fast")
@given(
    st.sampled_from(["Adam", "AdamW"]),
    arguments(),
    st.booleans(),
    st.sampled_from(["float32", "float64"]),
    st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_it_makes_the_same_steps(name, arguments, scaled, dtype, seed):
    if scaled:  # It finds out by itself what it does about gradients of several steps.
        arguments = {**arguments, "gradient_accumulation_steps": None}
    ours, theirs = (made(name, arguments, scaled=scaled) for _ in range(2))
    lower_optimizer(ours)
    assert isinstance(getattr(ours, "inner_optimizer", ours), StandIn)
    found = trained(ours, seed=seed, dtype=dtype)
    for one, other in zip(found, trained(theirs, seed=seed, dtype=dtype), strict=True):
        for mine, right in zip(one, other, strict=True):
            np.testing.assert_allclose(mine, right, rtol=2e-5, atol=2e-6)


def test_gradients_that_lie_otherwise_in_memory():
    """As those of a Dense layer do whose weights another one uses transposed."""
    rng = np.random.default_rng(0)
    start, gradient = rng.normal(size=(2, 4, 6)).astype("float32")
    found = []
    for lowered in (True, False):
        variable, optimizer = keras.Variable(start), keras.optimizers.Adam(0.1)
        if lowered:
            lower_optimizer(optimizer)
        transposed = keras.ops.transpose(keras.ops.convert_to_tensor(gradient.T.copy()))
        optimizer.apply([transposed], [variable])
        found.append(keras.ops.convert_to_numpy(variable))
    np.testing.assert_allclose(*found, rtol=1e-6)
    assert np.abs(found[0] - start).min() > 0.09  # The first step is as long as the rate.


@pytest.mark.parametrize("warmup_steps", [0, 3])
def test_adamw_without_a_schedule_is_that_of_its_paper(warmup_steps):
    """On all backends: x, the average, is of all z, of which the step before is not the last."""
    rng = np.random.default_rng(0)
    y, gradients = rng.normal(size=(3, 2)), rng.normal(size=(6, 3, 2))
    variable = keras.Variable(y, dtype="float32")
    optimizer = keras.optimizers.ScheduleFreeAdamW(0.1, 0.8, 0.9, warmup_steps=warmup_steps)
    lower_optimizer(optimizer)
    x, z, mean = y, y, np.zeros_like(y)
    for step, gradient in enumerate(gradients, 1):
        optimizer.apply([keras.ops.cast(gradient, "float32")], [variable])
        rate = 0.1 * min(step / warmup_steps, 1) if warmup_steps else 0.1
        mean = 0.9 * mean + 0.1 * gradient**2
        z = z - rate * gradient / (np.sqrt(mean / (1 - 0.9**step)) + optimizer.epsilon)
        x = (1 - 1 / step) * x + z / step
        y = 0.2 * z + 0.8 * x
        np.testing.assert_allclose(keras.ops.convert_to_numpy(variable), y, rtol=1e-4, atol=1e-5)


def test_which_are_lowered():
    for name in ("Adam", "AdamW", "ScheduleFreeAdamW", "SGD", "Nadam"):
        optimizer = getattr(keras.optimizers, name)(0.5)
        lower_optimizer(optimizer)
        assert isinstance(optimizer, StandIn) == (name in LOWERED), name


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_it_is_saved_as_that_of_keras(name):
    ours, theirs = (getattr(keras.optimizers, name)(0.5) for _ in range(2))
    lower_optimizer(ours)
    saved = [keras.saving.serialize_keras_object(each) for each in (ours, theirs)]
    for each in saved:
        del each["config"]["name"]
    assert saved[0] == saved[1]
