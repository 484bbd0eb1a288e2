"""Variables, blocks and repeats unfolded: what is left is a flat list of layers and a recipe."""

from kspec.spec.expansion.expand import expand, unfold

__all__ = ["expand", "unfold"]
