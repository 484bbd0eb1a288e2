"""The backend: chosen once, only by this module, before Keras is imported."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kspec.compiled import keep_compiled
from kspec.errors import BackendError
from kspec.heap import keep_memory
from kspec.later import later
from kspec.spelling import nearest
from kspec.xla import tell_xla

__all__ = [
    "BACKENDS",
    "BackendInfo",
    "Choice",
    "activate",
    "choose",
    "describe",
    "devices",
    "importing",
    "is_installed",
    "threads",
    "version",
    "without_noise",
]

# The order of preference if several are installed: Keras's own default comes first.
BACKENDS = ("tensorflow", "torch", "jax")

# Packages that provide the module, the most common first; others are found the slow way.
DISTRIBUTIONS = {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu"),
    "torch": ("torch",),
    "jax": ("jax",),
}
ALSO_CALLED = {"tf": "tensorflow", "pytorch": "torch"}

# TensorFlow logs from C++, past Python's logging, while it is imported: 2 keeps only its errors.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2"}
NOISE = (b"before absl::InitializeLog() is called", b"oneDNN custom operations are on")

# Another training may be running: listing devices must not preallocate their memory.
ASKING = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
ANSWER_SECONDS = 120.0
ASK = """
import json, sys
sys.path.append(sys.argv[1])
from kspec.backends import devices
print(json.dumps(devices(sys.argv[2])))
"""


@dataclass(frozen=True)
class Choice:
    """A backend, and why it is this one: "--backend", "KERAS_BACKEND", "the only one installed".

    With `lowering` layers are computed in the backend's fastest way (`kspec.model.lower`).
    """

    name: str
    why: str
    lowering: bool = True


# The choice by which Keras was imported indirectly (see `importing`), not yet shown to the user.
_on_the_side: dict[str, Choice] = {}


@dataclass(frozen=True)
class BackendInfo:
    """The state of a backend on this machine.

    `version` is None if it is not installed; `problem` says in one line why it cannot be used.
    """

    name: str
    version: str | None
    devices: tuple[str, ...]
    problem: str | None


def choose(requested: str | None = None, why: str = "--backend") -> Choice:
    """The backend to use; imports nothing. `why` is the reason for the `requested` one.

    In this order: `requested`, the one that Keras already runs on in this process, KERAS_BACKEND,
    the only one that is installed, the first installed one in the order of `BACKENDS`. Keras's own
    configuration file is ignored.

    Raises BackendError for an unknown name and for a backend that is not installed.
    """
    if requested is not None:
        return Choice(_usable(requested, f'unknown backend "{requested}"'), why)
    running = _running()
    if running is not None:
        complaint = f"Keras already runs on {running} in this process, where kspec cannot train"
        return _on_the_side.get(running) or Choice(
            _usable(running, complaint), "Keras already runs on it"
        )
    wanted = os.environ.get("KERAS_BACKEND")
    if wanted:
        complaint = f'KERAS_BACKEND is "{wanted}", which kspec cannot train on'
        return Choice(_usable(wanted, complaint), "KERAS_BACKEND")
    installed = [name for name in BACKENDS if is_installed(name)]
    if not installed:
        commands = " or ".join(_pip(name) for name in BACKENDS)
        raise BackendError(f"no backend is installed: {commands}")
    if len(installed) == 1:
        return Choice(installed[0], "the only one installed")
    return Choice(installed[0], f"the first of those installed: {', '.join(installed)}")


def activate(choice: Choice) -> None:
    """Import Keras on the chosen backend, quietly.

    Raises BackendError if Keras already runs on another one in this process, and if it or the
    backend cannot be imported.
    """
    try:
        # Keras needs Matplotlib only for its galleries; loading it takes 0.2 to 0.3 seconds.
        with importing(choice), later("matplotlib", "matplotlib.patches", "matplotlib.pyplot"):
            importlib.import_module("keras")
    except BackendError:
        raise
    except Exception as error:
        raise BackendError(
            f"Keras cannot start on {choice.name}: {_one_line(type(error).__name__, error)}"
        ) from error
    _on_the_side.clear()


@contextmanager
def importing(choice: Choice) -> Iterator[None]:
    """If anything imports Keras within the block, it runs on the chosen backend.

    Raises BackendError if Keras already runs on another one in this process.
    """
    running = _running()
    if running is not None and running != choice.name:
        raise BackendError(
            f"Keras already runs on {running} in this process, so {choice.name} comes too late: "
            "choose the backend before anything imports keras"
        )
    if running is not None:
        yield
        return
    before = os.environ.get("KERAS_BACKEND")
    os.environ["KERAS_BACKEND"] = choice.name
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if choice.name == "jax":
        keep_compiled()
    if choice.name == "jax" and choice.lowering:
        tell_xla()
    if choice.name == "torch" and choice.lowering:
        keep_memory()
    try:
        with without_noise():
            yield
    finally:
        keras = sys.modules.get("keras")
        if keras is not None:
            # The configuration file is ignored here too, so that a spec means the same everywhere.
            keras.config.set_image_data_format("channels_last")
            keras.config.set_floatx("float32")
            keras.config.set_epsilon(1e-7)
            _on_the_side[choice.name] = choice
        elif before is None:
            del os.environ["KERAS_BACKEND"]
        else:
            os.environ["KERAS_BACKEND"] = before


def describe() -> list[BackendInfo]:
    """Every backend with its version and devices, or why it is missing or broken.

    Each is imported in a process of its own, in parallel; this process imports none.
    """
    children = {name: _ask(name) for name in BACKENDS if is_installed(name)}
    return [
        _answer(name, children[name])
        if name in children
        else BackendInfo(name, None, (), f"not installed: {_pip(name)}")
        for name in BACKENDS
    ]


def is_installed(name: str) -> bool:
    """Whether there is a module `name`; a mere folder of that name does not count."""
    spec = find_spec(name)
    return spec is not None and spec.has_location


def version(name: str) -> str | None:
    """The version of the package that provides the backend; None if no package is found."""
    for distribution in _distributions(name):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def devices(name: str) -> tuple[str, ...]:
    """The backend's names of the devices that it computes on. Imports the backend."""
    if name == "tensorflow":
        import tensorflow as tf

        found = tf.config.list_physical_devices()
        return tuple(device.name.removeprefix("/physical_device:") for device in found)
    if name == "torch":
        import torch

        if torch.cuda.is_available():
            return tuple(
                f"cuda:{index} {torch.cuda.get_device_name(index)}"
                for index in range(torch.cuda.device_count())
            )
        return ("mps",) if torch.backends.mps.is_available() else ("cpu",)
    import jax

    return tuple(f"{device.platform}:{device.id} {device.device_kind}" for device in jax.devices())


