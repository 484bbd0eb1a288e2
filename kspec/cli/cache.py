"""`kspec cache`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.options import json_option
from kspec.errors import UsageError

if TYPE_CHECKING:
    from kspec.experiment.features.store import Kept

__all__ = ["cache"]


@click.group()
def cache() -> None:
    """List or clear what is kept between runs.

    These are features (`training.features`) and programs compiled for JAX, in the folder
    KSPEC_CACHE or else in ~/.cache/kspec.
    """


@cache.command(name="ls")
@json_option
def list_(as_json: bool) -> None:
    """List the features, most recently used first, and the size of the compiled programs.

    `--json` prints the features only.
    """
    from kspec.compiled import programs, size
    from kspec.experiment.features.store import kept
    from kspec.places import compiled_folder, features_folder
    from kspec.sizes import byte_size

    root = features_folder()
    found = kept(root)
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found]))
        return
    from kspec.cli.tables import cache_table

    cache_table(found, root)
    if compiled := programs():
        where = f"{byte_size(size(compiled))} in {compiled_folder()}"
        click.echo(f"{where}: {len(compiled)} programs compiled for JAX")


@cache.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--all", "everything", is_flag=True, help="Remove everything, compiled programs too.")
def clear(names: tuple[str, ...], everything: bool) -> None:
    """Remove the features NAME…, as named by `kspec cache ls`, or everything with --all."""
    from kspec import compiled
    from kspec.experiment.features.store import clear as remove
    from kspec.experiment.features.store import kept
    from kspec.places import compiled_folder, features_folder
    from kspec.sizes import byte_size

    root = features_folder()
    found = {one.folder.name: one for one in kept(root)}
    if bool(names) == everything:
        raise UsageError("name the features to remove, or give --all")
    unknown = [name for name in names if name not in found]
    if unknown:
        raise UsageError(f"there are no features {unknown[0]} in {root}; see kspec cache ls")
    chosen = list(found) if everything else list(dict.fromkeys(names))
    for name in chosen:
        remove(found[name].folder)
    freed = sum(found[name].size for name in chosen)
    click.echo(f"removed {len(chosen)} of {len(found)} from {root}: {byte_size(freed)}")
    if everything and (programs := compiled.programs()):
        freed = compiled.size(programs)
        compiled.clear(programs)
        click.echo(f"removed {len(programs)} programs from {compiled_folder()}: {byte_size(freed)}")


def _plain(one: Kept) -> dict[str, object]:
    return {
        "name": one.folder.name,
        "folder": str(Path(one.folder)),
        **one.about,
        "samples": one.samples,
        "bytes": one.size,
        "used": one.used,
    }
