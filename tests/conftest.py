"""What every test needs: the repository as the working folder, and small specs."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from textwrap import dedent

import browsing
import pytest
from hypothesis import HealthCheck, settings
from tiny_spec import TINY

from kspec.spec.catalog import registry
from kspec.xla import tell_xla

ROOT = Path(__file__).parent.parent

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if os.environ["KERAS_BACKEND"] == "jax":
    tell_xla()  # Tests import Keras themselves, and children do not.
# XLA takes far longer to optimize a few small steps than they take to run.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
# The same few small networks are trained again and again: each is compiled once for all processes.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")


# How long an example takes depends on the machine, and a busy one is no fault. A change is judged
# by the same examples every time; new ones are tried wherever people work.
settings.register_profile(
    "kspec",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kspec")


def _tests(*paths):
    return [ROOT / "tests" / each for each in paths]


# What computes nothing with a backend, unless a test says `keras`: once is enough.
LANGUAGE = _tests(
    "cli/problems",
    "cli/test_eject.py",
    "cli/test_explain.py",
    "cli/test_formats.py",
    "cli/test_harmless.py",
    "cli/test_migrate_command.py",
    "cli/test_schema.py",
    "cli/test_timing.py",
    "data",
    "reports",
    "runs",
    "spec",
    "test_errors.py",
    "test_floors.py",
    "test_main.py",
    "test_seeds.py",
    "test_sizes.py",
)
# (These do.)
COMPUTING = _tests("data/test_augment.py", "data/sources/test_keras_datasets.py")

# What takes long and says little of the version of Keras: the newest is enough.
NEWEST = _tests(
    "cli",
    "model/carry/test_import_of_applications.py",
    "test_docs.py",
    "training/kills",
    "training/test_interrupt.py",
    "training/test_verify.py",
)

# What needs a backend, but any will do: JAX, which is the quickest to start. (A test of a command
# has no backend in it that the function behind the command does not have.)
ANY_BACKEND = _tests(
    "cli/test_another_keras.py",
    "cli/test_cache_command.py",
    "cli/test_display.py",
    "cli/test_import.py",
    "cli/test_plugins.py",
    "cli/test_tables.py",
    "model/carry/test_import_of_applications.py",
    "model/carry/test_misfits.py",
    "plugins/test_plugin_eject.py",
    "plugins/test_plugin_loading.py",
    "plugins/test_plugin_signatures.py",
    "spec/catalog",
    "spec/lint",
    "spec/test_canonical.py",
    "spec/test_cost.py",
)

# What depends on the backend, and a little on the version of Keras, but on the one whatever the
# other is: with the oldest Keras one backend is enough.
OLD_ONCE = _tests(
    "experiment",
    "model/backbone",
    "model/test_parameter_tables.py",
    "model/test_start_of_every_spec.py",
    "parity",
    "plugins",
    "training/test_evaluate_predict.py",
    "training/test_features.py",
    "training/test_kinds_of_data.py",
    "training/test_series.py",
    "training/test_training_over_seeds.py",
    "training/test_training_with_backbones.py",
)


def pytest_collection_modifyitems(items):
    """Markers by where a test stands; the noxfile says which sessions leave them out."""
    for item in items:
        around = {item.path, *item.path.parents}
        computes = any(map(item.get_closest_marker, ("keras", "browser")))
        computes = computes or around.intersection(COMPUTING)
        if around.intersection(LANGUAGE) and not computes:
            item.add_marker("language")
        if around.intersection(NEWEST):
            item.add_marker("newest")
        if around.intersection(ANY_BACKEND):
            item.add_marker("any_backend")
        if around.intersection(OLD_ONCE):
            item.add_marker("old_once")


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(autouse=True)
def _no_plugins():
    """What plugins of a test bring is gone after it."""
    with registry.isolated():
        yield


@pytest.fixture
def write_plugin(tmp_path, monkeypatch):
    """Write a module that can be imported in this test alone; `plugins` is imported in it."""
    written = []

    def write(name, text):
        path = tmp_path / f"{name}.py"
        path.write_text(f"from kspec import plugins\n{dedent(text)}", encoding="utf-8")
        written.append(name)
        return path

    monkeypatch.syspath_prepend(str(tmp_path))
    yield write
    for name in written:
        sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def browser():
    """A browser, for what is marked so."""
    with browsing.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def backend():
    """The backend that this test run is for."""
    return os.environ["KERAS_BACKEND"]


@pytest.fixture
def write_spec(tmp_path):
    """Write a changed copy of a tiny spec; keys are paths: write_spec(**{"training.epochs": 3})."""

    def write(name="tiny", **changes):
        spec = json.loads(json.dumps({**TINY, "name": name}))
        for path, value in changes.items():
            *steps, last = path.split(".")
            part = spec
            for step in steps:
                part = part.setdefault(step, {})
            part[last] = value
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(spec, indent=2))
        return path

    return write


@pytest.fixture
def tiny(write_spec):
    """A changed copy of the tiny spec, loaded."""
    import kspec

    def load(name="tiny", **changes):
        return kspec.load(write_spec(name, **changes))

    return load


@pytest.fixture(autouse=True, scope="module")
def _left_alone():
    """Backends keep what they have compiled, a million objects in the end: collecting garbage among
    them took a fifth of the time of all tests. What outlives its module is not looked at again."""
    yield
    gc.collect()
    gc.freeze()
