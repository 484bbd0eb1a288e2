"""Arithmetic in specs: Python's values, and nothing but arithmetic."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.spec.expression import ExpressionError, UnknownNameError, evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64 * 2 ** stage", 256),
        ("5 / 360", 5 / 360),
        ("7 // 2", 3),
        ("-7 % 4", 1),
        ("max(8, filters // 16)", 8),
        ("filters if stage > 1 else 16", 32),
        ("0 < stage < 3 and not filters == 3", True),
        ("round(2.5 * filters)", 80),
        ("int(1e3)", 1000),
        (" 1 + 1 ", 2),
    ],
)
def test_values(text, value):
    result = evaluate(text, {"stage": 2, "filters": 32})
    assert result == value and type(result) is type(value)


integers = st.integers(-1000, 1000)


@given(integers, integers, st.sampled_from(["+", "-", "*", "<", "<=", "==", "!="]))
def test_agrees_with_python(a, b, sign):
    assert evaluate(f"a {sign} b", {"a": a, "b": b}) == eval(f"a {sign} b", {"a": a, "b": b})


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__",
        "[1, 2]",
        "lambda: 1",
        "f'{1}'",
        "open('x')",
        "max(x for x in y)",
        "a := 1",
        "'a' * 9",
        "2 ** 2 ** 100",
        "9 ** 9 ** 9",
        "10 ** 64",
        "1 / 0",
        "1 % 0",
        "sqrt(-1)",
        "(-8) ** 0.5",
        "log(0)",
        "round(1, ndigits=2)",
        "1 +",
        "",
        "1e400",
        "1 if",
        "(" * 300,
        "1 + " * 200 + "1",
        "max()",
        "1 is 1",
        "\0",
    ],
)
def test_everything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        evaluate(text, {})


def test_an_unknown_name_is_named():
    with pytest.raises(UnknownNameError) as caught:
        evaluate("2 * filers", {"filters": 3})
    assert caught.value.name == "filers"


@given(st.text(max_size=60))
def test_any_text_has_a_value_or_is_refused(text):
    with contextlib.suppress(ExpressionError):
        assert isinstance(evaluate(text, {}), (bool, int, float, str))
