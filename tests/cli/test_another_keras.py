"""A Keras that the catalogue has no file for: that is said, and it has the last word."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def kspec_with(tmp_path):
    """Run `kspec` as if this version of Keras were installed."""

    def run(version, *words):
        info = tmp_path / version / f"keras-{version}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Name: keras\nVersion: {version}\n", encoding="utf-8")
        paths = [str(tmp_path / version), os.environ.get("PYTHONPATH", "")]
        return subprocess.run(
            [sys.executable, "-m", "kspec", *map(str, words)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


NOTE = "note: the catalogue knows Keras 3.14 and 3.15; 3.99.0 is installed and has the last word"
LAYERS = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "units_of_tomorrow": 3}]


def test_check_says_it_once_and_warns_of_arguments_it_does_not_know(kspec_with, write_spec):
    spec = write_spec(layers=LAYERS)
    done = kspec_with("3.99.0", "check", spec, spec)
    assert done.returncode == 0, done
    assert done.stderr.count(NOTE) == 1
    assert 'warning[unknown-argument]: Dense has no argument "units_of_tomorrow"' in done.stdout
    assert "no errors" in done.stdout
    known = kspec_with("3.14.0", "check", spec)
    assert known.returncode == 1
    assert "note:" not in known.stderr


def test_the_installed_keras_refuses_what_it_does_not_know_itself(kspec_with, write_spec, backend):
    done = kspec_with("3.99.0", "summary", write_spec(layers=LAYERS), "--backend", backend)
    assert done.returncode == 2, done
    assert done.stderr.count(NOTE) == 1
    assert "units_of_tomorrow" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_class_that_the_catalogue_does_not_list_stays_refused(kspec_with, write_spec):
    done = kspec_with("3.99.0", "check", write_spec(layers=[{"type": "LayerOfTomorrow"}]))
    assert done.returncode == 1, done
    assert "error[unknown-layer]" in done.stdout
