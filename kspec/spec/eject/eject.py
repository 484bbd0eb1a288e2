"""Writes a spec as the text of a script."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from kspec.spec.eject.augmentation import draws_batches, write_batches
from kspec.spec.eject.averaging import AVERAGED_WEIGHTS, averages
from kspec.spec.eject.backbone import require_no_runs
from kspec.spec.eject.code import WIDTH
from kspec.spec.eject.data import write_data
from kspec.spec.eject.files import Files, is_trained
from kspec.spec.eject.groups import GROUP_PARAMETERS, groups_parameters
from kspec.spec.eject.layer_names import refers_to_layers, with_names
from kspec.spec.eject.main import needs_batch_size, write_main, write_summary
from kspec.spec.eject.needs import imports, own_classes, plugins
from kspec.spec.eject.network import NetworkCode, write_network
from kspec.spec.eject.phases import TRAIN_ONLY, trains_parts
from kspec.spec.eject.read import CannotFollowError, read
from kspec.spec.eject.recipe import write_loss
from kspec.spec.eject.scaling import write_scaling
from kspec.spec.eject.views import write_views
from kspec.spec.fold import fold
from kspec.spec.models import Spec
from kspec.spec.precision import OUTPUT, layers_in_float32

__all__ = ["eject"]

# A network of more layers than this is folded if the spec itself has no blocks that help.
_MANY = 60

# Functions must save at least this many lines if the network is a row.
_SAVES = 5


def eject(spec: Spec, *, files: Files, written: Mapping[str, Any] | None = None) -> str:
    """Plain Keras code for `spec`: architecture, data and training in one self-contained script.

    `files` says what there is to read (see `kspec.spec.eject.files.look`). `written` are the plain
    values of the spec as they were written, blocks and all; then the blocks become functions if
    that is shorter. Raises SpecError for references that lead nowhere, and for backbones that are
    runs.
    """
    require_no_runs(spec)
    mixed = spec.training.precision != OUTPUT
    network = _network(spec, None if mixed or refers_to_layers(spec) else written)
    constants, functions = list(network.constants), list(network.functions)
    if is_trained(spec):
        data = write_data(spec, files)
        scaling_constants, scaling = write_scaling(spec)
        batch = [f"BATCH_SIZE = {spec.training.batch_size}"] if needs_batch_size(spec) else []
        constants = [
            f"SEED = {spec.seed}", *batch, *data.constants, *scaling_constants, *constants
        ]  # fmt: skip
        functions += [*data.functions, *([scaling] if scaling else [])]
        functions += [write_batches(spec)] if draws_batches(spec) else []
        for number in range(len(spec.phases)):
            loss = write_loss(spec.in_phase(number))
            functions += [loss] if loss and loss not in functions else []
        functions += [TRAIN_ONLY] if trains_parts(spec) else []
        functions += GROUP_PARAMETERS if groups_parameters(spec) else []
        functions += [AVERAGED_WEIGHTS] if averages(spec) else []
        functions += [write_views(spec)] if "test" in data.parts and spec.test_time else []
        functions.append(write_main(spec, data))
    else:
        functions.append(write_summary())
    functions.append(['if __name__ == "__main__":', "    main()"])
    parts = [*own_classes(functions), *functions]
    code = "\n\n\n".join("\n".join(part) for part in parts)
    if constants:
        code = "\n".join(constants) + "\n\n\n" + code
    # (It must come before any layer is made.)
    policy = f'keras.config.set_dtype_policy("{spec.training.precision}")\n\n\n' if mixed else ""
    space = "\n\n" if constants else "\n\n\n"
    return f"{_docstring(spec, plugins(code))}\n\n{imports(code)}{space}{policy}{code}\n"


def _network(spec: Spec, written: Mapping[str, Any] | None) -> NetworkCode:
    """The network without functions for blocks or with them, whichever is shorter.

    A row is the plainest form, so functions must save several of its lines.
    """
    values = spec.resolved()
    for index in layers_in_float32(spec):
        values["layers"][index]["dtype"] = OUTPUT
    named = refers_to_layers(spec)
    if named:
        values["layers"] = with_names(spec.layers, values["layers"])
    flat = write_network(spec.name, read(values, tuple(spec.entering)), spec.entering, {})
    ways = [] if written is None else _structured(spec, written)
    many = len(spec.layers) > _MANY and spec.training.precision == OUTPUT and not named
    if many and not any(len(way) < len(flat) for way in ways):
        values = spec.model_dump(mode="json", by_alias=True)
        folded = fold(values["layers"], tuple(spec.entering), spec.outputs)
        ways += _structured(spec, folded.members())
    longest = len(flat) - _SAVES if flat.is_sequential else len(flat)
    return min([way for way in ways if len(way) <= longest], key=len, default=flat)


def _structured(spec: Spec, written: Mapping[str, Any]) -> list[NetworkCode]:
    """The network with functions for its blocks; empty if they are better unfolded."""
    try:
        network = read(written, tuple(spec.entering))
        variables = written.get("variables") or {}
        return [write_network(spec.name, network, spec.entering, variables)]
    except CannotFollowError:
        return []


def _docstring(spec: Spec, needed: list[str]) -> str:
    text = f"{spec.name}: {spec.description}" if spec.description else spec.name
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = textwrap.wrap(" ".join(text.split()), WIDTH - 3, break_long_words=False)
    text = "Written by kspec eject; it runs without kspec."
    if needed:
        text = f"Written by kspec eject; it needs {' and '.join(needed)}, and what that imports."
    if is_trained(spec):
        text += (
            " The network, the split of the data and the recipe are those of the spec; Keras draws "
            "the initial weights and the order of the batches, so results differ as they do "
            "between seeds."
        )
    end = textwrap.wrap(text, WIDTH)
    return "\n".join(['"""' + "\n".join(paragraphs), "", *end, '"""'])
