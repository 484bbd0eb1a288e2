"""Straight lines between rates."""

import keras
import numpy as np
import pytest

from kspec.schedules import PiecewiseLinear


def rates(schedule, steps):
    return [float(keras.ops.convert_to_numpy(schedule(step))) for step in steps]


def test_it_goes_in_straight_lines_and_is_constant_beyond_them():
    schedule = PiecewiseLinear([2, 6, 10], [0.5, 1.5, 0.25])
    expected = [0.5, 0.5, 0.5, 0.75, 1.0, 1.25, 1.5, 1.1875, 0.875, 0.5625, 0.25, 0.25, 0.25]
    assert rates(schedule, range(13)) == expected


def test_the_same_boundary_twice_is_a_jump():
    assert rates(PiecewiseLinear([0, 4, 4, 8], [1, 0.5, 0.25, 0]), (0, 2, 3, 4, 6, 8, 9)) == [
        *(1, 0.75, 0.625),
        *(0.25, 0.125, 0, 0),
    ]
    assert rates(PiecewiseLinear([0, 0], [1, 2]), (0, 1)) == [2, 2]
    assert rates(PiecewiseLinear([3], [0.5]), (0, 3, 9)) == [0.5, 0.5, 0.5]


def test_it_is_asked_for_many_steps_at_once_in_float32():
    schedule = PiecewiseLinear([0, 1000, 4000], [0.3, 1.5, 0.1])
    steps = np.arange(5000)
    found = keras.ops.convert_to_numpy(schedule(keras.ops.convert_to_tensor(steps, "int32")))
    assert found.dtype == np.float32
    expected = np.interp(steps, [0, 1000, 4000], [0.3, 1.5, 0.1])
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_its_configuration_makes_it_again():
    schedule = PiecewiseLinear([0, 4], [1, 0.5], name="mine")
    again = PiecewiseLinear.from_config(schedule.get_config())
    assert again.get_config() == {"boundaries": [0, 4], "values": [1, 0.5], "name": "mine"}
    saved = keras.saving.serialize_keras_object(schedule)
    assert isinstance(keras.saving.deserialize_keras_object(saved), PiecewiseLinear)


@pytest.mark.parametrize(
    ("boundaries", "values", "message"),
    [
        ([], [], "should have one value for each of the `boundaries`"),
        ([0, 1], [1], "should have one value for each of the `boundaries`"),
        ([1, 0], [1, 1], "should hold steps in ascending order"),
    ],
)
def test_what_is_no_line_is_refused(boundaries, values, message):
    with pytest.raises(ValueError, match=message):
        PiecewiseLinear(boundaries, values)
