"""The layers that are measured: those of convolutional networks, and those for sequences."""

from __future__ import annotations

from typing import Any

__all__ = ["CASES", "model_of"]

MAP, LINE, CUBE = (32, 32, 64), (256, 64), (8, 16, 16, 32)
WORDS, PLACES = (100, 128), (128, 128)  # Time steps or positions, and features of each.
FEW = (100, 32)
ALL = {"return_sequences": True}

# The class, its arguments, and the shape of a sample. Masking is measured with an LSTM after it,
# and Bidirectional with one inside it.
CASES: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Conv2D", {"filters": 64, "kernel_size": 3, "padding": "same"}, MAP),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same"}, MAP),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "strides": 2}, MAP),
    ("DepthwiseConv2D", {"kernel_size": 5, "padding": "same", "use_bias": False}, (16, 16, 128)),
    ("SeparableConv2D", {"filters": 64, "kernel_size": 3, "padding": "same"}, MAP),
    ("Conv2DTranspose", {"filters": 32, "kernel_size": 2, "strides": 2}, (16, 16, 64)),
    (
        "Conv2DTranspose",
        {"filters": 32, "kernel_size": 3, "strides": 2, "padding": "same"},
        (16, 16, 64),
    ),
    ("Conv1D", {"filters": 64, "kernel_size": 3, "padding": "same"}, LINE),
    ("Conv1D", {"filters": 64, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, LINE),
    ("DepthwiseConv1D", {"kernel_size": 3, "padding": "same"}, LINE),
    ("Conv3D", {"filters": 32, "kernel_size": 3, "padding": "same"}, CUBE),
    ("Dense", {"units": 256, "activation": "relu"}, (1024,)),
    ("Dense", {"units": 256, "use_bias": False}, (1024,)),
    ("Dense", {"units": 10, "activation": "softmax"}, (512,)),
    ("Dense", {"units": 64}, LINE),
    ("BatchNormalization", {}, MAP),
    ("LayerNormalization", {}, MAP),
    ("LayerNormalization", {"axis": [1, 2, 3]}, MAP),
    ("LayerNormalization", {}, LINE),
    ("GroupNormalization", {"groups": 8}, MAP),
    ("GroupNormalization", {"groups": -1}, MAP),
    ("RMSNormalization", {}, LINE),
    ("UnitNormalization", {}, LINE),
    ("ReLU", {}, MAP),
    ("ReLU", {"max_value": 6}, MAP),
    ("LeakyReLU", {}, MAP),
    ("PReLU", {"shared_axes": [1, 2]}, MAP),
    ("ELU", {}, MAP),
    ("Softmax", {}, MAP),
    ("Activation", {"activation": "relu"}, MAP),
    ("Activation", {"activation": "gelu"}, MAP),
    ("Activation", {"activation": "silu"}, MAP),
    ("MaxPooling1D", {}, LINE),
    ("AveragePooling1D", {"pool_size": 2}, LINE),
    ("MaxPooling2D", {}, MAP),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, MAP),
    ("AveragePooling2D", {"pool_size": 2}, MAP),
    ("AveragePooling2D", {"pool_size": 3, "strides": 1, "padding": "same"}, MAP),
    ("MaxPooling2D", {"pool_size": 3, "strides": 1, "padding": "same"}, MAP),
    ("MaxPooling3D", {}, CUBE),
    ("AveragePooling3D", {"pool_size": 2}, CUBE),
    ("GlobalAveragePooling2D", {}, MAP),
    ("GlobalMaxPooling2D", {}, MAP),
    ("GlobalMaxPooling1D", {}, LINE),
    ("UpSampling2D", {}, (16, 16, 64)),
    ("UpSampling2D", {"interpolation": "bilinear"}, (16, 16, 64)),
    ("Resizing", {"height": 48, "width": 48}, (32, 32, 16)),
    ("ZeroPadding2D", {}, MAP),
    ("Cropping2D", {}, MAP),
    ("Rescaling", {"scale": 0.5}, MAP),
    ("Add", {}, MAP),
    ("Multiply", {}, MAP),
    ("Concatenate", {}, (32, 32, 32)),
    ("Flatten", {}, MAP),
    ("Dropout", {"rate": 0.3}, MAP),
    ("SpatialDropout2D", {"rate": 0.3}, MAP),
    ("GaussianNoise", {"stddev": 0.1}, MAP),
    ("GaussianDropout", {"rate": 0.3}, MAP),
    ("LSTM", {"units": 128, **ALL}, WORDS),
    ("LSTM", {"units": 64, **ALL}, FEW),
    ("LSTM", {"units": 128}, WORDS),
    ("LSTM", {"units": 128, "dropout": 0.2, **ALL}, WORDS),
    ("Masking", {"units": 128, **ALL}, WORDS),
    ("GRU", {"units": 128, **ALL}, WORDS),
    ("GRU", {"units": 64, **ALL}, FEW),
    ("SimpleRNN", {"units": 128, **ALL}, WORDS),
    ("SimpleRNN", {"units": 64, **ALL}, FEW),
    ("Bidirectional", {"units": 64, **ALL}, WORDS),
    ("MultiHeadAttention", {"num_heads": 4, "key_dim": 32}, PLACES),
    ("MultiHeadAttention", {"num_heads": 4, "key_dim": 32}, (32, 128)),
    ("MultiHeadAttention", {"num_heads": 4, "key_dim": 32, "dropout": 0.1}, PLACES),
    ("Attention", {}, PLACES),
]


def model_of(kind: str, said: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """A model of only this layer, with one input, or two if it takes several."""
    import keras

    count = 2 if kind in ("Add", "Multiply", "Concatenate") else 1
    entering = [keras.Input(shape) for _ in range(count)]
    x = entering if count == 2 else entering[0]
    if kind == "Masking":
        return keras.Model(x, keras.layers.LSTM(**said)(keras.layers.Masking()(x)))
    if kind == "Bidirectional":
        return keras.Model(x, keras.layers.Bidirectional(keras.layers.LSTM(**said))(x))
    layer = getattr(keras.layers, kind)(**said)
    if kind == "MultiHeadAttention":
        return keras.Model(x, layer(x, x))
    return keras.Model(x, layer([x, x] if kind == "Attention" else x))
