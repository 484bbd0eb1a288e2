"""The workshop: `nox` runs everything, `nox -s "tests(keras='newest', backend='jax')"` one session.

Each test session gets an environment that holds its backend and no other.
"""

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True

# TensorFlow without its GPU parts serves for testing and is a third of the download.
BACKENDS = {"jax": "jax", "torch": "torch", "tensorflow": "tensorflow-cpu"}
# The ends of the range in pyproject.toml.
KERAS = {"newest": "keras==3.15.*", "oldest": "keras==3.14.0"}


def install(session: nox.Session, *what: str) -> None:
    """Install from PyPI, held to the versions that are known to work together.

    Without bytecode: Python compiles what it imports, and of a backend that is a small part.
    """
    session.install("--no-compile", "--constraint", "constraints.txt", *what)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types."""
    install(session, "-e", ".[lint]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")


@nox.session
def language(session: nox.Session) -> None:
    """The tests that need no backend, but are collected beside some that do."""
    install(session, "-e", ".[test]", BACKENDS["jax"], KERAS["newest"])
    session.run("pytest", "--numprocesses=2", "-m", "language and not slow", *session.posargs)


@nox.session
@nox.parametrize("backend", list(BACKENDS))
@nox.parametrize("keras", list(KERAS))
def tests(session: nox.Session, keras: str, backend: str) -> None:
    """The tests on one backend, without those that need none."""
    install(session, "-e", ".[test]", BACKENDS[backend], KERAS[keras])
    session.env["KERAS_BACKEND"] = backend
    wanted = "not language and not slow and not together"
    wanted += " and not browser and not notebook and not trackers"
    if keras == "oldest":
        wanted += " and not newest"
    if backend != "jax":
        wanted += " and not any_backend"
        if keras == "oldest":
            wanted += " and not old_once"
    session.run("pytest", "--numprocesses=2", "-m", wanted, *session.posargs)


@nox.session
def together(session: nox.Session) -> None:
    """What needs several backends: tf.data, the catalogue, layers of words, `kspec parity`."""
    install(session, "-e", ".[test]", *BACKENDS.values(), KERAS["newest"])
    files = ("tests/layers", "tests/cataloguing/test_catalog_current.py")
    files += ("tests/model/test_every_object.py",)
    for backend in ("jax", "torch"):
        session.run("pytest", *files, env={"KERAS_BACKEND": backend})
    session.run("pytest", "-m", "together and not slow", "tests/parity")


@nox.session
def pages(session: nox.Session) -> None:
    """Pages in a browser; without one they fail, and say what to install."""
    install(session, "-e", ".[pages]")
    session.run("pytest", "-m", "browser", "tests/reports", "tests/view", *session.posargs)


@nox.session
def notebook(session: nox.Session) -> None:
    """kspec in a notebook, and the one in docs/."""
    install(session, "-e", ".[notebook]", BACKENDS["jax"], KERAS["newest"])
    session.run("pytest", "-m", "notebook", "tests/notebook", *session.posargs)


@nox.session
def trackers(session: nox.Session) -> None:
    """TensorBoard, MLflow and Weights & Biases, each through its own library."""
    install(session, "-e", ".[test,tensorboard,mlflow,wandb]", BACKENDS["jax"], KERAS["newest"])
    session.run("pytest", "--numprocesses=2", "-m", "trackers", "tests/training", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, into site/."""
    install(session, "-e", ".[docs]")
    session.run("mkdocs", "build", "--strict")
