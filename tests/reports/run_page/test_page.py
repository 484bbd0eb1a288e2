"""The page of a run: what it says, and that it says something of any run."""

import base64
import json
import re
import shlex
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from reading import Page
from report_making import BASE, HOSTILE, SPEC, predictions, row, write_run
from tiny_spec import TINY

import kspec
from kspec.errors import RunError, UsageError
from kspec.reports.run_page.page import make_page, write_report
from kspec.runs.predictions import Predictions
from kspec.runs.read import Run
from kspec.runs.writer import RunWriter
from kspec.spec.models import Spec

pytestmark = pytest.mark.language


@pytest.fixture
def page(tmp_path):
    """The page of a run that is written with these changes."""

    def make(**changes):
        return read(write_run(tmp_path, **changes))

    return make


def read(folder):
    return Page(make_page(Run.open(folder)))


def test_it_says_how_it_went(page):
    said = page().text_of("result")
    assert "Training ran to its end: 5 of 5 epochs." in said
    assert "epoch 4 were kept: it has the smallest val_loss, 0.7500 (the only monitor)" in said
    assert "loss 0.5000 0.7500 +0.2500 0.6000 accuracy 0.5000 0.4000 −0.1000 0.3000" in said


def test_it_says_why_it_stopped(page):
    said = page(status="stopped early", stopped_by="val_loss").text_of("result")
    assert "early after 5 of 5 epochs: val_loss had not improved for 3 epochs, its patien" in said
    said = page(status="interrupted", stopped_by="SIGTERM", test={}).text_of("result")
    assert "interrupted (SIGTERM) after 5 of 5 epochs" in said
    assert "kspec train --resume" in said


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ({"flip": "vertical"}, "the mean of 2 views"),
        ({"flip": None, "shift": 2}, "the mean of 3 views"),
        ({"flip": "horizontal", "shift": 1, "directions": 4}, "the mean of 10 views"),
        ({"shift": 1, "directions": "many"}, "the mean of 3 views"),
    ],
)
def test_it_says_of_how_many_views_the_test_is_the_mean(page, views, said):
    found = [text for _, text in page(spec=SPEC | {"test_time": views}).all("dd")]
    assert said in found


def test_a_command_can_be_typed_as_it_is_said(tmp_path):
    folder = write_run(tmp_path, name="a 'quoted' $name", status="interrupted", test={})
    said = read(folder).text_of("result")
    assert f"kspec train --resume {shlex.quote(str(folder))} goes on" in said


def test_a_reference_stands_beside_the_result(page):
    reference = {"source": "paper", "test_accuracy": 0.35}
    assert "0.3500 as test accuracy of paper; this run is 0.0500 below it" in page(
        reference=reference
    ).text_of("result")


def test_the_curves_stand_there_as_numbers_too(page):
    found = page()
    charts = [each for each, _ in found.all("svg") if "epochs" in each["aria-label"]]
    assert [each["aria-label"].split(" over")[0] for each in charts] == [
        "loss",
        "accuracy",
        "learning rate",
        "seconds",
    ]
    curves = found.text_of("curves")
    assert "epoch loss accuracy val_loss val_accuracy learning_rate seconds" in curves
    assert "3 0.666667 0.5 1 0.4 0.001 2.5" in curves


def test_what_is_said_of_the_classes(page):
    said = page().text_of("test")
    assert "4 of 6 test samples were called right: 66.7 %" in said
    assert "cat 0.5000 0.5000 0.5000 2" in said
    assert "cat 1 1 0 0 dog 0 1 0 0 fox 0 0 1 0 owl 1 0 0 1" in said
    # Six samples at 0.7 in one bin, four of them right: 0.7 - 4/6.
    assert "Expected calibration error: 3.33 %" in said
    assert "0.67–0.73 6 0.7000 0.6667" in said
    assert "cat called dog, 70.0 % sure sample 1 owl called cat, 70.0 % sure sample 5" in said


def test_mistakes_without_pictures_are_a_table(page, tmp_path):
    folder = write_run(tmp_path)
    (folder / "mistakes.npz").unlink()
    assert "1 cat dog 70.0 % 5 owl cat 70.0 %" in read(folder).text_of("test")


def test_of_many_classes_the_most_confused(page):
    names = [f"class {number}" for number in range(30)]
    said = page(names=names, said=predictions([0, 0, 5], [7, 7, 5], 30)).text_of("test")
    assert "true called how often class 0 class 7 2" in said


