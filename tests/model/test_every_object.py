"""Everything that the catalogue lets a spec name: a valid example, checked and made by Keras."""

from __future__ import annotations

import importlib.util
import warnings
from typing import Any

import keras
import pytest
from keras_examples import NEEDS_TENSORFLOW, example, input_of

import kspec.initializers
import kspec.layers
import kspec.optimizers
import kspec.schedules
from kspec.model.objects import make
from kspec.spec import catalog
from kspec.spec.models import KerasObject

# What cannot stand in a network, each with Keras's reason.
NO_LAYER_OF_A_NETWORK = {
    "Equalization": "it hands on the very tensor that it is called with, which Keras calls a cycle",
    "GRUCell": "a cell is called with its state, and stands within RNN",
    "LSTMCell": "a cell is called with its state, and stands within RNN",
    "SimpleRNNCell": "a cell is called with its state, and stands within RNN",
    "StackedRNNCells": "a cell is called with its state, and stands within RNN",
}
WORDS = ("Backbone", "Model", "Shared")  # of the language, no classes

KINDS = [kind for kind in catalog.OBJECT_KINDS if kind not in ("activations", "callbacks")]
OWN = {
    "initializers": kspec.initializers,
    "layers": kspec.layers,
    "optimizers": kspec.optimizers,
    "schedules": kspec.schedules,
}


def named(kinds: list[str]) -> list[tuple[str, str]]:
    return [
        (kind, name)
        for kind in kinds
        for name in catalog.names(kind)
        if name not in WORDS and not catalog.find(kind, name).is_function
    ]


def present(kind: str, name: str) -> Any:
    """What Keras, or kspec, has under the name."""
    module = keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)
    return getattr(module, name, None) or getattr(OWN[kind], name)


def made(kind: str, spec: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make(kind, KerasObject(**spec))


@pytest.mark.parametrize(("kind", "name"), named(KINDS))
def test_a_valid_example_is_no_finding_and_keras_makes_it(kind: str, name: str) -> None:
    spec = example(kind, name)
    assert catalog.check_object(kind, spec) == []
    cls = present(kind, name)
    try:
        thing = made(kind, spec)
    except ImportError:
        assert name in NEEDS_TENSORFLOW
        assert importlib.util.find_spec("tensorflow") is None
    else:
        # Some optimizers of Keras are made as a backend's own subclass.
        assert isinstance(thing, cls)


@pytest.fixture(scope="module", autouse=True)
def _no_variables_are_left_to_allocate():
    yield
    keras.utils.clear_session()


@pytest.mark.parametrize("name", [name for _, name in named(["layers"])])
def test_a_network_of_the_layer(name: str) -> None:
    if name in NO_LAYER_OF_A_NETWORK:
        return
    if name in NEEDS_TENSORFLOW and importlib.util.find_spec("tensorflow") is None:
        with pytest.raises(ImportError, match=f"{name} requires TensorFlow"):
            made("layers", example("layers", name))
        return
    entry = catalog.find("layers", name)
    layer = made("layers", example("layers", name))
    inputs = [
        keras.Input(shape[0], dtype=shape[1]) if isinstance(shape[0], tuple) else keras.Input(shape)
        for shape in input_of(name)
    ]
    # Shapes alone will do: no weights are drawn.
    with keras.StatelessScope(initialize_variables=False):
        if len(inputs) == 1:
            outputs = layer(inputs[0])
        else:
            outputs = layer(inputs) if entry.takes_list else layer(*inputs)
    model = keras.Model(inputs, outputs)
    assert layer in model.layers
