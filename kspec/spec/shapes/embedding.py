"""Embeddings: a vector for every whole number."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import Dims, Given, Unsure
from kspec.spec.shapes.taken import one, option

__all__ = ["RULES"]


def embedded(settings: Settings, given: Given) -> Dims:
    return (*one(settings, given), settings.positive("output_dim"))


def reversible(settings: Settings, given: Given) -> Dims:
    if not option(given, "reverse"):
        return embedded(settings, given)
    shape = one(settings, given)
    if not shape:
        raise Unsure
    return (*shape[:-1], settings.positive("input_dim"))


RULES: dict[str, Rule] = {"Embedding": embedded, "ReversibleEmbedding": reversible}
