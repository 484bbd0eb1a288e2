"""Whether two groups of runs were trained and measured on the same data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kspec.runs.compare.entry import Entry
from kspec.runs.compare.groups import Group

__all__ = ["Sameness", "same_data"]


@dataclass(frozen=True)
class Sameness:
    """Why two groups cannot be ranked (`differs`), and what could not be checked (`unknown`)."""

    differs: tuple[str, ...]
    unknown: tuple[str, ...]


def same_data(first: Group, second: Group) -> Sameness:
    """Which of metric, classes, test set and split differ between the two.

    Runs with the same seed must have the same training and validation set. With different seeds
    these differ anyway if the split is drawn from the seed: then it must be drawn from the same
    samples, and give as many.
    """
    differs: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for one in first.runs:
        for other in second.runs:
            _hold(one, other, differs, unknown)
    return Sameness(tuple(differs), tuple(unknown))


def _hold(one: Entry, other: Entry, differs: dict[str, None], unknown: dict[str, None]) -> None:
    if one.metric != other.metric:
        differs[f"the metric ({one.metric} and {other.metric})"] = None
    names = [run.data.get("class_names") for run in (one, other)]
    if names[0] != names[1]:
        differs[f"the classes ({_classes(names[0])} and {_classes(names[1])})"] = None
    prints = [run.data.get("fingerprint") for run in (one, other)]
    if prints[0] is not None and prints[0] == prints[1]:
        return
    if one.splits is None or other.splits is None:
        unknown["a run from before each split had a fingerprint"] = None
        return
    _hold_splits(one, other, one.splits, other.splits, differs)


def _hold_splits(
    one: Entry,
    other: Entry,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    differs: dict[str, None],
) -> None:
    same_seed = one.seed == other.seed
    tests = before["test"], after["test"]
    if tests[0] != tests[1]:
        drawn = not same_seed and before["origin"] == after["origin"]
        why = "drawn from the seed" if drawn else "other samples"
        differs[f"the test set ({_sizes(tests[0], tests[1], why)})"] = None
    if before["origin"] != after["origin"]:
        differs["the samples that training and validation set are drawn from"] = None
        return
    for part in ("train", "validation"):
        parts = before[part], after[part]
        counts = [_count(each) for each in parts]
        if counts[0] != counts[1] or (same_seed and parts[0] != parts[1]):
            named = "training" if part == "train" else part
            differs[f"the {named} set ({_sizes(*parts, 'other samples')})"] = None


def _sizes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, else_: str) -> str:
    one, other = _count(before), _count(after)
    return else_ if one == other else f"{one:,} and {other:,} samples"


def _count(split: Mapping[str, Any] | None) -> int:
    return 0 if split is None else int(split["samples"])


def _classes(names: Any) -> str:
    if not names:
        return "none"
    shown = ", ".join(map(str, names[:3]))
    return f"{len(names)}: {shown}{', …' if len(names) > 3 else ''}"
