"""A sheet of pictures: originals in the first column, augmented variants beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PIL import Image

from kspec.errors import DataError
from kspec.runs.atomic import replacing

__all__ = ["preview"]

Array = npt.NDArray[Any]
Pixels = npt.NDArray[np.uint8]

# The layout is in pixels; at 72 dots per inch, a point of a font is also one pixel.
DPI = 72
ENLARGE_TO, REDUCE_TO = 144, 224
MARGIN, GAP, GAP_AFTER_ORIGINAL = 24, 6, 24
TITLE = FontProperties(size=20, weight="bold")
SUBTITLE = FontProperties(size=15)
HEADER = FontProperties(size=15)
LINE = 1.6
INK = "#333333"


def preview(
    images: Array,
    augmented: Sequence[Array],
    path: Path,
    *,
    row_labels: Sequence[str] = (),
    title: str = "",
    subtitle: str = "",
) -> None:
    """Write a PNG with a row for each picture: the original, then its augmented variants.

    Small pictures are enlarged by an integer factor without smoothing, so that every pixel is
    visible; large ones are reduced. The file is written atomically.

    Args:
        images: The originals, (n, height, width, channels) with 1 or 3 channels, pixels from 0 to
            255; other values are clipped.
        augmented: The variants, each an array of the shape of `images`; the first is column 1.
        path: The file to write, in a folder that exists.
        row_labels: Texts at the left of the rows, one for each picture, or none.
        title: A line above the sheet.
        subtitle: A smaller line below the title.

    Raises:
        DataError: The arrays are not pictures of one size, or there is not one label per picture.
        RunError: The file cannot be written.
    """
    _require_pictures(images, augmented, row_labels)
    columns = [[_cell(picture) for picture in column] for column in (images, *augmented)]
    headers = ["original", *(str(number) for number in range(1, len(columns)))]

    label_width = max((_width(label, HEADER) for label in row_labels), default=0)
    left = MARGIN + label_width + (2 * GAP if label_width else 0)
    above = [(text, font) for text, font in ((title, TITLE), (subtitle, SUBTITLE)) if text]
    top = MARGIN + sum(_line(font) for _, font in above) + (2 * GAP if above else 0) + _line(HEADER)
    height, width = columns[0][0].shape[:2]
    xs = [left + i * (width + GAP) + (GAP_AFTER_ORIGINAL if i else 0) for i in range(len(columns))]
    ys = [top + i * (height + GAP) for i in range(len(images))]
    right = max([xs[-1] + width, *(MARGIN + _width(text, font) for text, font in above)])
    sheet: Pixels = np.full((ys[-1] + height + MARGIN, right + MARGIN, 3), 255, np.uint8)
    for x, column in zip(xs, columns, strict=True):
        for y, cell in zip(ys, column, strict=True):
            sheet[y : y + height, x : x + width] = cell

    figure = Figure(figsize=(sheet.shape[1] / DPI, sheet.shape[0] / DPI), dpi=DPI)
    FigureCanvasAgg(figure)
    figure.figimage(sheet, origin="upper")

    def write(x: float, y: float, text: str, font: FontProperties, ha: str, va: str) -> None:
        # Class names are not formulas, even if they contain dollar signs.
        figure.text(
            x / sheet.shape[1],
            1 - y / sheet.shape[0],
            text,
            fontproperties=font,
            color=INK,
            ha=ha,
            va=va,
            parse_math=False,
        )

    y = MARGIN
    for text, font in above:
        write(MARGIN, y, text, font, "left", "top")
        y += _line(font)
    for x, header in zip(xs, headers, strict=True):
        write(x + width / 2, top - 2 * GAP, header, HEADER, "center", "baseline")
    for y, label in zip(ys, row_labels, strict=False):
        write(left - 2 * GAP, y + height / 2, label, HEADER, "right", "center")
    with replacing(path) as part:
        figure.savefig(part, format="png", dpi=DPI, metadata={"Software": "kspec"})


def _require_pictures(images: Array, augmented: Sequence[Array], labels: Sequence[str]) -> None:
    if images.ndim != 4 or len(images) == 0 or images.shape[-1] not in (1, 3):
        raise DataError(
            "a preview shows pictures of (height, width, channels) with 1 or 3 channels, "
            f"but these are of shape {images.shape}"
        )
    for number, variant in enumerate(augmented, start=1):
        if variant.shape != images.shape:
            raise DataError(
                f"a preview shows variants of one size: variant {number} has the shape "
                f"{variant.shape}, the originals have {images.shape}"
            )
    if labels and len(labels) != len(images):
        raise DataError(f"a preview of {len(images)} pictures got {len(labels)} labels")


def _cell(picture: Array) -> Pixels:
    """The picture as uint8 (height, width, 3), at the size at which it is shown."""
    pixels = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    if pixels.shape[-1] == 1:
        pixels = np.repeat(pixels, 3, axis=-1)
    longest = max(pixels.shape[:2])
    if longest > REDUCE_TO:
        image = Image.fromarray(pixels)
        image.thumbnail((REDUCE_TO, REDUCE_TO), Image.Resampling.LANCZOS)
        return np.asarray(image)
    times = max(1, ENLARGE_TO // longest)
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def _line(font: FontProperties) -> int:
    return round(LINE * font.get_size_in_points())


def _width(text: str, font: FontProperties) -> int:
    figure = Figure(dpi=DPI)
    FigureCanvasAgg(figure)
    written = figure.text(0, 0, text, fontproperties=font, parse_math=False)
    return int(np.ceil(written.get_window_extent().width))
