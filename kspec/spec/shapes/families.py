"""Which module ("family") knows the shape of which layer. A family is imported when needed."""

from __future__ import annotations

import importlib
from functools import cache

from kspec.spec.shapes.settings import Rule

__all__ = ["FAMILIES", "rule_of"]

# fmt: off
FAMILIES: dict[str, tuple[str, ...]] = {
    "attention": (
        "AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention",
    ),
    "borders": (
        "Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D",
        "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
    ),
    "convolution": (
        "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose",
        "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D",
    ),
    "dense": ("Dense", "EinsumDense"),
    "embedding": ("Embedding", "ReversibleEmbedding"),
    "images": (
        "AlternatingFlip", "AugMix", "AutoContrast", "CenterCrop",
        "ContrastLimitedAdaptiveHistogramEqualization", "CutMix", "Equalization", "MixUp",
        "RandAugment", "RandomBrightness", "RandomBrightnessFactor", "RandomColorDegeneration",
        "RandomColorJitter", "RandomContrast", "RandomCrop", "RandomElasticTransform",
        "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue",
        "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation",
        "RandomSaturation", "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom",
        "Resizing", "Solarization",
    ),
    "merging": (
        "Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract",
    ),
    "normalization": (
        "BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization",
        "UnitNormalization",
    ),
    "own": ("Backbone", "LayerScale", "StochasticDepth"),
    "pooling": (
        "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
        "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D",
        "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
        "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    ),
    "preprocessing": (
        "CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup",
        "MelSpectrogram", "Normalization", "Rescaling", "StringLookup", "TextVectorization",
    ),
    "recurrent": ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN"),
    "reshaping": ("Flatten", "Permute", "RepeatVector", "Reshape"),
    "unchanged": (
        "Activation", "ActivityRegularization", "AlphaDropout", "Dropout", "ELU", "GaussianDropout",
        "GaussianNoise", "Identity", "LeakyReLU", "Masking", "PReLU", "ReLU", "Softmax",
        "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
    ),
}
# fmt: on

_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}


@cache
def rule_of(name: str) -> Rule | None:
    """The rule for the output shape of the layer class `name`; None if no family knows it."""
    if name not in _FAMILY_OF:
        return None
    family = importlib.import_module(f"kspec.spec.shapes.{_FAMILY_OF[name]}")
    rule: Rule = family.RULES[name]
    return rule
