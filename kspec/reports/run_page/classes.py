"""The model's predictions for each class of the test set, and their confidence."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

import numpy as np
from markupsafe import Markup

from kspec.reports.calibration import Calibration, calibrate
from kspec.reports.charts.squares import reliability_chart
from kspec.reports.confusion import confusion, confusions
from kspec.reports.mistakes import surest_mistakes
from kspec.reports.per_class import ClassRow, per_class
from kspec.reports.run_page.evidence import Evidence, texts, values
from kspec.reports.run_page.pictures import to_data
from kspec.runs.folder import TEST_PREDICTIONS

__all__ = ["Cell", "Classes", "Confusion", "Mistake", "class_names", "classes"]

# A table of more classes would be too wide for a page.
MATRIX_UP_TO = 20
MOST_CONFUSED = 30
MISTAKES = 24


@dataclass(frozen=True)
class Cell:
    """A count; the depth of its colour, from 0 to 100; and whether it is on the diagonal."""

    count: int
    depth: int
    right: bool


@dataclass(frozen=True)
class Confusion:
    """One pair of classes that were confused."""

    true: str
    called: str
    count: int


@dataclass(frozen=True)
class Mistake:
    """A misclassified test sample; `picture` is a data URL, if there is one."""

    index: int
    true: str
    called: str
    sure: float
    picture: str | None


@dataclass(frozen=True)
class Classes:
    """Of `samples` predictions `right` are correct; `left_out` had no finite probabilities.
    `matrix` has a row for each class, in the order of `names`; it is empty for very many classes.
    """

    names: tuple[str, ...]
    samples: int
    right: int
    left_out: int
    matrix: tuple[tuple[Cell, ...], ...]
    confusions: tuple[Confusion, ...]
    rows: tuple[ClassRow, ...]
    calibration: Calibration
    reliability: Markup
    mistakes: tuple[Mistake, ...]


def class_names(evidence: Evidence, count: int) -> tuple[str, ...]:
    """The name of each of `count` classes, or its number if it has none."""
    names = texts(values(evidence.environment.get("data")).get("class_names"))[:count]
    return (*names, *(str(number) for number in range(len(names), count)))


def classes(evidence: Evidence) -> Classes | str:
    """The section about the classes, or a sentence that says why there is none."""
    predictions = evidence.predictions
    if predictions is None:
        return _why_none(evidence)
    labels, outputs = predictions.labels, predictions.outputs
    fits = labels.ndim == 1 and outputs.ndim == 2 and labels.dtype.kind in "iu"
    if not fits or (labels.size and not 0 <= labels.min() <= labels.max() < outputs.shape[1]):
        return "test_predictions.npz is damaged: its labels are no classes of its probabilities."
    finite = np.isfinite(outputs).all(axis=1)
    if not finite.any():
        return "The model gives no finite probability for any test sample."
    true, sure = labels[finite], outputs[finite]
    called = sure.argmax(axis=1)
    names = class_names(evidence, outputs.shape[1])
    counts = confusion(true, called, len(names))
    calibration = calibrate(true, sure)
    return Classes(
        names=names,
        samples=len(true),
        right=int((true == called).sum()),
        left_out=int((~finite).sum()),
        matrix=_matrix(counts) if len(names) <= MATRIX_UP_TO else (),
        confusions=tuple(
            Confusion(names[i], names[j], count)
            for i, j, count in confusions(counts, MOST_CONFUSED)
        ),
        rows=tuple(per_class(true, called, names)),
        calibration=calibration,
        reliability=reliability_chart(calibration),
        mistakes=_mistakes(evidence, labels, outputs, names),
    )


def _why_none(evidence: Evidence) -> str:
    path = quote(str(evidence.run.path))
    if (evidence.run.path / TEST_PREDICTIONS).exists():
        return (
            "The predictions that this run has kept are damaged. "
            f"`kspec evaluate {path}` prints the table of its classes."
        )
    if evidence.labels == "masks":
        return (
            "A run keeps no predictions of masks: they would take more room than the pictures. "
            f"`kspec evaluate {path}` prints the table of the classes of their pixels."
        )
    if not evidence.is_over:
        return "The test set is measured when a training has come to its end."
    if not evidence.result.get("test"):
        return "The data has no test set."
    return (
        "This run has kept no predictions, as runs of an older kspec have not. "
        f"`kspec evaluate {path}` prints the table of its classes; "
        f"`kspec verify {path}` trains it again."
    )


def _matrix(counts: np.ndarray) -> tuple[tuple[Cell, ...], ...]:
    """Cells with colours: the diagonal relative to its class, mistakes to the most frequent one."""
    support = np.maximum(counts.sum(axis=1), 1)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    most = max(int(wrong.max()), 1)
    return tuple(
        tuple(
            Cell(
                int(count),
                round(100 * (count / support[i] if i == j else count / most)),
                i == j,
            )
            for j, count in enumerate(row)
        )
        for i, row in enumerate(counts)
    )


def _mistakes(
    evidence: Evidence, labels: np.ndarray, outputs: np.ndarray, names: tuple[str, ...]
) -> tuple[Mistake, ...]:
    kept = evidence.mistakes
    pictures = {} if kept is None else dict(zip(kept.indices.tolist(), kept.pictures, strict=True))
    return tuple(
        Mistake(
            index=int(index),
            true=names[labels[index]],
            called=names[outputs[index].argmax()],
            sure=float(outputs[index].max()),
            picture=to_data(pictures[index]) if index in pictures else None,
        )
        for index in surest_mistakes(labels, outputs, MISTAKES).tolist()
    )
