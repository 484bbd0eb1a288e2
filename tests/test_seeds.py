import numpy as np
import pytest

from kspec.seeds import generator


def draw(seed, *key):
    return generator(seed, *key).random(4000)


def test_the_same_key_gives_the_same_stream():
    assert np.array_equal(draw(3, "order", 5), draw(3, "order", 5))


@pytest.mark.parametrize(
    "other",
    [
        (4, "order", 5),
        (3, "order", 6),
        (3, "split", 5),
        (3, "order", "5"),
        (3, "order"),
        (3, "order", 5, 0),
        (35, "order"),
    ],
)
def test_another_key_gives_an_unrelated_stream(other):
    first, second = draw(3, "order", 5), draw(*other)
    # With no shift between the two streams does one follow the other.
    for shift in range(-3, 4):
        assert abs(np.corrcoef(first, np.roll(second, shift))[0, 1]) < 0.1
