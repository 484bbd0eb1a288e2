"""Optimizers that Keras lacks."""

from __future__ import annotations

from kspec.optimizers.conv_muon import ConvMuon

__all__ = ["ConvMuon"]
