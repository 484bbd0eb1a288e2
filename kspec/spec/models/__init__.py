"""The language as pydantic models: a spec after blocks, variables and `extends` are resolved.

Unknown keys are refused everywhere. The arguments of a Keras object are open here, because they
belong to Keras; `kspec.spec.catalog` knows them and `kspec.spec.check` checks them.
"""

from kspec.spec.models.base import KerasObject
from kspec.spec.models.data import FILE_SOURCES, SOURCES, Data, Standardize
from kspec.spec.models.network import Input, Layer, NestedModel
from kspec.spec.models.spec import Expect, Reference, Spec
from kspec.spec.models.training import (
    Averaging,
    CheckpointTimes,
    EarlyStopping,
    Features,
    ParameterGroup,
    Training,
)
from kspec.spec.models.views import Views

__all__ = [
    "FILE_SOURCES",
    "SOURCES",
    "Averaging",
    "CheckpointTimes",
    "Data",
    "EarlyStopping",
    "Expect",
    "Features",
    "Input",
    "KerasObject",
    "Layer",
    "NestedModel",
    "ParameterGroup",
    "Reference",
    "Spec",
    "Standardize",
    "Training",
    "Views",
]
