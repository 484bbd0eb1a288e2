"""Which codes the problems of kspec can carry, read from the source of kspec itself.

Whatever has a parameter or field called `code` makes problems: `Problem(place, message, code)`, a
function that hands its `code` on. The codes are the texts that stand there in the calls, directly
or by way of a variable of the calling function; `f"unknown-{kind}"` is a pattern.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import kspec

__all__ = ["codes_in_source"]

PACKAGE = Path(kspec.__file__).parent
# What documents codes or shows them, and makes no problems.
APART = ("spec/codes/", "cli/")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def codes_in_source() -> tuple[set[str], set[str]]:
    """The codes that stand in the source as they are, and patterns of those that are put together.

    The patterns are regular expressions for whole codes.
    """
    modules = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): ast.parse(path.read_text(encoding="utf-8"))
        for path in PACKAGE.rglob("*.py")
        if not path.relative_to(PACKAGE).as_posix().startswith(APART)
    }
    classes = {(m, name): at for m, tree in modules.items() for name, at in _classes(tree)}
    functions = {name: at for tree in modules.values() for name, at in _functions(tree)}
    callable_ = {name: at for tree in modules.values() for name, at in _called(tree)}
    functions |= {
        name: callable_[cls]
        for tree in modules.values()
        for name, cls in _annotated(tree)
        if cls in callable_
    }
    found: set[str] = set()
    for module, tree in modules.items():
        known = functions | {name: at for (m, name), at in classes.items() if m == module}
        known |= {
            name: at
            for source, imported in _imported(tree)
            for (m, name), at in classes.items()
            # A package hands on what its modules define.
            if name == imported and f"{m}.".startswith(f"{source}.")
        }
        found.update(_codes(tree, known | dict(_functions(tree))))
    patterns = {code for code in found if "\0" in code}
    return found - patterns, {".+".join(map(re.escape, code.split("\0"))) for code in patterns}


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def _classes(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The classes with a field `code`, and as which argument they take it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            fields = [
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            ]
            if "code" in fields:
                yield node.name, fields.index("code")


def _functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The functions and methods with a parameter `code`."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and "code" in _parameters(node):
            # An object that is called like a function calls itself so.
            name = "self" if node.name == "__call__" else node.name
            if not name.startswith("__"):
                yield name, _parameters(node).index("code")


def _called(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The classes whose objects are called like functions, with a `code`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for name, at in _functions(ast.Module(node.body, [])):
                if name == "self":
                    yield node.name, at


def _annotated(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names of parameters and variables with the annotations that they have."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), ast.unparse(node.annotation)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield node.arg, ast.unparse(node.annotation)


def _parameters(function: Function) -> list[str]:
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def _codes(tree: ast.AST, makers: dict[str, int]) -> Iterator[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    for function in functions:
        names = [argument.arg for argument in function.args.args]
        for name, value in zip(names[::-1], function.args.defaults[::-1], strict=False):
            if name == "code":
                yield from _texts(value, function)
    for scope in [tree, *functions]:
        for call in ast.walk(scope):
            if isinstance(call, ast.Call) and _name(call.func) in makers:
                position = makers[_name(call.func)]
                given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
                for value in given or call.args[position : position + 1]:
                    yield from _texts(value, scope)


def _name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def _texts(value: ast.expr, scope: ast.AST) -> Iterator[str]:
    """The texts that `value` can be; a part that is put in is a null character."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "\0" for part in parts
            )
        case ast.IfExp():
            yield from _texts(value.body, scope)
            yield from _texts(value.orelse, scope)
        case ast.Name() if not isinstance(scope, ast.Module):
            for node in ast.walk(scope):
                targets = node.targets if isinstance(node, ast.Assign) else []
                if any(isinstance(t, ast.Name) and t.id == value.id for t in targets):
                    yield from _texts(node.value, scope)
