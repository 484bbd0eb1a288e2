"""Weights and seeds that depend only on (seed, path), not on the backend or the process.

`recording` remembers how each variable of a model was initialized, `drawing` has the formulas,
`orthogonal` and `fourier` the two longer ones, `paths` gives each layer its path in the model, and
`seed_generators` does for Dropout and other random layers what the others do for weights.
"""

from kspec.model.initial_weights.recording import (
    Record,
    assign_initial_weights,
    recorded_initializers,
)
from kspec.model.initial_weights.seed_generators import assign_seed_generators

__all__ = ["Record", "assign_initial_weights", "assign_seed_generators", "recorded_initializers"]
