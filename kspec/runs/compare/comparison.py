"""Runs side by side, and what their differences show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from kspec.errors import RunError
from kspec.runs.compare.entry import Entry, LeftOut, read_entry
from kspec.runs.compare.evidence import Evidence, weigh_all
from kspec.runs.compare.groups import Group, group
from kspec.runs.compare.same_data import same_data
from kspec.runs.compare.scores import Scores, read_scores

__all__ = ["Comparison", "Difference", "compare"]

# How many of the runs left out are named if none can be compared.
SHOWN = 5


@dataclass(frozen=True)
class Difference:
    """How the group labelled `second` compares with the one labelled `first`.

    `evidence` is None if nothing could be tested, and `why_not` says why. `differs` names what
    differs in the data: then the two are not ranked, unless this was forced (`forced`). `unknown`
    names what could not be checked. `of_specs` says whether the evidence is about the specs, or
    only about two trained networks.
    """

    first: str
    second: str
    evidence: Evidence | None = None
    why_not: str | None = None
    differs: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    forced: bool = False
    of_specs: bool = False

    @property
    def refused(self) -> bool:
        """Whether the two are not ranked because their data differs."""
        return bool(self.differs) and not self.forced

    @property
    def verdict(self) -> str:
        """In a few words: "better", "worse", "no difference shown", or why they are not ranked.

        For single runs it says that it is only about these networks.
        """
        if self.evidence is None:
            return f"not ranked: {self.why_not}"
        if not self.evidence.claim:
            said = "no difference shown"
        else:
            said = "better" if self.evidence.better else "worse"
            said += "" if self.of_specs else " (these two networks)"
        if self.forced:
            said += f" (forced: these differ: {', '.join(self.differs)})"
        return said


@dataclass(frozen=True)
class Comparison:
    """Groups of runs in the order in which they were given; the first is the baseline.

    `left_out` are runs that could not be compared.
    """

    groups: tuple[Group, ...]
    differences: tuple[Difference, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def refused(self) -> bool:
        """Whether any two groups are not ranked because their data differs."""
        return any(difference.refused for difference in self.differences)

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from kspec.runs.compare.card import comparison_card

        return comparison_card(self)


def compare(
    folders: Sequence[Sequence[Path]],
    *,
    each: bool = False,
    all_pairs: bool = False,
    force: bool = False,
    left_out: Sequence[LeftOut] = (),
) -> Comparison:
    """Compare the runs in `folders`.

    The runs of each part of `folders` are sorted by name, and those of one name by age, the oldest
    first. Runs of one spec with several seeds are one group, unless `each`. Every group is compared
    with the first, with `all_pairs` with every other. `force` ranks even groups that were not
    measured on the same data. `left_out` is what could not even be found. Raises RunError if none
    of the runs has ended.
    """
    entries: list[Entry] = []
    missing = list(left_out)
    for part in folders:
        found = [read_entry(folder) for folder in part]
        missing += [one for one in found if isinstance(one, LeftOut)]
        ended = [one for one in found if isinstance(one, Entry)]
        entries += sorted(ended, key=lambda one: (one.name, one.started))
    if not entries:
        reasons = "".join(f"\n  {one.what}: {one.why}" for one in missing[:SHOWN])
        raise RunError(f"none of these runs has finished{reasons}")
    groups, older = group(entries, each=each)
    pairs = list(combinations(groups, 2)) if all_pairs else [(groups[0], g) for g in groups[1:]]
    differences = _differences(pairs, force=force)
    return Comparison(tuple(groups), tuple(differences), (*missing, *older))


def _differences(pairs: Sequence[tuple[Group, Group]], *, force: bool) -> list[Difference]:
    scores: dict[str, Scores | str] = {}
    found: list[Difference] = []
    weighed: dict[int, tuple[Scores, Scores]] = {}
    for place, (first, second) in enumerate(pairs):
        difference = _begin(first, second, force=force)
        if difference.why_not is None:
            for each in (first, second):
                if each.label not in scores:
                    scores[each.label] = _scores(each)
            difference = _with_scores(difference, scores, force=force)
        found.append(difference)
        if difference.why_not is None:
            one, other = scores[first.label], scores[second.label]
            assert isinstance(one, Scores) and isinstance(other, Scores)
            weighed[place] = (one, other)
    for place, evidence in zip(weighed, weigh_all(list(weighed.values())), strict=True):
        found[place] = replace(found[place], evidence=evidence)
    return found


def _begin(first: Group, second: Group, *, force: bool) -> Difference:
    """The difference as far as it is known before any predictions are read."""
    same = same_data(first, second)
    difference = Difference(
        first=first.label,
        second=second.label,
        unknown=same.unknown,
        of_specs=max(len(first.runs), len(second.runs)) > 1,
    )
    return _refused(difference, same.differs, force=force)


def _refused(difference: Difference, differs: tuple[str, ...], *, force: bool) -> Difference:
    if not differs:
        return difference
    why_not = None if force else f"these differ: {', '.join(differs)}"
    return replace(difference, differs=differs, forced=force, why_not=why_not)


def _with_scores(
    difference: Difference, scores: dict[str, Scores | str], *, force: bool
) -> Difference:
    """The difference, with `why_not` if the predictions show that the two are not comparable."""
    one, other = scores[difference.first], scores[difference.second]
    for label, found in ((difference.first, one), (difference.second, other)):
        if isinstance(found, str):
            return replace(difference, why_not=f"{label} has {found}")
    assert isinstance(one, Scores) and isinstance(other, Scores)
    if one.metric != other.metric:
        return replace(difference, why_not=f"{one.metric} and {other.metric} are different metrics")
    if difference.unknown and not one.pairs_with(other):
        differs = (*difference.differs, "the test set (other labels)")
        return _refused(difference, differs, force=force)
    return difference


def _scores(group: Group) -> Scores | str:
    """The scores of a group, or a phrase for what it has instead."""
    try:
        found = read_scores([run.path for run in group.runs])
    except RunError:
        return "damaged predictions"
    return "no predictions that could be compared with others" if found is None else found
