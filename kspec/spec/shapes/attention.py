"""Attention: as long as the query, as wide as the value or the query."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings, wholes
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Outputs, Unsure, is_shape, shape_text
from kspec.spec.shapes.taken import listed, option

__all__ = ["RULES"]


def attention(settings: Settings, given: Given) -> Outputs:
    query, value, *rest = listed(settings, given, 2, 3)
    key = rest[0] if rest else value
    if not len(query) == len(value) == len(key) == 2:
        raise Unsure
    _same_steps(settings, value, key)
    compared = settings.value("score_mode") == "dot" and settings.kind == "Attention"
    if compared and None not in (query[-1], key[-1]) and query[-1] != key[-1]:
        message = f"{settings.kind} cannot compare queries of {shape_text(query)} with keys of "
        message += f"{shape_text(key)}: they must be equally wide"
        raise CannotFit("unequal-shapes", message, "inputs")
    output = (query[0], value[1])
    if option(given, "return_attention_scores"):
        return output, (query[0], key[0])
    return output


def multi_head(settings: Settings, given: Given) -> Outputs:
    query, value, key = _roles(settings, given)
    if min(len(query), len(value), len(key)) < 2:
        raise Unsure
    if any(shape[-1] is None for shape in (query, value, key)):
        raise Unsure
    _same_steps(settings, value, key)
    output = query
    if settings.value("output_shape"):
        width = settings.value("output_shape")
        sizes = wholes(width) if isinstance(width, (list, tuple)) else wholes([width])
        output = (*query[:-1], *sizes)
    if option(given, "return_attention_scores"):
        if len(query) != 2 or query[0] != value[0]:
            # Keras reports a wrong shape here if the value has another length.
            raise Unsure
        return output, (settings.positive("num_heads"), query[0], query[0])
    return output


def grouped_query(settings: Settings, given: Given) -> Outputs:
    query, value, key = _roles(settings, given)
    if not len(query) == len(value) == len(key) == 2:
        raise Unsure
    if None in (query[-1], value[-1], key[-1]):
        raise Unsure
    _same_steps(settings, value, key)
    if query[-1] != value[-1]:
        message = f"{settings.kind} cannot take {shape_text(query)} and {shape_text(value)}: query "
        message += "and value must be equally wide"
        raise CannotFit("unequal-shapes", message, "inputs")
    if option(given, "return_attention_scores"):
        # (Keras 3.14 infers the shape of one tensor nevertheless.)
        raise Unsure
    return query


def _roles(settings: Settings, given: Given) -> tuple[Dims, Dims, Dims]:
    """Query, value and key."""
    if isinstance(given, dict):
        given = [given[role] for role in ("query", "value", "key") if role in given]
    if is_shape(given) or (isinstance(given, list) and len(given) < 2):
        message = f"{settings.kind} takes a query and a value; for attention of a sequence to "
        message += 'itself: "inputs": ["#-1", "#-1"]'
        raise CannotFit("wrong-inputs", message, "inputs")
    if not isinstance(given, list) or len(given) > 3 or not all(map(is_shape, given)):
        raise Unsure
    query, value = given[0], given[1]
    return query, value, given[2] if len(given) > 2 else value


def _same_steps(settings: Settings, value: Dims, key: Dims) -> None:
    if value[:-1] != key[:-1] and None not in (*value, *key):
        message = f"{settings.kind} cannot take the values {shape_text(value)} with the keys "
        message += f"{shape_text(key)}: each value needs its key"
        raise CannotFit("unequal-shapes", message, "inputs")
    if value[:-1] != key[:-1]:
        raise Unsure


RULES: dict[str, Rule] = {
    "AdditiveAttention": attention,
    "Attention": attention,
    "GroupQueryAttention": grouped_query,
    "MultiHeadAttention": multi_head,
}
