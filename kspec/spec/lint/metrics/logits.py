"""Metrics of probabilities, and a network that gives logits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["METRIC_OF_LOGITS"]

# From keras/src/metrics: those that can be told so, …
_TOLD = ("AUC", "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy")
# … those with one threshold, of 0.5 unless said otherwise, …
_THRESHOLD = ("BinaryAccuracy", "BinaryIoU")
_THRESHOLDS = (
    "FalseNegatives", "FalsePositives", "Precision", "Recall", "TrueNegatives", "TruePositives",
)  # fmt: skip
# … and those that take nothing but probabilities.
_NEVER = (
    "KLDivergence", "Poisson", "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
)  # fmt: skip


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if not spec.training.logits:
        return
    found = head(graph)
    single = found is not None and found.units == 1
    for index, metric in enumerate(spec.training.metrics):
        hint = _hint(name_of("metrics", metric.type), metric.arguments, single=single)
        if hint is not None:
            message = (
                f"{metric.type} is of probabilities, and with from_logits the network gives "
                f"logits; {hint}"
            )
            yield Finding(("training", "metrics", index), message)


def _hint(name: str, arguments: Mapping[str, Any], *, single: bool) -> str | None:
    """What would be right instead; None if nothing is wrong."""
    ending = "sigmoid" if single else "softmax"
    if name in _TOLD:
        told = arguments.get("from_logits") is True
        return None if told else f'write {{"type": "{name}", "from_logits": true}}'
    if name in _THRESHOLD:
        return None if "threshold" in arguments else 'say "threshold": 0'
    if name in _THRESHOLDS:
        if "thresholds" in arguments or arguments.get("top_k") is not None:
            return None
        if not single and name in ("Precision", "Recall"):
            return 'say "top_k": 1'
        return 'say "thresholds": 0'
    scored = name in ("F1Score", "FBetaScore") and arguments.get("threshold") is not None
    if name in _NEVER or scored:
        return f'end it with "{ending}" in place of from_logits'
    return None


METRIC_OF_LOGITS = Rule(
    code="metric-of-logits",
    level="error",
    title="A metric of probabilities, and a network that gives logits",
    reason=(
        "from_logits tells the loss that outputs are logits, but not the metrics. A probability of "
        "0.5 is a logit of 0: Precision and others that ask for more than 0.5 count far too few, "
        "AUC clips what lies outside of 0 to 1, and a cross-entropy has nothing to do with that of "
        "the loss. Only accuracy is right, for kspec sets its threshold."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}],\n'
        ' "training": {"loss": {"type": "BinaryCrossentropy", "from_logits": true},\n'
        '  "metrics": ["accuracy", "Precision"]}}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}],\n'
        ' "training": {"loss": {"type": "BinaryCrossentropy", "from_logits": true},\n'
        '  "metrics": ["accuracy", {"type": "Precision", "thresholds": 0}]}}'
    ),
    find=_find,
)
