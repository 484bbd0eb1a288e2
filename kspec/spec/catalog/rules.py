"""Rules about the arguments of a Keras class, each of which is of the right kind by itself.

A rule yields what the constructor refuses; it says nothing of arguments that are not there, nor of
values that it does not know, such as variables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from kspec.spec.shown import shown

__all__ = [
    "Misfit",
    "Rule",
    "Values",
    "above_zero",
    "accumulation",
    "between_zero_and_one",
    "constant_pieces",
    "expressions",
    "groups",
    "heads",
    "known_classes",
    "linear_pieces",
    "needs",
    "no_weights",
    "noise_shape",
    "normalization_groups",
    "odd_kernel",
    "on_tensorflow_alone",
    "one_of",
    "one_open_size",
    "output_padding",
    "permutation",
    "renorm_clipping",
    "rest_initializer",
    "strides_and_dilation",
    "thresholds",
    "vocabulary",
    "whitening",
]

Misfit = tuple[str, str]
"""The argument at fault, and what is wrong with it."""

Values = Mapping[str, Any]
Rule = Callable[[Values], Iterator[Misfit]]


def whitening(name: str, values: Values) -> Iterator[Misfit]:
    """A PatchWhitening where there are no patches; Keras takes it, but the network does not."""
    split = _largest(values, "groups") > 1 or _largest(values, "dilation_rate") > 1
    for key, value in values.items():
        named = value.get("type") if isinstance(value, Mapping) else value
        if not key.endswith("_initializer") or named != "PatchWhitening":
            continue
        if name != "Conv2D" or key != "kernel_initializer" or split:
            message = "PatchWhitening is for the kernel of a Conv2D without groups or dilation"
            yield key, f'"{key}": {message}'
        elif values.get("data_format") == "channels_first":
            message = 'PatchWhitening is for a Conv2D with "data_format": "channels_last"'
            yield key, f'"{key}": {message}'


def strides_and_dilation(values: Values) -> Iterator[Misfit]:
    if _largest(values, "strides") > 1 and _largest(values, "dilation_rate") > 1:
        yield "dilation_rate", '"strides" and "dilation_rate" cannot both be more than 1'


def groups(values: Values) -> Iterator[Misfit]:
    filters, groups = values.get("filters"), values.get("groups")
    if _is_count(filters) and _is_count(groups) and filters % groups:
        yield "groups", f'"filters" must be a multiple of "groups"; {filters} is none of {groups}'


def heads(values: Values) -> Iterator[Misfit]:
    heads, shared = values.get("num_query_heads"), values.get("num_key_value_heads")
    if _is_count(heads) and _is_count(shared) and heads % shared:
        message = f'"num_query_heads" must be a multiple of "num_key_value_heads"; {heads} is none '
        yield "num_query_heads", f"{message}of {shared}"


def output_padding(values: Values) -> Iterator[Misfit]:
    padding, strides = values.get("output_padding"), values.get("strides", 1)
    if padding is None:
        return
    count = max(
        len(value) if isinstance(value, (list, tuple)) else 1 for value in (padding, strides)
    )
    pairs = zip(_each(padding, count), _each(strides, count), strict=False)
    if any(more >= step for more, step in pairs):
        yield "output_padding", '"output_padding" must be less than "strides"'


def one_open_size(key: str) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        target = values.get(key)
        if isinstance(target, (list, tuple)) and list(target).count(-1) > 1:
            yield key, f'"{key}" can have one -1 only'

    return rule


def permutation(values: Values) -> Iterator[Misfit]:
    dims = values.get("dims")
    if not isinstance(dims, (list, tuple)) or not all(isinstance(each, int) for each in dims):
        return
    if sorted(dims) != list(range(1, len(dims) + 1)):
        message = '"dims" must have each axis once, counted from 1: the batch axis is none of them'
        yield "dims", message


def constant_pieces(values: Values) -> Iterator[Misfit]:
    boundaries, rates = values.get("boundaries"), values.get("values")
    if isinstance(boundaries, (list, tuple)) and isinstance(rates, (list, tuple)):
        wanted = len(boundaries) + 1
        if len(rates) != wanted:
            message = f'"values" must have one more than "boundaries", {wanted}, not {len(rates)}'
            yield "values", message


def linear_pieces(values: Values) -> Iterator[Misfit]:
    boundaries, rates = values.get("boundaries"), values.get("values")
    if not (isinstance(boundaries, (list, tuple)) and isinstance(rates, (list, tuple))):
        return
    if not boundaries or len(rates) != len(boundaries):
        message = '"values" must have one for each of "boundaries", at least 1; there are '
        yield "values", f"{message}{len(rates)} for {len(boundaries)}"
    for key, given in (("boundaries", boundaries), ("values", rates)):
        if any(isinstance(each, (list, tuple)) for each in given):
            yield key, f'"{key}" must hold numbers, and no lists of them'
    for kind in (str, (int, float)):  # Percentages and steps cannot be compared with each other.
        found = [_amount(each) for each in boundaries if isinstance(each, kind)]
        if found != sorted(found):
            yield "boundaries", '"boundaries" must be in ascending order; two may be equal'


def _amount(boundary: Any) -> float:
    return float(boundary.removesuffix("%") if isinstance(boundary, str) else boundary)


def renorm_clipping(values: Values) -> Iterator[Misfit]:
    key, limits = "renorm_clipping", values.get("renorm_clipping")
    if not (values.get("renorm") is True and isinstance(limits, Mapping)):
        return
    for name, limit in limits.items():
        if name not in ("rmax", "rmin", "dmax"):
            yield key, f'"{key}" has "rmax", "rmin" and "dmax", and no "{name}"'
        elif isinstance(limit, bool) or not isinstance(limit, (int, float, type(None))):
            yield key, f'the "{name}" of "{key}" must be a number or null'
    numbers = {name: limit for name, limit in limits.items() if isinstance(limit, (int, float))}
    if "rmax" in numbers and "rmin" in numbers and numbers["rmax"] < numbers["rmin"]:
        yield key, f'the "rmax" of "{key}" must not be less than its "rmin"'
    if numbers.get("dmax", 0) < 0:
        yield key, f'the "dmax" of "{key}" must not be less than 0'


def rest_initializer(values: Values) -> Iterator[Misfit]:
    rest = values.get("rest_initializer")
    name = rest.get("type") if isinstance(rest, Mapping) else rest
    if name in ("Dirac", "PatchWhitening"):
        yield "rest_initializer", f'"rest_initializer" must be one of Keras\'s, not {name}'


def one_of(*keys: str) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        said = [key for key in keys if values.get(key) is not None]
        if len(said) > 1:
            yield said[1], f'only one of "{said[0]}" and "{said[1]}" can be given'

    return rule


def above_zero(*keys: str) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        for key in keys:
            value = values.get(key)
            if isinstance(value, (int, float)) and value <= 0:
                yield key, f'"{key}" must be more than 0, not {shown(value)}'

    return rule


def expressions(key: str) -> Rule:
    """The list `key` is of regular expressions, which Keras compiles at the first training step."""

    def rule(values: Values) -> Iterator[Misfit]:
        for text in values.get(key) or ():
            try:
                re.compile(text)
            except re.error as error:
                yield key, f'"{key}": {shown(text)} is no regular expression: {error}'

    return rule


def between_zero_and_one(key: str) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        value = values.get(key)
        if isinstance(value, (int, float)) and not 0 < value < 1:
            yield key, f'"{key}" must be more than 0 and less than 1, not {shown(value)}'

    return rule


def on_tensorflow_alone(*keys: str) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        for key in keys:
            if values.get(key) is True:
                yield key, f'"{key}" works on TensorFlow alone, and a spec is for every backend'

    return rule


def needs(key: str, other: str) -> Rule:
    def rule(values: Values) -> Iterator[Misfit]:
        if values.get(key) not in (None, False) and values.get(other) in (None, False):
            yield key, f'"{key}" needs "{other}" beside it'

    return rule


def vocabulary(values: Values) -> Iterator[Misfit]:
    if values.get("vocabulary") == []:
        yield "vocabulary", '"vocabulary" is empty; it needs at least 1'
    if values.get("idf_weights") is not None and values.get("output_mode") != "tf_idf":
        yield "idf_weights", '"idf_weights" needs "output_mode": "tf_idf" beside it'


def thresholds(values: Values) -> Iterator[Misfit]:
    if values.get("num_thresholds") == 1 and values.get("thresholds") is None:
        yield "num_thresholds", '"num_thresholds" must be at least 2 without "thresholds", not 1'


def no_weights(values: Values) -> Iterator[Misfit]:
    if values.get("weights") is not None:
        message = "Keras wants an array there, which a spec cannot hold"
        yield "weights", f'"weights" must be null: {message}; use "embeddings_initializer"'


def accumulation(values: Values) -> Iterator[Misfit]:
    if values.get("gradient_accumulation_steps") == 1:
        key = "gradient_accumulation_steps"
        yield key, f'"{key}" must be at least 2, or 0 or null for none, not 1'


def normalization_groups(values: Values) -> Iterator[Misfit]:
    groups = values.get("groups", 32)
    if groups < 1 and groups != -1:
        yield "groups", f'"groups" must be at least 1, or -1 for one per channel, not {groups}'


def odd_kernel(values: Values) -> Iterator[Misfit]:
    sizes = values.get("kernel_size", 3)
    for size in sizes if isinstance(sizes, (list, tuple)) else [sizes]:
        if not _is_count(size) or size % 2 == 0:
            message = f"must be an odd number, at least 1, not {shown(size)}"
            yield "kernel_size", f'"kernel_size" {message}'
            return


def noise_shape(values: Values) -> Iterator[Misfit]:
    sizes = values.get("noise_shape") or []
    if not all(size is None or _is_count(size) for size in sizes):
        yield "noise_shape", '"noise_shape" must hold null and numbers of at least 1'


def known_classes(values: Values) -> Iterator[Misfit]:
    key, chosen, count = (
        "target_class_ids",
        values.get("target_class_ids"),
        values.get("num_classes"),
    )
    if chosen is None:
        return
    count = 2 if count is None else count  # That of BinaryIoU.
    if not chosen:
        yield key, f'"{key}" is empty; it needs at least 1'
    elif not all(isinstance(each, int) and each < count for each in chosen):
        yield key, f'"{key}" must hold numbers of classes, from 0 to {count - 1}'


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _each(value: Any, count: int) -> list[int]:
    numbers = list(value) if isinstance(value, (list, tuple)) else [value] * count
    return [number for number in numbers if isinstance(number, int)]


def _largest(values: Values, key: str) -> int:
    return max(_each(values.get(key, 1), 1), default=1)
