"""Predictions of a run's model for pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.inputs import listed, shape_text
from kspec.data.sources.images import check_shape, read_image
from kspec.errors import DataError
from kspec.runs.read import Run
from kspec.training.probabilities import probabilities
from kspec.training.trained import Trained, open_trained

__all__ = ["Prediction", "predict"]


@dataclass(frozen=True)
class Prediction:
    """The prediction of a model for one picture.

    The most probable classes with their probabilities, most probable first; or the numbers, if the
    model has learned numbers.
    """

    image: Path
    classes: tuple[tuple[str, float], ...] = ()
    numbers: tuple[float, ...] = ()

    def __str__(self) -> str:
        """The prediction on one line."""
        found = [f"{name} {share:.1%}" for name, share in self.classes]
        found += [f"{number:g}" for number in self.numbers]
        return f"{self.image}: {', '.join(found)}"

    def to_json(self) -> dict[str, Any]:
        if self.numbers:
            return {"image": str(self.image), "numbers": list(self.numbers)}
        return {
            "image": str(self.image),
            "classes": [{"name": name, "probability": share} for name, share in self.classes],
        }


def predict(
    run: Run,
    images: Sequence[Path],
    *,
    top: int = 3,
    unread: Callable[[DataError], object] | None = None,
    test_time: bool = True,
) -> list[Prediction]:
    """The `top` classes of each picture in `images`, resized to the model's input size.

    For a model that has learned numbers, the numbers. If the spec has a `test_time`, predictions
    are the mean over its views, unless `test_time` is False. `unread` is called for each picture
    that cannot be read, which is then left out; without it such a picture raises DataError. So does
    a model that takes no picture, or several, or predicts a class for every pixel.
    """
    trained = open_trained(run).at_test_time(views=test_time)
    read = _read(images, _picture_shape(trained), unread)
    if not read:
        return []
    images, pictures = [image for image, _ in read], np.stack([picture for _, picture in read])
    outputs = np.asarray(
        trained.model.predict(
            trained.pixels(pictures), batch_size=trained.spec.training.batch_size, verbose=0
        )
    )
    if trained.labels == "numbers":
        return [
            Prediction(image, numbers=tuple(float(number) for number in row))
            for image, row in zip(images, outputs, strict=True)
        ]
    shares = probabilities(outputs, logits=trained.logits)
    best = np.argsort(-shares, axis=-1, kind="stable")[:, :top]
    return [
        Prediction(image, tuple((trained.class_names[i], float(row[i])) for i in order))
        for image, row, order in zip(images, shares, best, strict=True)
    ]


def _read(
    images: Sequence[Path],
    shape: tuple[int, int, int],
    unread: Callable[[DataError], object] | None,
) -> list[tuple[Path, np.ndarray]]:
    read = []
    for image in images:
        try:
            read.append((image, read_image(image, shape)))
        except DataError as error:
            if unread is None:
                raise
            unread(error)
    return read


def _picture_shape(trained: Trained) -> tuple[int, int, int]:
    spec = trained.spec
    if trained.labels == "masks":
        raise DataError(
            f"{spec.name} has learned a class for every pixel, but predict names the classes of "
            "whole pictures; use evaluate to measure it"
        )
    if len(spec.entering) > 1:
        raise DataError(
            f"predict shows the model one picture, but {spec.name} takes {listed(spec.entering)}"
        )
    (only,) = spec.entering.values()
    if len(only.shape) != 3:
        raise DataError(
            f"predict shows the model pictures, but {spec.name} takes samples of "
            f"{shape_text(only.shape)}"
        )
    return check_shape(only.shape)
