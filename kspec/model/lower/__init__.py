"""The same layers and optimizers, computed by the backend's best primitive.

Keras writes a layer once for all backends, out of operations that each of them has. A lowered layer
is a subclass that computes the same function by what its backend has for just that: same
configuration, same weights, same name, same saved file. So is a lowered optimizer.
"""

from __future__ import annotations

from kspec.model.lower.lower import lower, lower_optimizer, raise_again

__all__ = ["lower", "lower_optimizer", "raise_again"]
