"""`kspec compare` as a user types it: in a terminal, for programs, and as a page."""

import csv
import io
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console
from run_making import data, make_run, make_trained, row

from kspec.cli.main import kspec
from kspec.runs import atomic, history

pytestmark = pytest.mark.language

ODD = "a \"quoted\" <b>|bold|</b> _name_ 🦊 with 'more'".replace("/", "")
LONG = "long_" * 40


@pytest.fixture
def runs(tmp_path):
    """Five seeds of one spec, five of a better one, and single runs with odd names."""
    random = np.random.default_rng(0)
    hard = random.normal(size=400)
    for name, level, seeds in (("base", 0.0, 5), ("good", 1.5, 5), (ODD, 0.1, 1), (LONG, 0.0, 1)):
        for seed in range(seeds):
            right = level + hard + random.normal(size=400) > -0.5
            folder = make_trained(
                tmp_path / "runs",
                name,
                seed=seed,
                right=right,
                about=f"About {name}: 1 < 2",
                data=data(seed, test_samples=400),
                reference={"source": "report", "test_accuracy": 0.8639},
            )
            rows = [row(epoch, val_accuracy=0.1 * epoch + 0.01 * seed) for epoch in (1, 2, 3)]
            kept = rows[: 3 if seed else 2]
            atomic.write_text(folder / "history.json", history.to_text(kept))
    return tmp_path / "runs"


def call(runs, *words):
    return CliRunner().invoke(kspec, ["compare", *map(str, words), "--run-dir", str(runs)])


def test_a_pipe_gets_everything(runs):
    result = call(runs, "base", "good", ODD)
    assert result.exit_code == 0, result.output
    tables, _, rest = result.stdout.partition("\n\nagainst base, the accuracy on the test set:\n")
    headings, *lines = tables.splitlines()
    assert headings.split("  ")[0] == "name"
    for heading in ("what it is", "runs", "parameters", "trainable", "epochs", "kept"):
        assert heading in headings
    assert [line.split("  ")[0] for line in lines] == ["base", "good", ODD]
    assert "0.8639" in lines[0] and "About good: 1 < 2" in lines[1]
    differences, _, notes = rest.partition("\n\n")
    _, good, odd = differences.splitlines()
    assert good.endswith("better") and odd.endswith("no difference shown")
    assert "Holm" in notes and "Student's t" in notes and "Bootstrap" in notes


@pytest.mark.parametrize("width", [40, 80, 132])
def test_a_terminal_gets_what_fits(runs, width, monkeypatch):
    written = io.StringIO()
    console = Console(file=written, width=width, force_terminal=True, color_system=None)
    monkeypatch.setattr("kspec.cli.comparison.terminal.stdout_console", lambda: console)
    assert call(runs, "base", "good", ODD, LONG).exit_code == 0
    lines = written.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "better" in written.getvalue()
    assert width < 80 or "no difference shown" in written.getvalue()
    (good,) = [line for line in lines if line.startswith("good") and "better" not in line]
    assert width < 80 or "0." in good


def test_csv(runs):
    base, good, odd = csv.DictReader(io.StringIO(call(runs, "base", "good", ODD, "--csv").stdout))
    assert odd["name"] == ODD and odd["sd"] == ""
    assert (base["runs"], base["seeds"], base["verdict"]) == ("5", "0 1 2 3 4", "")
    assert good["verdict"] == "better" and float(good["p"]) <= 0.05
    gained = float(good["test"]) - float(base["test"])
    assert float(good["difference"]) == pytest.approx(gained, abs=1e-6)
    assert float(good["difference_low"]) < gained < float(good["difference_high"])
    assert base["parameters"] == "2" and base["reference"] == "0.8639"


def test_json(runs):
    found = json.loads(call(runs, "base", "good", "--json").stdout)
    assert [group["name"] for group in found["groups"]] == ["base", "good"]
    assert [run["seed"] for run in found["groups"][0]["runs"]] == [0, 1, 2, 3, 4]
    (difference,) = found["differences"]
    assert difference["verdict"] == "better" and difference["evidence"]["claim"] is True
    assert found["notes"] and found["left_out"] == []


def test_markdown(runs):
    text = call(runs, "base", ODD, "--markdown").stdout
    line = next(line for line in text.splitlines() if "quoted" in line)
    assert line.startswith(
        "| a \"quoted\" \\<b\\>\\|bold\\|\\<b\\> \\_name\\_ 🦊 with 'more' | About"
    )
    unescaped = line.replace("\\|", "")
    assert unescaped.count("|") == text.splitlines()[0].count("|")


def test_what_cannot_be_ranked_is_shown_and_said_and_the_exit_code_tells(runs):
    make_trained(runs, "other", right=np.ones(400, bool), data=data(0, test="x", test_samples=400))
    result = call(runs, "base", "other")
    assert result.exit_code == 1
    assert "not ranked: these differ: the test set (" in result.stdout
    assert "1.0000" in result.stdout, "the numbers are there all the same"
    forced = call(runs, "base", "other", "--force")
    assert forced.exit_code == 0
    assert "better (forced: these differ: the test set" in forced.stdout


def test_a_run_alone_is_a_table_and_no_judgement(runs):
    make_run(runs, "old")
    for words in (["old"], ["base"]):
        result = call(runs, *words)
        assert result.exit_code == 0, result.output
        assert "against" not in result.stdout


