"""What XLA compiled for JAX is taken by the next process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kspec import compiled
from kspec.cli.main import kspec as command
from kspec.places import compiled_folder

pytestmark = pytest.mark.any_backend  # It runs where JAX is.

# (With a limit of no time at all the smallest program is kept.)
CODE = """
import os
from kspec.backends import activate, choose
activate(choose("jax"))
import jax
heard = []
jax.monitoring.register_event_listener(lambda event, **kwargs: heard.append(event))
jax.jit(lambda x: x @ x + 1)(jax.numpy.ones((7, 7))).block_until_ready()
print(heard.count("/jax/compilation_cache/cache_hits"), os.environ.get("JAX_COMPILATION_CACHE_DIR"))
"""
NO_TIME = {
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KSPEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def hits(code=CODE, **environment):
    """What a new process took from the cache, and where it lies."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JAX_COMP")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | NO_TIME | environment,
        text=True,
        capture_output=True,
        check=True,
    )
    number, folder = done.stdout.split()
    return int(number), folder


def test_the_next_process_compiles_nothing(cache):
    first, folder = hits()
    assert first == 0 and Path(folder).parent == compiled_folder() == cache / "compiled"
    kept = compiled.programs()
    assert kept and all(path.parent == Path(folder) for path in kept)
    again, _ = hits()
    assert again == len(kept)
    assert sorted(compiled.programs()) == sorted(kept)


def test_what_the_user_says_of_it_stays(cache, tmp_path):
    assert hits(JAX_COMPILATION_CACHE_DIR=str(tmp_path / "mine")) == (0, str(tmp_path / "mine"))
    assert list((tmp_path / "mine").iterdir())
    assert not cache.exists()
    number, _ = hits(JAX_ENABLE_COMPILATION_CACHE="false")
    assert number == 0 and compiled.programs() == []


def test_a_folder_that_cannot_be_made_is_done_without(cache):
    cache.write_text("a file")
    assert hits() == (0, "None")


def test_jax_that_has_started_is_left_alone(cache):
    assert hits(code=f"import jax{CODE}") == (0, "None")


def programs(folder, sizes):
    """Files of these sizes, the first used last; returns them."""
    folder.mkdir(parents=True)
    paths = [folder / f"jit_step_{number}-cache" for number in range(len(sizes))]
    for age, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        path.write_bytes(bytes(size))
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return paths


def test_what_was_used_longest_ago_goes(cache, monkeypatch):
    _, folder = hits()
    compiled.clear(compiled.programs())
    Path(folder).rmdir()
    first, second, third, *rest = programs(Path(folder), [30, 15, 10, 50, 5])
    monkeypatch.setattr(compiled, "LIMIT", 110)
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR", raising=False)
    compiled.keep_compiled()
    assert compiled.programs() == [first, second, third, *rest]
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR")
    monkeypatch.setattr(compiled, "LIMIT", 100)
    compiled.keep_compiled()
    assert compiled.programs() == [first, second]


def test_they_are_listed_and_cleared(cache):
    programs(compiled_folder() / "one", [2000])
    programs(compiled_folder() / "other", [1000, 500])
    listed = CliRunner().invoke(command, ["cache", "ls"]).output
    assert f"in {compiled_folder()}: 3 programs compiled for JAX" in listed
    said = CliRunner().invoke(command, ["cache", "clear", "--all"]).output
    assert f"removed 3 programs from {compiled_folder()}: 3.42 KB" in said
    assert compiled.programs() == []
    assert "programs" not in CliRunner().invoke(command, ["cache", "ls"]).output
