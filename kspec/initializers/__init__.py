"""Initializers that Keras lacks; importing this registers them with Keras under `kspec>`."""

from __future__ import annotations

from kspec.initializers.dirac import Dirac
from kspec.initializers.patch_whitening import PatchWhitening

__all__ = ["Dirac", "PatchWhitening"]
