import keras
import pytest

from kspec.parity.learning_rate import scale_learning_rate


def rates(optimizer, steps):
    found = []
    for step in steps:
        optimizer.iterations.assign(step)
        found.append(float(keras.ops.convert_to_numpy(optimizer.learning_rate)))
    return found


def test_a_number_is_multiplied():
    optimizer = keras.optimizers.Adam(0.5)
    scale_learning_rate(optimizer, 0.25)
    assert rates(optimizer, [0, 7]) == [0.125, 0.125]


def test_a_schedule_keeps_its_course():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([5], [1.0, 0.5])
    optimizer = keras.optimizers.SGD(schedule, momentum=0.9)
    scale_learning_rate(optimizer, 0.1)
    assert rates(optimizer, [0, 7]) == pytest.approx([0.1, 0.05])


def test_within_an_optimizer_that_scales_the_loss():
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.5))
    scale_learning_rate(optimizer, 0.5)
    assert rates(optimizer.inner_optimizer, [0]) == [0.25]
