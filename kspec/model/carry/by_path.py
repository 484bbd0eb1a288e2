"""Weights as written by Keras 3: a layer is identified by its class and count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import keras
from keras.src.saving.keras_saveable import KerasSaveable
from keras.src.saving.saving_lib import _walk_saveable
from keras.src.utils.naming import to_snake_case

from kspec.model.carry.places import Place
from kspec.model.carry.stored import ByPath, Stored
from kspec.model.fitting import MisfitError

__all__ = ["RANDOM", "fill_by_path"]

Steps = tuple[str, ...]

Groups = dict[str, dict[str, Stored]]
"""The arrays below each path, by the rest of their own path."""

_OF_TRAINING = ("optimizer", "metrics", "_metrics", "loss_tracker", "_loss_tracker", "_tracker")
RANDOM = ("seed_generator", "random_generator", "_random_generator", "_seed_generator")
"""The random state of a dropout is not a weight."""


def fill_by_path(held: ByPath, places: Sequence[Place]) -> Iterator[str]:
    """Give every layer the arrays below its path; yields a sentence for each misfit."""
    used: set[str] = set()
    groups: Groups = defaultdict(dict)
    for path, stored in held.arrays.items():
        group, _, key = path.rpartition("/")
        groups[group][key] = stored
    yield from _fill_all(groups, places, "layers", used)
    for path in held.arrays:
        steps = path.split("/")
        is_state = steps[0].startswith(_OF_TRAINING) or any(
            step.startswith(RANDOM) for step in steps
        )
        if path not in used and not is_state:
            yield f'the file has a weight "{path}", for which the network has no place'


def _fill_all(groups: Groups, places: Sequence[Place], path: str, used: set[str]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for place in places:
        if place.source.type == "ops":
            continue
        kind = to_snake_case(_class_name(place.source.class_name.rpartition(">")[2]))
        own = f"{path}/{kind}_{counts[kind]}" if counts[kind] else f"{path}/{kind}"
        counts[kind] += 1
        if place.inner:
            yield from _fill_all(groups, place.inner, f"{own}/layers", used)
        elif place.layer is not None:
            for steps, saveable in _parts(place.layer, (), set()):
                try:
                    _fill(groups, saveable, _path(groups, own, steps), used)
                except MisfitError as misfit:
                    yield f"{place.title} {misfit}"


def _class_name(name: str) -> str:
    """Keras's own name of a class: GroupQueryAttention is GroupedQueryAttention in Keras."""
    found = getattr(keras.layers, name, None)
    return found.__name__ if isinstance(found, type) else name


def _path(groups: Groups, start: str, steps: Steps) -> str:
    """The path of the weights of a layer within another.

    Depending on the version, Keras saved an attribute such as query_dense with or without a leading
    underscore.
    """
    forms = [(step, f"_{step}", step.lstrip("_")) for step in steps]
    paths = ["/".join((start, *form, "vars")) for form in product(*forms)]
    return next((path for path in paths if path in groups), paths[0])


def _parts(saveable: Any, steps: Steps, seen: set[int]) -> Iterator[tuple[Steps, Any]]:
    """A layer and the layers in it, each with the path steps under which Keras saves it.

    Keras saves a layer where it meets it first, in the order of the attributes.
    """
    if id(saveable) in seen or isinstance(saveable, keras.random.SeedGenerator):
        return
    seen.add(id(saveable))
    yield steps, saveable
    for name, child in _walk_saveable(saveable):
        yield from _parts_within(child, (*steps, name), seen)


def _parts_within(child: Any, steps: Steps, seen: set[int]) -> Iterator[tuple[Steps, Any]]:
    if isinstance(child, KerasSaveable):
        yield from _parts(child, steps, seen)
    elif isinstance(child, (list, tuple, dict)):
        counts: Counter[str] = Counter()
        for each in child.values() if isinstance(child, dict) else child:
            if isinstance(each, KerasSaveable):
                kind = to_snake_case(type(each).__name__)
                name = f"{kind}_{counts[kind]}" if counts[kind] else kind
                counts[kind] += 1
                yield from _parts(each, (*steps, name), seen)


def _fill(groups: Groups, saveable: Any, path: str, used: set[str]) -> None:
    wanted: dict[str, Any] = {}
    if hasattr(saveable, "save_own_variables"):
        saveable.save_own_variables(wanted)
    found = groups.get(path, {})
    used |= {f"{path}/{key}" for key in found}
    if wanted.keys() != found.keys():
        have, need = (_listed(each.values()) for each in (found, wanted))
        raise MisfitError(f'needs the weights {need}, but the file has {have} at "{path}"')
    for key, value in wanted.items():
        if tuple(value.shape) != found[key].shape:
            raise MisfitError(
                f"needs a weight of shape {tuple(value.shape)}, but the file has "
                f'{found[key].shape} at "{path}/{key}"'
            )
    if wanted:
        saveable.load_own_variables({key: stored.read() for key, stored in found.items()})


def _listed(values: Any) -> str:
    return ", ".join(str(tuple(each.shape)) for each in values) or "none"
