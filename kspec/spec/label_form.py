"""Metrics that are told in an argument which form labels have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog

__all__ = ["told_the_form"]

_TOLD = ("IoU", "MeanIoU")


def told_the_form(metric: str, arguments: Mapping[str, Any], *, one_hot: bool) -> dict[str, Any]:
    """The arguments of a metric of Keras, with the form of the labels if it has to be told.

    Which form they have depends on the loss, and for masks on the backend; so it is not the spec
    that decides.
    """
    entry = catalog.find("metrics", metric)
    if isinstance(entry, catalog.Entry) and entry.name in _TOLD:
        return {**arguments, "sparse_y_true": not one_hot}
    return dict(arguments)
