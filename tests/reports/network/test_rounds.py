"""What comes again in a sequence."""

import pytest

from kspec.reports.network.rounds import rounds

pytestmark = pytest.mark.language


def cut(text, **used):
    """The cuts of a sequence of letters; `used` says what uses a place but the next one."""
    last = [min(place + 1, len(text)) for place in range(len(text))]
    last = [used.get(f"_{place}", each) for place, each in enumerate(last)]
    return list(rounds(text, last, [1] * len(text), [each == "p" for each in text]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", [(1, 1)] * 3),
        ("xabababy", [(1, 1), (2, 3), (1, 1)]),
        ("aaaa", [(1, 4)]),
        ("aab", [(1, 1)] * 3),  # Two layers are as soon read.
        ("abcabcd", [(3, 2), (1, 1)]),
        ("abababab", [(2, 4)]),
    ],
)
def test_what_is_repeated_is_found(text, expected):
    assert cut(text) == expected


def test_what_is_used_outside_ends_the_fold():
    assert cut("abababx") == [(2, 3), (1, 1)]
    # The end of the second round is used by the last layer.
    assert cut("abababx", _3=6) == [(2, 2), (1, 1), (1, 1), (1, 1)]
    # Something within the first round is.
    assert cut("ababx", _0=4) == [(1, 1)] * 5


def test_few_places_fold_if_there_are_many_layers_in_them():
    assert list(rounds("aab", [1, 2, 3], [2, 2, 1], [False] * 3)) == [(1, 2), (1, 1)]
    assert list(rounds("aab", [1, 2, 3], [1, 2, 1], [False] * 3)) == [(1, 1)] * 3


def test_what_ends_a_piece_begins_none_where_that_folds_as_much():
    assert cut("pabpabp") == [(1, 1), (3, 2)]
    # Begun later it would fold less.
    assert cut("pabpabx") == [(3, 2), (1, 1)]
