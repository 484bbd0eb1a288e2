"""A spec's model and data brought together: where training, evaluation and parity start."""
