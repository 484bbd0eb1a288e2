"""One valid use of every layer whose shape is known: arguments, and what it is called with."""

SEQUENCE, PICTURE, VOLUME = (12, 4), (12, 10, 4), (6, 12, 10, 4)
OF_RANK = {"1D": SEQUENCE, "2D": PICTURE, "3D": VOLUME}


def example_of(name):
    """(arguments, given) for the layer class `name`."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    rank = name.removesuffix("Transpose")[-2:]
    for part, arguments in BY_PART.items():
        if name.startswith(part):
            return arguments, OF_RANK.get(rank, PICTURE)
    return {}, OF_RANK.get(rank, PICTURE)


BY_PART = {
    "DepthwiseConv": {"kernel_size": 3},
    "Conv": {"filters": 6, "kernel_size": 3},
    "Adaptive": {"output_size": 3},
    "AveragePooling": {"pool_size": 2},
    "MaxPooling": {"pool_size": 2},
    "SeparableConv": {"filters": 6, "kernel_size": 3},
    "SpatialDropout": {"rate": 0.1},
}

EXAMPLES = {
    "Activation": ({"activation": "relu"}, PICTURE),
    "Add": ({}, [PICTURE, PICTURE]),
    "AdditiveAttention": ({}, [SEQUENCE, SEQUENCE]),
    "AlphaDropout": ({"rate": 0.1}, PICTURE),
    "Attention": ({}, [SEQUENCE, SEQUENCE]),
    "Average": ({}, [PICTURE, PICTURE]),
    "Bidirectional": ({"layer": {"type": "LSTM", "units": 3}}, SEQUENCE),
    "CategoryEncoding": ({"num_tokens": 7}, (5,)),
    "CenterCrop": ({"height": 4, "width": 5}, PICTURE),
    "Concatenate": ({}, [PICTURE, PICTURE]),
    "ConvLSTM1D": ({"filters": 2, "kernel_size": 3}, (5, *SEQUENCE)),
    "ConvLSTM2D": ({"filters": 2, "kernel_size": 3}, (5, *PICTURE)),
    "ConvLSTM3D": ({"filters": 2, "kernel_size": 3}, (5, *VOLUME)),
    "Dense": ({"units": 3}, SEQUENCE),
    "Discretization": ({"bin_boundaries": [0.0, 1.0]}, (5,)),
    "Dot": ({"axes": -1}, [(4,), (4,)]),
    "Dropout": ({"rate": 0.1}, PICTURE),
    "EinsumDense": ({"equation": "abc,cd->abd", "output_shape": [None, 7]}, SEQUENCE),
    "Embedding": ({"input_dim": 9, "output_dim": 3}, (5,)),
    "GRU": ({"units": 3}, SEQUENCE),
    "GaussianDropout": ({"rate": 0.1}, PICTURE),
    "GaussianNoise": ({"stddev": 0.1}, PICTURE),
    "GroupNormalization": ({"groups": 2}, PICTURE),
    "GroupQueryAttention": (
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        [SEQUENCE, SEQUENCE],
    ),
    "HashedCrossing": ({"num_bins": 7}, [(1,), (1,)]),
    "Hashing": ({"num_bins": 7}, (5,)),
    "IntegerLookup": ({}, (5,)),
    "LSTM": ({"units": 3}, SEQUENCE),
    "LayerScale": ({"init_values": 0.1, "projection_dim": 4}, PICTURE),
    "Maximum": ({}, [PICTURE, PICTURE]),
    "MelSpectrogram": ({}, (16000,)),
    "Minimum": ({}, [PICTURE, PICTURE]),
    "MultiHeadAttention": ({"num_heads": 2, "key_dim": 3}, [SEQUENCE, SEQUENCE]),
    "Multiply": ({}, [PICTURE, PICTURE]),
    "Permute": ({"dims": [2, 1]}, SEQUENCE),
    "Pipeline": ({"layers": [{"type": "Rescaling", "scale": 2.0}]}, PICTURE),
    "RNN": ({"cell": {"type": "LSTMCell", "units": 3}}, SEQUENCE),
    "RandAugment": ({}, (12, 10, 3)),
    "RandomBrightness": ({"factor": 0.1}, PICTURE),
    "AlternatingFlip": ({}, PICTURE),
    "RandomBrightnessFactor": ({"factor": 0.1}, PICTURE),
    "RandomColorDegeneration": ({"factor": 0.1}, (12, 10, 3)),
    "RandomColorJitter": ({}, (12, 10, 3)),
    "RandomContrast": ({"factor": 0.1}, PICTURE),
    "RandomCrop": ({"height": 4, "width": 5}, PICTURE),
    "RandomHue": ({"factor": 0.1}, (12, 10, 3)),
    "RandomPosterization": ({"factor": 4}, PICTURE),
    "RandomRotation": ({"factor": 0.1}, PICTURE),
    "RandomSaturation": ({"factor": 0.1}, (12, 10, 3)),
    "RandomSharpness": ({"factor": 0.1}, PICTURE),
    "RandomTranslation": ({"height_factor": 0.1, "width_factor": 0.1}, PICTURE),
    "RandomZoom": ({"height_factor": 0.1}, PICTURE),
    "RepeatVector": ({"n": 3}, (4,)),
    "Rescaling": ({"scale": 2.0}, PICTURE),
    "Reshape": ({"target_shape": [-1, 4]}, PICTURE),
    "Resizing": ({"height": 4, "width": 5}, PICTURE),
    "ReversibleEmbedding": ({"input_dim": 9, "output_dim": 3}, (5,)),
    "SimpleRNN": ({"units": 3}, SEQUENCE),
    "SpectralNormalization": ({"layer": {"type": "Dense", "units": 3}}, SEQUENCE),
    "StochasticDepth": ({"rate": 0.1}, PICTURE),
    "StringLookup": ({"vocabulary": ["a"]}, (5,)),
    "Subtract": ({}, [PICTURE, PICTURE]),
    "TextVectorization": ({"output_sequence_length": 5, "vocabulary": ["a"]}, (1,)),
    "TimeDistributed": ({"layer": {"type": "Dense", "units": 3}}, PICTURE),
}
