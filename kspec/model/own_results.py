"""Results of metrics that stay what they are when the metric counts on."""

from __future__ import annotations

from typing import Any

import keras

__all__ = ["give_own_results"]


def give_own_results(metric: Any) -> None:
    """Let the results of a metric be values of their own; does nothing to a name.

    Those of `TruePositives` and its like are what the metric counts in (keras/src/metrics/
    confusion_metrics.py), and Keras keeps the results of the training while it validates. On
    PyTorch, where values can change, they became those of the validation.
    """
    if isinstance(metric, keras.metrics.Metric) and keras.backend.backend() == "torch":
        own = metric.result
        metric.result = lambda: keras.tree.map_structure(keras.ops.copy, own())
