"""What a run keeps of other runs whose networks are part of its own.

`backbones/HASH/` holds the spec of such a run, its scaling and its table of layers: what is needed
by whoever goes on with the run when the other is gone. Its weights are in the checkpoints.
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
# The last one makes it a run's folder, so it is whole then.
FILES = (PARAMETERS, ENVIRONMENT, RESOLVED)


def kept_backbone(run: Path, application: str) -> Path | None:
    """What the run in the folder `run` keeps of the one that its spec calls `application`."""
    folder = _place(run, application)
    return folder if is_run(folder) else None


def keep_backbone(run: Path, application: str, other: Path) -> None:
    """Keep of the run in the folder `other`, and of those that it keeps itself, what there is.

    What is kept already stays. Raises RunError if it cannot be written.
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
    # (A name of a run has characters that names of files may not have.)
    return run / FOLDER / hashlib.sha256(application.encode()).hexdigest()[:16]
