"""The spec language. Nothing here imports Keras, NumPy or a backend."""
