"""Which names of Keras a spec may not use, and why; a part of the generator."""

from __future__ import annotations

__all__ = ["CALLBACKS", "FUNCTIONS", "OTHER_CALLBACKS", "REFUSED"]

_CODE = "{} runs code, and a spec never does"
_BASE = "{} is a base class; name one of its subclasses"

REFUSED: dict[str, dict[str, str]] = {
    "activations": {
        "threshold": "threshold needs arguments, and an activation is named without any",
    },
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
"""Classes that a spec may not name, each with a sentence that says why."""

CALLBACKS = ("CSVLogger", "LearningRateScheduler", "ReduceLROnPlateau", "TerminateOnNaN")
"""The callbacks that a spec may name."""

OTHER_CALLBACKS = f"{{name}} is not for a spec; the callbacks of a spec are {', '.join(CALLBACKS)}"

FUNCTIONS = {"losses": ("ce", "crossentropy"), "metrics": ("acc", "accuracy")}
"""Names for which `compile` chooses a class by the shapes; they take no arguments."""
