"""Layers that Keras lacks; importing this package registers them with Keras under `kspec>`."""

from __future__ import annotations

from kspec.layers.alternating_flip import AlternatingFlip
from kspec.layers.layer_scale import LayerScale
from kspec.layers.random_brightness_factor import RandomBrightnessFactor
from kspec.layers.stochastic_depth import StochasticDepth

__all__ = ["AlternatingFlip", "LayerScale", "RandomBrightnessFactor", "StochasticDepth"]
