"""Drawings of a network: layers as boxes with shapes and parameters, with repeats folded."""
