"""What Keras offers, known without Keras: every class by kind, its arguments, and a check of both.

The knowledge lies in generated files beside this one, `keras-3.15*.json`; `generate.py` makes them.
"""

from kspec.spec.catalog.arguments import Finding, check_arguments, check_object, is_doubtful
from kspec.spec.catalog.files import version_note
from kspec.spec.catalog.lookup import (
    KINDS,
    OBJECT_KINDS,
    Argument,
    CallArgument,
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
    "OBJECT_KINDS",
    "Argument",
    "CallArgument",
    "Entry",
    "Finding",
    "Refused",
    "check_arguments",
    "check_object",
    "find",
    "is_doubtful",
    "kind_of_argument",
    "names",
    "resolve_name",
    "spellings",
    "suggest",
    "version_note",
]
