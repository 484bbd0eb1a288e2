"""`--data`: for this run, use data other than the spec's."""

from __future__ import annotations

from pathlib import Path

from kspec.errors import UsageError
from kspec.spec.catalog.registry import registered_of, seek
from kspec.spec.models import FILE_SOURCES, SOURCES, Data, Spec

__all__ = ["on_data", "override"]


def on_data(spec: Spec, given: str | None) -> Spec:
    """`spec` with the data that `given` names (see `override`); unchanged if it is None."""
    return spec if given is None else spec.with_data(override(spec.data, given))


def override(data: Data, given: str) -> Data:
    """`data` with the source that `given` names; everything else in it stays.

    `given` is the name of a source ("shapes", "cifar10", …, or a plugin's), or the path, relative
    to the current folder, of a .npz or .csv file or a folder of images; the kind is detected here.
    A folder with the name of a source is written "./shapes". Keys that only fit the old source,
    such as `labels` that the new one does not have, are dropped. Raises UsageError if `given` is
    not data.
    """
    built_in = [name for name in SOURCES if name not in FILE_SOURCES]
    if given in built_in or seek("sources", given) is not None:
        return data.on(given)
    if not given:
        raise UsageError("--data: an empty text names no data")
    try:
        path = Path(given).expanduser().resolve()
    except (RuntimeError, ValueError) as error:  # "~nobody", or a null character
        raise UsageError(f"--data {given}: {error}") from error
    if path.is_dir():
        return data.on("images", str(path))
    if path.is_file() and _is_archive(path):
        return data.on("npz", str(path))
    if path.is_file() and path.suffix.lower() == ".csv":
        if data.source != "csv":
            raise UsageError(
                f"--data {given}: for a .csv file the spec must name the target column, as in "
                '"data": {"source": "csv", "path": …, "target": …}'
            )
        return data.on("csv", str(path))
    named = [*built_in, *registered_of("sources")]
    problem = "is neither a .npz or .csv file nor a folder"
    raise UsageError(
        f"--data {given}: {problem if path.exists() else 'does not exist'}; give the path of a "
        f".npz or .csv file or of a folder of images, or one of {', '.join(named)}"
    )


def _is_archive(path: Path) -> bool:
    """By its name, or by the first bytes of a zip file, which a .npz file is."""
    if path.suffix.lower() == ".npz":
        return True
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"
