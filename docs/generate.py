"""The reference pages, made from the code itself whenever the documentation is built.

MkDocs calls `on_files`; the functions above it need kspec alone.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import click

from kspec import errors
from kspec.cli.main import kspec
from kspec.spec import catalog
from kspec.spec.codes import explanations
from kspec.spec.models import Spec
from kspec.spec.schema.meanings import MEANINGS

TYPES = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
}
# What nearly every layer takes; it would hide what is a layer's own.
COMMON = ("activity_regularizer", "autocast", "dtype", "name", "trainable")


def command_page() -> str:
    """The command line, from click."""
    parts = [
        "# Command line",
        "Options go before or after the words. `kspec --debug VERB …` shows the traceback of an "
        "error, `kspec --version` the version.",
    ]
    for name, command in kspec.commands.items():
        context = click.Context(command, info_name=f"kspec {name}")
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        parts += [
            f"## kspec {name}",
            f"```text\n{usage}\n```",
            inspect.cleandoc(command.help or ""),
        ]
        options = [option for option in command.params if isinstance(option, click.Option)]
        rows = [record for option in options if (record := option.get_help_record(context))]
        parts.append(table(("option", "meaning"), [(code(names), text) for names, text in rows]))
    return page(parts)


def spec_page() -> str:
    """The keys of a spec, from the pydantic models."""
    schema = Spec.model_json_schema()
    models = {"Spec": schema, **schema["$defs"]}
    if set(models) != set(MEANINGS):
        raise KeyError(f"kspec/spec/schema/meanings.py has not just the models {sorted(models)}")
    parts = [
        "# The keys of a spec",
        "A spec holds these keys once `extends`, `variables`, `blocks` and `repeat` are "
        "unfolded; [how to write a spec](../howto/write-a-spec.md) has those. Any other key is an "
        "error. `kspec show --resolved` prints a spec with every default filled in.",
    ]
    for name in MEANINGS:
        parts += [f"## {name}", models[name]["description"], keys(name, models[name])]
    return page(parts)


def keys(name: str, model: dict[str, Any]) -> str:
    found = model["properties"]
    if set(found) != set(MEANINGS[name]):
        raise KeyError(
            f"kspec/spec/schema/meanings.py has not just the keys {sorted(found)} of {name}"
        )
    rows = [
        (code(key), kind(value), default(key, value, model), MEANINGS[name][key])
        for key, value in found.items()
    ]
    return table(("key", "type", "default", "meaning"), rows)


def kind(value: dict[str, Any]) -> str:
    """A JSON Schema type in words."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value or "oneOf" in value:
        return " or ".join(kind(branch) for branch in value.get("anyOf") or value["oneOf"])
    if "const" in value or "enum" in value:
        choices = value.get("enum", [value.get("const")])
        return " or ".join(code(json.dumps(choice)) for choice in choices)
    if value["type"] == "array":
        return f"list: {kind(value['items'])}" if value["items"] else "list"
    if value["type"] == "object":
        inner = value.get("additionalProperties")
        return f"object: {kind(inner)}" if isinstance(inner, dict) else "object"
    bounds = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    limits = [f"{words} {value[bound]:g}" for bound, words in bounds.items() if bound in value]
    return TYPES[value["type"]] + (f" ({', '.join(limits)})" if limits else "")


def default(key: str, value: dict[str, Any], model: dict[str, Any]) -> str:
    if key in model.get("required", ()):
        return "required"
    return code(json.dumps(value.get("default")))


def keras_page() -> str:
    """What of Keras a spec can name, from the catalogue."""
    parts = [
        "# Keras objects",
        "Every name that a spec can give as `type`, with Keras's own arguments; Keras's "
        "documentation says what they mean. An argument without `=` must be given. Layers also "
        f"take {', '.join(code(name) for name in COMMON)}. Other spellings that Keras knows "
        '(`"adam"`, `"he_normal"`, `"mse"`) go as well. Classes that run code, read files or are '
        "base classes are left out, and refused.",
    ]
    for group in catalog.KINDS:
        lines = [f"- {code(signature(group, name))}" for name in catalog.names(group)]
        parts += [f"## {group.capitalize()}", "\n".join(lines)]
    return page(parts)


