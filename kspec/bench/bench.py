"""`kspec bench`: a spec trained for a few steps on each backend."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kspec import backends as known
from kspec import children
from kspec.bench.made_up import on_made_up
from kspec.bench.report import Report, row_of
from kspec.bench.shortened import measured_phase
from kspec.children import Job, Result
from kspec.data.override import on_data
from kspec.errors import KspecError, UsageError
from kspec.spec.load import load
from kspec.spec.models import Spec

__all__ = ["OWN_DATA", "ROUNDS", "STEPS", "bench"]

STEPS = 30
ROUNDS = 2
OWN_DATA = "spec"
"""The value of `--data` for the data that the spec itself names."""

# No backend preallocates GPU memory, so that what is measured is what it needs.
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "JAX_ENABLE_COMPILATION_CACHE": "false",  # How long it compiles is part of the answer.
}


def bench(
    spec: str,
    settings: Sequence[str] = (),
    *,
    backends: Sequence[str] | None = None,
    plugins: Sequence[str] = (),
    data: str | None = None,
    steps: int = STEPS,
    rounds: int = ROUNDS,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Time the training of the spec in the file `spec` on `backends`, or on all that are installed.

    Each round starts a process for every backend, one after the other, and every second round goes
    through them in reverse, so that other load on the machine affects all of them. Without `data`
    the samples are made up; "spec" is the spec's own data, anything else is as for `--data`. `tell`
    is called with progress messages. Raises BackendError if no backend is installed, SpecError,
    UsageError and PluginError for wrong arguments, and KspecError if no backend can train it.
    """
    names = _names(backends)
    loaded = load(spec, settings, plugins=plugins)
    with tempfile.TemporaryDirectory(prefix="kspec-bench-") as temporary:
        folder = Path(temporary)
        data_words, described = _data(loaded, data, folder)

        def job(name: str, number: int) -> Job:
            return Job(
                backend=name,
                spec=spec,
                settings=tuple(settings),
                plugins=tuple(plugins),
                data=data_words,
                steps=steps,
                folder=folder / f"{name}-{number}",
            )

        found, failed = _timed(names, rounds, job, tell)
    batch_size = loaded.phases[measured_phase(loaded)].batch_size
    rows = [row_of(results, batch_size) for results in found.values()]
    first, *_ = found.values()
    return Report(
        name=loaded.name,
        keras=first[0]["keras"],
        data=described,
        batch_size=batch_size,
        phase=measured_phase(loaded) + 1 if len(loaded.phases) > 1 else None,
        rows=tuple(sorted(rows, key=lambda row: row.step)),
        failed=failed,
    )


def _timed(
    names: Sequence[str],
    rounds: int,
    job: Callable[[str, int], Job],
    tell: Callable[[str], None],
) -> tuple[dict[str, list[Result]], dict[str, str]]:
    """What each backend measured in all rounds, and for the others why they failed.

    Raises the last failure if none is left.
    """
    found: dict[str, list[Result]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            if name in failed:
                continue
            tell(f"{name}, round {number + 1} of {rounds} …")
            try:
                found[name] += children.run([job(name, number)], "kspec.bench.worker", ENVIRONMENT)
            except KspecError as error:
                failed[name] = str(error)
                del found[name]
                if not found:
                    raise
    return found, failed


def _data(spec: Spec, given: str | None, folder: Path) -> tuple[str | None, str]:
    """The value of `--data` for the child processes, and a short description of the data."""
    if given == OWN_DATA:
        return None, spec.data.source
    if given is not None:
        on_data(spec, given)  # Raises before anything is started.
        return given, given
    made_up = on_made_up(spec.in_phase(measured_phase(spec)), folder)
    return made_up.data.path, "made up"


def _names(given: Sequence[str] | None) -> list[str]:
    if given is None:
        installed = [name for name in known.BACKENDS if known.is_installed(name)]
        return installed or [known.choose().name]  # (It raises if there is none.)
    names = [known.choose(name).name for name in given]
    if not names or len(set(names)) < len(names):
        said = ", ".join(names) or "nothing"
        raise UsageError(f"--backends: {said}; name one backend or more, each once")
    return names
