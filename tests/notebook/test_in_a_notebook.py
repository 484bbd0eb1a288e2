"""kspec in a notebook, with a kernel of Jupyter: trainings, and the notebook of docs/."""

import json
import re
import shutil
from pathlib import Path

import pytest
from tiny_spec import TINY

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
OURS = ROOT / "docs" / "notebook.ipynb"
# What it does is what counts here; whether it is worth reading at its full length, people say.
SHORT = '"data.train_samples=60", "data.test_samples=20", "training.epochs=2"'
# Ctrl-C, or Jupyter's button, as soon as an epoch of the third training has ended.
STOPPED = """
import os, signal, threading, time
from pathlib import Path

def stop():
    while len(list(Path("runs").rglob("history.json"))) < 3:
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=stop, daemon=True).start()
stopped = kspec.train(kspec.load("tiny.json", ["training.epochs=500"]))
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Some trainings: the outputs of their cells by name, and the messages of the first."""
    from executing import execute

    folder = tmp_path_factory.mktemp("notebook")
    (folder / "tiny.json").write_text(json.dumps(TINY))
    cells = {
        "start": 'import kspec\nspec = kspec.load("tiny.json", ["training.epochs=40"])',
        "training": "run = kspec.train(spec)",
        "run": "run",
        "quiet": "from kspec.training.reporter import Quiet\n"
        'quiet = kspec.train(kspec.load("tiny.json"), reporter=Quiet())',
        "stopped": STOPPED,
        "status": "stopped.status",
    }
    return execute(cells, folder)


def test_a_training_is_one_output_however_long_it_takes(executed):
    from executing import html

    outputs, messages = executed
    (shown,) = html(outputs["training"])
    assert re.search(r"test accuracy 0\.\d{4} \(40 epochs", " ".join(shown.split()))
    assert "the run is in runs/tiny/" in shown and "<svg" in shown and "<progress" not in shown
    # It was shown before it was over, and not for each of its 200 steps.
    assert messages["training"]["display_data"] == 1
    assert 2 <= messages["training"]["update_display_data"] <= 60
    assert messages["training"]["stream"] == 0


def test_its_run_shows_itself(executed):
    from executing import html

    (shown,) = html(executed[0]["run"])
    assert ">completed<" in shown and shown.count("<svg") == 2


def test_silence_is_to_be_had(executed):
    assert executed[0]["quiet"] == []


def test_a_training_that_is_stopped_says_so(executed):
    from executing import html

    (shown,) = html(executed[0]["stopped"])
    assert "interrupted after" in shown and "the run is kept in" in shown
    assert executed[0]["status"][0]["data"]["text/plain"] == "'interrupted'"


def test_ours_does_what_it_says(tmp_path):
    from executing import execute

    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    cells = {cell["id"]: "".join(cell["source"]) for cell in code_of(OURS)}
    cells["spec"] = re.sub(r"FEW = \[.*\]", f"FEW = [{SHORT}]", cells["spec"])
    cells["seeds"] = cells["seeds"].replace(", 3)", ", 2)")
    assert SHORT in cells["spec"] and cells["seeds"].count(", 2)") == 2
    shown, _ = execute(cells, tmp_path)
    for name, kind, count in (
        ("spec", "text/html", 1),
        ("train", "text/html", 1),
        ("run", "text/html", 1),
        ("confusion", "image/png", 1),
        ("change", "text/html", 1),
        ("seeds", "text/html", 4),
        ("compare", "text/html", 1),
    ):
        assert [kind in output["data"] for output in shown[name]] == [True] * count, name
    assert "more dropout" in shown["change"][0]["data"]["text/html"]
    assert "no difference shown" in shown["compare"][0]["data"]["text/html"]
    report = shown["report"][0]["text"].strip()
    assert shown["page"] == []
    assert all("<svg" in (tmp_path / file).read_text() for file in ("comparison.html", report))


def test_ours_is_kept_without_outputs():
    """They would be of some other day; whoever reads it makes them in a minute."""
    assert [each for each in code_of(OURS) if each["outputs"] or each["execution_count"]] == []


def code_of(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = [cell for cell in cells if cell["cell_type"] == "code"]
    assert found
    return found
