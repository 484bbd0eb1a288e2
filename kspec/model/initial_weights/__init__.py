"""One start: weights and seeds that depend on (seed, path) and neither on backend nor process.

`recording` remembers how each variable of a model was initialised, `drawing` has the formulas,
`orthogonal` and `fourier` the two longer ones, `paths` says where in the model a layer stands,
and `seed_generators` does for Dropout and its like what the others do for weights.
"""

from kspec.model.initial_weights.recording import (
    Record,
    assign_initial_weights,
    recorded_initializers,
)
from kspec.model.initial_weights.seed_generators import assign_seed_generators

__all__ = ["Record", "assign_initial_weights", "assign_seed_generators", "recorded_initializers"]
