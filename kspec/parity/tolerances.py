"""How far two backends may be from each other, and why that far.

float32 has 24 bits: one rounding is off by at most 6e-8 of the number. A sum of n terms, taken in
another order, is off by about sqrt(n) such roundings of its largest part: 8e-6 for 16,000 terms,
the most in a layer of the shipped networks. All differences are relative to the largest magnitude
of the quantity (`kspec.parity.difference`), and the largest over many thousand elements, hence
several times a typical one. The differences measured with the shipped specs are in docs/parity.md;
except for batch normalization the tolerances of single layers are at least four times as large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.parity.report import relative

__all__ = [
    "AUGMENTATION",
    "FORWARD",
    "GRADIENT",
    "LOSS",
    "NETWORK_GRADIENT",
    "STATE",
    "STATISTICS",
    "STEP",
    "UPDATE",
    "shaken",
    "steps",
]

# A layer with the same input: the rounding of one sum (up to 2e-6), and of a batch normalization.
# TensorFlow and PyTorch add up its squares one after the other: over 8,192 places the variance was
# off by up to 1e-4 of itself, and the output, which is divided by it, by 3.4e-5; summed by axes, as
# on JAX, by 1.5e-7.
FORWARD = 5e-5

# Augmentation interpolates between pixels at positions computed from sines and a division: a
# position is off by a few roundings of the picture's width, and a pixel by that times the contrast.
AUGMENTATION = 1e-4

# A layer's moving averages after one call: one sum over batch and places, and a product.
STATE = 2e-5

# A layer's gradients for the same input: two or three sums, the longest of which goes over the
# batch and every place of a picture (up to 3.4e-5).
GRADIENT = 1e-4

# The loss for the same network outputs, and its gradient: logarithms and one short sum.
LOSS = 1e-5

# Through a whole network the differences of its layers add up. How far depends on the network: a
# batch normalization divides by the standard deviation of a channel that may be nearly constant;
# where two values are equal apart from rounding, max pooling takes one on one backend and the other
# on another, and a ReLU at zero behaves likewise. Then a whole term of a gradient's sum differs,
# which over a batch of eight amounts to several percent. So the tolerance is ten times the effect
# that perturbing weights and gradients by a few roundings has on the reference
# (`kspec.parity.shaken`), and at least this. Gradients and updates are compared by their Euclidean
# distance, which single elements do not dominate. Perturbing does not affect the sums of a batch
# normalization, so a loss may be as far off as the output of a layer: that of arch1 was off by
# 1.5e-5 in the first step.
NETWORK_GRADIENT = 5e-2
UPDATE = 1e-1
STATISTICS = 1e-4
STEP = FORWARD


MORE_THAN_SHAKEN = 10


def shaken(least: float, differences: Mapping[str, float]) -> dict[str, float]:
    """The tolerance of each quantity of the whole network, from the effect of perturbing it."""
    return {
        name: max(least, MORE_THAN_SHAKEN * difference) for name, difference in differences.items()
    }


def steps(reference: Sequence[float], other: Sequence[float]) -> list[float]:
    """The tolerance for the loss of each step; `other` has the losses when perturbed.

    Training is chaotic: once two runs have diverged they may be equally far apart in any later
    step. So the largest difference up to a step counts.
    """
    found = []
    widest = STEP / MORE_THAN_SHAKEN
    for own, their in zip(reference, other, strict=True):
        widest = max(widest, relative(own, their))
        found.append(MORE_THAN_SHAKEN * widest)
    return found
