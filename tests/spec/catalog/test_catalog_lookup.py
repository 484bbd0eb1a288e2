import subprocess
import sys
from importlib import metadata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.spec import catalog
from kspec.spec.catalog import Entry, Refused, files


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
    for name in catalog.spellings(kind):
        assert catalog.find(kind, name).name in catalog.names(kind)


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


@pytest.mark.parametrize(
    ("name", "required", "optional", "options", "takes_list"),
    [
        ("Add", ["inputs"], [], [], True),
        ("Dense", ["inputs"], [], [], True),
        ("LSTM", ["sequences"], ["initial_state", "mask"], [], True),
        ("Attention", ["inputs"], ["mask"], ["return_attention_scores", "use_causal_mask"], True),
        (
            "MultiHeadAttention",
            ["query", "value"],
            ["key", "query_mask", "value_mask", "key_mask", "attention_mask"],
            ["return_attention_scores", "use_causal_mask"],
            False,
        ),
        ("LSTMCell", ["inputs", "states"], [], [], False),
        ("ReversibleEmbedding", ["inputs"], [], ["reverse"], True),
        ("StochasticDepth", ["inputs"], [], [], True),
    ],
)
def test_what_a_layer_is_called_with(name, required, optional, options, takes_list):
    entry = catalog.find("layers", name)
    assert [tensor.name for tensor in entry.call if tensor.required] == required
    assert [tensor.name for tensor in entry.call if not tensor.required] == optional
    assert list(entry.call_options) == options
    assert all(option.types == ("bool",) for option in entry.call_options.values())
    assert entry.takes_list == takes_list


@pytest.mark.parametrize(
    ("name", "call", "takes_list"),
    [
        ("mean", "x", False),
        ("multiply", "x1 x2", False),
        ("concatenate", "xs*", True),
        ("stack", "x*", True),
        ("einsum", "operands*", True),
        ("meshgrid", "x*", True),
        ("where", "condition x1? x2?", False),
        ("select", "condlist* choicelist*", False),
        ("image.resize", "images", False),
        ("dot_product_attention", "query key value bias? mask?", False),
    ],
)
def test_what_an_operation_is_called_with(name, call, takes_list):
    entry = catalog.find("ops", name)
    marks = [
        tensor.name + ("" if tensor.required else "?") + ("*" if tensor.many else "")
        for tensor in entry.call
    ]
    assert " ".join(marks) == call
    assert entry.takes_list == takes_list


def test_operations_have_their_arguments_without_the_tensors():
    arguments = catalog.find("ops", "mean").arguments
    assert list(arguments) == ["axis", "keepdims"]
    assert arguments["axis"].null
    assert arguments["keepdims"].default is False
    assert "axes" in arguments["axis"].meaning
    assert catalog.find("ops", "pad").arguments["mode"].default == "constant"
    assert "reflect" in catalog.find("ops", "pad").arguments["mode"].choices
    assert catalog.find("ops", "rearrange").others.types == ("int",)
    assert catalog.resolve_name("ops", "nn.softmax") == "softmax"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("map", "takes a function"),
        ("while_loop", "takes a function"),
        ("vectorize", "takes a function"),
        ("zeros", "without taking one"),
        ("arange", "without taking one"),
        ("hamming", "without taking one"),
        ("convert_to_numpy", "no tensor of the network"),
        ("shape", "no tensor of the network"),
    ],
)
def test_operations_that_a_spec_may_not_name_say_why(name, reason):
    found = catalog.find("ops", name)
    assert isinstance(found, Refused)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("name", "size", "preprocessing"),
    [
        ("VGG16", 224, "caffe"),
        ("ResNet50", 224, "caffe"),
        ("ResNet50V2", 224, "tf"),
        ("DenseNet121", 224, "torch"),
        ("Xception", 299, "tf"),
        ("NASNetLarge", 331, "tf"),
        ("EfficientNetB7", 600, "none"),
        ("EfficientNetV2S", 384, "none"),
        ("ConvNeXtTiny", 224, "none"),
        ("MobileNetV3Small", 224, "none"),
    ],
)
def test_applications_have_their_pictures(name, size, preprocessing):
    entry = catalog.find("applications", name)
    assert entry.input_size == (size, size)
    assert entry.preprocessing == preprocessing
    assert entry.arguments["include_top"].default is True
    assert entry.arguments["weights"].choices == ("imagenet",)
    assert "input_tensor" not in entry.arguments
    assert len(catalog.names("applications")) == 40


def test_numbers_have_the_range_that_the_constructor_holds_them_to():
    def range_of(kind, name, argument):
        found = catalog.find(kind, name).arguments[argument]
        return found.minimum, found.maximum

    assert range_of("layers", "Dense", "units") == (1, None)
    assert range_of("layers", "Conv2D", "kernel_size") == (1, None)
    assert range_of("layers", "Dropout", "rate") == (0, 1)
    assert range_of("layers", "RandomRotation", "factor") == (None, None)
    assert range_of("optimizers", "SGD", "momentum") == (0, 1)
    assert range_of("callbacks", "ReduceLROnPlateau", "factor") == (None, 1)


def test_lists_have_the_types_of_what_they_hold():
    assert catalog.find("layers", "Conv2D").arguments["strides"].items == ("int",)
    assert catalog.find("layers", "RandomRotation").arguments["factor"].items == ("float",)
    assert catalog.find("layers", "Dropout").arguments["noise_shape"].items == ("int", "null")
    assert catalog.find("layers", "Bidirectional").arguments["weights"].items == ()


def test_a_keras_that_the_catalogue_knows_is_no_note():
    assert files.installed() == metadata.version("keras")
    assert catalog.version_note() is None


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


def test_lookups_import_no_framework_and_read_what_they_need():
    program = (
        "import sys; from kspec.spec import catalog; catalog.find('layers', 'Conv2D');"
        "catalog.check_object('layers', {'type': 'Conv2D', 'fliters': 3});"
        "from kspec.spec.catalog import files; print(files.read.cache_info().currsize);"
        "print([m for m in ('keras', 'numpy', 'jax', 'torch', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["1", "[]"], done.stderr
