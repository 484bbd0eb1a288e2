"""Layers that Keras lacks; importing this package registers them with Keras under `kspec>`."""

from __future__ import annotations

from kspec.layers.random_brightness_factor import RandomBrightnessFactor

__all__ = ["RandomBrightnessFactor"]
