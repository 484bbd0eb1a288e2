"""The layers, initializers, optimizers and schedules of kspec itself, in the form of the catalogue.

`Model`, `Shared` and `Backbone` are not classes but words of the language: for a nested network, a
second use of a layer, and a network that was trained before. A Backbone also takes the arguments of
its application (`kspec.spec.catalog.backbone`).
"""

from __future__ import annotations

from typing import Any

__all__ = ["OWN"]

_COMMON = ["activity_regularizer", "autocast", "dtype", "name", "trainable"]

OWN: dict[str, dict[str, Any]] = {
    "initializers": {
        "Dirac": {
            "arguments": {
                "rest_initializer": {
                    "default": "zeros",
                    "types": ["str", "object"],
                    "meaning": "Initializer of the filters beyond the number of input channels.",
                },
            },
        },
        "PatchWhitening": {
            "arguments": {
                "epsilon": {
                    "default": 0.0005,
                    "minimum": 0,
                    "types": ["float"],
                    "meaning": "A constant added to the eigenvalues.",
                },
                "samples": {
                    "default": 5000,
                    "minimum": 1,
                    "types": ["int"],
                    "meaning": "How many training pictures are used.",
                },
            },
        },
    },
    "layers": {
        "AlternatingFlip": {
            "arguments": {
                "mode": {
                    "choices": ["horizontal", "vertical"],
                    "default": "horizontal",
                    "types": ["str"],
                    "meaning": "What is mirrored: left and right, or top and bottom.",
                },
            },
            "call": ["inputs"],
            "common": _COMMON,
        },
        "Backbone": {
            "arguments": {
                "application": {
                    "required": True,
                    "types": ["str"],
                    "meaning": "A network of keras.applications, or a run of kspec: runs/….",
                },
                "weights": {
                    "default": "imagenet",
                    "null": True,
                    "types": ["str"],
                    "meaning": "imagenet, null for new ones, a file of weights, or a run: runs/….",
                },
                "include_top": {
                    "default": False,
                    "types": ["bool"],
                    "meaning": "Whether the application keeps its own classifier.",
                },
                "pooling": {
                    "choices": ["avg", "flatten", "max"],
                    "default": None,
                    "null": True,
                    "types": ["str"],
                    "meaning": "How the last feature maps become a vector; null keeps the maps.",
                },
                "until": {
                    "default": None,
                    "null": True,
                    "types": ["str"],
                    "meaning": "The name of the last layer that is kept; null keeps them all.",
                },
                "trainable": {
                    "default": True,
                    "types": ["bool", "object"],
                    "meaning": (
                        "Which layers learn: all, none, the last n, those from one layer on, "
                        "or those whose names match a pattern."
                    ),
                },
                "update_statistics": {
                    "default": True,
                    "types": ["bool"],
                    "meaning": (
                        "Whether trainable BatchNormalization normalizes by each batch, as in "
                        "Keras; false freezes it everywhere in the backbone."
                    ),
                },
                "preprocessing": {
                    "default": "auto",
                    "types": ["str"],
                    "meaning": (
                        "How pixels from 0 to 255 are prepared: auto, as in the training of the "
                        "weights; none; or as for another application, by its name."
                    ),
                },
            },
            "call": ["inputs"],
            "common": ["name"],
        },
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
                    "maximum": 2**32 - 1,
                    "minimum": 0,
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
                    "meaning": "The initial scale of every channel.",
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
                    "meaning": "Outputs of the inner network: references; default: its last layer.",
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
                    "maximum": 2**32 - 1,
                    "minimum": 0,
                    "null": True,
                    "types": ["int"],
                    "meaning": "A seed for the random draws.",
                },
            },
            "call": ["inputs"],
            "common": _COMMON,
        },
    },
    "optimizers": {"ConvMuon": {"like": "Muon"}},
    "schedules": {
        "PiecewiseLinear": {
            "arguments": {
                "boundaries": {
                    "required": True,
                    "types": ["list"],
                    "items": ["float"],
                    "minimum": 0,
                    "meaning": "Steps, in order; before the first one the rate is the first value.",
                },
                "values": {
                    "required": True,
                    "types": ["list"],
                    "items": ["float"],
                    "meaning": "The rate at each boundary, with straight lines in between.",
                },
                "name": {
                    "default": "PiecewiseLinear",
                    "types": ["str"],
                    "meaning": "Its name.",
                },
            },
        },
    },
}
