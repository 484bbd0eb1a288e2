"""The Python interface: what the command line does, as functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from kspec import backends
from kspec.backends import Choice
from kspec.errors import UsageError
from kspec.spec.models import Spec
from kspec.spec.printing import to_text

if TYPE_CHECKING:
    import keras

    from kspec.runs.compare.comparison import Comparison
    from kspec.runs.read import Run
    from kspec.training.evaluate import Evaluation
    from kspec.training.predict import Prediction
    from kspec.training.reporter import Reporter
    from kspec.training.verify import Verdict

__all__ = [
    "build",
    "compare",
    "evaluate",
    "predict",
    "report",
    "resume",
    "train",
    "train_seeds",
    "verify",
]


def build(spec: Spec, *, backend: str | None = None, lowering: bool = True) -> keras.Model:
    """The network of `spec` with its initial weights, not compiled.

    Its input has the shape (batch, \\*spec.input.shape). `backend` is "tensorflow", "torch" or
    "jax"; by default KERAS_BACKEND, or else one that is installed. Raises BackendError for a
    backend that is not installed, or if Keras already runs on another; BuildError for a layer that
    cannot be built.
    """
    backends.activate(backends.choose(backend))
    from kspec.model.build import build

    return build(spec, lowering=lowering)


def train(
    spec: Spec,
    *,
    backend: str | None = None,
    data: str | None = None,
    run_dir: str | PathLike[str] = "runs",
    lowering: bool = True,
    reporter: Reporter | None = None,
) -> Run:
    """Train `spec` and return its run; the same as `kspec train`.

    Without a `reporter` the progress is shown in a notebook, and nothing is printed elsewhere.

    `data` is a path or the name of a source, instead of the spec's data. Data paths are relative to
    the folder of the spec's file, or to the current folder for a spec made in Python.
    """
    choice = replace(backends.choose(backend), lowering=lowering)
    backends.activate(choice)
    from kspec.data.override import on_data
    from kspec.notebook.shell import notebook_reporter
    from kspec.training.train import train

    spec = on_data(spec, data)
    return train(
        spec,
        choice=choice,
        source=source_of(spec),
        root=spec.root,
        runs=Path(run_dir),
        reporter=reporter or notebook_reporter(),
    )


def train_seeds(
    spec: Spec,
    seeds: int | Iterable[int],
    *,
    backend: str | None = None,
    data: str | None = None,
    run_dir: str | PathLike[str] = "runs",
    lowering: bool = True,
) -> list[Run]:
    """Train `spec` with several seeds and return a run for each; the same as `kspec train --seeds`.

    `seeds` is how many, counting up from the spec's own, or the seeds themselves. What an earlier
    such call has trained is not trained again, and what was interrupted is resumed. The list ends
    with a run that is interrupted. Progress is shown as in `train`. Raises UsageError for invalid
    seeds, and KeyboardInterrupt if the interruption comes when a run has just been trained.
    """
    from kspec.training.seed_list import seed_list

    wanted = seed_list(seeds, spec.seed)
    choice = replace(backends.choose(backend), lowering=lowering)
    backends.activate(choice)
    from kspec.data.override import on_data
    from kspec.notebook.shell import notebook_reporters
    from kspec.training.seeds import train_seeds

    spec = on_data(spec, data)
    done = train_seeds(
        spec,
        wanted,
        choice=choice,
        source=source_of(spec),
        root=spec.root,
        runs=Path(run_dir),
        reporters=notebook_reporters(),
    )
    return [one.run for one in done]


def resume(
    run: str | PathLike[str],
    *,
    settings: Iterable[str] = (),
    backend: str | None = None,
    allow_change: bool = False,
    reporter: Reporter | None = None,
) -> Run:
    """Resume the run in a folder and return it; the same as `kspec train --resume`.

    The result is as if it had never been interrupted. `settings` are values for `--set`, such as
    "training.epochs=5"; they change the spec, which is refused unless `allow_change`. `backend` may
    be another than before. Raises RunError for a run that has ended, that another process is
    writing, that has no intact checkpoint, or whose data has changed.
    """
    from kspec.runs.read import Run

    opened = Run.open(run)
    spec, recorded = recorded_spec(opened, settings), recorded_spec(opened)
    choice = choice_for(opened, backend)
    backends.activate(choice)
    from kspec.notebook.shell import notebook_reporter
    from kspec.training.resume import resume

    return resume(
        opened,
        spec,
        recorded=recorded,
        root=opened.root,
        choice=choice,
        allow_change=allow_change,
        reporter=reporter or notebook_reporter(),
    )


def evaluate(
    run: Run | str | PathLike[str],
    *,
    backend: str | None = None,
    data: str | None = None,
    test_time: bool = True,
) -> Evaluation:
    """Evaluate the model of a run, given as a `Run` or its folder; the same as `kspec evaluate`.

    `data` is a path or the name of a source, instead of the run's own test set. With
    `test_time=False` each picture is used once, unchanged, whatever the spec says. Raises RunError
    for a run without a model, and DataError for data that has no test set, has changed, or has
    other classes.
    """
    opened = opened_run(run)
    backends.activate(backends.choose(backend))
    from kspec.training.evaluate import evaluate

    return evaluate(opened, data=data, test_time=test_time)


def predict(
    run: Run | str | PathLike[str],
    *images: str | PathLike[str],
    backend: str | None = None,
    top: int = 3,
    test_time: bool = True,
) -> list[Prediction]:
    """Predict the `top` classes, or the numbers, of each picture; the same as `kspec predict`.

    `images` are files. With `test_time=False` each is used once, unchanged, whatever the spec says.
    Raises RunError for a run without a model, and DataError for a picture that cannot be read and
    for a model whose input is not one picture.
    """
    opened = opened_run(run)
    if top < 1:
        raise UsageError(f"top is {top}; it must be at least 1")
    backends.activate(backends.choose(backend))
    from kspec.training.predict import predict

    return predict(opened, [Path(image) for image in images], top=top, test_time=test_time)


def verify(
    what: Spec | Run | str | PathLike[str],
    *,
    against: Run | str | PathLike[str] | None = None,
    backend: str | None = None,
    data: str | None = None,
    tolerance: float | None = None,
    reporter: Reporter | None = None,
) -> Verdict:
    """Repeat the training of a run and compare the two; the same as `kspec verify`.

    `what` is the run, given as a `Run` or its folder; or a spec, and then `against` is the run. By
    default `backend` is that of the run, and `tolerance` that of the spec's `expect`. The second
    training leaves no files behind. Raises UsageError for a spec without a run, and RunError for a
    run that has not ended or whose data has changed.
    """
    from kspec.data.override import on_data

    if isinstance(what, Spec):
        if against is None:
            raise UsageError("a spec is verified against a run: verify(spec, against=run)")
        run, spec, root = opened_run(against), what, what.root
        recorded = recorded_spec(run)
    elif against is not None:
        raise UsageError("against belongs to a spec: verify(kspec.load(path), against=run)")
    else:
        run = opened_run(what)
        spec = recorded = recorded_spec(run)
        root = run.root
    spec = on_data(spec, data)
    choice = choice_for(run, backend)
    backends.activate(choice)
    from kspec.training.verify import verify

    return verify(
        run,
        spec,
        recorded=recorded,
        choice=choice,
        root=root,
        tolerance=tolerance,
        reporter=reporter,
    )


def compare(
    *what: str | PathLike[str],
    run_dir: str | PathLike[str] = "runs",
    settings: Iterable[str] = (),
    data: str | None = None,
    each: bool = False,
    all_pairs: bool = False,
    force: bool = False,
) -> Comparison:
    """Compare runs; the same as `kspec compare`. Loads no framework.

    `what` are runs, folders of runs, names and patterns of names below `run_dir`, and spec files,
    to which `settings` and `data` apply as in the training. Runs of one spec with several seeds are
    one group, unless `each`. The groups are compared with the first, with `all_pairs` each with
    each. Two whose test set, split, classes or metric differ are not ranked, unless `force`. Raises
    RunError if there is nothing to compare.
    """
    from kspec.data.override import on_data
    from kspec.runs.compare.comparison import compare
    from kspec.runs.compare.select import select
    from kspec.spec.canonical import spec_hash
    from kspec.spec.load import load

    settings = tuple(settings)
    specs: list[Path] = []

    def hash_of(path: Path) -> str:
        specs.append(path)
        return spec_hash(on_data(load(path, settings), data))

    found, missing = select([str(word) for word in what], Path(run_dir), hash_of)
    if not specs and (settings or data is not None):
        raise UsageError("--set and --data say how a SPEC was trained, but no SPEC is given")
    return compare(found, each=each, all_pairs=all_pairs, force=force, left_out=missing)


def report(run: Run | str | PathLike[str], path: str | PathLike[str] | None = None) -> Path:
    """Write a page about a run, given as a `Run` or its folder; the same as `kspec report`.

    `path` is the HTML file to write, by default `report.html` in the run's folder; it is returned.
    Loads no framework. Raises RunError if there is no run, or if `path` is a file that is not a
    report of kspec.
    """
    from kspec.reports.run_page.page import write_report

    return write_report(opened_run(run), None if path is None else Path(path))


def opened_run(run: Run | str | PathLike[str]) -> Run:
    """The run that is given as a `Run` or its folder. Raises RunError if there is none."""
    from kspec.runs.read import Run

    return run if isinstance(run, Run) else Run.open(run)


def recorded_spec(run: Run, settings: Iterable[str] = ()) -> Spec:
    """The resolved spec of a run, with the `--set` values in `settings` applied.

    Raises PluginError if it needs a plugin that is missing.
    """
    from kspec.plugins.recorded import require
    from kspec.runs.folder import RESOLVED
    from kspec.spec.load import load

    require(run.environment, run.path)
    return load(run.path / RESOLVED, settings, confined=False)


def choice_for(run: Run, backend: str | None) -> Choice:
    """The backend to continue a run with: `backend`, or the one that it was last trained on; its
    layers are lowered if they were."""
    if backend is not None:
        choice = backends.choose(backend)
    else:
        # (What does not say its own is of another kspec, or ended before it began.)
        own = run.backends[-1] if run.backends else None
        choice = backends.choose(own, why="the run's") if own else backends.choose()
    return replace(choice, lowering=run.lowering)


def source_of(spec: Spec) -> bytes:
    """The spec as it was given: the bytes of its file, or its values for one made in Python."""
    path = spec.file
    return path.read_bytes() if path else to_text(spec.resolved()).encode()
