"""How far two backends may be from each other, and why so far.

float32 has 24 bits: one rounding is off by 6e-8 of the number at most. A sum of n terms, taken in
another order, is off by about sqrt(n) such roundings of its largest part: 8e-6 for the 16,000
terms that are the most in a layer of the shipped networks. All differences are relative to the
largest magnitude of the quantity (`kspec.parity.difference`), and the largest of many thousand
elements, hence some times what is typical. What was seen with the shipped specs is in
docs/parity.md; but for batch normalization the tolerances of single layers leave four times that
and more.
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

# A layer fed with the same numbers: the rounding of one sum (up to 2e-6), and of a batch
# normalization. TensorFlow and PyTorch add up its squares one after the other: of 8,192 places the
# variance was off by up to 1e-4 of itself, and what is divided by it by 3.4e-5; by axes, as on JAX,
# by 1.5e-7.
FORWARD = 5e-5

# Augmentation interpolates between pixels at places that come from sines and a division: a place
# is off by some roundings of the picture's width, and a pixel by that times the contrast.
AUGMENTATION = 1e-4

# A layer's moving averages after one call: one sum over batch and places, and a product.
STATE = 2e-5

# A layer's gradients for the same numbers: two or three sums, of which the longest goes over the
# batch and every place of a picture (up to 3.4e-5).
GRADIENT = 1e-4

# The loss for the same outputs of the network, and its gradient: logarithms and one short sum.
LOSS = 1e-5

# Through a whole network the differences of its layers add up. How far depends on the network: a
# batch normalization divides by the deviation of a channel that is nearly constant; where two
# values are equal but for rounding, a pool takes the one on one backend and the other on another,
# and so does a ReLU with zero. Then a whole term of a gradient's sum is another, which over a batch
# of eight is per cents. So of these the tolerance is ten times what shaking weights and gradients
# by some roundings does on the reference (`kspec.parity.shaken`), and at least this. Gradients and
# updates are compared by their Euclidean distance, in which single elements do not decide. Shaking
# does nothing to the sums of a batch normalization, so a loss may be as far off as the output of
# a layer: that of arch1 was off by 1.5e-5 in the first step.
NETWORK_GRADIENT = 5e-2
UPDATE = 1e-1
STATISTICS = 1e-4
STEP = FORWARD


MORE_THAN_SHAKEN = 10


def shaken(least: float, differences: Mapping[str, float]) -> dict[str, float]:
    """The tolerance of each quantity of the whole network, by what shaking did to it."""
    return {
        name: max(least, MORE_THAN_SHAKEN * difference) for name, difference in differences.items()
    }


def steps(reference: Sequence[float], other: Sequence[float]) -> list[float]:
    """The tolerance for the loss of each step; `other` is what it was when shaken.

    Training is chaotic: once two runs have come apart they may be as far from each other in any
    later step. So the largest difference up to a step counts.
    """
    found = []
    widest = STEP / MORE_THAN_SHAKEN
    for own, their in zip(reference, other, strict=True):
        widest = max(widest, relative(own, their))
        found.append(MORE_THAN_SHAKEN * widest)
    return found
