"""From a spec to a `keras.Model`: layers, initial weights, compilation, the parameter table."""
