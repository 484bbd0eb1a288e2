from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kspec.errors import DataError, RunError
from kspec.reports.preview import preview

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def plain(*colours: tuple[int, int, int], size: int = 32) -> np.ndarray:
    """One picture of each colour."""
    return np.array(colours, np.uint8)[:, None, None, :].repeat(size, 1).repeat(size, 2)


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB")).astype(int)


def where(sheet: np.ndarray, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what has exactly this colour."""
    y, x = np.nonzero((sheet == colour).all(-1))
    return int(y.min()), int(y.max()) + 1, int(x.min()), int(x.max()) + 1


def dark(region: np.ndarray) -> bool:
    return bool((region.sum(-1) < 300).any())


def test_rows_are_pictures_and_columns_are_variants(tmp_path: Path) -> None:
    originals = plain(RED, GREEN)
    variants = [plain((200, 0, 0), (0, 200, 0)), plain((100, 0, 0), (0, 100, 0))]
    preview(originals, variants, tmp_path / "sheet.png")
    sheet = read(tmp_path / "sheet.png")
    grid = [
        [where(sheet, (red, 0, 0)) for red in (255, 200, 100)],
        [where(sheet, (0, green, 0)) for green in (255, 200, 100)],
    ]
    for row in grid:
        assert len({(top, bottom) for top, bottom, _, _ in row}) == 1
        assert [left for *_, left, _ in row] == sorted(left for *_, left, _ in row)
    for above, below in zip(*grid, strict=True):
        assert above[2:] == below[2:]
        assert above[1] < below[0]


def test_small_pictures_are_enlarged_pixel_for_pixel(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    picture[0, 0, 0], picture[0, -1, -1] = RED, BLUE
    preview(picture, [], tmp_path / "sheet.png")
    sheet = read(tmp_path / "sheet.png")
    top, _, left, _ = where(sheet, RED)
    _, bottom, _, right = where(sheet, BLUE)
    times, rest = divmod(bottom - top, 32)
    assert (times, rest) == (4, 0)
    expected = picture[0].repeat(times, 0).repeat(times, 1)
    np.testing.assert_array_equal(sheet[top:bottom, left:right], expected)


def test_large_pictures_are_reduced_in_proportion(tmp_path: Path) -> None:
    wide = plain(RED, size=1000)[:, :500]
    preview(wide, [wide], tmp_path / "sheet.png")
    sheet = read(tmp_path / "sheet.png")
    assert max(sheet.shape) < 700
    top, bottom, left, right = where(sheet[:, : sheet.shape[1] // 2], RED)
    assert (right - left) == 2 * (bottom - top)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "int64"])
def test_values_are_rounded_and_clipped(tmp_path: Path, dtype: str) -> None:
    values = np.array([[-40.0, 299.0, 99.7]]).astype(dtype if dtype != "uint8" else "float64")
    values = np.clip(values, 0, 255) if dtype == "uint8" else values
    picture = np.broadcast_to(values.astype(dtype)[:, None, None], (1, 8, 8, 3))
    preview(picture, [], tmp_path / "sheet.png")
    where(read(tmp_path / "sheet.png"), (0, 255, 100 if dtype == "float32" else 99))


def test_grey_pictures(tmp_path: Path) -> None:
    preview(np.full((1, 28, 28, 1), 77, np.uint8), [], tmp_path / "sheet.png")
    # The edges of the letters have a few pixels of any grey.
    area = (read(tmp_path / "sheet.png") == 77).all(-1).sum()
    assert 140**2 <= area < 140**2 + 100


def test_headers_stand_above_their_columns_and_labels_left_of_their_rows(tmp_path: Path) -> None:
    preview(plain(RED, GREEN), [plain(BLUE, BLUE)], tmp_path / "sheet.png", row_labels=["a", "b"])
    sheet = read(tmp_path / "sheet.png")
    for colour in (RED, GREEN):
        top, bottom, left, _ = where(sheet, colour)
        assert dark(sheet[top:bottom, :left])
    for colour in (RED, BLUE):
        top, _, left, right = where(sheet, colour)
        assert dark(sheet[:top, left:right])


def test_without_labels_nothing_stands_left(tmp_path: Path) -> None:
    preview(plain(RED), [], tmp_path / "sheet.png")
    sheet = read(tmp_path / "sheet.png")
    top, bottom, left, _ = where(sheet, RED)
    assert not dark(sheet[top:bottom, :left])


@pytest.mark.parametrize(
    "texts",
    [
        {"row_labels": ["a very long name of a class that somebody gave to a folder"]},
        {"title": "a title much wider than the only picture on this sheet"},
        {"subtitle": "RandomRotation → RandomFlip → RandomBrightnessFactor → RandomTranslation"},
        {"row_labels": ["costs $5 and $x^$"], "title": "$\\frac{1}$"},
        {"row_labels": ["señal de tráfico"], "title": "Ж"},
    ],
)
def test_no_text_reaches_the_edge(tmp_path: Path, texts: dict[str, Any]) -> None:
    preview(plain(RED), [], tmp_path / "sheet.png", **texts)
    sheet = read(tmp_path / "sheet.png")
    edge = np.ones(sheet.shape[:2], bool)
    edge[10:-10, 10:-10] = False
    assert (sheet[edge] == 255).all()
    assert dark(sheet)


def test_a_title_adds_a_line(tmp_path: Path) -> None:
    heights = []
    for name, texts in (("none", {}), ("title", {"title": "arch3"})):
        preview(plain(RED), [], tmp_path / f"{name}.png", **texts)
        heights.append(read(tmp_path / f"{name}.png").shape[0])
    assert heights[0] < heights[1]


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 4), st.integers(0, 4), st.integers(1, 70), st.integers(1, 70))
def test_any_number_and_size(
    tmp_path_factory: pytest.TempPathFactory, rows: int, columns: int, height: int, width: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "sheet.png"
    originals = np.zeros((rows, height, width, 3), np.uint8)
    originals[:] = RED
    preview(originals, [originals] * columns, path)
    times = max(1, 144 // max(height, width))
    area = (read(path) == RED).all(-1).sum()
    assert area == rows * (columns + 1) * height * width * times**2


class TestWriting:
    def test_an_old_sheet_is_replaced_and_nothing_else_is_left(self, tmp_path: Path) -> None:
        path = tmp_path / "sheet.png"
        path.write_text("old")
        preview(plain(RED), [], path)
        where(read(path), RED)
        assert list(tmp_path.iterdir()) == [path]

    def test_others_may_read_it_as_any_new_file(self, tmp_path: Path) -> None:
        preview(plain(RED), [], tmp_path / "sheet.png")
        (tmp_path / "plain").touch()
        assert (tmp_path / "sheet.png").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_a_failure_leaves_the_old_sheet_and_no_litter(self, tmp_path: Path) -> None:
        path = tmp_path / "sheet.png"
        path.mkdir()
        with pytest.raises(RunError, match=r"sheet\.png cannot be written"):
            preview(plain(RED), [], path)
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder_that_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(RunError, match=r"sheet\.png cannot be written"):
            preview(plain(RED), [], tmp_path / "missing" / "sheet.png")


class TestErrors:
    @pytest.mark.parametrize("shape", [(2, 5), (0, 8, 8, 3), (1, 8, 8, 2), (8, 8, 3)])
    def test_no_pictures(self, tmp_path: Path, shape: tuple[int, ...]) -> None:
        with pytest.raises(DataError, match="a preview shows pictures"):
            preview(np.zeros(shape), [], tmp_path / "sheet.png")

    def test_variants_of_another_shape(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="variant 2 has the shape"):
            preview(plain(RED), [plain(RED), plain(RED, GREEN)], tmp_path / "sheet.png")

    def test_labels_that_do_not_match(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="1 pictures got 2 labels"):
            preview(plain(RED), [], tmp_path / "sheet.png", row_labels=["a", "b"])
