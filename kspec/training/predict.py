"""What a run's model sees in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.sources.images import check_shape, read_image
from kspec.runs.read import Run
from kspec.training.probabilities import probabilities
from kspec.training.trained import open_trained

__all__ = ["Prediction", "predict"]


@dataclass(frozen=True)
class Prediction:
    """The most probable classes of one picture, with their probabilities, most probable first."""

    image: Path
    classes: tuple[tuple[str, float], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "image": str(self.image),
            "classes": [{"name": name, "probability": share} for name, share in self.classes],
        }


def predict(run: Run, images: Sequence[Path], *, top: int = 3) -> list[Prediction]:
    """The `top` classes of each picture in `images`, resized to what the model takes.

    Raises DataError for a picture that cannot be read.
    """
    trained = open_trained(run)
    check_shape(trained.spec.input.shape)
    pictures = np.stack([read_image(image, trained.spec.input.shape) for image in images])
    outputs = np.asarray(
        trained.model.predict(
            trained.pixels(pictures), batch_size=trained.spec.training.batch_size, verbose=0
        )
    )
    shares = probabilities(outputs, logits=trained.logits)
    best = np.argsort(-shares, axis=-1, kind="stable")[:, :top]
    return [
        Prediction(image, tuple((trained.class_names[i], float(row[i])) for i in order))
        for image, row, order in zip(images, shares, best, strict=True)
    ]
