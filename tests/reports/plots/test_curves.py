"""The curves of runs, read as SVG."""

import math
from xml.etree import ElementTree

import pytest

from kspec.errors import UsageError
from kspec.reports.plots.curves import RunCurves, draw_run, draw_runs, told
from kspec.reports.plots.write import write_drawing

pytestmark = pytest.mark.language
NAN = math.nan


def history(epochs, *, validation=True, **columns):
    rows = []
    for epoch in range(1, epochs + 1):
        row = {"epoch": epoch, "loss": 2.0 / epoch, "accuracy": 1 - 0.9 / epoch}
        if validation:
            row |= {"val_loss": 1.0 + 1.0 / epoch, "val_accuracy": 0.8 - 0.7 / epoch}
        row |= {name: values[epoch - 1] for name, values in columns.items()}
        rows.append(row | {"learning_rate": 0.001, "seconds": 3.0})
    return rows


def read(drawing):
    return ElementTree.fromstring(
        drawing.to_html().replace(' xmlns="http://www.w3.org/2000/svg"', "")
    )


def one(rows, best=None, label="a run"):
    return read(draw_run(RunCurves(label, rows, best)))


def several(*runs):
    return read(
        draw_runs([RunCurves(f"run {n}", rows, best) for n, (rows, best) in enumerate(runs)])
    )


def names(picture):
    return [each.text for each in picture.iter("text") if each.get("class") == "name"]


def curves(picture, role):
    return [each for each in picture.iter("polyline") if each.get("class") == f"curve {role}"]


def texts(picture):
    return [each.text for each in picture.iter("text")]


def test_a_run_has_a_panel_for_each_measure_and_the_rate():
    picture = one(history(30))
    assert names(picture) == ["loss", "accuracy", "learning rate"]
    assert [len(curves(picture, role)) for role in ("training", "validation", "neutral")] == [
        2,
        2,
        1,
    ]
    assert curves(one(history(30, validation=False)), "validation") == []


def test_the_kept_epoch_and_the_seam_are_marked_in_each_panel():
    picture = one(history(6, phase=[1, 1, 1, 1, 2, 2]), best=5)
    assert texts(picture).count("kept: epoch 5") == texts(picture).count("phase 2") == 3
    assert not any("phase" in text for text in texts(one(history(6))))


def test_the_panels_stand_beside_each_other():
    places = [each.get("transform") for each in one(history(3)).iter("g")]
    assert len(set(places)) == len(places) == 3
    across = [float(place.removeprefix("translate(").split()[0]) for place in places]
    assert across[0] == across[2] < across[1]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"epoch": 1}],
        [{"epoch": 1, "loss": NAN, "val_loss": NAN}],
        [{"epoch": 1, "loss": NAN}, {"epoch": 2, "loss": math.inf}],
        [{"epoch": 1, "loss": 0.0}, {"epoch": 2, "loss": 1e300}, {"epoch": 3, "loss": -1e300}],
        [{"epoch": 1, "loss": 1e-100}, {"epoch": 2, "loss": 1e100}],
        [{"epoch": epoch, "loss": 0.0} for epoch in range(1, 4)],
    ],
)
@pytest.mark.parametrize("best", [None, 1])
def test_odd_histories_draw_alone_and_beside_others(rows, best, tmp_path):
    assert names(one(rows, best))[0] == "loss"
    assert len(names(several((rows, best), (history(3), 2)))) == 5
    assert names(several((rows, best), (rows, best)))
    path = tmp_path / "curves.png"
    write_drawing(draw_run(RunCurves("odd", rows, best)), path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_several_runs_have_a_panel_for_each_set():
    picture = several((history(5), 3), (history(3, validation=False), None))
    assert names(picture) == [
        "loss, training set",
        "loss, validation set",
        "accuracy, training set",
        "accuracy, validation set",
        "learning rate",
    ]
    # (The key is a line, each panel has a curve.)
    assert [len(curves(picture, f"run{number}")) for number in (0, 1)] == [5, 3]
    assert "run 0: 5 epochs, epoch 3 is kept" in texts(picture)
    assert "run 1: 3 epochs" in texts(picture)
    rings = [each for each in picture.iter("circle") if each.get("class") == "ring run0"]
    assert len(rings) == 5


def test_epochs_of_different_runs_stand_over_each_other():
    long, short = (
        curves(several((history(9), None), (history(5), None)), f"run{n}") for n in (0, 1)
    )
    points = [
        [pair.split(",")[0] for pair in each[0].get("points").split()] for each in (long, short)
    ]
    assert len(points[0]) == 9
    assert points[0][:5] == points[1]


def test_seams_that_all_runs_share_are_marked():
    phased = history(4, phase=[1, 1, 2, 2])
    assert "phase 2" in texts(several((phased, None), (phased, None)))
    assert "phase 2" not in texts(several((phased, None), (history(4), None)))


def test_no_curve_leads_from_one_phase_to_the_next():
    picture = one(history(5, phase=[1, 1, 2, 2, 2]))
    for role in ("training", "validation"):
        shown = [each.get("points").split() for each in curves(picture, role)]
        assert [len(each) for each in shown[:2]] == [2, 3]
    early, late = (history(5, phase=phases) for phases in ([1, 1, 2, 2, 2], [1, 1, 1, 2, 2]))
    picture = several((early, None), (late, None))
    found = [
        [len(each.get("points").split()) for each in curves(picture, f"run{number}")][:2]
        for number in (0, 1)
    ]
    assert found == [[2, 3], [3, 2]]


def test_what_cannot_be_told_apart_is_refused():
    several(*[(history(2), None)] * 7)
    with pytest.raises(UsageError, match="8 runs: 7 curves can be told apart"):
        several(*[(history(2), None)] * 8)


def test_names_are_text_and_fit():
    label = "<script>alert(1)</script> & 'quotes' 🙂 " + "x" * 200
    picture = one(history(2), label=label)
    (title,) = (each.text for each in picture.iter("text") if each.get("class") == "title")
    assert title.startswith("<script>alert(1)</script> &")
    assert title.endswith("x…"[0] * 9)
    assert len(title) < 110
    assert list(picture.iter("script")) == []


def test_how_far_it_came_in_words():
    assert told(RunCurves("a", history(1), None), "running") == "running, 1 epoch"
    assert told(RunCurves("a", history(3), 2)) == "3 epochs, epoch 2 is kept"
