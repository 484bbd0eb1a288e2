"""The weights of backbones: found, checked, and loaded."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kspec.model.backbone.archive import fill_from_archive
from kspec.model.backbone.imagenet import imagenet_file
from kspec.model.backbone.made import Backbone, BackboneError
from kspec.model.backbone.own import run_folder
from kspec.runs.folder import MODEL
from kspec.spec.catalog.backbone import IMAGENET
from kspec.spec.node import dotted

__all__ = ["WeightsFile", "fill"]

_FILES = (".h5", ".hdf5", ".keras")
_ARCHIVE = ".keras"


@dataclass(frozen=True)
class WeightsFile:
    """What a backbone started with: the layer, its "weights" in the spec, the file, its SHA-256."""

    layer: str
    weights: str
    path: str
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be stored with a run."""
        return asdict(self)


def fill(backbone: Backbone, root: Path) -> WeightsFile | None:
    """Give `backbone` the weights that its spec names; None if it is to keep its new ones.

    Relative paths start from `root`. Raises BackboneError for a file that is missing, damaged, or
    for another network.
    """
    wanted = backbone.arguments.get("weights", IMAGENET if backbone.run is None else "")
    if wanted is None:
        return None
    layer = dotted(backbone.path)
    if backbone.run is not None and not wanted:
        path = _of_run(run_folder(str(backbone.arguments["application"]), root), "application")
    elif wanted == IMAGENET:
        assert backbone.asked is not None
        instead = f"--set {layer}.weights=null, or the path of a file, will do"
        path = imagenet_file(backbone.asked, instead=instead)
    elif wanted.endswith(_FILES):
        path = root / Path(wanted).expanduser()
        if not path.is_file():
            raise BackboneError(f"there is no file {path} with weights", "weights")
    else:
        path = _of_run(run_folder(wanted, root, "weights"), "weights")
    if path.suffix == _ARCHIVE:
        fill_from_archive(backbone.model, path)
    else:
        # Imported only when needed: the code for all former layouts takes a moment to load.
        from kspec.model.backbone.hdf5 import fill_from_hdf5

        fill_from_hdf5(backbone.whole, path, known=wanted == IMAGENET)
    return WeightsFile(layer, wanted or str(backbone.arguments["application"]), *_identity(path))


def _of_run(folder: Path, key: str) -> Path:
    path = folder / MODEL
    if not path.is_file():
        raise BackboneError(f"{folder} has no {MODEL}: it ended before its first epoch did", key)
    return path


def _identity(path: Path) -> tuple[str, str]:
    with path.open("rb") as stream:
        return str(path), hashlib.file_digest(stream, "sha256").hexdigest()
