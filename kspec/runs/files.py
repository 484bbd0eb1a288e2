"""Reading the files of a run."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any, NoReturn

from kspec.errors import RunError
from kspec.runs.folder import HISTORY, RESULT
from kspec.runs.history import from_rows
from kspec.runs.numbers import from_json
from kspec.runs.record import Result

__all__ = ["read_history", "read_object", "read_result", "sha256"]


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises RunError if it is missing, unreadable, or not that."""
    value = _read(path)
    if not isinstance(value, dict):
        raise RunError(f"{path} is damaged: it holds no JSON object")
    return value


def read_result(folder: Path) -> dict[str, Any]:
    """The result of the run in `folder`, with NaN and infinities as numbers again."""
    path = folder / RESULT
    result = read_object(path)
    needed = Result.__required_keys__
    missing = [name for name in Result.__annotations__ if name in needed and name not in result]
    if missing:
        raise RunError(f"{path} is damaged: it lacks {', '.join(missing)}")
    phases = result.get("phases")
    for each in [result, *(phases if isinstance(phases, list) else ())]:
        if not isinstance(each, dict):
            raise RunError(f"{path} is damaged: a phase in it is not an object")
        for part in ("train", "validation", "test", "kept"):
            values = each.get(part)
            if isinstance(values, dict):
                each[part] = {name: from_json(value) for name, value in values.items()}
    return result


def read_history(folder: Path) -> list[dict[str, float]]:
    """The epochs of the run in `folder` so far; none before the first one has ended."""
    path = folder / HISTORY
    return from_rows(_read(path), str(path)) if path.exists() else []


def sha256(path: Path) -> str:
    """The SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes(), parse_constant=_refuse, parse_int=_whole)
    except FileNotFoundError:
        raise RunError(f"{path} is missing") from None
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}") from error


def _whole(digits: str) -> int:
    """An integer within the range of a float, as drawing and averaging need it."""
    if math.isinf(float(digits)):
        raise ValueError("a number in it is too large")
    return int(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
