"""Reads a run's `environment.json`, and validates the parts that others rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PositiveInt, ValidationError

from kspec.errors import RunError
from kspec.runs.files import read_object
from kspec.runs.folder import ENVIRONMENT

__all__ = ["read_environment"]


def read_environment(folder: Path) -> dict[str, Any]:
    """The environment of the run in `folder`: where it took place, and with which data.

    Raises RunError if it is missing or unreadable, or if the identity, plugins, backends, weights
    or data have the wrong structure. Parts that an older run does not have are not an error.
    """
    path = folder / ENVIRONMENT
    environment = read_object(path)
    try:
        _Environment.model_validate(environment)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(each) for each in first["loc"])
        why = "should be an object" if first["type"] == "model_type" else _sentence(first["msg"])
        raise RunError(f"{path} is damaged: {place}: {why}") from None
    return environment


def _sentence(message: str) -> str:
    return message.removeprefix("Input ").replace("Field required", "it is missing")


class _Part(BaseModel):
    """A part of which only the keys that others rely on are validated."""

    model_config = ConfigDict(strict=True)


class _Identity(_Part):
    run: str = ""
    spec: str = ""
    data: str = ""
    seed: int = 0


class _Resumed(_Part):
    backend: str
    changes: list[Any] = []


class _Plugin(_Part):
    module: str
    sha256: str | None = None


class _Weights(_Part):
    layer: str
    sha256: str


class _Scaling(_Part):
    scale: float
    mean: list[float] | None
    std: list[float] | None


class _Pixels(_Part):
    """How each input was scaled; None for inputs that are not scaled."""

    inputs: dict[str, _Scaling | None]


def _of_inputs(pixels: Any) -> Any:
    """For a network with one input, the scaling is stored without a name."""
    return (
        {"inputs": {"input": pixels}}
        if isinstance(pixels, dict) and "inputs" not in pixels
        else pixels
    )


class _Split(_Part):
    samples: PositiveInt


class _Splits(_Part):
    origin: str | None
    train: _Split
    validation: _Split | None
    test: _Split | None


class _Data(_Part):
    class_names: list[str] = []
    source: str = ""
    fingerprint: str = ""
    root: str = ""
    class_count: PositiveInt | None = None
    pixels: Annotated[_Pixels, BeforeValidator(_of_inputs)] = _Pixels(inputs={})
    splits: _Splits | None = None


class _Environment(_Part):
    identity: _Identity = _Identity()
    backend: str = ""
    resumed: list[_Resumed] = []
    plugins: list[_Plugin] = []
    weights: list[_Weights] = []
    data: _Data = _Data()
