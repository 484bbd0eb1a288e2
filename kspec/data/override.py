"""`--data`: other data than the spec names, for this run."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from kspec.errors import UsageError
from kspec.spec.models import Data

__all__ = ["override"]


def override(data: Data, given: str) -> Data:
    """`data` with the source that `given` names; everything else in it stays.

    `given` is the name of a built-in source ("shapes", "cifar10", …), or a path, from the current
    folder, of a .npz file or a folder of images; the kind is found out here. A folder that is
    called like a source is written "./shapes". Raises UsageError for what is neither.
    """
    built_in = [
        name
        for name in get_args(Data.model_fields["source"].annotation)
        if name not in ("npz", "images")
    ]
    if given in built_in:
        return data.model_copy(update={"source": given, "path": None})
    try:
        path = Path(given).expanduser().resolve()
    except RuntimeError as error:  # "~nobody"
        raise UsageError(f"--data {given}: {error}") from error
    if path.is_dir():
        return data.model_copy(update={"source": "images", "path": str(path)})
    if path.is_file() and _is_archive(path):
        return data.model_copy(update={"source": "npz", "path": str(path)})
    problem = "is neither a .npz file nor a folder" if path.exists() else "does not exist"
    raise UsageError(
        f"--data {given}: {problem}; give the path of a .npz file or of a folder of images, "
        f"or one of {', '.join(built_in)}"
    )


def _is_archive(path: Path) -> bool:
    """By its name, or by the first bytes of a zip file, which a .npz file is."""
    if path.suffix.lower() == ".npz":
        return True
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"
