"""Metrics that are told in an argument which form labels have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["told_the_form"]

_TOLD = ("iou", "meaniou")


def told_the_form(metric: str, arguments: Mapping[str, Any], *, one_hot: bool) -> dict[str, Any]:
    """The arguments of a metric of Keras, with the form of the labels if it has to be told.

    Which form they have depends on the loss, and for masks on the backend; so it is not the spec
    that decides.
    """
    if metric.lower().replace("_", "") not in _TOLD:
        return dict(arguments)
    return {**arguments, "sparse_y_true": not one_hot}
