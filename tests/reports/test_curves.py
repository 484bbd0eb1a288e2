"""The picture of a training, judged by its pixels."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kspec
from kspec.errors import RunError
from kspec.reports.curves import draw_curves

# The colours of the two curves.
TRAINING, VALIDATION = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
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


def draw(path, rows, best_epoch=None, title="a title"):
    draw_curves(rows, path, best_epoch=best_epoch, title=title)
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "curves.png"


def where(picture, color):
    """Where (rows, columns) the picture has `color`, to within the blending at edges."""
    return np.nonzero((np.abs(picture.astype(int) - color) <= 2).all(axis=-1))


def mark(picture):
    """The column of the dashed line in the left half: grey pixels, but not all the way like axes.

    The axes are at the very left and the very bottom of a panel.
    """
    left = picture[: int(picture.shape[0] * 0.8), 100 : picture.shape[1] // 2 - 20]
    dark = (left.max(axis=-1) < 0xA0) & (np.ptp(left.astype(int), axis=-1) < 8)
    counts = dark.sum(axis=0)
    column = int(counts.argmax())
    return column if counts[column] > 0.25 * left.shape[0] else None


def test_both_sets_in_both_panels(path):
    picture = draw(path, history(30))
    half = picture.shape[1] // 2
    for color in (TRAINING, VALIDATION):
        _, columns = where(picture, color)
        assert (columns < half).sum() > 300
        assert (columns > half).sum() > 300


def test_without_validation(path):
    picture = draw(path, history(30, validation=False))
    assert len(where(picture, TRAINING)[0]) > 600
    assert len(where(picture, VALIDATION)[0]) == 0


def test_the_best_epoch_is_marked_where_it_is(path):
    assert mark(draw(path, history(40))) is None
    columns = [mark(draw(path, history(40), best_epoch=best)) for best in (20, 25, 35)]
    assert None not in columns
    assert columns[2] - columns[1] == pytest.approx(2 * (columns[1] - columns[0]), abs=3)
    assert columns[1] - columns[0] > 20


def test_a_curve_goes_where_its_values_are(path):
    """The training loss falls, so its curve is lower at the right (rows count downward)."""
    rows = [{"epoch": epoch, "loss": 10.0 - epoch} for epoch in range(1, 10)]
    down, across = where(draw(path, rows), TRAINING)
    # The legend's own line is short and level; nothing of it is at the far left of the curve.
    assert down[across == across.min()].mean() < down[across == across.max()].mean()


def test_learning_rate_and_seconds_are_not_drawn(path):
    rows = history(10)
    without = [{k: v for k, v in r.items() if k not in ("learning_rate", "seconds")} for r in rows]
    assert np.array_equal(draw(path, rows), draw(path, without))


def test_a_panel_for_each_metric(path):
    one = draw(path, [{"epoch": 1, "loss": 1.0}])
    two = draw(path, history(3))
    three = draw(path, history(3, auc=[0.5, 0.6, 0.7]))
    four = draw(path, history(3, auc=[0.5, 0.6, 0.7], val_mae=[1.0, 2.0, 3.0]))
    assert two.shape[1] == 2 * one.shape[1]
    assert three.shape == four.shape
    assert three.shape[0] > 1.8 * two.shape[0]
    assert len(where(four, VALIDATION)[0]) > len(where(three, VALIDATION)[0])


def test_one_epoch_shows_its_points(path):
    picture = draw(path, history(1), best_epoch=1)
    assert len(where(picture, TRAINING)[0]) > 20
    assert len(where(picture, VALIDATION)[0]) > 20


def test_a_value_that_is_missing_is_a_gap(path):
    """The columns of the gap hold nothing of the validation curve; elsewhere it goes on."""
    rows = history(60, validation=False)
    for row in rows:
        row["val_loss"] = NAN if row["epoch"] in (30, 32) else 1.5
    rows[30]["val_loss"] = math.inf
    del rows[32]["val_loss"]
    picture = draw(path, rows)
    columns = np.unique(where(picture[:, : picture.shape[1] // 2], VALIDATION)[1])
    assert np.diff(columns).max() > 20


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
@pytest.mark.parametrize("best_epoch", [None, 1])
def test_odd_histories_draw(path, rows, best_epoch):
    assert draw(path, rows, best_epoch).std() > 1


def test_a_title_is_no_formula(path):
    assert not np.array_equal(
        draw(path, history(2), title="$x$"), draw(path, history(2), title="x")
    )
    draw(path, history(2), title=r"a_$\nosuchcommand")


def test_the_file_appears_whole(path):
    draw(path, history(2))
    draw(path, history(3))
    assert list(path.parent.iterdir()) == [path]


def test_nowhere_to_write_is_one_line(tmp_path):
    with pytest.raises(RunError, match=r"curves\.png cannot be written: No such file"):
        draw_curves(history(2), tmp_path / "gone" / "curves.png", best_epoch=None, title="")


def test_no_global_state(path):
    code = (
        "import sys, matplotlib\n"
        "before = matplotlib.rcParams.copy()\n"
        "from pathlib import Path\n"
        "from kspec.reports.curves import draw_curves\n"
        "draw_curves([{'epoch': 1, 'loss': 1.0}], Path(sys.argv[1]), best_epoch=1, title='')\n"
        "print(matplotlib.rcParams.copy() == before, 'matplotlib.pyplot' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(path)]
    root = Path(kspec.__file__).parents[1]
    assert subprocess.check_output(command, cwd=root, text=True).strip() == "True False"


def test_a_dotted_line_marks_the_seam_between_two_phases(path):
    rows = history(6)
    plain, marked = draw(path, rows), draw(path, history(6, phase=[1, 1, 1, 1, 2, 2]))
    assert mark(plain) is None
    # Half way between the epochs 4 and 5, as the dashed line through each of them shows.
    fourth, fifth = (mark(draw(path, rows, best_epoch=epoch)) for epoch in (4, 5))
    assert mark(marked) == pytest.approx((fourth + fifth) / 2, abs=2)
