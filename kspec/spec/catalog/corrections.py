"""What the generator cannot read in Keras: refusals, samples, and corrections to docstrings."""

from __future__ import annotations

from typing import Any

__all__ = [
    "ARGUMENTS",
    "CALLBACKS",
    "COMMON",
    "FUNCTIONS",
    "HIDDEN",
    "OPEN_TEXT",
    "OTHER_CALLBACKS",
    "REFUSED",
    "samples",
]

_CODE = "{} runs code, and a spec never does"
_BASE = "{} is a base class; name one of its subclasses"

REFUSED: dict[str, dict[str, str]] = {
    "callbacks": {
        "BackupAndRestore": "BackupAndRestore is not for a spec; every run can be resumed",
        "Callback": _BASE.format("Callback"),
        "CallbackList": "CallbackList is Keras's own list; write the callbacks themselves",
        "EarlyStopping": "EarlyStopping is not a callback here: use training.early_stopping",
        "History": "History is not for a spec; every run records its history",
        "LambdaCallback": _CODE.format("LambdaCallback"),
        "ModelCheckpoint": "ModelCheckpoint is not for a spec; every run keeps its best model",
        "OrbaxCheckpoint": "OrbaxCheckpoint is not for a spec; every run keeps its best model",
        "ProgbarLogger": "ProgbarLogger is not for a spec; every run shows its progress",
        "RemoteMonitor": "RemoteMonitor sends data to a server, and a spec never does",
        "TensorBoard": "TensorBoard writes outside the run, and a spec never does",
    },
    "constraints": {"Constraint": _BASE.format("Constraint")},
    "initializers": {"Initializer": _BASE.format("Initializer")},
    "layers": {
        "FlaxLayer": _CODE.format("FlaxLayer"),
        "Input": 'Input is not a layer of a spec: use "input"',
        "InputLayer": 'InputLayer is not a layer of a spec: use "input"',
        "JaxLayer": _CODE.format("JaxLayer"),
        "Lambda": _CODE.format("Lambda"),
        "Layer": _BASE.format("Layer"),
        "TFSMLayer": "TFSMLayer runs code from a file, and a spec never does",
        "TorchModuleWrapper": _CODE.format("TorchModuleWrapper"),
        "Wrapper": _BASE.format("Wrapper"),
    },
    "losses": {"Loss": _BASE.format("Loss")},
    "metrics": {
        "MeanMetricWrapper": _CODE.format("MeanMetricWrapper"),
        "Metric": _BASE.format("Metric"),
    },
    "optimizers": {
        "MultiOptimizer": "MultiOptimizer needs layer objects, which a spec cannot name",
        "Optimizer": _BASE.format("Optimizer"),
        "OptimizerMap": "OptimizerMap needs layer objects, which a spec cannot name",
    },
    "regularizers": {"Regularizer": _BASE.format("Regularizer")},
    "schedules": {"LearningRateSchedule": _BASE.format("LearningRateSchedule")},
}
"""Classes that a spec may not name, each with the sentence that says why."""

CALLBACKS = ("CSVLogger", "LearningRateScheduler", "ReduceLROnPlateau", "TerminateOnNaN")
"""The callbacks that a spec may name."""

OTHER_CALLBACKS = f"{{name}} is not for a spec; the callbacks of a spec are {', '.join(CALLBACKS)}"

FUNCTIONS = {"losses": ("ce", "crossentropy"), "metrics": ("acc", "accuracy")}
"""Names with which `compile` chooses a class by the shapes; they take no arguments."""

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
            "null": True,
            "types": ["object", "str"],
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

HIDDEN: dict[str, dict[str, Any]] = {
    "alpha": {"default": 0.3, "meaning": "Old name of negative_slope.", "types": ["float"]},
    "implementation": {"default": 2, "meaning": "Which implementation to use.", "types": ["int"]},
}
"""Arguments that some layers take out of `**kwargs`; the generator tries out which."""

OPEN_TEXT = ("dtype", "equation", "name")
"""Arguments whose texts no list can hold."""

_NAME = {"meaning": "Its name.", "null": True, "types": ["str"]}

ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {
    "layers": {
        "*.dtype": COMMON["layers"]["dtype"],
        "*.name": COMMON["layers"]["name"],
        "*.seed": {"null": True},
        "*.vocabulary": {"reads_file": True},
        "*.idf_weights": {"reads_file": True},
    },
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
    },
    "losses": {"*.name": _NAME},
    "metrics": {"*.name": _NAME},
    "optimizers": {"*.name": _NAME},
    "schedules": {"*.name": _NAME},
}
"""Corrections by kind and "Class.argument", "*" for every class."""


def samples() -> dict[str, Any]:
    """Values for required arguments, by "argument" or, where that is not enough, "Class.argument"."""
    import keras

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