def signature(group: str, name: str) -> str:
    entry = catalog.find(group, name)
    assert isinstance(entry, catalog.Entry)
    if entry.is_function:
        return name
    arguments = (
        argument.name if argument.required else f"{argument.name}={json.dumps(argument.default)}"
        for argument in entry.arguments.values()
        if argument.name not in COMMON
    )
    return f"{name}({', '.join(arguments)})"


def errors_page() -> str:
    """Exceptions and exit codes, from kspec.errors."""
    rows = [(code(cls.__name__), str(cls.exit_code), first_line(cls)) for cls in exceptions(errors)]
    return page(
        [
            "# Errors and exit codes",
            "An error is told in one message: what is wrong, where, what would be right. "
            "`kspec --debug VERB …` adds the traceback.",
            table(
                ("exit code", "meaning"),
                [
                    ("0", "Done."),
                    (
                        "1",
                        "`kspec check` found an error; or data or a run are not as they must be.",
                    ),
                    ("2", "The words on the command line, or the spec, are wrong."),
                    ("130", "Stopped by Ctrl-C; the run is kept."),
                ],
            ),
            "## Problems of a spec",
            "`kspec check` prints each with the line that it is on. The first line has the form "
            "that compilers use, so editors can jump to the place:",
            "```text\nFILE:LINE:COLUMN: error[CODE]: message\n```",
            "Lines and columns count from 1, columns in characters. A value that came in through "
            "a block or a variable is followed by the places that used it, each on a line "
            "`used by FILE:LINE:COLUMN`. A value from the command line has `--set PATH=VALUE` for "
            "its place. In the place of `error` can stand `warning`, which is an error with "
            "`--strict`, or `note`, which stops nothing.",
            "[Codes](codes.md) says of every CODE what it means, and so does `kspec explain CODE`. "
            "[Other formats](../howto/editors-and-ci.md) are for programs.",
            "## Exceptions",
            "What kspec raises in Python; all of it is in `kspec.errors`.",
            table(("class", "exit code", "meaning"), rows),
        ]
    )


def codes_page() -> str:
    """Every code that a problem can carry."""
    parts = [
        "# Codes",
        "What the code of a problem means, which `kspec check` prints in brackets: "
        "`error[unknown-argument]`. `kspec explain CODE` prints the same. The examples are parts "
        "of a spec.",
    ]
    for each in explanations():
        parts += [f"## {each.code}", f"**{prose(each.title)}** ({each.level})", prose(each.text)]
        for heading, example in (("Wrong:", each.wrong), ("Right:", each.right)):
            if example:
                parts += [heading, f"```{each.language}\n{example}\n```"]
    return page(parts)


def prose(text: str) -> str:
    """Plain text as Markdown: what stands between backticks is code, all else means itself."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*_<>\[\]#])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def exceptions(module: Any) -> Iterator[type[errors.KspecError]]:
    for name in module.__all__:
        cls = getattr(module, name)
        if isinstance(cls, type) and issubclass(cls, errors.KspecError):
            yield cls


def first_line(cls: type) -> str:
    return " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].split())


def page(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


def code(text: str) -> str:
    return f"`{text}`"


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(escaped(cell) for cell in line)} |" for line in lines)


def escaped(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "reference/command-line.md": command_page,
    "reference/spec.md": spec_page,
    "reference/keras.md": keras_page,
    "reference/errors.md": errors_page,
    "reference/codes.md": codes_page,
}


def on_files(files: Any, *, config: Any) -> Any:
    """MkDocs's hook: the generated pages beside those that are files."""
    from mkdocs.structure.files import File

    for path, make in PAGES.items():
        files.append(File.generated(config, path, content=make()))
    return files
