"""Layers that turn numbers, categories and texts into what a network takes."""

from __future__ import annotations

from kspec.spec.shapes.normalization import unit
from kspec.spec.shapes.settings import Rule, Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.taken import listed, one

__all__ = ["RULES"]


def rescaled(settings: Settings, given: Given) -> Dims:
    return one(settings, given)


def normalization(settings: Settings, given: Given) -> Dims:
    shape = unit(settings, given)
    axes, mean = settings.axes("axis", -1), settings.value("mean")
    if any(shape[axis] is None for axis in axes or () if axis < 0):
        raise Unsure
    if axes == (-1,) and isinstance(mean, (list, tuple)) and len(mean) not in (1, shape[-1]):
        message = f"{settings.kind} of {len(mean)} means cannot take {shape_text(shape)}: give one "
        message += f"mean, or {shape[-1]}"
        raise CannotFit("wrong-channels", message, "mean")
    return shape


def category_encoding(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    tokens = settings.positive("num_tokens")
    mode = settings.text("output_mode")
    if not shape:
        raise Unsure
    return _counted(mode, shape, tokens)


def hashing(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    bins = settings.positive("num_bins")
    mode = settings.text("output_mode")
    if mode == "int":
        return shape
    if mode not in ("one_hot", "multi_hot", "count") or not shape:
        raise Unsure
    # Unlike the others, it replaces the last axis by the bins in each of these modes.
    return (*shape[:-1], bins)


def hashed_crossing(settings: Settings, given: Given) -> Dims:
    left, right = listed(settings, given, 2, 2)
    bins = settings.positive("num_bins")
    mode = settings.text("output_mode")
    if left != right or not left or mode not in ("int", "one_hot"):
        raise Unsure
    return left if mode == "int" else _counted("one_hot", left, bins)


def discretization(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    mode = settings.text("output_mode")
    if mode == "int":
        return shape
    bounds = settings.value("bin_boundaries")
    depth = len(bounds) + 1 if isinstance(bounds, (list, tuple)) else settings.positive("num_bins")
    if mode != "one_hot" or not shape:
        raise Unsure
    return _counted(mode, shape, depth)


def lookup(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    mode = settings.text("output_mode")
    if mode == "int":
        return shape
    # Without padding the size is that of the vocabulary, which may be learned from the data.
    if not settings.yes("pad_to_max_tokens") or not shape:
        raise Unsure
    return _counted(mode, shape, settings.positive("max_tokens"))


def text_vectorization(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    if settings.text("output_mode") != "int" or settings.yes("ragged") or shape not in ((), (1,)):
        raise Unsure
    length = settings.value("output_sequence_length")
    return (None if length is None else settings.positive("output_sequence_length"),)


def mel_spectrogram(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    if len(shape) != 1:
        raise Unsure
    stride = settings.positive("sequence_stride")
    steps = None if shape[0] is None else (shape[0] + stride + 1) // stride
    return (settings.positive("num_mel_bins"), steps)


def _counted(mode: str, shape: Dims, depth: int) -> Dims:
    """As keras/src/layers/preprocessing/category_encoding.py, compute_output_shape."""
    if mode == "one_hot" and shape[-1] != 1:
        return (*shape, depth)
    if mode not in ("one_hot", "multi_hot", "count", "tf_idf"):
        raise Unsure
    return (*shape[:-1], depth)


RULES: dict[str, Rule] = {
    "CategoryEncoding": category_encoding,
    "Discretization": discretization,
    "HashedCrossing": hashed_crossing,
    "Hashing": hashing,
    "IntegerLookup": lookup,
    "MelSpectrogram": mel_spectrogram,
    "Normalization": normalization,
    "Rescaling": rescaled,
    "StringLookup": lookup,
    "TextVectorization": text_vectorization,
}
