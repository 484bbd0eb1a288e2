"""Arithmetic in a spec, `$(64 * 2 ** stage)`: a closed subset of Python's grammar."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["ExpressionError", "UnknownNameError", "evaluate"]

MAX_LENGTH = 500
MAX_NUMBER = 2**63

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "cos": math.cos,
    "exp": math.exp,
    "float": float,
    "int": int,
    "log": math.log,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
}


class ExpressionError(ValueError):
    """An expression that is not arithmetic, or has no value."""


class UnknownNameError(ExpressionError):
    """A name that is not defined."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f'"{name}" is not defined')


def evaluate(text: str, variables: Mapping[str, Any]) -> Any:
    """The value of `text` with `variables` standing for their values.

    Numbers, names, ``+ - * / // % **``, comparisons, ``and or not``, ``a if b else c`` and the
    functions in `FUNCTIONS`. Integers stay integers except with ``/``. Raises ExpressionError for
    anything else, for division by zero, and for numbers beyond 2**63, so that no text can run
    code, hang, or fill the memory.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError("not arithmetic that can be read") from None
    try:
        return _value(tree.body, variables)
    except ZeroDivisionError:
        raise ExpressionError("division by zero") from None
    except (TypeError, OverflowError) as error:
        raise ExpressionError(str(error)) from None
    except RecursionError:
        raise ExpressionError("nested too deeply") from None


def _value(node: ast.expr, variables: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            return _bounded(node.value)
        case ast.Name():
            if node.id not in variables:
                raise UnknownNameError(node.id)
            return variables[node.id]
        case ast.BinOp() if type(node.op) in _BINARY:
            left, right = _number(node.left, variables), _number(node.right, variables)
            if isinstance(node.op, ast.Pow) and abs(right) > 64 and abs(left) > 1:
                raise ExpressionError("an exponent beyond 64")
            return _bounded(_BINARY[type(node.op)](left, right))
        case ast.UnaryOp() if type(node.op) in _UNARY:
            if isinstance(node.op, ast.Not):
                return not _value(node.operand, variables)
            return _UNARY[type(node.op)](_number(node.operand, variables))
        case ast.Compare():
            return _compare(node, variables)
        case ast.BoolOp(op=ast.And()):
            return all(_value(part, variables) for part in node.values)
        case ast.BoolOp(op=ast.Or()):
            return any(_value(part, variables) for part in node.values)
        case ast.IfExp():
            return _value(node.body if _value(node.test, variables) else node.orelse, variables)
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            arguments = [_number(part, variables) for part in node.args]
            try:
                return _bounded(FUNCTIONS[name](*arguments))
            except ValueError as error:
                raise ExpressionError(f"{name}: {error}") from None
    raise ExpressionError(f"{ast.unparse(node)} is not allowed; arithmetic on numbers and names is")


def _number(node: ast.expr, variables: Mapping[str, Any]) -> int | float:
    value = _value(node, variables)
    if not isinstance(value, (int, float)):
        raise ExpressionError(f"{ast.unparse(node)} is {value!r}, not a number")
    return value


def _compare(node: ast.Compare, variables: Mapping[str, Any]) -> bool:
    left = _value(node.left, variables)
    for op, part in zip(node.ops, node.comparators, strict=True):
        right = _value(part, variables)
        if type(op) not in _COMPARE:
            raise ExpressionError(f"{ast.unparse(node)} is not a comparison of numbers")
        if not _COMPARE[type(op)](left, right):
            return False
        left = right
    return True


def _bounded(value: Any) -> Any:
    if isinstance(value, complex):
        raise ExpressionError("a root of a negative number")
    if isinstance(value, (int, float)) and not abs(value) <= MAX_NUMBER:
        raise ExpressionError(f"a number beyond 2**63, or none at all: {value:.3g}")
    return value
