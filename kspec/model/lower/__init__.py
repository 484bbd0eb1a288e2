"""The same layers and optimizers, computed with the backend's best primitives.

Keras writes a layer once for all backends, with operations that each of them has. A lowered layer
is a subclass that computes the same function with the primitive that its backend has for it: same
configuration, same weights, same name, same saved file. So is a lowered optimizer.
"""

from __future__ import annotations

from kspec.model.lower.lower import lower, lower_optimizer, raise_again
from kspec.model.lower.overwriting import overwriting

__all__ = ["lower", "lower_optimizer", "overwriting", "raise_again"]
