"""Multiply-adds of layers that are more than one kernel at each place."""

import pytest

from kspec.spec.cost.work import work_of
from kspec.spec.shapes.shape import Unsure

LENGTH, WIDTH = 7, 6
SELF = [(LENGTH, WIDTH), (LENGTH, WIDTH)]


@pytest.mark.parametrize(
    ("kind", "arguments", "given", "made", "expected"),
    [
        # Each of 3 channels over 3 × 3, then 3 × 5 at every place.
        (
            "SeparableConv2D",
            {"filters": 5, "kernel_size": 3},
            (8, 8, 3),
            (6, 6, 5),
            36 * (27 + 15),
        ),
        (
            "Bidirectional",
            {"layer": {"type": "LSTM", "units": 4}},
            (LENGTH, WIDTH),
            (8,),
            2 * LENGTH * 4 * 4 * (WIDTH + 4),
        ),
        (
            "TimeDistributed",
            {"layer": {"type": "Dense", "units": 4}},
            (LENGTH, WIDTH),
            (LENGTH, 4),
            LENGTH * WIDTH * 4,
        ),
        # Query, key and value; scores and sums; back to the width of the query.
        (
            "MultiHeadAttention",
            {"num_heads": 2, "key_dim": 3},
            SELF,
            (LENGTH, WIDTH),
            4 * LENGTH * WIDTH * 6 + 2 * LENGTH * LENGTH * 6,
        ),
        # Two heads of queries share one of keys and values.
        (
            "GroupQueryAttention",
            {"head_dim": 3, "num_query_heads": 2, "num_key_value_heads": 1},
            SELF,
            (LENGTH, WIDTH),
            2 * LENGTH * WIDTH * 6 + 2 * LENGTH * WIDTH * 3 + 2 * LENGTH * LENGTH * 6,
        ),
        ("Attention", {}, SELF, (LENGTH, WIDTH), 2 * LENGTH * LENGTH * WIDTH),
        ("AdditiveAttention", {}, SELF, (LENGTH, WIDTH), LENGTH * LENGTH * WIDTH),
        ("Dot", {"axes": -1}, SELF, (LENGTH, LENGTH), LENGTH * LENGTH * WIDTH),
        ("ops.matmul", {}, [(4, 5), (5, 6)], (4, 6), 4 * 5 * 6),
        ("ops.mean", {}, (4, 5), (4,), 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_product_counts_once(kind, arguments, given, made, expected):
    assert work_of(kind, arguments, given, made) == expected


@pytest.mark.parametrize("kind", ["ops.einsum", "ops.conv", "RNN", "OfAPlugin"])
def test_what_is_not_counted_is_not_taken_for_nothing(kind):
    with pytest.raises(Unsure):
        work_of(kind, {}, (4, 5), (4,))
