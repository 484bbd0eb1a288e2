"""What Keras itself says of an output shape; no weight is allocated."""

import keras
import numpy as np

from kspec.model.call import call
from kspec.model.objects import make
from kspec.spec.models import KerasObject, Layer
from kspec.spec.shapes import CannotFit, output_shape

REFUSED = "refused"

NEEDS_TENSORFLOW = (
    "HashedCrossing",
    "Hashing",
    "IntegerLookup",
    "StringLookup",
    "TextVectorization",
)
"""Layers that Keras makes only where TensorFlow is installed, whatever the backend."""


def ours(spec, given):
    """Our shape, or `REFUSED`."""
    try:
        return output_shape(Layer(**spec), given)
    except CannotFit as misfit:
        assert misfit.message and "\n" not in misfit.message
        return REFUSED


def of_keras(spec, given):
    """Keras's shape without the batch axis, or `REFUSED`."""
    dtype = "int32" if spec["type"] in INTEGERS else "float32"
    with keras.StatelessScope(initialize_variables=False):
        output = called(spec, given, lambda shape: keras.KerasTensor((None, *shape), dtype=dtype))
    if output is REFUSED:
        return REFUSED
    several = isinstance(output, (list, tuple))
    shapes = tuple(tuple(each.shape[1:]) for each in (output if several else [output]))
    # What Keras leaves nothing of, `kspec.model` refuses.
    if any(0 in shape for shape in shapes):
        return REFUSED
    return shapes if several else shapes[0]


def runs(spec, given):
    """Whether Keras can call the layer with a batch of that shape, in earnest."""
    output = called(spec, given, lambda shape: np.zeros((2, *shape), dtype="float32"))
    return output is not REFUSED


def called(spec, given, leaf):
    """What Keras gives for `given` with `leaf` of every shape in it, or `REFUSED`."""
    layer = Layer(**spec)
    try:
        target = make("layers", KerasObject(**spec))
        return call(target, layer, structure(given, leaf), lambda each: each)
    except Exception as error:
        if type(error) in (ImportError, AttributeError):
            raise
        return REFUSED


INTEGERS = ("CategoryEncoding", "Embedding", "HashedCrossing", "Hashing", "IntegerLookup")


def structure(given, leaf):
    """`given` with `leaf` of every shape in it."""
    if isinstance(given, tuple):
        return leaf(given)
    if isinstance(given, list):
        return [structure(each, leaf) for each in given]
    if isinstance(given, dict):
        return {name: structure(each, leaf) for name, each in given.items()}
    return given


def agree(spec, given):
    """Whether our shape is Keras's, or both refuse, or we are unsure."""
    mine = ours(spec, given)
    if mine is None:
        return
    theirs = of_keras(spec, given)
    if mine == REFUSED and theirs != REFUSED and not runs(spec, given):
        # Some layers look at their input only when it comes.
        return
    assert mine == theirs, f"{spec} on {given}: ours {mine}, Keras's {theirs}"
