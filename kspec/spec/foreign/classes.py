"""Class names of every version: the Keras 3 layer for each, or why there is none."""

from __future__ import annotations

import re
from functools import cache

from kspec.spec import catalog
from kspec.spec.catalog.suggestions import bare

__all__ = ["layer_class", "resolve"]

_RENAMED = {
    "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconv2D": "Conv2DTranspose",
    "Deconv3D": "Conv3DTranspose",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "GroupedQueryAttention": "GroupQueryAttention",
    "SyncBatchNormalization": "BatchNormalization",
    "ThresholdedReLU": "ReLU",
    "TimeDistributedDense": "Dense",
}

_GONE = {
    *("AddLoss", "AddMetric", "AutoEncoder", "DenseFeatures", "GRUV1Cell", "Graph", "Highway"),
    *("LocallyConnected1D", "LocallyConnected2D", "MaxoutDense", "ParametricSoftplus"),
    *("RandomFourierFeatures", "RandomHeight", "RandomWidth", "SReLU", "SequenceFeatures"),
    *("Siamese", "TimeDistributedMerge"),
}

_CODE = {
    *("FlaxLayer", "JaxLayer", "Lambda", "LambdaMerge", "TFSMLayer", "TorchModuleWrapper"),
}

_OF_THE_LANGUAGE = ("Model", "Shared")


def layer_class(class_name: str) -> tuple[str | None, str]:
    """The Keras 3 layer for `class_name`; or None, and why there is none.

    The reason continues "is a Name": ", which Keras 3 no longer has".
    """
    name = class_name.removeprefix("keras.layers.")
    if name in _CODE:
        return None, ": it holds code, which a spec never does"
    if name in _GONE:
        return None, ", which Keras 3 no longer has"
    name = _RENAMED.get(name, name)
    known = resolve("layers", name)
    if known is None or name in _OF_THE_LANGUAGE:
        return None, ", which Keras does not have; with --plugin MODULE it can be given"
    found = catalog.find("layers", known)
    if isinstance(found, catalog.Refused):
        return None, f": {found.reason}"
    return known, ""


def resolve(kind: str, name: str) -> str | None:
    """Keras 3's name for `name` in any of the spellings of files; None if there is none.

    "maxPooling2d", "HeNormalV2" and "hardSigmoid" are found as "MaxPooling2D", "HeNormal" and
    "hard_sigmoid".
    """
    for text in (name, re.sub(r"_?[vV][12]$", "", name)):
        found = catalog.find(kind, text)
        if found is not None:
            return found.name
        if text.isidentifier() and (known := _by_letters(kind).get(bare(text))):
            return known
    return None


@cache
def _by_letters(kind: str) -> dict[str, str]:
    """Every spelling, lower-case and without underscores, with the name that it stands for."""
    return {
        bare(text): found.name
        for text in reversed(catalog.spellings(kind))
        if (found := catalog.find(kind, text)) is not None
    }