def threads(name: str) -> int:
    """How many threads the backend computes with on the CPU. Imports the backend."""
    if name == "torch":
        import torch

        return int(torch.get_num_threads())
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def without_noise() -> Iterator[None]:
    """Filter TensorFlow's start-up messages from standard error while it is loaded.

    Some come from C++, before TensorFlow applies its own `TF_CPP_MIN_LOG_LEVEL`, so they have to be
    caught at the file descriptor. Everything else is passed on after the block. On other backends
    Keras loads TensorFlow, if it is installed, when it first saves a model.
    """
    if "tensorflow" in sys.modules or find_spec("tensorflow") is None or sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    with tempfile.TemporaryFile() as caught:
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught:
                if not any(noise in line for noise in NOISE):
                    os.write(2, line)


def _usable(name: str, complaint: str) -> str:
    """`name` if it is an installed backend; otherwise BackendError, with `complaint` and a hint."""
    if name not in BACKENDS:
        known = [*BACKENDS, *ALSO_CALLED]
        close = nearest(name.lower(), known)
        close = ALSO_CALLED.get(close, close) if close else None
        hint = f"did you mean {close}?" if close else "there are tensorflow, torch and jax"
        raise BackendError(f"{complaint}; {hint}")
    if not is_installed(name):
        raise BackendError(f"the {name} backend is not installed: {_pip(name)}")
    return name


def _running() -> str | None:
    """The backend of the Keras that this process has imported; None if it has not."""
    keras = sys.modules.get("keras")
    return None if keras is None else str(keras.config.backend())


def _pip(name: str) -> str:
    return f'pip install "kspec[{name}]"'


def _distributions(name: str) -> Iterable[str]:
    yield from DISTRIBUTIONS[name]
    yield from importlib.metadata.packages_distributions().get(name, ())


def _ask(name: str) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", ASK, root, name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**QUIET, **ASKING, **os.environ},
    )


def _answer(name: str, child: subprocess.Popen[str]) -> BackendInfo:
    try:
        output, complaints = child.communicate(timeout=ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        problem = f"did not name its devices within {ANSWER_SECONDS:.0f} s"
        return BackendInfo(name, version(name), (), problem)
    if child.returncode != 0:
        last = (complaints.strip().splitlines() or [f"exit code {child.returncode}"])[-1]
        return BackendInfo(name, version(name), (), f"cannot be imported: {last}")
    return BackendInfo(name, version(name), tuple(json.loads(output.splitlines()[-1])), None)


def _one_line(kind: str, error: Exception) -> str:
    return f"{kind}: {' '.join(str(error).split())}"
