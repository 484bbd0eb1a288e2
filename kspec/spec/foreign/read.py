"""Reads a model file of any version of Keras."""

from __future__ import annotations

from pathlib import Path

from kspec.errors import Place, Problem, SpecError
from kspec.spec.foreign.container import content_of
from kspec.spec.foreign.dialect import dialect_of
from kspec.spec.foreign.model import Foreign
from kspec.spec.foreign.network import Network, Scope, network_of
from kspec.spec.foreign.reading import BrokenError, Reading
from kspec.spec.foreign.structure import RawLayer, is_model, raw_layer
from kspec.spec.foreign.unwrap import model_in

__all__ = ["read_foreign"]


def read_foreign(source: str | bytes | Path) -> Foreign:
    """The network in a model file, in terms of the language.

    `source` is the path of a file (`model.json`, TensorFlow.js's `model.json`, `.keras`, `.h5`),
    its bytes, or JSON text.

    Raises SpecError with all faults of the file, and everything that a spec cannot express.
    """
    reading = Reading(str(source) if isinstance(source, Path) else "the model")
    if isinstance(source, Path):
        _must_be_there(source, Place(reading.file))
    try:
        content = content_of(source)
        found = model_in(content.values)
        found.keras_version = found.keras_version or content.keras_version
        found.backend = found.backend or content.backend
        reading.dialect = dialect_of(found)
        model = raw_layer(found.values, "the file")
        _must_be_model(model)
        frozen = model.arguments.get("trainable") is False
        network = network_of(model, Scope(reading, frozen=frozen))
        _must_have_shapes(network, reading)
    except BrokenError as error:
        reading.broken(_sentence(str(error)))
    if any(source.scaled for source in reading.sources):
        reading.note(
            "hard_sigmoid is another function in Keras 3; weights that are carried over make up "
            "for it"
        )
    if reading.problems:
        raise SpecError(reading.problems)
    return Foreign(
        name=model.name or _name_of(source),
        inputs={name: each for name, each in network.inputs.items() if each is not None},
        layers=network.layers,
        outputs=network.outputs,
        sources=tuple(reading.sources),
        dialect=reading.dialect,
        keras_version=found.keras_version,
        backend=found.backend,
        training=content.training or found.training,
        notes=tuple(sorted(reading.notes)),
    )


def _must_be_there(path: Path, place: Place) -> None:
    if path.is_dir():
        raise SpecError(
            [Problem(place, f"{path} is a folder; name a model file in it", "not-a-file")]
        )
    if not path.exists():
        raise SpecError([Problem(place, f"there is no file {path}", "no-file")])


def _must_be_model(model: RawLayer) -> None:
    if not is_model(model):
        raise BrokenError(
            f"holds a {model.class_name} without a list of layers: what it does is written in "
            "code, which the file does not hold"
        )


def _must_have_shapes(network: Network, reading: Reading) -> None:
    if any(each is None for each in network.inputs.values()):
        reading.refuse(
            "no layer says the shape of the input; the model was saved before it was built"
        )


def _sentence(text: str) -> str:
    """The message, with "the file" in front if that is its subject."""
    return f"the file {text}" if text.startswith(("is ", "holds ", "cannot ")) else text


def _name_of(source: str | bytes | Path) -> str:
    return source.stem if isinstance(source, Path) else "model"
