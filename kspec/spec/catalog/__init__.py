"""What Keras offers, known without Keras: every class by kind, its arguments, and a check of both.

The knowledge is a generated file beside this one, `keras-3.15.json`; `generate.py` makes it.
"""

from kspec.spec.catalog.arguments import Finding, check_object
from kspec.spec.catalog.lookup import (
    KINDS,
    Argument,
    Entry,
    Refused,
    find,
    kind_of_argument,
    names,
    resolve_name,
    spellings,
    suggest,
)

__all__ = [
    "KINDS",
    "Argument",
    "Entry",
    "Finding",
    "Refused",
    "check_object",
    "find",
    "kind_of_argument",
    "names",
    "resolve_name",
    "spellings",
    "suggest",
]
