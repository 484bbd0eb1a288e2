"""Folds flat lists of layers into blocks and repeats: the inverse of `kspec.spec.expansion`."""

from kspec.spec.fold.fold import Folded, fold
from kspec.spec.fold.order import in_branches
from kspec.spec.fold.unnamed import without_names

__all__ = ["Folded", "fold", "in_branches", "without_names"]