def test_numbers_that_are_none_are_left_out(page):
    said = predictions([0, 0, 1], [0, 1, 1], 4)
    said.outputs[1] = np.nan
    assert "2 of 2 test samples were called right: 100.0 %. 1 more are left out" in page(
        said=said
    ).text_of("test")


def test_a_run_that_learned_numbers(page):
    spec = SPEC | {"data": {"source": "csv", "labels": "numbers"}, "augmentation": []}
    said = Predictions(np.array([[1.0], [2.0]], "f4"), np.array([[1.5], [0.5]], "f4"))
    found = page(spec=spec, said=said, names=())
    # Errors 0.5 and -1.5.
    assert "output 1 1.0000 1.1180 −0.5000" in found.text_of("test")
    assert "2 predictions against the true values" in str(found.all("svg"))


def test_the_changes_to_the_base(page):
    lines = [(tag, text) for tag, _, text in page().elements if text.startswith(("+ ", "− "))]
    assert ("del", '−   "name": "base",') in lines
    assert ("ins", '+   "name": "tiny",') in lines
    assert [text for _, text in lines if "epochs" in text] == [
        '−   "training": {"epochs": 9, "early_stopping": []}',
        '+   "training": {"epochs": 5, "early_stopping": [{"monitor": "val_loss", "patience": 3}]}',
    ]
    assert not [text for _, text in lines if "layers" in text]


@pytest.mark.parametrize(
    ("written", "base", "expected"),
    [
        (b"{}", None, "It extends no other spec."),
        (b'{"extends": "b.json"}', None, "The run has not recorded b.json, which it extends."),
        (b"{}", {"extends": "b.json", "resolved": None}, "which is no whole spec by itself"),
        (b"{}", {"extends": "b.json", "resolved": BASE}, "It extends b.json. Lines with +"),
    ],
)
def test_a_base_that_is_not_there(tmp_path, written, base, expected):
    with RunWriter.create(tmp_path, "tiny", SPEC, written, digest="0" * 64) as writer:
        if base:
            writer.write_base(base)
    assert expected in read(writer.folder).text_of("spec")


def test_the_layers_with_their_parameters(page):
    said = page().text_of("parameters")
    assert "conv Conv2D 8×8×4 112 112 dense Dense 4 20 20 all together 132 132" in said


def test_very_many_layers_are_folded_away(tmp_path):
    folder = write_run(tmp_path)
    rows = [{"name": f"layer_{n}", "type": "Dense", "output_shape": [4]} for n in range(61)]
    table = {"rows": rows, "total_params": 7000, "trainable_params": 6000}
    (folder / "parameters.json").write_text(json.dumps(table))
    found = read(folder)
    assert "61 layers with 7,000 parameters, of which 6,000 are trained" in found.text_of(
        "parameters"
    )
    assert "layer_60" in next(text for _, text in found.all("details") if "All layers" in text)


