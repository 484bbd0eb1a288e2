"""What runs and comparisons show of themselves in a notebook."""

import numpy as np
import pytest
from card_text import text_of
from run_making import DIGEST, RESOLVED, SOURCE, make_run, make_trained, row

import kspec
from kspec.errors import RunError
from kspec.runs.writer import RunWriter

pytestmark = pytest.mark.language

HOSTILE = "<b>bold</b> 🦊".replace("/", "")


def test_a_run(tmp_path):
    html = kspec.Run.open(make_run(tmp_path))._repr_html_()
    said = text_of(html)
    assert "Run tiny" in said and "status completed" in said and "epochs 2, kept 2" in said
    assert "loss 0.5000 0.5500 0.6000" in said and "accuracy 0.5000 0.4000 0.3000" in said
    assert html.count("<svg") == 2 and "kept: 2" in said


def test_a_run_that_goes_on_gets_longer(tmp_path):
    with RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST) as writer:
        run = kspec.Run.open(writer.folder)
        assert "status running epochs 0" in text_of(run._repr_html_())
        writer.write_history([row(1)])
        said = text_of(run._repr_html_())
        assert "status running epochs 1" in said and "After epoch 1 training validation" in said
        assert "loss 1.0000 1.1000 – accuracy 0.5000 0.4000 –" in said
        writer.write_history([row(1), row(2)])
        said = text_of(run._repr_html_())
        assert "After epoch 2" in said and "loss 0.5000 0.5500 –" in said
    assert "status incomplete epochs 2" in text_of(run._repr_html_())


@pytest.mark.parametrize("name", ["result.json", "history.json"])
@pytest.mark.parametrize("content", ["", "3", '{"epochs": "many"}'])
def test_a_damaged_run_says_what_is_damaged(tmp_path, name, content):
    folder = make_run(tmp_path)
    (folder / name).write_text(content)
    said = text_of(kspec.Run(folder)._repr_html_())
    assert "Run tiny" in said and f"{name} is damaged" in said


@pytest.mark.parametrize("name", ["result.json", "history.json"])
def test_a_number_that_no_float_holds_is_damage(tmp_path, name):
    whole, folder = make_run(tmp_path / "runs", "whole"), make_run(tmp_path / "runs", "hurt")
    text = (folder / name).read_text()
    assert "0.55" in text
    (folder / name).write_text(text.replace("0.55", "1" + "0" * 400))
    said = text_of(kspec.Run(folder)._repr_html_())
    assert f"{name} is damaged: a number in it is too large" in said
    assert "number in it is too large" in kspec.report(folder, tmp_path / "a.html").read_text()
    if name == "result.json":
        found = kspec.compare("whole", "hurt", run_dir=tmp_path / "runs")
        assert [group.runs[0].path for group in found.groups] == [whole]
    with pytest.raises(RunError, match="too large"):
        _ = kspec.Run(folder).result if name == "result.json" else kspec.Run(folder).history


def test_a_name_is_text(tmp_path):
    html = kspec.Run(make_run(tmp_path, HOSTILE))._repr_html_()
    assert "&lt;b&gt;bold" in html and "<b>" not in html


def test_a_comparison(tmp_path):
    for name, share in (("base", 0.5), (HOSTILE, 0.9)):
        right = np.arange(200) < 200 * share
        for seed in range(3):
            make_trained(tmp_path, name, seed=seed, right=right)
    html = kspec.compare("base", HOSTILE, run_dir=tmp_path)._repr_html_()
    said = text_of(html)
    assert "Runs held against base" in said
    assert "Differences in accuracy on the test set" in said
    assert "+0.4000" in said and " better " in said and "Student's t" in said.replace("&#39;", "'")
    assert "&lt;b&gt;bold" in html and "<b>" not in html
    alone = text_of(kspec.compare("base", run_dir=tmp_path)._repr_html_())
    assert "Differences" not in alone
