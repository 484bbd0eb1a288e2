"""Trains one spec with several seeds: a run for each, in a group of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from kspec.backends import Choice
from kspec.errors import RunError
from kspec.runs.folder import ENVIRONMENT, is_run, seed_folder
from kspec.runs.read import Run
from kspec.spec.canonical import spec_hash
from kspec.spec.models import Spec
from kspec.training.reporter import Quiet, Reporter
from kspec.training.series import go_on, is_done
from kspec.training.train import train

__all__ = ["SeedRun", "train_seeds"]


@dataclass(frozen=True)
class SeedRun:
    """The run of one seed; `was_done` says whether it had already ended."""

    seed: int
    run: Run
    was_done: bool = False


def _silence() -> AbstractContextManager[Reporter]:
    return nullcontext(Quiet())


def train_seeds(
    spec: Spec,
    seeds: Sequence[int],
    *,
    choice: Choice,
    source: bytes,
    root: Path,
    runs: Path,
    command: Sequence[str] = (),
    reporters: Callable[[], AbstractContextManager[Reporter]] | None = None,
) -> Iterator[SeedRun]:
    """Train `spec` with each of `seeds`, one after the other, and yield each run when it has ended.

    The arguments are those of `kspec.training.train.train`; `reporters` returns a reporter for each
    run, without it nothing is reported. The runs go into
    `runs/NAME/seeds-HASH8-BACKEND/seed-N`. A run there that has ended is used as it is, and one
    that was interrupted is resumed. Each is to the last bit what it would be on its own: nothing
    that a training draws or computes depends on what the process did before. After a run that is
    interrupted no further one starts. Raises what `train` and `resume` raise, and RunError for a
    folder that holds the run of another spec.
    """
    digest = spec_hash(spec)
    for seed in seeds:
        own = spec.model_copy(update={"seed": seed})
        folder = seed_folder(runs, spec.name, digest, choice.name, seed)
        begun = _begun(folder, digest, seed)
        if begun is not None and is_done(begun):
            yield SeedRun(seed, begun, was_done=True)
            continue
        with (reporters or _silence)() as reporter:
            if begun is not None:
                run = go_on(
                    begun, own, root=root, choice=choice, command=command, reporter=reporter
                )
            else:
                run = train(
                    own,
                    choice=choice,
                    source=source,
                    root=root,
                    runs=runs,
                    folder=folder,
                    command=command,
                    reporter=reporter,
                )
        yield SeedRun(seed, run)
        if not is_done(run):
            return


def _begun(folder: Path, digest: str, seed: int) -> Run | None:
    """The run in `folder` if any part of it has been trained."""
    if not is_run(folder) or not (folder / ENVIRONMENT).exists():
        return None
    run = Run.open(folder)
    identity = run.environment.get("identity", {})
    if (identity.get("spec"), identity.get("seed")) != (digest, seed):
        raise RunError(f"{folder} holds the run of another spec or seed; move it away")
    return run
