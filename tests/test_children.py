"""Processes with a job: what they say, and what is said of those that break down."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from kspec import children
from kspec.errors import KspecError

WORKER = """
import os, sys
from pathlib import Path
from kspec.children import answer
from kspec.errors import DataError, UsageError

path = Path(sys.argv[1])
word = path.read_text()

def work():
    if word == "data":
        raise DataError("no pictures")
    if word == "usage":
        raise UsageError("no such word")
    if word == "broken":
        raise RuntimeError("out of everything")
    if word == "killed":
        os.kill(os.getpid(), 9)
    return {"word": word, "backend": os.environ["KERAS_BACKEND"], "own": os.environ["OWN"]}

answer(path.parent, work)
"""


@dataclass(frozen=True)
class Word:
    backend: str
    word: str
    folder: Path

    def write(self, path):
        path.write_text(self.word)


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / "its_worker.py").write_text(dedent(WORKER))
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(*words):
        jobs = [Word("jax", word, tmp_path / f"{n}") for n, word in enumerate(words)]
        return children.run(jobs, "its_worker", {"OWN": "yes"})

    return run


def test_each_says_its_result(run):
    assert run("one", "two") == [
        {"word": word, "backend": "jax", "own": "yes"} for word in ("one", "two")
    ]


@pytest.mark.parametrize(
    ("word", "message", "exit_code"),
    [
        ("data", "jax: no pictures", 1),
        ("usage", "no such word", 2),
        ("broken", "jax: the process failed: RuntimeError: out of everything", 1),
        ("killed", "jax: the process failed: ended by signal 9", 1),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(run, word, message, exit_code):
    with pytest.raises(KspecError) as caught:
        run("one", word)
    assert (str(caught.value), caught.value.exit_code) == (message, exit_code)
