"""Does the output of the network fit the labels?"""

from __future__ import annotations

import keras

from kspec.data.dataset import Dataset
from kspec.data.inputs import shape_text
from kspec.data.labels import check_labels
from kspec.errors import DataError
from kspec.spec.models import Spec

__all__ = ["check_head", "require_one_output"]


def require_one_output(model: keras.Model, spec: Spec) -> None:
    """Raise DataError for a network with several outputs: a sample has only one label."""
    if len(model.outputs) > 1:
        raise DataError(
            f"{spec.name}: kspec trains networks with one output, but this one has "
            f'{len(model.outputs)}; let "outputs" name the one to train'
        )


def check_head(model: keras.Model, spec: Spec, dataset: Dataset) -> int:
    """The number of values that the network outputs for a label: classes, or numbers.

    Raises DataError if the shape of the output does not fit the labels, and if a label is not one
    of its classes.
    """
    shape = model.output_shape
    if dataset.labels == "masks":
        height, width = dataset.train.y.shape[1:]
        if len(shape) != 4 or any(
            found not in (None, wanted)
            for found, wanted in zip(shape[1:3], (height, width), strict=False)
        ):
            raise DataError(
                f"{spec.name}: the network gives the shape {tuple(shape[1:])} for each picture, "
                f"but the masks have a class for each of {shape_text((height, width))} pixels; end "
                "with a Conv2D of one filter per class, at that size"
            )
    elif len(shape) != 2:
        raise DataError(
            f"{spec.name}: the network gives the shape {tuple(shape[1:])} for each sample, but "
            "there is one label a sample; is a Flatten or a GlobalAveragePooling2D missing?"
        )
    outputs = int(shape[-1])
    check_labels(dataset, outputs)
    return outputs
