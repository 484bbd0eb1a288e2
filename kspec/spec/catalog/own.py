"""The layers that kspec brings itself, in the form of the catalogue.

`Model` and `Shared` are no classes: they are words of the language for a network within the network
and for a second use of a layer.
"""

from __future__ import annotations

from typing import Any

__all__ = ["OWN"]

_COMMON = ["activity_regularizer", "autocast", "dtype", "name", "trainable"]

OWN: dict[str, dict[str, Any]] = {
    "layers": {
        "RandomBrightnessFactor": {
            "arguments": {
                "factor": {
                    "required": True,
                    "types": ["float", "list"],
                    "items": ["float"],
                    "length": 2,
                    "minimum": 0,
                    "meaning": "The range to draw from: [lower, upper], or f for [1 - f, 1 + f].",
                },
                "value_range": {
                    "default": [0, 255],
                    "types": ["list"],
                    "items": ["float"],
                    "length": 2,
                    "meaning": "The lowest and highest pixel value; the result is clipped to it.",
                },
                "bounding_box_format": {
                    "default": None,
                    "null": True,
                    "types": ["str"],
                    "meaning": "The format of the bounding boxes that pass through.",
                },
                "data_format": {
                    "choices": ["channels_first", "channels_last"],
                    "default": None,
                    "null": True,
                    "types": ["str"],
                    "meaning": "Where the channels are.",
                },
                "seed": {
                    "default": None,
                    "null": True,
                    "types": ["int"],
                    "meaning": "A seed for the random draws.",
                },
            },
            "call": ["data"],
            "common": _COMMON,
        },
        "LayerScale": {
            "arguments": {
                "init_values": {
                    "required": True,
                    "types": ["float"],
                    "meaning": "What every channel's scale starts from.",
                },
                "projection_dim": {
                    "required": True,
                    "types": ["int"],
                    "minimum": 1,
                    "meaning": "The number of channels.",
                },
            },
            "call": ["inputs"],
            "common": _COMMON,
        },
        "Model": {
            "arguments": {
                "layers": {
                    "required": True,
                    "types": ["list"],
                    "meaning": "The layers of the inner network.",
                },
                "outputs": {
                    "default": None,
                    "null": True,
                    "types": ["list", "str"],
                    "items": ["str"],
                    "meaning": "What the inner network gives: references; absent, its last layer.",
                },
            },
            "call": ["inputs"],
            "common": ["name", "trainable"],
        },
        "Shared": {
            "arguments": {
                "layer": {
                    "required": True,
                    "types": ["str"],
                    "meaning": "The name of the layer that is used again.",
                },
            },
            "call": ["inputs"],
            "common": ["name"],
        },
        "StochasticDepth": {
            "arguments": {
                "rate": {
                    "required": True,
                    "types": ["float"],
                    "minimum": 0,
                    "maximum": 1,
                    "meaning": "The probability with which a sample is dropped in training.",
                },
                "seed": {
                    "default": None,
                    "null": True,
                    "types": ["int"],
                    "meaning": "A seed for the random draws.",
                },
            },
            "call": ["inputs"],
            "common": _COMMON,
        },
    },
}