def test_words_that_make_no_sense(runs):
    for words, code, says in (
        (["nothing"], 1, 'there is no run "nothing"'),
        (["x*"], 1, "has a name like"),
        (["missing.json"], 2, "missing.json"),
        (["base", "--set", "seed=1"], 2, "--set and --data say how a SPEC was trained"),
        (["base", "--csv", "--json"], 2, "one at a time"),
        (["base", "-o", "page.txt"], 2, "a comparison is an HTML page; call it page.html"),
        ([], 2, "Missing argument"),
    ):
        result = call(runs, *words)
        assert result.exit_code == code, result.output
        assert says in result.output and "Traceback" not in result.output


class Page(HTMLParser):
    """What a page has in it: its text, its tags and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.text, self.tags, self.open = "", [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text += text


def test_the_page(runs, tmp_path):
    path = tmp_path / "page.html"
    result = call(runs, "base", "good", ODD, LONG, "-o", path)
    assert result.exit_code == 0, result.output
    assert f"wrote {path}" in result.stderr
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == [], "every tag is closed"
    for said in (ODD, LONG, f"About {ODD}: 1 < 2", "better", "no difference shown", "0.8639"):
        assert said in page.text
    tags = [tag for tag, _ in page.tags]
    assert "script" not in tags and "b" not in tags, "a name is text"
    assert not any(
        "//" in str(values.get(key)) for _, values in page.tags for key in ("href", "src")
    )
    curves = [v for tag, v in page.tags if tag == "polyline"]
    bands = [v for tag, v in page.tags if tag == "polygon"]
    # Four groups in two panels; two of them have five runs, of which the first ended early.
    assert len([v for v in curves if "rest" not in v["class"]]) == 8
    assert len([v for v in curves if "rest" in v["class"]]) == len(bands) == 4
    assert "0.2200 (0.2000 to 0.2400)" in page.text, "the mean and range of epoch 2"
    assert all(v.get("scope") for tag, v in page.tags if tag == "th")

    # A page is written anew, but nothing else is overwritten.
    assert call(runs, "base", "-o", path).exit_code == 0
    path.write_text("<html>mine</html>")
    refused = call(runs, "base", "-o", path)
    assert refused.exit_code == 1 and "not a comparison made by kspec" in refused.stderr
    assert path.read_text() == "<html>mine</html>"
    missing = call(runs, "base", "-o", tmp_path / "no" / "page.html")
    assert missing.exit_code == 1 and "cannot be written" in missing.stderr


def test_long_changes_are_short_in_tables_and_whole_elsewhere(runs, tmp_path):
    groups = [{"matching": f"*/b{number}", "learning_rate_multiplier": 8} for number in range(9)]
    schedule = {"type": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": "100%"}
    other = make_trained(runs, "base", seed=7, spec="other", data=data(7, test_samples=400))
    before = {"optimizer": {"learning_rate": 0.1}, "parameter_groups": []}
    after = {"optimizer": {"learning_rate": schedule}, "parameter_groups": groups}
    for folder in (runs / "base").iterdir():
        path = folder / "resolved.json"
        training = {"training": after if folder == other else before}
        path.write_text(json.dumps(json.loads(path.read_text()) | training))
    brief = (
        "training.optimizer.learning_rate: 0.1 → CosineDecay, "
        "training.parameter_groups[0]: nothing → {…}, and 8 more"
    )

    assert brief in call(runs, "base", "--markdown").stdout.replace("\\", "")
    full = json.dumps(schedule)
    assert full in json.loads(call(runs, "base", "--json").stdout)["groups"][1]["what"]
    (_, row) = csv.DictReader(io.StringIO(call(runs, "base", "--csv").stdout))
    assert full in row["what"] and groups[8]["matching"] in row["what"]
    page = tmp_path / "page.html"
    assert call(runs, "base", "-o", page).exit_code == 0
    read = Page(page.read_text(encoding="utf-8"))
    titles = [v["title"] for tag, v in read.tags if tag == "small" and "title" in v]
    assert len(titles) == 1 and full in titles[0]
    assert brief in read.text and full not in read.text


def test_no_mean_leads_across_the_seam_that_all_runs_have(runs, tmp_path):
    path = tmp_path / "page.html"
    for seams in ((3, 3, 3, 3, 3), (3, 4, 3, 3, 3)):
        folders = sorted((runs / "base").iterdir())
        for folder, seam in zip(folders, seams, strict=True):
            rows = [row(epoch, phase=1 if epoch < seam else 2) for epoch in range(1, 6)]
            atomic.write_text(folder / "history.json", history.to_text(rows))
        assert call(runs, "base", "-o", path).exit_code == 0
        page = Page(path.read_text(encoding="utf-8"))
        curves = [v["points"].split() for tag, v in page.tags if tag == "polyline"]
        shared = len(set(seams)) == 1
        assert [len(points) for points in curves] == ([2, 3, 2, 3] if shared else [5, 5])
        assert ("phase 2" in page.text) == shared


def test_a_page_of_runs_whose_history_is_lost_or_not_finite(runs, tmp_path):
    for folder in (runs / "base").iterdir():
        (folder / "history.json").write_text("{")
    path = tmp_path / "page.html"
    assert call(runs, "base", "-o", path).exit_code == 0
    assert "None of these runs has a history" in path.read_text()
    rows = [row(1, val_accuracy=float("nan"), val_loss=float("inf"))]
    for folder in (runs / "base").iterdir():
        atomic.write_text(folder / "history.json", history.to_text(rows))
    assert call(runs, "base", "-o", path).exit_code == 0
    page = Page(path.read_text())
    assert "accuracy on the training set" in page.text, "of the validation set nothing can be drawn"
    assert not [v for tag, v in page.tags if "nan" in str(v) or "inf" in str(v.get("points"))]
