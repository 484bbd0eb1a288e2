"""A catalogue of Keras, usable without Keras: its classes by kind, their arguments, and a check.

The data are in generated files beside this one, `keras-3.15*.json`; `kspec.cataloguing` writes
them.
"""

from kspec.spec.catalog.arguments import Finding, check_arguments, check_object, is_doubtful
from kspec.spec.catalog.entry import Argument, CallArgument, Entry, Refused
from kspec.spec.catalog.files import version_note
from kspec.spec.catalog.floats import with_floats
from kspec.spec.catalog.items import OPS, find_item, operation_of, takes_list
from kspec.spec.catalog.lookup import (
    KINDS,
    OBJECT_KINDS,
    find,
    kind_of_argument,
    names,
    resolve_name,
    spellings,
)
from kspec.spec.catalog.suggestions import suggest

__all__ = [
    "KINDS",
    "OBJECT_KINDS",
    "OPS",
    "Argument",
    "CallArgument",
    "Entry",
    "Finding",
    "Refused",
    "check_arguments",
    "check_object",
    "find",
    "find_item",
    "is_doubtful",
    "kind_of_argument",
    "names",
    "operation_of",
    "resolve_name",
    "spellings",
    "suggest",
    "takes_list",
    "version_note",
    "with_floats",
]
