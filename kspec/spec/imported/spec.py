"""A complete spec of the network in a model file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kspec.errors import Place, Problem, SpecError
from kspec.spec.check import validate
from kspec.spec.expansion import expand
from kspec.spec.fold import fold, in_branches, without_names
from kspec.spec.foreign import Foreign, ForeignInput
from kspec.spec.imported.automatic import is_automatic
from kspec.spec.imported.head import head_of
from kspec.spec.imported.recipe import Recipe, recipe_of, usual_recipe
from kspec.spec.models import Spec
from kspec.spec.node import node_of
from kspec.spec.printing import to_text

__all__ = ["Imported", "make_spec"]

DATA = "data.npz"
"""A placeholder for the file with the data, which a model file does not name."""

EPOCHS = 10

MAX_COST_OF_NAMES, FEW_CHARACTERS = 1.5, 400
"""Names are kept if they lengthen the spec by at most this factor, or this many characters."""

MANY_LAYERS = 500
"""With more layers nobody reads the names, and folding with them takes long."""

_WRITERS = {"keras1": "Keras 1", "keras2": "Keras 2", "keras3": "Keras 3", "tfjs": "TensorFlow.js"}


@dataclass(frozen=True)
class Imported:
    """A spec made of a model file.

    `members` are the spec as it is to be written, and `spec` is the spec that they define. `layers`
    are its unfolded layers, one to one and in its order, under the names of `foreign`. `is_named`
    says whether the names that a person gave are in the spec, `has_recipe` whether its training is
    that of the file.
    """

    foreign: Foreign
    members: dict[str, Any]
    spec: Spec
    layers: list[dict[str, Any]]
    is_named: bool
    has_recipe: bool

    @property
    def text(self) -> str:
        """The spec as JSON text."""
        return to_text(self.members) + "\n"


def make_spec(foreign: Foreign, file: str, *, names: bool | None = None) -> Imported:
    """The spec of the network in the model file called `file`.

    Automatic names of Keras are left out. With `names` true those that a person gave are kept, with
    false they are left out too; with None they are kept if they cost little: names such as
    block4_conv2 keep layers from folding. Raises SpecError for a network that no spec can express.
    """
    inputs = tuple(foreign.inputs)
    layers, outputs = in_branches(foreign.layers, inputs, _outputs(foreign))
    given = {source.path for source in foreign.sources if not is_automatic(source)}
    network, is_named = _network(layers, inputs, outputs, given, names)
    network = {**_entrance(foreign), **network}
    head = head_of(_read(_whole(foreign, file, network, _PLAIN), file), layers, outputs)
    own = recipe_of(foreign.training, head)
    for recipe in () if own is None else (own, own.with_usual_metrics()):
        members = _whole(foreign, file, network, recipe)
        if (spec := _valid(members, file)[0]) is not None:
            return Imported(foreign, members, spec, layers, is_named, True)
    members = _whole(foreign, file, network, usual_recipe(head))
    return Imported(foreign, members, _read(members, file), layers, is_named, False)


def _network(
    layers: list[dict[str, Any]],
    inputs: tuple[str, ...],
    outputs: Any,
    given: set[tuple[str, ...]],
    names: bool | None,
) -> tuple[dict[str, Any], bool]:
    """The members of the spec that make up the network, and whether it has the `given` names."""

    def folded(kept: set[tuple[str, ...]]) -> dict[str, Any]:
        lean, ends = without_names(layers, inputs, outputs, keeps=kept.__contains__)
        return fold(lean, inputs, ends, defaults=True).members()

    if names or not given:
        return folded(given), True
    nameless = folded(set())
    if names is None and len(layers) <= MANY_LAYERS:
        named = folded(given)
        short = len(to_text(nameless))
        if len(to_text(named)) <= max(MAX_COST_OF_NAMES * short, short + FEW_CHARACTERS):
            return named, True
    return nameless, False


_PLAIN = Recipe("Adam", "mean_squared_error", ["mean_absolute_error"], "numbers")


def _outputs(foreign: Foreign) -> Any:
    if len(foreign.outputs) > 1:
        return foreign.outputs
    return None if foreign.outputs[0] == foreign.layers[-1]["name"] else foreign.outputs[0]


def _entrance(foreign: Foreign) -> dict[str, Any]:
    if list(foreign.inputs) == ["input"]:
        return {"input": _input(foreign.inputs["input"])}
    return {"inputs": {name: _input(each) for name, each in foreign.inputs.items()}}


def _input(entering: ForeignInput) -> dict[str, Any]:
    said: dict[str, Any] = {"shape": list(entering.shape)}
    return said if entering.dtype == "float32" else {**said, "dtype": entering.dtype}


def _whole(foreign: Foreign, file: str, network: dict[str, Any], recipe: Recipe) -> dict[str, Any]:
    version = foreign.keras_version
    writer = f"Keras {version}" if version and version[0].isdigit() else _WRITERS[foreign.dialect]
    data: dict[str, Any] = {"source": "npz", "path": DATA}
    if recipe.labels != "classes":
        data["labels"] = recipe.labels
    return {
        "kspec": 1,
        "name": _name(foreign.name, file),
        "description": f"From {Path(file).name}, a model file of {writer}.",
        **network,
        "data": data,
        "training": recipe.members(EPOCHS),
    }


def _name(name: str, file: str) -> str:
    """The name of the model, or of the file if the model's name is automatic."""
    if re.fullmatch(r"(functional|model|sequential)_?[0-9]*", name):
        name = Path(file).stem
    clean = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100]
    return clean if clean[:1].isalnum() else f"model{clean}"[:100]


def _read(members: dict[str, Any], file: str) -> Spec:
    """The spec that `members` define. Raises SpecError if they are not a valid spec."""
    spec, wrong = _valid(members, file)
    if spec is None:
        message = "a spec cannot hold this network: "
        raise SpecError(
            {Problem(Place(file), message + each.message, "import-refused") for each in wrong}
        )
    return spec


def _valid(members: dict[str, Any], file: str) -> tuple[Spec | None, list[Problem]]:
    """The spec that `members` define, None if there are errors in it, and these."""
    try:
        spec, problems = validate(expand(node_of(members, Place(file))))
    except SpecError as error:
        spec, problems = None, list(error.problems)
    wrong = [problem for problem in problems if problem.level == "error"]
    return (None if wrong else spec), wrong
