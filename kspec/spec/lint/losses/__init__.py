"""Rules about losses, and the outputs and labels that they compare."""

from kspec.spec.lint.losses.class_numbers import LOSS_NEEDS_CLASS_NUMBERS
from kspec.spec.lint.losses.head import LOSS_AND_HEAD
from kspec.spec.lint.losses.logits import (
    CLIPPED_LOGITS,
    LOGITS_WITHOUT_SOFTMAX,
    SOFTMAX_WITH_LOGITS,
)
from kspec.spec.lint.losses.numbers import CLASSES_OF_NUMBERS
from kspec.spec.lint.losses.one_hot import ONE_HOT_LOSS
from kspec.spec.lint.losses.one_output import LOSS_OF_ONE, SOFTMAX_OF_ONE
from kspec.spec.lint.losses.values import LABEL_SMOOTHING, LOSS_OF_MANY_VALUES

__all__ = ["LOSS_RULES"]

LOSS_RULES = (
    SOFTMAX_WITH_LOGITS,
    LOGITS_WITHOUT_SOFTMAX,
    CLIPPED_LOGITS,
    LOSS_AND_HEAD,
    CLASSES_OF_NUMBERS,
    ONE_HOT_LOSS,
    SOFTMAX_OF_ONE,
    LOSS_OF_ONE,
    LOSS_NEEDS_CLASS_NUMBERS,
    LOSS_OF_MANY_VALUES,
    LABEL_SMOOTHING,
)
