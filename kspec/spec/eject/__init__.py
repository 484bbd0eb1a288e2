"""Writes a spec as plain Keras code that runs without kspec."""

from kspec.spec.eject.eject import eject
from kspec.spec.eject.files import Files, archive_name, look, needs_archive
from kspec.spec.eject.written import read_written

__all__ = ["Files", "archive_name", "eject", "look", "needs_archive", "read_written"]
