"""Compares what a spec claims about its own network with the network."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.errors import Place, Problem
from kspec.model.connect import place_of
from kspec.model.table import Table
from kspec.spec.models import Spec

__all__ = ["broken_claims"]


def broken_claims(spec: Spec, table: Table) -> Iterator[Problem]:
    """A problem for each number in `expect` that differs from the `table` of the network."""
    if spec.expect is None:
        return
    for claim in ("total_params", "trainable_params"):
        expected, found = getattr(spec.expect, claim), getattr(table, claim)
        if expected is not None and expected != found:
            place = place_of(spec, "expect", claim) or Place(spec.name)
            message = f'"{claim}" is expected to be {expected:,}, but the network has {found:,}'
            yield Problem(place, message, "expectation")
