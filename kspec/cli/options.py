"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.errors import UsageError
from kspec.sizes import bytes_in

__all__ = [
    "as_bytes",
    "as_names",
    "backend_option",
    "data_option",
    "json_option",
    "lowering_option",
    "plugin_option",
    "run_dir_option",
    "set_option",
    "test_time_option",
]

backend_option = click.option(
    "--backend",
    metavar="NAME",
    help="tensorflow, torch or jax; default: KERAS_BACKEND, or else one that is installed.",
)
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change a value of the spec: --set training.epochs=5. Can be repeated.",
)
plugin_option = click.option(
    "--plugin",
    "plugins",
    multiple=True,
    metavar="MODULE",
    help="A Python module with your own layers, losses, metrics or data sources. Can be repeated.",
)
data_option = click.option(
    "--data",
    metavar="PATH|NAME",
    help="Other data: an .npz or .csv file, a folder with a subfolder per class, or a source such "
    "as shapes.",
)
run_dir_option = click.option(
    "--run-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="The folder that holds the runs.",
)
lowering_option = click.option(
    "--no-lowering",
    "lowering",
    flag_value=False,
    default=True,
    help="Compute layers as Keras itself does, without the backend's faster primitives.",
)
test_time_option = click.option(
    "--no-test-time",
    "test_time",
    flag_value=False,
    default=True,
    help="Use each picture once, unchanged, ignoring the views of the spec's test_time.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def at_most_one(**given: bool) -> None:
    """Raise UsageError if two of these options, such as `json` and `csv`, are given."""
    if sum(given.values()) > 1:
        *names, last = (f"--{name}" for name in given)
        raise UsageError(f"{', '.join(names)} and {last}: one at a time")


def as_bytes(context: click.Context, option: click.Parameter, given: str | None) -> int | None:
    """The callback of an option that takes a size. Raises UsageError if it is not one."""
    try:
        return None if given is None else bytes_in(given)
    except ValueError as error:
        raise UsageError(f"--{option.name}: {error}") from error


def as_names(
    context: click.Context, option: click.Parameter, given: str | None
) -> list[str] | None:
    """The callback of an option that takes comma-separated names."""
    return None if given is None else [name.strip() for name in given.split(",") if name.strip()]
