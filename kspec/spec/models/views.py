"""How pictures are looked at after the training."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from kspec.spec.models.base import Model, PositiveInt

__all__ = ["Views"]


class Views(Model):
    """Testing, evaluation and prediction use the mean of the outputs over these views of a picture.

    Its mirror image, the picture shifted by so many pixels up and left, and down and right (with 4
    `directions` also up and right, and down and left); or both (`kspec.spec.views`).
    """

    flip: Literal["horizontal", "vertical"] | None = None
    shift: PositiveInt | None = None
    directions: Literal[2, 4] = 2

    @model_serializer(mode="wrap")
    def _without_two_directions(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Specs that say nothing of directions keep the hash that they had before there were any.
        written = handler(self)
        return {key: written[key] for key in written if key != "directions" or written[key] != 2}
