"""What a run keeps of other runs whose networks are part of its own.

`backbones/HASH/` holds the spec of such a run, its scaling and its table of layers: all that is
needed to resume when the other run is gone. Its weights are in the checkpoints.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from kspec.errors import RunError
from kspec.runs import atomic
from kspec.runs.folder import ENVIRONMENT, PARAMETERS, RESOLVED, is_run

__all__ = ["keep_backbone", "kept_backbone"]

FOLDER = "backbones"
# The last one marks the folder as a run's, so by then it is complete.
FILES = (PARAMETERS, ENVIRONMENT, RESOLVED)


def kept_backbone(run: Path, application: str) -> Path | None:
    """The folder of what the run in `run` keeps of the one that its spec calls `application`."""
    folder = _place(run, application)
    return folder if is_run(folder) else None


def keep_backbone(run: Path, application: str, other: Path) -> None:
    """Keep what there is of the run in the folder `other`, and of the runs that it keeps itself.

    Does nothing if it is already kept. Raises RunError if it cannot be written.
    """
    folder = _place(run, application)
    if is_run(folder):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (other / FOLDER).is_dir():
            shutil.copytree(other / FOLDER, folder / FOLDER, dirs_exist_ok=True)
        for name in FILES:
            if (other / name).is_file():
                atomic.write_bytes(folder / name, (other / name).read_bytes())
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {error.strerror or error}") from error


def _place(run: Path, application: str) -> Path:
    # (The name of a run may have characters that file names may not.)
    return run / FOLDER / hashlib.sha256(application.encode()).hexdigest()[:16]
