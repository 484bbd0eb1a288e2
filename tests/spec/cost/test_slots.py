"""Slots, held against the optimizers themselves."""

import math

import pytest

from kspec.spec.cost.slots import slots_of
from kspec.spec.models import KerasObject

OPTIMIZERS = [
    {"type": "SGD"},
    {"type": "SGD", "momentum": 0.9},
    {"type": "adam", "amsgrad": True},
    {"type": "AdamW"},
    {"type": "Nadam"},
    {"type": "Adamax"},
    {"type": "RMSprop", "momentum": 0.9, "centered": True},
    {"type": "Adagrad"},
    {"type": "Adadelta"},
    {"type": "Ftrl"},
    {"type": "Lion"},
    {"type": "Lamb"},
    {"type": "Muon"},
    {"type": "Muon", "momentum": 0.9},
    {"type": "ConvMuon", "momentum": 0.9},
    {"type": "Adam", "use_ema": True, "gradient_accumulation_steps": 4},
    {"type": "LossScaleOptimizer", "inner_optimizer": {"type": "Adam"}},
]


@pytest.mark.keras
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_as_many_as_in_keras(optimizer):
    import keras

    from kspec.model.objects import make

    kernel = keras.Variable(keras.ops.ones((50, 40)))
    made = make("optimizers", KerasObject(**optimizer))
    made.build([kernel])
    numbers = sum(math.prod(variable.shape) for variable in made.variables)
    slots = slots_of(KerasObject(**optimizer))
    # A few single numbers, as the learning rate, are no slots.
    assert slots * 2000 <= numbers < slots * 2000 + 20


def test_of_another_optimizer_nothing_is_claimed():
    assert slots_of(KerasObject(type="MultiOptimizer")) is None
