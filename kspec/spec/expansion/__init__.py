"""Unfolds variables, blocks and repeats, which leaves a flat list of layers and a recipe."""

from kspec.spec.expansion.expand import expand, unfold

__all__ = ["expand", "unfold"]
