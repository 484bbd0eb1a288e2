"""How far two backends may be from each other, and why so far.

float32 has 24 bits: one rounding is off by 6e-8 of the number at most. A sum of n terms, taken in
another order, is off by about sqrt(n) such roundings of its largest part: 8e-6 for the 16,000
terms that are the most in a layer of the shipped networks. All differences are relative to the
largest magnitude of the quantity (`kspec.parity.difference`), and the largest of many thousand
elements, hence some times what is typical. The figures in brackets are the largest that were seen
with the shipped specs (docs/parity.md); each tolerance leaves about ten times that.
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.parity.report import relative

__all__ = [
    "AUGMENTATION",
    "FORWARD",
    "GRADIENT",
    "LOSS",
    "NETWORK_GRADIENT",
    "STATE",
    "STATISTICS",
    "UPDATE",
    "steps",
]

# A layer fed with the same numbers: the rounding of one sum.
FORWARD = 2e-5

# Augmentation interpolates between pixels at places that come from sines and a division: a place
# is off by some roundings of the picture's width, and a pixel by that times the contrast.
AUGMENTATION = 1e-4

# A layer's moving averages after one call: one sum over batch and places, and a product.
STATE = 2e-5

# A layer's gradients for the same numbers: two or three sums, of which the longest goes over the
# batch and every place of a picture.
GRADIENT = 5e-5

# The loss for the same outputs of the network, and its gradient: logarithms and one short sum.
LOSS = 1e-5

# Through the whole network differences of the layers add up, and where a value was zero but for
# rounding a ReLU lets the gradient pass on one backend and not on the other.
NETWORK_GRADIENT = 1e-3

# Statistics after a step: what the layers hand on adds up, but nothing is cut off.
STATISTICS = 1e-4

# The change of the weights by the first step, where their gradient is no rounding noise.
UPDATE = 1e-3


def steps(reference: Sequence[float], shaken: Sequence[float]) -> list[float]:
    """For the loss of each step, by how far the reference's come from each other when shaken.

    From the same weights the loss is the forward pass and one sum. After that training is chaotic,
    and a step's tolerance is ten times what shaking the initial weights by a few roundings made of
    the losses up to there: two backends may differ as one differs from itself.
    """
    found = []
    widest = 1e-6
    for own, other in zip(reference, shaken, strict=True):
        widest = max(widest, relative(own, other))
        found.append(10 * widest)
    return found
