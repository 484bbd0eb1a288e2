"""Messages: Keras's own, cut down, and places with their users."""

import pytest

from kspec.errors import BackendError, KspecError, Place, Problem, SpecError, keras_says


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("units must be positive", "units must be positive"),
        (
            "Exception encountered when calling Dense.call().\n\n\x1b[1mToo\nbig.\x1b[0m\n\nMore",
            "Too big.",
        ),
        ("Exception encountered when calling Dense.call().", None),
        (
            "Graph execution error:\n\nDetected at node sub defined at (most recent call last):\n"
            '  File "a.py", line 1, in main\n\n  File "b.py", line 2, in fit\n\n'
            "Incompatible shapes: [32] vs. [32,2]\n\t [[{{node sub}}]] [Op:__inference_9]",
            "Incompatible shapes: [32] vs. [32,2]",
        ),
        ("", "ValueError"),
        (" \n\n ", "ValueError"),
        ("x" * 400, "x" * 297 + "…"),
    ],
)
def test_keras_says(message, says):
    assert keras_says(ValueError(message)) == (message if says is None else says)


def test_problems_are_sorted_and_name_their_users():
    later = Problem(Place("a.json", 9, 1), "later", "x")
    inner = Problem(Place("a.json", 2, 5, used_by=Place("b.json", 3, 7)), "inner", "y", "note")
    error = SpecError([later, inner])
    assert error.problems == (inner, later)
    assert str(error).splitlines() == [
        "a.json:2:5: note[y]: inner",
        "    used by b.json:3:7",
        "a.json:9:1: error[x]: later",
    ]
    assert (error.exit_code, BackendError.exit_code, KspecError.exit_code) == (2, 2, 1)


def test_problems_sort_with_and_without_users():
    places = [Place("a", 1, 1), Place("a", 1, 1, used_by=Place("b", 1, 1))]
    problems = [Problem(place, "m", "c") for place in places]
    assert len(SpecError(problems).problems) == 2
