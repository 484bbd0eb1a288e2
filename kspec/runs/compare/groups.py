"""Runs of one spec with several seeds, taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.runs.compare.entry import Entry, LeftOut
from kspec.runs.compare.spread import Spread, spread
from kspec.runs.difference import Difference, differences
from kspec.runs.files import read_object
from kspec.runs.folder import RESOLVED, label_of

__all__ = ["Group", "group"]

# At most this many changed values describe a variant, in a line of at most this width.
SHOWN, WIDTH = 3, 100


@dataclass(frozen=True)
class Group:
    """Runs that differ only in the seed, sorted by seed; or a single run.

    `label` is unique in the comparison. `description` is the spec's. If several specs have the same
    name, `changed` is what each of them changes from the first, and a description that is the same
    as the first one's is left out.
    """

    label: str
    description: str
    changed: tuple[Difference, ...]
    runs: tuple[Entry, ...]

    @property
    def about(self) -> str:
        """The description, and everything that the spec has changed, however long."""
        changed = ", ".join(each.full for each in self.changed)
        return "; ".join(part for part in (self.description, changed) if part)

    @property
    def brief(self) -> str:
        """`about` for a table: as many changes as fit on a line, each in brief."""
        shown = [each.brief for each in self.changed[:SHOWN]]
        while len(shown) > 1 and len(", ".join(shown)) > WIDTH:
            shown.pop()
        if shown and len(self.changed) > len(shown):
            shown.append(f"and {len(self.changed) - len(shown)} more")
        return "; ".join(part for part in (self.description, ", ".join(shown)) if part)

    @property
    def metric(self) -> str | None:
        """The metric that is compared, the same for all runs; None if none was measured."""
        return self.runs[0].metric

    @property
    def test(self) -> Spread | None:
        """The metric on the test set; None if a run has none."""
        return _spread([run.test for run in self.runs])

    @property
    def validation(self) -> Spread | None:
        """The metric on the validation set, in the kept epoch."""
        return _spread([run.validation for run in self.runs])

    @property
    def seconds(self) -> float:
        """The seconds that a run took, on average."""
        return sum(run.seconds for run in self.runs) / len(self.runs)


def _spread(values: Sequence[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return spread(known) if known and len(known) == len(values) else None


def group(entries: Sequence[Entry], *, each: bool) -> tuple[list[Group], list[LeftOut]]:
    """The groups of `entries`, in the order of their first runs; with `each` every run is its own.

    Two runs of one spec and one seed say no more than one does: the newer is taken, and the other
    is left out.
    """
    gathered: dict[object, list[Entry]] = {}
    for entry in entries:
        gathered.setdefault(_key(entry, each=each), []).append(entry)
    left_out = []
    kept: list[list[Entry]] = []
    for runs in gathered.values():
        by_seed: dict[int | None, Entry] = {}
        for run in sorted(runs, key=lambda run: run.started):
            older = by_seed.get(run.seed)
            if older is not None:
                why = f"{label_of(run.path)} has the same spec and seed, and is newer"
                left_out.append(LeftOut(str(older.path), why))
            by_seed[run.seed] = run
        kept.append(sorted(by_seed.values(), key=lambda run: run.seed or 0))
    return _named(kept, each=each), left_out


def _key(entry: Entry, *, each: bool) -> object:
    """What the runs of a group have in common: the spec, the origin of their data, the initial
    weights of backbones, and the backend."""
    if each or entry.spec is None:
        return entry.path
    origin = entry.splits and entry.splits.get("origin")
    classes = tuple(entry.data.get("class_names", ()))
    return entry.spec, origin, classes, entry.metric, entry.weights, entry.backends


def _named(groups: Sequence[list[Entry]], *, each: bool) -> list[Group]:
    """The groups with labels that tell them apart."""
    count: dict[str, int] = {}
    first_of: dict[str, list[Entry]] = {}
    for runs in groups:
        count[runs[0].name] = count.get(runs[0].name, 0) + 1
        first_of.setdefault(runs[0].name, runs)
    found = []
    labels: set[str] = set()
    for runs in groups:
        run = runs[0]
        changed: tuple[Difference, ...] = ()
        label, about = run.name, run.about
        if count[run.name] > 1:
            first = first_of[run.name][0]
            own = run.spec[:8] if run.spec and not each else label_of(run.path).partition("/")[2]
            if not each and run.backends != first.backends:
                own += f" on {' then '.join(run.backends)}"
            label = f"{run.name} {own}"
            about = about if first is run or about != first.about else ""
            changed = _changed(first, run)
        number = 2
        unique = label
        while unique in labels:
            unique = f"{label} ({number})"
            number += 1
        labels.add(unique)
        found.append(Group(unique, about, changed, tuple(runs)))
    return found


def _changed(before: Entry, after: Entry) -> tuple[Difference, ...]:
    """What the spec of `after` changes."""
    if before is after:
        return ()
    one, other = (read_object(entry.path / RESOLVED) for entry in (before, after))
    beside = ("$schema", "name", "description", "reference", "expect", "allow")
    return tuple(
        each
        for each in differences(one, other)
        if not each.path.startswith(beside) and (each.path != "seed" or before.spec == after.spec)
    )
