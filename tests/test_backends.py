"""One place decides the backend, before Keras is imported; each choice in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kspec
from kspec import backends

ROOT = Path(kspec.__file__).parents[1]
BACKEND = os.environ.get("KERAS_BACKEND", "jax")


def python(code, *, environment, bare):
    """Run `code` after `from kspec.backends import *`; `bare` hides every installed package."""
    kept = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "PYTHONPATH")}
    begin = f"import sys; sys.path.append({str(ROOT)!r})\nfrom kspec.backends import *\n"
    return subprocess.run(
        [sys.executable, *(["-S"] if bare else []), "-c", begin + code],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


class Environment:
    """A Python that has nothing installed but what a test puts there."""

    def __init__(self, folder):
        self.folder = folder

    def install(self, module, *, package=None, version="1.2.3", source=""):
        (self.folder / module).mkdir()
        (self.folder / module / "__init__.py").write_text(source)
        info = self.folder / f"{package or module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {package or module}\nVersion: {version}\n")
        (info / "top_level.txt").write_text(module)
        (info / "RECORD").write_text(f"{module}/__init__.py,,\n")

    def run(self, code, **variables):
        done = python(code, environment=variables | {"PYTHONPATH": str(self.folder)}, bare=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def choose(self, requested=None, **variables):
        code = (
            "from kspec.errors import BackendError\n"
            f"try: choice = choose({requested!r}); print(choice.name, '|', choice.why)\n"
            "except BackendError as error: print(error.exit_code, error)"
        )
        return self.run(code, **variables)


@pytest.fixture
def empty(tmp_path):
    return Environment(tmp_path)


@pytest.fixture
def both(empty):
    empty.install("jax")
    empty.install("torch")
    return empty


def test_the_option_comes_first(both):
    assert both.choose("jax", KERAS_BACKEND="torch") == "jax | --backend"


def test_then_the_environment(both):
    assert both.choose(KERAS_BACKEND="jax") == "jax | KERAS_BACKEND"


def test_then_the_only_one_that_is_installed(empty):
    empty.install("jax")
    assert empty.choose() == "jax | the only one installed"
    assert empty.choose(KERAS_BACKEND="") == "jax | the only one installed"


def test_then_the_first_of_those_installed(both):
    assert both.choose() == "torch | the first of those installed: torch, jax"


def test_choosing_imports_nothing(empty):
    for name in ("tensorflow", "torch", "jax", "keras"):
        empty.install(name, source="raise SystemExit('imported')")
    assert empty.choose().startswith("tensorflow | the first")


def test_a_folder_of_that_name_is_no_backend(empty):
    (empty.folder / "torch").mkdir()
    empty.install("jax")
    assert empty.choose() == "jax | the only one installed"


def test_no_backend_at_all(empty):
    line = empty.choose()
    assert line.startswith("2 no backend is installed: ")
    for name in backends.BACKENDS:
        assert f'pip install "kspec[{name}]"' in line


@pytest.mark.parametrize("how", ["option", "environment"])
def test_one_that_is_not_installed(empty, how):
    empty.install("jax")
    line = empty.choose("torch") if how == "option" else empty.choose(KERAS_BACKEND="torch")
    assert line == '2 the torch backend is not installed: pip install "kspec[torch]"'


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("pytorch", "did you mean torch?"),
        ("tf", "did you mean tensorflow?"),
        ("Tensorflow", "did you mean tensorflow?"),
        ("JAX", "did you mean jax?"),
        ("", "there are tensorflow, torch and jax"),
        ("numpy", "there are tensorflow, torch and jax"),
    ],
)
def test_an_unknown_name(both, name, hint):
    assert both.choose(name) == f'2 unknown backend "{name}"; {hint}'


@pytest.mark.parametrize("name", ["numpy", "openvino"])
def test_a_keras_backend_that_kspec_cannot_train_on(both, name):
    line = both.choose(KERAS_BACKEND=name)
    assert line.startswith(f'2 KERAS_BACKEND is "{name}", which kspec cannot train on; ')


def test_activating_a_broken_backend_is_one_line(empty):
    empty.install("jax")
    empty.install("keras", source="raise ImportError('libjax.so:\\n  no such file')")
    line = empty.run(
        "try: activate(choose())\nexcept Exception as error: print(type(error).__name__, error)"
    )
    assert line == "BackendError Keras cannot start on jax: ImportError: libjax.so: no such file"


def test_activating_puts_keras_on_the_backend_quietly(tmp_path):
    other = "numpy"
    (tmp_path / "keras.json").write_text(json.dumps({"backend": other, "floatx": "float32"}))
    late = next(name for name in backends.BACKENDS if name != BACKEND)
    code = f"""
