"""Model and data of a spec brought together: what training, evaluating and parity start from."""
