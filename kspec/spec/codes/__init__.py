"""Every code that a problem can carry, explained: what `kspec explain` prints."""

from kspec.spec.codes.explanation import Explanation
from kspec.spec.codes.registry import explain, explanations

__all__ = ["Explanation", "explain", "explanations"]
