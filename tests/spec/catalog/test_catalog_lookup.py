import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.spec import catalog
from kspec.spec.catalog import Entry, Refused


@pytest.mark.parametrize(
    ("kind", "name", "canonical"),
    [
        ("layers", "Conv2D", "Conv2D"),
        ("layers", "Convolution2D", "Conv2D"),
        ("layers", "MaxPool2D", "MaxPooling2D"),
        ("layers", "GroupQueryAttention", "GroupQueryAttention"),
        ("layers", "RandomBrightnessFactor", "RandomBrightnessFactor"),
        ("optimizers", "adam", "Adam"),
        ("optimizers", "RMSprop", "RMSprop"),
        ("optimizers", "SGD", "SGD"),
        ("optimizers", "Lamb", "Lamb"),
        ("schedules", "CosineDecay", "CosineDecay"),
        ("losses", "mse", "MeanSquaredError"),
        ("losses", "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
        ("losses", "crossentropy", "crossentropy"),
        ("metrics", "accuracy", "accuracy"),
        ("metrics", "acc", "acc"),
        ("metrics", "AUC", "AUC"),
        ("metrics", "sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy"),
        ("callbacks", "ReduceLROnPlateau", "ReduceLROnPlateau"),
        ("initializers", "he_normal", "HeNormal"),
        ("initializers", "zeros", "Zeros"),
        ("initializers", "uniform", "RandomUniform"),
        ("regularizers", "l2", "L2"),
        ("regularizers", "l1_l2", "L1L2"),
        ("constraints", "max_norm", "MaxNorm"),
        ("activations", "relu", "relu"),
        ("activations", "swish", "silu"),
    ],
)
def test_class_names_and_the_strings_of_keras_are_found(kind, name, canonical):
    assert isinstance(catalog.find(kind, name), Entry)
    assert catalog.resolve_name(kind, name) == canonical


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("layers", "Lambda", "Lambda runs code, and a spec never does"),
        ("layers", "TorchModuleWrapper", "runs code"),
        ("layers", "JaxLayer", "runs code"),
        ("layers", "FlaxLayer", "runs code"),
        ("layers", "TFSMLayer", "runs code"),
        ("layers", "InputLayer", 'use "input"'),
        ("layers", "Input", 'use "input"'),
        ("layers", "Layer", "base class"),
        ("layers", "Wrapper", "base class"),
        ("optimizers", "Optimizer", "base class"),
        ("optimizers", "optimizer", "base class"),
        ("losses", "Loss", "base class"),
        ("metrics", "Metric", "base class"),
        ("metrics", "MeanMetricWrapper", "runs code"),
        ("callbacks", "EarlyStopping", "use training.early_stopping"),
        ("callbacks", "LambdaCallback", "runs code"),
        ("callbacks", "ModelCheckpoint", "every run keeps"),
        ("callbacks", "SwapEMAWeights", "is not for a spec"),
    ],
)
def test_what_a_spec_may_not_name_says_why(kind, name, reason):
    found = catalog.find(kind, name)
    assert isinstance(found, Refused)
    assert reason in found.reason
    assert found.name not in catalog.names(kind)
    with pytest.raises(ValueError, match=r"\w+"):
        catalog.resolve_name(kind, name)


def test_the_callbacks_of_a_spec_are_four():
    assert catalog.names("callbacks") == (
        "CSVLogger",
        "LearningRateScheduler",
        "ReduceLROnPlateau",
        "TerminateOnNaN",
    )


@pytest.mark.parametrize("kind", catalog.KINDS)
def test_every_name_is_found_under_its_own_name(kind):
    assert catalog.names(kind)
    for name in catalog.names(kind):
        assert catalog.find(kind, name).name == name


def test_an_unknown_name_is_none_and_has_no_canonical_one():
    assert catalog.find("layers", "Conv2d") is None
    with pytest.raises(ValueError, match='Keras has no layer "Conv2d"'):
        catalog.resolve_name("layers", "Conv2d")
    with pytest.raises(KeyError):
        catalog.find("pictures", "Conv2D")


def test_arguments_say_what_the_constructor_says():
    arguments = catalog.find("layers", "Conv2D").arguments
    assert arguments["filters"].required
    assert arguments["filters"].types == ("int",)
    assert arguments["padding"].default == "valid"
    assert set(arguments["padding"].choices) == {"valid", "same"}
    assert arguments["strides"].default == [1, 1]
    assert arguments["activation"].default is None
    assert arguments["name"].null
    assert arguments["use_bias"].types == ("bool",)
    assert "output space" in arguments["filters"].meaning
    assert "causal" in catalog.find("layers", "Conv1D").arguments["padding"].choices


def test_base_arguments_are_there_only_where_the_class_takes_them():
    base = {"activity_regularizer", "autocast", "dtype", "name", "trainable"}
    assert base <= set(catalog.find("layers", "BatchNormalization").arguments)
    dropout = set(catalog.find("layers", "SpatialDropout2D").arguments)
    assert {"name", "dtype"} <= dropout
    assert not {"trainable", "activity_regularizer"} & dropout


@pytest.mark.parametrize(
    ("argument", "kind"),
    [
        ("kernel_initializer", "initializers"),
        ("alpha_initializer", "initializers"),
        ("activity_regularizer", "regularizers"),
        ("bias_constraint", "constraints"),
        ("activation", "activations"),
        ("recurrent_activation", "activations"),
        ("learning_rate", "schedules"),
        ("layer", "layers"),
        ("backward_layer", "layers"),
        ("cells", "layers"),
        ("inner_optimizer", "optimizers"),
        ("filters", None),
        ("initial_learning_rate", None),
        ("schedule", None),
    ],
)
def test_an_arguments_name_says_what_it_holds(argument, kind):
    assert catalog.kind_of_argument(argument) == kind


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("fliters", "filters"),
        ("Filters", "filters"),
        ("kernelsize", "kernel_size"),
        ("ks", "kernel_size"),
        ("xyzzy", None),
    ],
)
def test_suggestions(word, suggestion):
    possibilities = ["kernel_initializer", "kernel_size", "filters", "padding"]
    assert catalog.suggest(word, possibilities) == suggestion


@given(st.sampled_from(catalog.names("layers")), st.data())
def test_a_letter_left_out_is_forgiven(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    word = name[:at] + name[at + 1 :]
    assert catalog.suggest(word, [name]) == name


def test_lookups_import_no_framework_and_read_one_file():
    program = (
        "import sys; from kspec.spec import catalog; catalog.find('layers', 'Conv2D');"
        "print([m for m in ('keras', 'numpy', 'jax', 'torch', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
