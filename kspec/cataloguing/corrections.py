"""What the generator cannot read in Keras: samples, and corrections to docstrings."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = [
    "ARGUMENTS",
    "COMMON",
    "HIDDEN",
    "IGNORED",
    "OPEN_TEXT",
    "samples",
]

_DTYPES = (
    *("bool", "string", "int", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64", "complex64", "complex128"),
    *("bfloat16", "float16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"),
    *("mixed_bfloat16", "mixed_float16"),
)
_POLICY = {
    "choices": sorted(_DTYPES),
    "null": True,
    # Quantized: "int8_from_float32", "gptq/4/128_from_mixed_bfloat16".
    "pattern": r"[\w/-]+_from_\w+",
    "types": ["str"],
}

COMMON: dict[str, dict[str, dict[str, Any]]] = {
    "layers": {
        "activity_regularizer": {
            "default": None,
            "meaning": "Regularizer for the output of the layer.",
        },
        "autocast": {
            "default": True,
            "meaning": "Whether inputs are cast to the layer's compute dtype.",
            "types": ["bool"],
        },
        "dtype": {
            "default": None,
            "meaning": "The dtype, or dtype policy, of the layer's computations and weights.",
            **_POLICY,
        },
        "name": {
            "default": None,
            "meaning": "The layer's name.",
            "null": True,
            "types": ["str"],
        },
        "trainable": {
            "default": True,
            "meaning": "Whether the layer's weights are trained.",
            "types": ["bool"],
        },
    }
}
"""The arguments of `keras.layers.Layer`, which most layers pass on to it."""

HIDDEN: dict[str, Any] = {"alpha": 0.3, "implementation": 2}
"""Arguments in no signature, with a value; the generator tries which layers accept them."""

IGNORED = ("factor",)
"""Base arguments that a layer takes and then ignores, unless its own signature has them."""

OPEN_TEXT = ("dtype", "encoding", "equation", "name", "window")
"""Arguments whose texts cannot be listed."""

_PADDING = {"any_case": True, "choices": ["same", "valid"], "types": ["str"]}
_DTYPE = {"meaning": "The dtype of its computations.", **_POLICY}
_FLOAT = {"types": ["float"]}
_FLOAT_NULL = {"null": True, "types": ["float"]}
_FLOATS = {"types": ["float", "list"]}
_FLOATS_NULL = {"null": True, "types": ["float", "list"]}
_INT = {"types": ["int"]}
_AXES_NULL = {"items": ["int"], "null": True, "types": ["int", "list"]}
_BOOL_NULL = {"null": True, "types": ["bool"]}
_WINDOW = {"items": ["float"], "null": True, "types": ["list", "str"]}
_INT_NULL = {"null": True, "types": ["int"]}
_INTS = {"types": ["int", "list"]}
_INTS_NULL = {"null": True, "types": ["int", "list"]}
_LIST = {"types": ["list"]}
_NAME = {"meaning": "Its name.", "null": True, "types": ["str"]}
_OBJECT = {"types": ["object"]}
# What every backend takes: not all of them take one below 0.
_SEED = {"maximum": 2**32 - 1, "minimum": 0, "null": True, "types": ["int"]}
_PAIR: dict[str, Any] = {"length": 2}
_TEXT_NULL = {"null": True, "types": ["str"]}
_BOXES = ("center_xywh", "xywh", "xyxy", "yxyx")

_INTERPOLATION = {
    # All that any backend has; not every backend has "area".
    "choices": ["area", "bicubic", "bilinear", "lanczos3", "lanczos5", "nearest"],
    "types": ["str"],
}

ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {
    "callbacks": {
        # kspec reads the schedule itself, and writes the log into the run.
        "CSVLogger.filename": {
            "default": "log.csv",
            "meaning": "The name of the file inside the run.",
            "required": False,
            "types": ["str"],
        },
        "LearningRateScheduler.schedule": {
            "meaning": "Arithmetic on epoch (from 0) and lr: 'lr * 0.5 if epoch == 9 else lr'.",
            "types": ["str"],
        },
        # Keras takes any other text for "auto", with a warning.
        "ReduceLROnPlateau.mode": {"choices": ["auto", "max", "min"], "types": ["str"]},
    },
    "constraints": {
        "*.axis": _INTS,
        "*.max_value": _FLOAT,
        "*.min_value": _FLOAT,
        "*.rate": _FLOAT,
    },
    "initializers": {
        "*.gain": _FLOAT,
        "*.maxval": _FLOATS,
        "*.mean": _FLOATS,
        "*.minval": _FLOATS,
        "*.scale": _FLOAT,
        "*.seed": _SEED,
        "*.stddev": _FLOATS,
        "*.input_axes": _AXES_NULL,
        "*.output_axes": _AXES_NULL,
        # Anything that broadcasts will do.
        "Constant.value": {"items": ["bool", "float"], "types": ["bool", "float", "list"]},
        "STFT.window": _WINDOW,
    },
    "layers": {
        # An empty list is accepted and then ignored.
        "RandomBrightness.factor": _PAIR,
        "RandomColorJitter.brightness_factor": _PAIR,
        "RandomRotation.factor": _PAIR,
        "*.backward_layer": {"null": True, "types": ["object"]},
        "*.bounding_box_format": {
            "choices": sorted([*_BOXES, *(f"rel_{form}" for form in _BOXES)]),
            **_TEXT_NULL,
        },
        "*.cell": {"types": ["list", "object"]},
        "*.cells": _LIST,
        "*.data_format": {"null": True, "types": ["str"]},
        "*.depth_multiplier": _INT,
        "*.dropout": _FLOAT,
        "*.dtype": COMMON["layers"]["dtype"],
        "*.factor": _FLOATS,
        "*.filters": _INT,
        "*.groups": _INT,
        "*.height": _INT,
        "*.height_factor": _FLOATS,
        "*.head_dim": _INT,
        "*.implementation": {**_INT, "meaning": "Which way to compute it, 1 or 2."},
        "*.idf_weights": {"items": ["float"], "null": True, "types": ["list"]},
        "*.layer": _OBJECT,
        "*.lora_alpha": _FLOAT_NULL,
        "*.max_tokens": {**_INT_NULL, "minimum": 2},
        "*.momentum": _FLOAT,
        "*.name": COMMON["layers"]["name"],
        "*.num_key_value_heads": {**_INT, "minimum": 1},
        "*.num_oov_indices": _INT,
        "*.num_query_heads": {**_INT, "minimum": 1},
        "*.output_size": _INTS,
        "*.pool_size": _INTS,
        "*.seed": _SEED,
        "*.use_cudnn": {"types": ["bool", "str"]},
        "*.value_range": {"items": ["float"], "types": ["list"]},
        "*.vocabulary": {"reads_file": True},
        "*.width": _INT,
        "*.width_factor": _FLOATS,
        "*.x_factor": _FLOATS,
        "*.y_factor": _FLOATS,
        "*.attention_axes": _AXES_NULL,
        "*.encoding": {"types": ["str"]},
        "*.flash_attention": _BOOL_NULL,
        "*.gptq_unpacked_column_size": _INT_NULL,
        "*.l1": _FLOAT,
        "*.l2": _FLOAT,
        "*.logit_soft_cap": _FLOAT_NULL,
        "*.noise_shape": {"items": ["int", "null"], "null": True, "types": ["list"]},
        "*.output_padding": _INTS_NULL,
        # (An object of Keras that says how trained weights are to be quantized later.)
        "*.quantization_config": {"null": True, "types": ["null"]},
        "*.renorm_momentum": _FLOAT,
        "*.reverse_dtype": _POLICY,
        "*.salt": _INTS_NULL,
        "*.weights": {"null": True, "types": ["list"]},
        "*.window": _WINDOW,
        "AveragePooling1D.padding": _PADDING,
        "AveragePooling1D.strides": _INTS_NULL,
        "AveragePooling2D.padding": _PADDING,
        "AveragePooling3D.padding": _PADDING,
        "BatchNormalization.axis": _INT,
        "Equalization.bins": {**_INT, "minimum": 1},
        "Equalization.value_range": {"null": False},
        "BatchNormalization.renorm_clipping": {"null": True, "types": ["object"]},
        "CategoryEncoding.num_tokens": {**_INT, "required": True},
        "Concatenate.axis": _INT,
        "Cropping1D.cropping": _INTS,
        "Discretization.bin_boundaries": {"items": ["float"], "null": True, "types": ["list"]},
        "Discretization.epsilon": _FLOAT,
        "EinsumDense.equation": {"types": ["str"]},
        "EinsumDense.output_shape": {"items": ["int", "null"], "types": ["int", "list"]},
        "HashedCrossing.num_bins": _INT,
        "Hashing.mask_value": {"null": True, "types": ["int", "str"]},
        "Hashing.num_bins": _INT,
        "IntegerLookup.mask_token": _INT_NULL,
        "IntegerLookup.oov_token": _INT_NULL,
        "IntegerLookup.vocabulary": {"items": ["int"], "null": True, "types": ["list"]},
        "LeakyReLU.alpha": {**_FLOAT, "meaning": "Old name of negative_slope."},
        "Conv3DTranspose.padding": {"null": False, "types": ["str"]},
        "Masking.mask_value": _FLOAT,
        "MaxNumBoundingBoxes.fill_value": _FLOAT,
        "MaxNumBoundingBoxes.max_number": _INT,
        "MaxPooling1D.padding": _PADDING,
        "MaxPooling1D.strides": _INTS_NULL,
        "MaxPooling2D.padding": _PADDING,
        "MaxPooling3D.padding": _PADDING,
        "MultiHeadAttention.key_dim": _INT,
        "MultiHeadAttention.num_heads": _INT,
        "MultiHeadAttention.output_shape": _AXES_NULL,
        "MultiHeadAttention.value_dim": _INT_NULL,
        "Normalization.axis": _AXES_NULL,
        "Normalization.mean": _FLOATS_NULL,
        "Normalization.variance": _FLOATS_NULL,
        "PReLU.shared_axes": _AXES_NULL,
        "Permute.dims": {"items": ["int"], "types": ["list"]},
        "Pipeline.layers": _LIST,
        "RMSNormalization.axis": _INTS,
        "RandAugment.num_ops": {**_INT, "minimum": 0},
        "RandomBrightness.value_range": {"null": False},
        "RandomErasing.fill_value": _FLOATS_NULL,
        "RandomGaussianBlur.kernel_size": _INTS,
        "RandomGrayscale.factor": _FLOAT,
        "RandomTranslation.height_factor": {"maximum": 1, "minimum": -1},
        "RandomTranslation.width_factor": {"maximum": 1, "minimum": -1},
        "RandomZoom.width_factor": _FLOATS_NULL,
        # One value for each channel does as well as one for all.
        "Rescaling.offset": _FLOATS,
        "Rescaling.scale": _FLOATS,
        # Keras does nothing at all for any other text.
        "RandomFlip.mode": {
            "choices": ["horizontal", "horizontal_and_vertical", "vertical"],
            "types": ["str"],
        },
        "Reshape.target_shape": {"items": ["int", "null"], "types": ["list"]},
        "Solarization.addition_factor": {"null": False},
        "Solarization.threshold_factor": {"null": False},
        "Resizing.fill_mode": {"choices": ["constant"], "types": ["str"]},
        "Resizing.interpolation": _INTERPOLATION,
        "StringLookup.mask_token": _TEXT_NULL,
        "StringLookup.oov_token": _TEXT_NULL,
        "StringLookup.vocabulary": {"items": ["str"], "null": True, "types": ["list"]},
        "TextVectorization.ngrams": _INT_NULL,
        "TextVectorization.output_sequence_length": _INT_NULL,
        "TextVectorization.vocabulary": {"items": ["str"], "null": True, "types": ["list"]},
        "UpSampling2D.interpolation": {**_INTERPOLATION, "any_case": True},
        "ZeroPadding1D.padding": _INTS,
    },
    "losses": {
        "*.alpha": _FLOAT,
        "*.axis": _INTS,
        "*.beta": _FLOAT,
        "*.delta": _FLOAT,
        "*.dtype": _DTYPE,
        "*.gamma": _FLOAT,
        "*.ignore_class": _INT_NULL,
        "*.margin": _FLOAT,
        "*.name": _NAME,
        "CategoricalFocalCrossentropy.alpha": _FLOATS,
        "Tversky.axis": _INTS_NULL,
    },
    "metrics": {
        "*.axis": _INTS,
        "*.beta": _FLOAT,
        "*.label_weights": {"items": ["float"], "null": True, "types": ["list"]},
        "*.num_labels": _INT_NULL,
        "*.threshold": _FLOAT_NULL,
        "*.thresholds": _FLOATS_NULL,
        "AUC.num_thresholds": {"maximum": 1_000_000, "minimum": 1, "types": ["int"]},
        "AUC.thresholds": {"items": ["float"], "null": True, "types": ["list"]},
        "*.class_id": _INT_NULL,
        "*.dtype": _DTYPE,
        "*.k": _INT,
        "*.name": _NAME,
        "*.num_classes": _INT,
        "*.num_regressors": _INT,
        "*.num_thresholds": _INT,
        "*.target_class_ids": {"items": ["int"], "types": ["list"]},
        "*.top_k": _INT_NULL,
    },
    "optimizers": {
        "*.adam_beta_1": _FLOAT,
        "*.adam_beta_2": _FLOAT,
        "*.exclude_layers": {"items": ["str"], "null": True, "types": ["list"]},
        "*.warmup_steps": _INT,
        "*.beta_1": _FLOAT,
        "*.beta_2": _FLOAT,
        "*.clipnorm": _FLOAT_NULL,
        "*.clipvalue": _FLOAT_NULL,
        "*.ema_momentum": _FLOAT,
        "*.ema_overwrite_frequency": _INT_NULL,
        "*.epsilon": _FLOAT,
        "*.global_clipnorm": _FLOAT_NULL,
        "*.gradient_accumulation_steps": _INT_NULL,
        "*.initial_accumulator_value": _FLOAT,
        "*.inner_optimizer": _OBJECT,
        "*.learning_rate": _FLOAT,
        "*.loss_scale_factor": _FLOAT_NULL,
        "*.name": _NAME,
        "*.rho": _FLOAT,
        "*.weight_decay": _FLOAT_NULL,
        "AdamW.weight_decay": {"null": False},
        "Ftrl.learning_rate_power": {**_FLOAT, "maximum": 0},
    },
    # Null stands for the default.
    "regularizers": {"*.l1": _FLOAT_NULL, "*.l2": _FLOAT_NULL},
    "schedules": {
        "*.boundaries": {"items": ["float"], "length": None, "types": ["list"]},
        "*.values": {"items": ["float"], "length": None, "types": ["list"]},
        # Keras divides by the steps, so a fraction of a step does no harm.
        "*.decay_steps": _FLOAT,
        "*.first_decay_steps": _FLOAT,
        "*.name": _NAME,
        "*.warmup_steps": _FLOAT,
        "*.warmup_target": _FLOAT_NULL,
    },
}
"""Corrections by kind and "Class.argument", with "*" for every class."""


@cache
def samples(keras: Any) -> dict[str, Any]:
    """Values for required arguments, by "argument" or, for one class alone, "Class.argument"."""
    return {
        "activation": "relu",
        "axes": 1,
        "boundaries": [1],
        "cell": keras.layers.LSTMCell(2),
        "cells": [keras.layers.LSTMCell(2)],
        "decay_rate": 0.5,
        "decay_steps": 2,
        "dims": (1,),
        "equation": "ab,bc->ac",
        "factor": 0.5,
        "RandomPosterization.factor": 2,
        "filename": "log.csv",
        "filters": 2,
        "first_decay_steps": 2,
        "head_dim": 2,
        "height": 2,
        "height_factor": 0.5,
        "initial_learning_rate": 0.1,
        "inner_optimizer": keras.optimizers.SGD(),
        "input_dim": 2,
        "kernel_size": 2,
        "key_dim": 2,
        "layer": keras.layers.Dense(2),
        "Bidirectional.layer": keras.layers.LSTM(2),
        "layers": [keras.layers.Dense(2)],
        "max_number": 2,
        "n": 2,
        "num_bins": 2,
        "num_classes": 2,
        "num_heads": 2,
        "num_key_value_heads": 2,
        "num_query_heads": 2,
        "CategoryEncoding.num_tokens": 2,
        "Discretization.num_bins": 2,
        "output_dim": 2,
        "output_shape": 2,
        "output_size": 2,
        "pool_size": 2,
        "precision": 0.5,
        "rate": 0.5,
        "recall": 0.5,
        "scale": 0.5,
        "schedule": lambda epoch, lr: lr,
        "sensitivity": 0.5,
        "specificity": 0.5,
        "stddev": 0.5,
        "target_class_ids": [0],
        "target_shape": (2,),
        "units": 2,
        "values": [0.1, 0.01],
        "width": 2,
        "width_factor": 0.5,
    }
