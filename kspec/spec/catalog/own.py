"""The layers that kspec brings itself, in the form of the catalogue."""

from __future__ import annotations

from typing import Any

__all__ = ["OWN"]

OWN: dict[str, dict[str, Any]] = {
    "layers": {
        "RandomBrightnessFactor": {
            "arguments": {
                "factor": {
                    "required": True,
                    "types": ["float", "list"],
                    "meaning": "The range to draw from: [lower, upper], or f for [1 - f, 1 + f].",
                },
                "value_range": {
                    "default": [0, 255],
                    "types": ["list"],
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
            "common": ["activity_regularizer", "autocast", "dtype", "name", "trainable"],
        },
    },
}
