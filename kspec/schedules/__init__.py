"""Schedules that Keras lacks; importing this package registers them with Keras under `kspec>`."""

from __future__ import annotations

from kspec.schedules.piecewise_linear import PiecewiseLinear

__all__ = ["PiecewiseLinear"]