def test_the_network_is_drawn_where_its_spec_can_be_read(page):
    spec = Spec.model_validate(TINY).resolved()
    (picture,) = [each for each, _ in page(spec=spec).all("img") if "layers" in each["alt"]]
    kind, _, content = picture["src"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert ">Conv2D 4 3×3</text>" in base64.b64decode(content).decode()
    # The layers of this one are in no table, and it is no whole spec.
    assert not [each for each, _ in page().all("img") if "layers" in each["alt"]]


def test_the_augmented_pictures(page):
    alts = [each["alt"] for each, _ in page().all("img")]
    assert alts.count("test sample 5") == 1
    assert "picture 2, dog, variant 3" in alts
    assert len(alts) == 2 + 2 * (1 + 3)
    assert "augmentation" not in [
        each.get("id") for each, _ in page(spec=SPEC | {"augmentation": []}).all("section")
    ]


def test_timings_and_environment(page):
    found = page()
    said = found.text_of("timings")
    assert "the whole run 16 s all epochs 12 s building, data, test, writing 3 s" in said
    assert "command kspec train kspec 0.1.0" in found.text_of("environment")


def test_a_run_that_went_on(page):
    resumed = [
        {
            "epoch": 2,
            "step": 7,
            "backend": "torch",
            "started": "2026-01-02T03:04:05+00:00",
            "changes": [{"path": "training.epochs", "before": 1, "after": 5}],
        }
    ]
    rows = [row(1), row(2), *(row(epoch, segment=1) for epoch in (3, 4, 5))]
    found = page(where={"resumed": resumed}, rows=rows)
    said = found.text_of("result")
    assert "2026-01-02T03:04:05+00:00: gone on with after epoch 2, step 7, on torch" in said
    assert "with a changed spec (training.epochs)" in said
    assert "jax, torch" in [text for _, text in found.all("dd")]
    assert "part 1" in [text for _, text in found.all("text")]


def test_a_training_in_phases(page):
    kept = {"monitor": "val_loss", "mode": "min", "value": 1.5}
    first = {"status": "completed", "epochs": 2, "best_epoch": 2, "kept": kept}
    first["trainable_params"] = 1234
    last = {"status": "stopped early", "epochs": 3, "best_epoch": 4, "kept": kept}
    parts = {"body": False, "neck": {"last": 3}}
    begins = {"epochs": 2, "features": {"until": "body"}, "steps_per_epoch": 7, "trainable": parts}
    training = [begins, {"epochs": 8, "early_stopping": SPEC["training"]["early_stopping"]}]
    found = page(
        spec=SPEC | {"training": training},
        rows=[row(epoch, phase=1 + (epoch > 2)) for epoch in range(1, 6)],
        status="stopped early",
        stopped_by="val_loss",
        phases=[first, last],
    )
    said = found.text_of("result")
    assert "early after 5 of 10 epochs: val_loss had not improved for 3 epochs" in said
    assert "Phase 1 completed: 2 of 2 epochs; epoch 2 was kept for its val_loss, 1.5000." in said
    assert (
        "It trained 1,234 parameters (“body” frozen; of “neck” the last 3 layers) on features that "
        "“body” gives, computed once, in epochs of 7 steps." in said
    )
    assert "Phase 2 stopped early: 3 of 8 epochs" in said
    assert "phase 2" in [text for _, text in found.all("text")]


def test_what_one_phase_has_learned_on(page):
    training = {"epochs": 5, "features": {"until": "body"}, "steps_per_epoch": 7}
    training["trainable"] = {"body": {"from": "conv"}, "neck": {"matching": "b*"}, "head": True}
    said = page(spec=SPEC | {"training": training}).text_of("result")
    assert "It learned on features that “body” gives, computed once." in said
    assert "“body” from “conv” on; of “neck” the layers called “b*”; “head” trained" in said
    assert "An epoch has 7 steps, and goes on where the last one ended." in said


def test_names_are_text_whatever_they_hold(page):
    found = page(names=HOSTILE)
    assert [
        tag for tag, _, text in found.elements if tag in ("b", "script") and text == "bold"
    ] == []
    headers = [text for _, text in found.all("th")]
    assert all(name in headers for name in HOSTILE)
    assert all("onerror" not in each for each, _ in found.all("img"))
    assert "A network <b>without</b> a purpose" in [text.strip() for _, text in found.all("p")]


def test_half_a_character_is_no_reason_to_fail(tmp_path):
    folder = write_run(tmp_path)
    (folder / "resolved.json").write_text(json.dumps(SPEC | {"description": "\ud83d and \u0000"}))
    assert write_report(Run.open(folder)).read_bytes().decode()


def test_it_holds_all_of_itself(tmp_path):
    html = make_page(Run.open(write_run(tmp_path)))
    assert "<script" not in html
    found = Page(html)
    for tag, attributes, _ in found.elements:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:")), (tag, attributes)
    assert "@import" not in html and "url(" not in html


def test_it_can_be_found_through_without_looking(page):
    found = page()
    levels = [int(tag[1]) for tag, _, _ in found.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes, _ in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    targets = [each["href"] for each, _ in found.all("a")]
    assert {target[1:] for target in targets} <= set(ids)
    assert all(each.get("scope") for each, _ in found.all("th"))
    assert all(each.get("alt") for each, _ in found.all("img"))
    assert all(each.get("aria-label") for each, _ in found.all("svg"))
    assert [tag for tag, _, _ in found.elements if tag in ("header", "nav", "main", "footer")] == [
        "header",
        "nav",
        "main",
        "footer",
    ]


def test_a_run_of_which_there_is_nothing_yet(tmp_path):
    with RunWriter.create(tmp_path, "tiny", SPEC, b"{}", digest="0" * 64) as writer:
        found = read(writer.folder)
        assert "The run is being written: 0 of 5 epochs so far." in found.text_of("result")
        writer.write_history([row(1), row(2)])
        said = read(writer.folder).text_of("result")
        assert "2 of 5 epochs so far." in said
        assert "the last epoch so far, 2" in said and "loss 1.0000 1.5000 +0.5000 –" in said
    said = read(writer.folder).text_of("result")
    assert "ended without a result after 2 of 5 epochs" in said
    assert "its end" in found.text_of("test")


def test_without_validation_or_test_set(page, tmp_path):
    rows = [{"epoch": 1, "loss": 2.0, "learning_rate": 0.1, "seconds": 1.0}]
    folder = write_run(
        tmp_path,
        rows=rows,
        epochs=1,
        best_epoch=1,
        kept=None,
        train={"loss": 2.0},
        validation={},
        test={},
    )
    (folder / "test_predictions.npz").unlink()
    found = read(folder)
    assert "No monitor chooses an epoch" in found.text_of("result")
    assert "loss 2.0000 – – –" in found.text_of("result")
    assert "The data has no test set." in found.text_of("test")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [("classes", "kspec verify"), ("masks", "A run keeps no predictions of masks")],
)
def test_why_there_are_no_predictions(tmp_path, labels, expected):
    folder = write_run(tmp_path, spec=SPEC | {"data": {"labels": labels}})
    for name in ("test_predictions.npz", "parameters.json", "augmentation.npz"):
        (folder / name).unlink()
    found = read(folder)
    assert expected in found.text_of("test")
    assert "The network has 132 parameters" in found.text_of("parameters")
    assert "kspec preview" in found.text_of("augmentation")


FILES = [
    "spec.json",
    "base.json",
    "resolved.json",
    "environment.json",
    "history.json",
    "result.json",
    "parameters.json",
    "test_predictions.npz",
    "mistakes.npz",
    "augmentation.npz",
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"data": 3, "resumed": [1], "rows": 4}'])
def test_a_damaged_file_is_told_and_the_rest_is_shown(tmp_path, name, content):
    folder = write_run(tmp_path)
    (folder / name).write_text(content)
    found = read(folder)
    assert "tiny" in found.all("h1")[0][1]
    told = [text for attributes, text in found.all("div") if attributes.get("class") == "trouble"]
    if content == "" and name != "spec.json":
        assert name in told[0]
    if name != "history.json":
        assert "3 0.666667 0.5" in found.text_of("curves")
    if name != "test_predictions.npz":
        assert "4 of 6 test samples" in found.text_of("test")
    else:
        assert "The predictions that this run has kept are damaged." in found.text_of("test")
        assert "no predictions" not in found.text_of("test")


def test_it_lies_in_the_run_and_is_written_anew(tmp_path):
    run = Run.open(write_run(tmp_path))
    path = kspec.report(run)
    assert path == run.path / "report.html"
    path.write_text(path.read_text().replace("Report of a run", "An older report"))
    assert kspec.report(run.path) == path
    assert "An older report" not in path.read_text()
    assert kspec.report(run, tmp_path / "other.html").is_file()


def test_nothing_else_is_written_over(tmp_path):
    run = Run.open(write_run(tmp_path))
    path = tmp_path / "thesis.html"
    path.write_text("<html>mine</html>")
    with pytest.raises(RunError, match=r"thesis\.html exists and is not a report"):
        kspec.report(run, path)
    assert path.read_text() == "<html>mine</html>"
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(RunError, match="is a folder"):
        kspec.report(run, tmp_path / "folder.html")
    with pytest.raises(UsageError, match=r"is an HTML page; call it .*page\.html"):
        kspec.report(run, tmp_path / "page.txt")
    with pytest.raises(RunError, match="cannot be written: No such file"):
        kspec.report(run, tmp_path / "gone" / "report.html")


def test_200_epochs_of_a_thousand_classes_stay_small_and_load_no_framework(tmp_path):
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 100, 10_000)
    outputs = draw.dirichlet(np.full(100, 0.1), 10_000).astype("f4")
    folder = write_run(
        tmp_path,
        names=[f"class {number}" for number in range(100)],
        rows=[row(epoch, top5=0.5, val_top5=0.5) for epoch in range(1, 201)],
        said=Predictions(labels, outputs),
    )
    code = (
        f"import sys, kspec; path = kspec.report({str(folder)!r}); "
        "print(path.stat().st_size, {'keras', 'tensorflow', 'torch', 'jax'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    size, _, loaded = done.stdout.strip().partition(" ")
    assert int(size) < 1_000_000
    assert loaded == "set()"
