"""Rules about metrics, and the outputs and labels that they compare."""

from kspec.spec.lint.metrics.binary_accuracy import BINARY_ACCURACY_OF_MANY
from kspec.spec.lint.metrics.classes import METRIC_OF_OTHER_CLASSES
from kspec.spec.lint.metrics.logits import METRIC_OF_LOGITS
from kspec.spec.lint.metrics.meaningless import MEANINGLESS_METRIC
from kspec.spec.lint.metrics.one_hot import METRIC_NEEDS_ONE_HOT
from kspec.spec.lint.metrics.one_output import METRIC_OF_ONE
from kspec.spec.lint.metrics.repeated import REPEATED_METRIC, RESERVED_METRIC_NAME
from kspec.spec.lint.metrics.values import METRIC_OF_MANY_VALUES

__all__ = ["METRIC_RULES"]

METRIC_RULES = (
    REPEATED_METRIC,
    RESERVED_METRIC_NAME,
    METRIC_NEEDS_ONE_HOT,
    METRIC_OF_ONE,
    BINARY_ACCURACY_OF_MANY,
    MEANINGLESS_METRIC,
    METRIC_OF_OTHER_CLASSES,
    METRIC_OF_LOGITS,
    METRIC_OF_MANY_VALUES,
)