activate(choose({BACKEND!r}))
import keras
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(keras.ops.ones((4, 2)), keras.ops.ones((4, 1)), verbose=0)
print(keras.config.backend())
activate(choose({BACKEND!r}))
print(choose().name, choose().why)
try: activate(Choice({late!r}, "--backend"))
except Exception as error: print(type(error).__name__, error)
"""
    done = python(code, environment={"KERAS_HOME": str(tmp_path)}, bare=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        BACKEND,
        f"{BACKEND} Keras already runs on it",
        f"BackendError Keras already runs on {BACKEND} in this process, so {late} comes too late: "
        "choose the backend before anything imports keras",
    ]
    for noise in ("oneDNN", "absl", "cpu_feature_guard"):
        assert noise not in done.stderr


def test_of_what_tensorflow_says_at_its_loading_only_the_greeting_is_lost(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").touch()
    code = """
from kspec.backends import without_noise
import os, sys
try:
    with without_noise():
        os.write(2, b"I0000 port.cc:153] oneDNN custom operations are on. You may see\\n")
        print("a warning from Python", file=sys.stderr)
        os.write(2, b"E0000 something is wrong\\n")
        raise OSError("and it fails")
except OSError as error:
    print(error, file=sys.stderr)
"""
    done = python(code, environment={"PYTHONPATH": str(tmp_path)}, bare=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "a warning from Python",
        "E0000 something is wrong",
        "and it fails",
    ]


def described(environment, **variables):
    code = "import json, dataclasses\nprint(json.dumps([vars(info) for info in describe()]))"
    return {info["name"]: info for info in json.loads(environment.run(code, **variables))}


def test_what_is_missing_says_how_to_get_it(empty):
    infos = described(empty)
    assert list(infos) == list(backends.BACKENDS)
    for name, info in infos.items():
        assert info["problem"] == f'not installed: pip install "kspec[{name}]"'
        assert info["version"] is None
        assert info["devices"] == []


def test_what_is_broken_says_why(empty):
    empty.install("torch", source="print('hello'); raise ImportError('libtorch.so: not there')")
    info = described(empty)["torch"]
    assert info["version"] == "1.2.3"
    assert info["problem"] == "cannot be imported: ImportError: libtorch.so: not there"


def test_a_crash_is_a_problem_too(empty):
    empty.install("torch", source="import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert described(empty)["torch"]["problem"] == "cannot be imported: exit code -9"


def test_devices_whatever_else_is_printed(empty):
    source = "print('noise'); float32 = 1\nclass cuda: is_available = staticmethod(lambda: False)\n"
    source += "class backends:\n  class mps: is_available = staticmethod(lambda: True)"
    empty.install("torch", source=source)
    assert described(empty)["torch"]["devices"] == ["mps"]


def test_one_that_hangs_is_given_up(empty):
    empty.install("jax", source="import time; time.sleep(600)")
    code = "import kspec.backends as b; b.ANSWER_SECONDS = 1.0\nprint(describe()[2].problem)"
    assert empty.run(code) == "did not name its devices within 1 s"


@pytest.mark.parametrize("package", ["tensorflow", "tensorflow-cpu", "tensorflow-rocm"])
def test_the_version_whatever_the_package_is_called(empty, package):
    empty.install("tensorflow", package=package, version="2.99")
    assert empty.run("print(version('tensorflow'), version('torch'))") == "2.99 None"


def test_the_installed_backend_names_version_and_devices_in_a_process_of_its_own():
    code = (
        "import json\n"
        "print(json.dumps([vars(info) for info in describe()]))\n"
        "print({'keras', 'tensorflow', 'torch', 'jax'} & set(sys.modules))"
    )
    done = python(code, environment={}, bare=False)
    infos, imported = done.stdout.splitlines()
    info = next(info for info in json.loads(infos) if info["name"] == BACKEND)
    assert info["problem"] is None
    assert info["version"][0].isdigit()
    assert any("cpu" in device.lower() or ":" in device for device in info["devices"])
    assert imported == "set()"
