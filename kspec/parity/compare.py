"""`kspec parity`: a spec on several backends, from the command-line arguments to a report."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kspec import backends as known
from kspec.data.override import on_data
from kspec.errors import BackendError, UsageError
from kspec.parity.job import Job, Randomness
from kspec.parity.judge import judge
from kspec.parity.processes import run
from kspec.parity.report import Report
from kspec.spec.load import load

__all__ = ["BATCH_SIZE", "STEPS", "compare"]

STEPS = 10
BATCH_SIZE = 8


def compare(
    spec: str,
    settings: Sequence[str] = (),
    *,
    backends: Sequence[str] | None = None,
    plugins: Sequence[str] = (),
    data: str | None = None,
    steps: int = STEPS,
    batch_size: int = BATCH_SIZE,
    random: Randomness = "supplied",
    lowering: bool = True,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Compare the spec in the file `spec` on `backends`, the first of which is the reference.

    By default on all that are installed. `settings`, `plugins` and `data` are the values of
    `--set`, `--plugin` and `--data`; plugins must be importable. For `lowering` see
    `kspec.model.lower`. `tell` is called with progress messages.
    Raises BackendError for fewer than two backends, SpecError, UsageError and PluginError for
    wrong arguments, and KspecError for a failure on a backend.
    """
    names = _names(backends)
    if not plugins:
        # Errors that need no framework are found without one; plugins may need theirs.
        on_data(load(spec, settings), data)
    with tempfile.TemporaryDirectory(prefix="kspec-parity-") as temporary:
        folder = Path(temporary)

        def job(name: str, reference: Path | None) -> Job:
            return Job(
                backend=name,
                spec=spec,
                settings=tuple(settings),
                plugins=tuple(plugins),
                data=data,
                steps=steps,
                batch_size=batch_size,
                random=random,
                folder=folder / name,
                reference=reference,
                lowering=lowering,
            )

        first, *others = names
        tell(f"{first}, the reference …")
        (reference,) = run([job(first, None)])
        tell(f"{' and '.join(others)} …")
        results = run([job(name, folder / first) for name in others])
    return judge(reference, results, spec=spec, batch_size=batch_size, random=random)


def _names(given: Sequence[str] | None) -> list[str]:
    if given is None:
        names = [name for name in known.BACKENDS if known.is_installed(name)]
        missing = [name for name in known.BACKENDS if name not in names]
        if len(names) < 2:
            there = f"only {names[0]} is" if names else "none is"
            commands = " or ".join(f'pip install "kspec[{name}]"' for name in missing)
            raise BackendError(
                f"parity compares two backends or more, and {there} installed: {commands}"
            )
        return names
    names = [known.choose(name).name for name in given]
    if len(set(names)) < len(names):
        raise UsageError(f"--backends names one twice: {', '.join(names)}")
    if len(names) < 2:
        raise UsageError(
            f"--backends names only {', '.join(names) or 'none'}; parity compares two or more, "
            "as in --backends torch,jax"
        )
    return names
