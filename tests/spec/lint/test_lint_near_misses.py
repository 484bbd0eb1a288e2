"""What is near to a fault and none; and faults in another form."""

import pytest

from kspec.runs.history import NOT_MEASURED
from kspec.spec.catalog import registry
from kspec.spec.catalog.entry import Argument, Entry
from kspec.spec.catalog.registry import Registered

FLAT = {"type": "Flatten"}
SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}
PLAIN = {"type": "Dense", "units": 10}
LOGITS = {"type": "SparseCategoricalCrossentropy", "from_logits": True}
CONV = {"type": "Conv2D", "filters": 8, "kernel_size": 3, "activation": "relu"}
BN = {"type": "BatchNormalization"}


MACRO = {"type": "F1Score", "average": "macro"}


def dense(units=32, **arguments):
    return {"type": "Dense", "units": units, **arguments}


@pytest.mark.parametrize(
    ("layers", "loss", "expected"),
    [
        ([FLAT, SOFTMAX], LOGITS, ["softmax-with-logits"]),
        ([FLAT, PLAIN, {"type": "Softmax"}], LOGITS, ["softmax-with-logits"]),
        (
            [FLAT, PLAIN, {"type": "Activation", "activation": "softmax"}],
            LOGITS,
            ["softmax-with-logits"],
        ),
        (
            [FLAT, PLAIN, {"type": "Activation", "activation": {"type": "Softmax"}}],
            LOGITS,
            ["softmax-with-logits"],
        ),
        ([{"type": "Model", "layers": [FLAT, SOFTMAX]}], LOGITS, ["softmax-with-logits"]),
        (
            [{**CONV, "filters": 10, "activation": "softmax"}, {"type": "GlobalAveragePooling2D"}],
            LOGITS,
            ["softmax-with-logits"],
        ),
        ([FLAT, PLAIN], LOGITS, []),
        ([FLAT, dense(10, activation="log_softmax")], LOGITS, []),
        ([FLAT, SOFTMAX, {"type": "Dropout", "rate": 0.1}], "ce", []),
        (
            [FLAT, dense(1, activation="sigmoid")],
            {"type": "BinaryCrossentropy", "from_logits": True},
            ["softmax-with-logits"],
        ),
        ([FLAT, dense(1)], {"type": "BinaryCrossentropy", "from_logits": True}, []),
        ([FLAT, dense(1)], "bce", ["logits-without-softmax"]),
        ([FLAT, dense(1, activation="relu")], "bce", ["logits-without-softmax"]),
        ([FLAT, PLAIN], "crossentropy", ["logits-without-softmax"]),
        ([FLAT, PLAIN], "sparse_categorical_crossentropy", ["logits-without-softmax"]),
        ([FLAT, PLAIN], {**LOGITS, "from_logits": False}, ["logits-without-softmax"]),
        (
            [FLAT, PLAIN, {"type": "LeakyReLU"}],
            "sparse_categorical_crossentropy",
            ["logits-without-softmax"],
        ),
        ([FLAT, dense(10, activation="exponential")], "sparse_categorical_crossentropy", []),
        ([FLAT, PLAIN], "mse", []),
        ([FLAT, dense(1)], "mse", []),
        ([FLAT, SOFTMAX], "mse", ["loss-does-not-fit-head"]),
        ([FLAT, SOFTMAX], "binary_crossentropy", ["loss-does-not-fit-head"]),
        ([FLAT, dense(10, activation="sigmoid")], "binary_crossentropy", []),
        (
            [FLAT, dense(10, activation="sigmoid")],
            "sparse_categorical_crossentropy",
            ["loss-does-not-fit-head"],
        ),
        ([FLAT, dense(1, activation="sigmoid")], "binary_crossentropy", []),
        (
            [FLAT, dense(1, activation="sigmoid")],
            {"type": "CategoricalCrossentropy", "label_smoothing": 0.1},
            ["loss-of-one-output"],
        ),
        ([FLAT, dense(1)], "cosine_similarity", ["loss-of-one-output"]),
        ([FLAT, PLAIN], "cosine_similarity", []),
        ([FLAT, PLAIN], "kl_divergence", ["logits-without-softmax"]),
        ([FLAT, dense(1, activation="sigmoid")], "kl_divergence", ["loss-of-one-output"]),
        ([FLAT, SOFTMAX], "kl_divergence", []),
        ([FLAT, dense(1, activation="relu")], "dice", ["logits-without-softmax"]),
        ([FLAT, SOFTMAX], "tversky", []),
        (
            [FLAT, PLAIN],
            {"type": "CategoricalGeneralizedCrossEntropy", "q": 0.5},
            ["logits-without-softmax"],
        ),
        ([FLAT, PLAIN], "poisson", ["loss-does-not-fit-head"]),
        (
            [FLAT, dense(1, activation="softplus")],
            "binary_crossentropy",
            ["logits-without-softmax"],
        ),
        ([FLAT, dense(10, activation="softplus")], "sparse_categorical_crossentropy", []),
        ([FLAT, dense(1, activation="tanh")], "hinge", ["loss-does-not-fit-head"]),
        ([FLAT, dense(1)], "squared_hinge", ["loss-does-not-fit-head"]),
        ([FLAT, dense(1, activation="sigmoid")], "hinge", []),
        ([FLAT, dense(10, activation="softplus")], "poisson", []),
        ([FLAT, dense(10, activation="relu")], "poisson", []),
        ([FLAT, dense(1, activation="softmax")], "binary_crossentropy", ["softmax-of-one"]),
        (
            [FLAT, dense(1, activation="sigmoid")],
            "sparse_categorical_crossentropy",
            ["loss-of-one-output"],
        ),
        ([FLAT, SOFTMAX], "categorical_crossentropy", ["loss-wants-one-hot"]),
        (
            [FLAT, SOFTMAX],
            {"type": "CategoricalCrossentropy", "label_smoothing": 0.1},
            [],
        ),
        # What comes of several tensors, or is computed, nobody here can tell.
        (
            [
                FLAT,
                {**PLAIN, "name": "a"},
                {**PLAIN, "inputs": "#-2"},
                {"type": "Add", "inputs": ["a", "#-1"]},
            ],
            "sparse_categorical_crossentropy",
            [],
        ),
        ([FLAT, PLAIN, BN], "sparse_categorical_crossentropy", ["bias-before-batch-normalization"]),
    ],
)
def test_losses_and_heads(layers, loss, expected, codes):
    assert codes(layers=layers, training={"loss": loss}) == expected


@pytest.mark.parametrize(
    "loss", [{"type": "CategoricalGeneralizedCrossEntropy", "q": 0.5}, "circle"]
)
def test_a_loss_for_class_numbers_gets_them(loss, codes):
    training = {"loss": loss, "metrics": []}
    assert codes(training=training) == []
    mixed = codes(training=training, augmentation=[{"type": "MixUp"}])
    assert mixed == ["loss-needs-class-numbers"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [("sparse_categorical_crossentropy", []), ("mse", ["loss-needs-class-numbers"])],
)
def test_labels_are_the_same_in_all_phases(other, expected, codes):
    phase = {"optimizer": "adam", "metrics": [], "epochs": 1}
    found = codes(training=[{**phase, "loss": other}, {**phase, "loss": "circle"}])
    assert [code for code in found if code.startswith("loss-needs")] == expected


def test_a_shared_layer_can_be_the_head(codes):
    layers = [
        {"type": "Dense", "units": 10, "name": "head", "activation": "softmax"},
        {"type": "Dense", "units": 8, "activation": "relu"},
        {"type": "Shared", "layer": "head"},
    ]
    found = codes(input={"shape": [8]}, layers=layers, training={"loss": LOGITS})
    assert found == ["softmax-with-logits"]


def test_several_outputs_are_not_judged_by_one_loss(codes):
    layers = [FLAT, {**SOFTMAX, "name": "a"}, {**SOFTMAX, "name": "b", "inputs": "#-2"}]
    found = codes(layers=layers, outputs=["a", "b"], training={"loss": LOGITS})
    assert found == ["several-outputs"]


@pytest.mark.parametrize(
    ("metrics", "loss", "augmentation", "expected"),
    [
        (["accuracy", {"type": "AUC"}], "sparse_categorical_crossentropy", [], 1),
        ([MACRO, "recall", "mse"], "sparse_categorical_crossentropy", [], 3),
        (["Recall", "mae"], "sparse_categorical_crossentropy", [], 2),
        (["binary_accuracy"], "sparse_categorical_crossentropy", [], 1),
        (["R2Score"], "sparse_categorical_crossentropy", [], 1),
        (["accuracy", {"type": "AUC"}], "categorical_crossentropy", [], 0),
        (["accuracy", {"type": "AUC"}], {"type": "CategoricalFocalCrossentropy"}, [], 0),
        # MixUp makes the labels one-hot.
        (["AUC"], "sparse_categorical_crossentropy", [{"type": "MixUp"}], 0),
        # kspec gives these what they need.
        (["categorical_accuracy"], "sparse_categorical_crossentropy", [], 0),
        ([{"type": "SparseTopKCategoricalAccuracy"}], "sparse_categorical_crossentropy", [], 0),
        (["Accuracy"], "sparse_categorical_crossentropy", [], 0),
    ],
)
def test_metrics_and_labels(metrics, loss, augmentation, expected, codes):
    found = codes(training={"metrics": metrics, "loss": loss}, augmentation=augmentation)
    assert found == ["metric-needs-one-hot"] * expected


SPARSE = "sparse_categorical_crossentropy"
ONE_HOT = {"type": "CategoricalCrossentropy", "label_smoothing": 0.1}


@pytest.mark.parametrize(
    ("metric", "loss", "expected"),
    [
        ("Mean", SPARSE, True),
        ("Sum", ONE_HOT, True),
        ("Accuracy", SPARSE, False),
        ({"type": "Accuracy", "name": "right"}, SPARSE, True),
        ({"type": "MeanIoU", "num_classes": 10}, SPARSE, True),
        ({"type": "MeanIoU", "num_classes": 10, "sparse_y_pred": False}, SPARSE, False),
        ({"type": "MeanIoU", "num_classes": 10, "sparse_y_pred": False}, ONE_HOT, False),
        ({"type": "MeanIoU", "num_classes": 10}, ONE_HOT, True),
        ({"type": "OneHotMeanIoU", "num_classes": 10}, ONE_HOT, False),
        ({"type": "OneHotMeanIoU", "num_classes": 10, "sparse_y_pred": True}, ONE_HOT, True),
        ({"type": "IoU", "num_classes": 10, "target_class_ids": [1]}, SPARSE, True),
    ],
)
def test_metrics_that_compare_nothing(metric, loss, expected, codes):
    found = codes(training={"metrics": [metric], "loss": loss})
    assert found == ["meaningless-metric"] * expected


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ({"type": "OneHotIoU", "num_classes": 2, "target_class_ids": [1]}, True),
        ("BinaryIoU", False),
        (MACRO, True),
        ({**MACRO, "threshold": None}, True),
        ({**MACRO, "threshold": 0.5}, False),
        ("Hinge", False),
        ({"type": "Precision", "class_id": 1}, True),
        ({"type": "Precision", "class_id": 0}, False),
        ({"type": "Recall", "top_k": 1}, True),
        ({"type": "Recall", "thresholds": 0.3}, False),
        ("CategoricalCrossentropy", True),
        ("BinaryCrossentropy", False),
        ("CosineSimilarity", True),
        ("KLDivergence", True),
        ("PearsonCorrelation", True),
        ({"type": "PearsonCorrelation", "axis": 0}, False),
        ("AUC", False),
        ("accuracy", False),
    ],
)
def test_metrics_of_a_single_output(metric, expected, codes):
    one = [FLAT, dense(1, activation="sigmoid")]
    found = codes(layers=one, training={"loss": "binary_crossentropy", "metrics": [metric]})
    assert found == ["metric-of-one-output"] * expected


def test_an_overlap_of_numbers_is_not_judged(codes):
    # Labels that are numbers may be whatever the network gives.
    data = {"source": "csv", "path": "t.csv", "target": "y", "labels": "numbers"}
    found = codes(
        input={"shape": [3]},
        layers=[dense(1)],
        data=data,
        training={"loss": "mse", "metrics": [{"type": "MeanIoU", "num_classes": 3}]},
    )
    assert "meaningless-metric" not in found


def test_binary_accuracy_is_for_yes_or_no(codes):
    several = [FLAT, dense(10, activation="sigmoid")]
    training = {"loss": "binary_crossentropy", "metrics": ["binary_accuracy"]}
    assert codes(layers=several, training=training) == []
    one = [FLAT, dense(1, activation="sigmoid")]
    assert codes(layers=one, training=training) == []
    training["metrics"] = ["accuracy"]
    assert codes(layers=one, training=training) == []


@pytest.mark.parametrize(
    ("training", "says"),
    [
        ({"early_stopping": [{"monitor": "val_acc"}]}, 'Did you mean "val_accuracy"?'),
        ({"early_stopping": [{"monitor": "vall_loss"}]}, 'Did you mean "val_loss"?'),
        (
            {"early_stopping": [], "callbacks": [{"type": "ReduceLROnPlateau", "monitor": "auc"}]},
            'there is no "auc" to monitor; there are loss, accuracy',
        ),
    ],
)
def test_a_monitor_that_does_not_exist(training, says, linted):
    (problem,) = linted(training=training)
    assert problem.code == "unknown-monitor" and says in problem.message


@pytest.mark.parametrize(
    "data", [{"validation": 0}, {"validation": None}, {"source": "cifar10", "validation": None}]
)
def test_without_a_validation_set_there_are_no_values_of_one(data, linted):
    stopping = [{"monitor": "val_loss"}]
    (problem,) = linted(data=data, training={"early_stopping": stopping})
    assert problem.message == (
        'there is no "val_loss" to monitor without a validation set; give data.validation a '
        'fraction, as in "validation": 0.2, or monitor the training: there are loss, accuracy'
    )


@pytest.mark.parametrize("validation", [None, "own"])
def test_a_file_may_have_a_validation_set_of_its_own(validation, codes):
    data = {"source": "images", "path": ".", "validation": validation}
    assert codes(data=data, training={"early_stopping": [{"monitor": "val_loss"}]}) == []


@pytest.mark.parametrize(
    ("stopping", "expected"),
    [
        ({"patience": 2}, []),
        ({"patience": 3}, ["patience-too-long"]),
        ({"patience": 1, "start_from_epoch": 1}, []),
        ({"patience": 1, "start_from_epoch": 2}, ["patience-too-long"]),
    ],
)
def test_patience_and_epochs(stopping, expected, codes):
    assert codes(training={"epochs": 3, "early_stopping": [stopping]}) == expected


@pytest.mark.parametrize(
    ("plateau", "expected"),
    [
        ({"patience": 9}, []),
        ({"patience": 10}, ["plateau-after-stopping"]),
        ({}, ["plateau-after-stopping"]),
        ({"patience": 20, "monitor": "loss"}, []),
    ],
)
def test_the_rate_is_lowered_before_the_training_stops(plateau, expected, codes):
    training = {
        "epochs": 100,
        "early_stopping": [{"monitor": "val_loss", "patience": 10}],
        "callbacks": [{"type": "ReduceLROnPlateau", **plateau}],
    }
    assert codes(training=training) == expected


@pytest.mark.parametrize(
    ("data", "size", "expected"),
    [
        ({"source": "shapes"}, 6400, []),
        ({"source": "shapes"}, 6401, ["batch-larger-than-data"]),
        ({"source": "mnist", "validation": 0}, 60_000, []),
        ({"source": "mnist", "validation": 0}, 60_001, ["batch-larger-than-data"]),
        ({"source": "npz", "path": "a.npz"}, 10**6, []),
        ({"source": "npz", "path": "a.npz", "train_samples": 100}, 81, ["batch-larger-than-data"]),
        ({"source": "npz", "path": "a.npz", "train_samples": 100}, 80, []),
    ],
)
def test_batch_size_and_samples(data, size, expected, codes):
    assert codes(data=data, training={"batch_size": size}) == expected


def test_an_epoch_of_so_many_steps_may_have_batches_of_any_size(codes):
    data, training = {"train_samples": 500, "validation": 0.2}, {"batch_size": 512}
    assert codes(data=data, training=training) == ["batch-larger-than-data"]
    assert codes(data=data, training={**training, "steps_per_epoch": 20}) == []


def test_the_default_batch_size_is_nobodys_mistake(codes):
    assert codes(data={"train_samples": 20}) == []


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        ("adam", 0),
        ({"type": "adam", "learning_rate": 0.5}, 1),
        ({"type": "SGD", "learning_rate": 0.5}, 0),
        ({"type": "Adam", "learning_rate": 1e-5}, 0),
        ({"type": "Adam", "learning_rate": 1e-9}, 1),
        ({"type": "Adam", "learning_rate": 0}, 1),
        ({"type": "Adadelta", "learning_rate": 1.0}, 0),
        ({"type": "Lion", "learning_rate": 0.1}, 1),
        (
            {
                "type": "Adam",
                "learning_rate": {
                    "type": "CosineDecay",
                    "initial_learning_rate": 0.0,
                    "warmup_target": 0.001,
                    "warmup_steps": 10,
                    "decay_steps": "100%",
                },
            },
            0,
        ),
        (
            {
                "type": "Adam",
                "learning_rate": {
                    "type": "PiecewiseConstantDecay",
                    "boundaries": [10],
                    "values": [0.9, 0.001],
                },
            },
            1,
        ),
        (
            {
                "type": "LossScaleOptimizer",
                "inner_optimizer": {"type": "Adam", "learning_rate": 0.5},
            },
            1,
        ),
        ({"type": "LossScaleOptimizer", "inner_optimizer": {"type": "Adam"}}, 0),
    ],
)
def test_learning_rates(optimizer, expected, codes):
    training = {"optimizer": optimizer}
    if isinstance(optimizer, dict) and "learning_rate" not in optimizer:
        # The spec below has one, which would be merged in.
        training["optimizer"] = {"learning_rate": None, **optimizer}
    assert codes(training=training) == ["learning-rate"] * expected


def test_a_callback_may_set_any_rate(codes):
    scheduler = {"type": "LearningRateScheduler", "schedule": "0.001"}
    training = {"optimizer": {"learning_rate": 1.0}, "callbacks": [scheduler]}
    assert codes(training=training) == []


def test_numbers_are_no_classes(codes, linted):
    data = {"source": "npz", "path": "a.npz", "labels": "numbers"}
    layers = [FLAT, dense(1)]
    training = {"loss": "mse", "metrics": ["mae"]}
    assert codes(data=data, layers=layers, training=training) == []
    found = codes(data=data, training={"metrics": ["mae"]})
    assert found == ["loss-does-not-fit-labels"]
    (problem,) = linted(data=data, layers=layers, training={"loss": "mse"})
    assert problem.code == "loss-does-not-fit-labels"
    assert '"metrics" without a value is accuracy' in problem.message
    # However it is spelt.
    training = {"loss": "mse", "metrics": ["acc"]}
    assert codes(data=data, layers=layers, training=training) == ["loss-does-not-fit-labels"]
    # Shares that add up to 1 are numbers, too.
    training = {"loss": "kl_divergence", "metrics": ["mse"]}
    assert codes(data=data, training=training) == []


def test_words_are_not_scaled(codes):
    layers = [rescaling(0.01), FLAT, SOFTMAX]
    entry = {"shape": [8], "dtype": "int32"}
    data = {"source": "sentences", "scale": 0.1}
    assert codes(input=entry, data=data, layers=layers) == []


def rescaling(scale, **arguments):
    return {"type": "Rescaling", "scale": scale, **arguments}


@pytest.mark.parametrize(
    ("data", "layers", "expected"),
    [
        ({"scale": "1/255"}, [rescaling(1 / 255)], 1),
        ({"scale": 1 / 255}, [{"type": "Resizing", "height": 4, "width": 4}, rescaling(0.004)], 1),
        ({"standardize": True}, [rescaling(1 / 255)], 1),
        ({}, [rescaling(1 / 255)], 0),
        ({"scale": "1/255"}, [rescaling(2.0, offset=-1.0)], 0),
        ({"scale": "1/255"}, [rescaling(255)], 0),
        # Within the network it is no scaling of pixels.
        ({"scale": "1/255"}, [CONV, rescaling(0.1)], 0),
        ({"standardize": True}, [{"type": "Normalization", "mean": 0.5, "variance": 0.1}], 1),
        ({"scale": "1/255"}, [{"type": "Normalization", "mean": 120.0, "variance": 60.0}], 1),
        (
            {"scale": "1/255"},
            [{"type": "Normalization", "mean": [0.5, 0.5, 0.4], "variance": [0.1, 0.1, 0.1]}],
            0,
        ),
    ],
)
def test_two_scalings(data, layers, expected, codes):
    assert codes(data=data, layers=[*layers, FLAT, SOFTMAX]) == ["two-scalings"] * expected


def test_augmentation_in_layers_is_told_once(linted):
    layers = [{"type": "RandomFlip"}, {"type": "RandomZoom", "height_factor": 0.1}, FLAT, SOFTMAX]
    (problem,) = linted(layers=layers)
    assert problem.code == "augmentation-in-layers"
    assert problem.message.endswith('it belongs in "augmentation" (1 more like it)')
    (problem,) = linted(layers=layers[1:], augmentation=[{"type": "RandomFlip"}])
    assert "where there is some already" in problem.message


@pytest.mark.parametrize(
    ("data", "range_", "expected"),
    [
        ({"scale": "1/255"}, [0, 1], True),
        ({"source": "cifar10"}, [0.0, 1.0], True),
        ({"scale": "1/255"}, [0, 255], False),
        # Pixels of a file may be anything.
        ({"source": "npz", "path": "a.npz"}, [0, 1], False),
    ],
)
def test_augmentation_gets_pixels_before_they_are_scaled(data, range_, expected, codes):
    layer = {"type": "RandomBrightness", "factor": 0.1, "value_range": range_}
    assert codes(data=data, augmentation=[layer]) == ["value-range"] * expected


def test_within_the_network_pixels_are_scaled(codes):
    layers = [{"type": "RandomBrightness", "factor": 0.1}, FLAT, SOFTMAX]
    found = codes(data={"scale": "1/255"}, layers=layers)
    assert found == ["augmentation-in-layers", "value-range"]
    assert codes(layers=layers) == ["augmentation-in-layers"]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([dense(), BN], ["bias-before-batch-normalization"]),
        ([dense(use_bias=False), BN], []),
        # A frozen one subtracts what it has stored.
        ([dense(), {**BN, "trainable": False}], []),
        # A bias within the activation is no constant any more.
        ([dense(activation="relu"), BN], []),
        ([dense(), {"type": "ReLU"}, BN], []),
        ([dense(), {"type": "LayerNormalization"}], []),
        ([dense(name="a"), BN, {"type": "Concatenate", "inputs": ["a", "#-1"]}], []),
        ([dense(activation="relu"), {"type": "Dropout", "rate": 0.2}, BN], ["dropout-b"]),
        ([dense(activation="relu"), BN, {"type": "Dropout", "rate": 0.2}], []),
        ([dense(use_bias=False, kernel_regularizer="l2"), BN], ["regularizer-b"]),
        ([dense(activation="relu", kernel_regularizer={"type": "L1"}), BN], ["regularizer-b"]),
        ([dense(activation="tanh", kernel_regularizer="l2"), BN], []),
        ([dense(activation="relu", kernel_regularizer="l2")], []),
        ([dense(activation="relu", kernel_regularizer="orthogonal_regularizer"), BN], []),
        ([dense(activation="tanh", kernel_initializer="he_normal")], ["he-before-saturation"]),
        (
            [dense(activation="sigmoid", kernel_initializer={"type": "HeUniform", "seed": 1})],
            ["he-before-saturation"],
        ),
        ([dense(activation="relu", kernel_initializer="he_normal")], []),
        ([dense(activation="tanh", kernel_initializer="glorot_normal")], []),
        ([dense(activation="relu", kernel_initializer="glorot_uniform")], []),
        (
            [
                dense(use_bias=False, kernel_initializer="he_normal"),
                BN,
                {"type": "Activation", "activation": "tanh"},
            ],
            [],
        ),
        ([dense(), dense(activation="relu")], ["linear-layers-in-a-row"]),
        ([dense(8), dense(64, activation="relu")], []),
        ([dense(), {"type": "ReLU"}, dense(activation="relu")], []),
        ([dense(trainable=False), dense(activation="relu")], []),
        ([{"type": "Dropout", "rate": 0}], ["dropout-of-zero"]),
        ([{"type": "GaussianDropout", "rate": 1}], ["dropout-of-one"]),
        ([{"type": "Dropout", "rate": 0.99}], []),
    ],
)
def test_layers_in_order(layers, expected, codes):
    found = codes(layers=[FLAT, *layers, SOFTMAX])
    assert len(found) == len(expected)
    assert all(map(str.startswith, found, expected)), found


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, True),
        ({"kernel_size": [3, 3]}, {}, True),
        ({"kernel_size": [3, 1]}, {"kernel_size": [1, 3]}, False),
        ({"kernel_size": 1}, {}, False),
        ({"groups": 2}, {}, False),
        ({"kernel_size": 1, "filters": 2}, {"kernel_size": 1}, False),
        ({"activation": "relu"}, {}, False),
    ],
)
def test_convolutions_in_a_row(first, second, expected, codes):
    plain = {"type": "Conv2D", "filters": 4, "kernel_size": 3}
    layers = [{**plain, **first}, {**plain, **second, "activation": "relu"}, FLAT, SOFTMAX]
    assert codes(layers=layers) == ["linear-layers-in-a-row"] * expected


def test_old_names_of_layers_are_known(codes):
    layers = [{"type": "Convolution2D", "filters": 8, "kernel_size": 3}, BN, FLAT, SOFTMAX]
    assert codes(layers=layers) == ["bias-before-batch-normalization"]


def test_recurrent_layers_saturate_by_default(codes):
    layers = [{"type": "LSTM", "units": 4, "kernel_initializer": "he_normal"}, SOFTMAX]
    assert codes(input={"shape": [8, 3]}, layers=layers) == ["he-before-saturation"]


def test_a_layer_called_twice_is_left_alone(codes):
    layers = [
        dense(8, name="twice"),
        BN,
        {"type": "Shared", "layer": "twice"},
        dense(10, activation="softmax"),
    ]
    assert codes(input={"shape": [8]}, layers=layers) == []


def test_wrongly_joined_layers_are_not_judged_but_the_recipe_is(codes):
    layers = [FLAT, {**PLAIN, "name": "a"}, {**PLAIN, "name": "b", "inputs": "#-2"}]
    assert codes(layers=layers, training={"early_stopping": [{"monitor": "val_acc"}]}) == [
        "unknown-monitor"
    ]


@pytest.mark.parametrize(
    ("layer", "backend"),
    [
        (dense(name="a b"), "TensorFlow"),
        (dense(name="schön"), "TensorFlow"),
        (dense(name="a.b"), "PyTorch"),
        (dense(name="a>b"), None),
        ({"type": "ReLU", "name": "a.b"}, None),
        ({"type": "ops.relu", "name": "a b"}, None),
        ({"type": "Model", "name": "ok", "layers": [dense(name="a b")]}, "TensorFlow"),
    ],
)
def test_names_that_a_backend_cannot_take(linted, layer, backend):
    found = [each for each in linted(layers=[FLAT, layer, SOFTMAX]) if "backend" in each.code]
    assert [each.message.split()[0] for each in found] == ([backend] if backend else [])


@pytest.mark.parametrize(
    ("epochs", "patience", "start", "says"),
    [
        (1, 1, 0, "1 epoch without improvement does not fit into 1 epoch, so"),
        (3, 2, 1, "2 epochs without improvement from epoch 1 on do not fit into 3 epochs, so"),
        (2, 1, 1, "1 epoch without improvement from epoch 1 on does not fit into 2 epochs, so"),
    ],
)
def test_one_epoch_is_no_epochs(linted, epochs, patience, start, says):
    stopping = {"monitor": "val_loss", "patience": patience, "start_from_epoch": start}
    found = linted(training={"epochs": epochs, "early_stopping": [stopping]})
    (problem,) = [each for each in found if each.code == "patience-too-long"]
    assert problem.message.startswith(says)


CROP = {"type": "RandomCrop", "height": 6, "width": 6}
TWO = {"left": {"shape": [8, 8, 3]}, "right": {"shape": [8, 8, 3]}}


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            {"augmentation": [CROP, {"type": "RandomFlip"}]},
            "RandomCrop leaves pictures of (6, 6, 3)",
        ),
        ({"augmentation": [CROP, {"type": "Resizing", "height": 8, "width": 8}]}, None),
        ({"augmentation": [CROP], "input": {"shape": [None, None, 3]}}, None),
        (
            {"augmentation": [{"type": "RandomFlip"}], "input": {"shape": [192]}},
            "augmentation changes pictures of (height, width, channels), but the samples are (",
        ),
        (
            {"augmentation": [{"type": "RandomFlip"}], "input": {"dtype": "int32"}},
            "augmentation changes pixels to values that are not whole, but the input takes int32",
        ),
        (
            {"augmentation": [{"type": "RandomFlip"}], "data": {"labels": "masks"}},
            "augmentation changes the pictures, but would leave their masks as they are",
        ),
        (
            {
                "augmentation": [{"type": "MixUp"}],
                "data": {"source": "npz", "path": "a.npz", "labels": "numbers"},
            },
            "augmentation changes the labels of classes by mixing them, but these are numbers",
        ),
    ],
)
def test_augmentation_that_only_the_training_would_refuse(linted, parts, says):
    found = [each for each in linted(**parts) if each.code == "augmentation-misfit"]
    assert [each.message[: len(says or "")] for each in found] == ([says] if says else [])
    assert all(each.level == "error" for each in found)


def test_augmentation_of_two_pictures(linted):
    layers = [{"type": "Add", "inputs": ["left", "right"]}, FLAT, SOFTMAX]
    augmentation = [{"type": "RandomFlip"}]
    found = linted(input=None, inputs=TWO, layers=layers, augmentation=augmentation)
    (problem,) = [each for each in found if each.code == "augmentation-misfit"]
    assert problem.message == "augmentation changes one picture, but the network takes 2 inputs"


@pytest.mark.parametrize(("outputs", "told"), [(["a", "b"], 1), (["b"], 0), ("b", 0)])
def test_one_output_is_trained(linted, outputs, told):
    layers = [{**FLAT, "name": "a"}, {**SOFTMAX, "name": "b"}]
    found = [each for each in linted(layers=layers, outputs=outputs) if "outputs" in each.code]
    assert [each.level for each in found] == ["warning"] * told


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        ({"type": "SGD", "use_ema": False}, []),
        ({"type": "SGD", "ema_momentum": 0.9}, []),
        (
            {"type": "LossScaleOptimizer", "inner_optimizer": {"type": "SGD", "use_ema": True}},
            ["averaged-twice"],
        ),
    ],
)
def test_weights_are_averaged_once(codes, optimizer, expected):
    assert codes(training={"optimizer": optimizer, "averaging": {"every": 2}}) == expected


HEAD = {**SOFTMAX, "name": "head"}


@pytest.mark.parametrize(
    ("layers", "words", "says"),
    [
        ([FLAT, HEAD], ["haed"], ['no layer has "haed" in its name. Did you mean "head"?']),
        ([FLAT, HEAD], ["head", "x"], ['no layer has "x" in its name; there are flatten, head']),
        ([FLAT, HEAD], ["hea", "flatten", "kernel", "h.*d$"], []),
        ([FLAT, SOFTMAX], ["dense"], []),
        ([{"type": "Model", "layers": [FLAT, HEAD]}], ["head"], []),
        ([{"type": "Model", "layers": [FLAT, HEAD], "name": "net"}], ["net"], ["net"]),
        ([{"type": "TimeDistributed", "layer": PLAIN}, FLAT, SOFTMAX], ["inner"], []),
    ],
)
def test_words_of_muon_that_exclude_nothing(linted, layers, words, says):
    optimizer = {"type": "Muon", "exclude_layers": words}
    for each in (optimizer, {"type": "LossScaleOptimizer", "inner_optimizer": optimizer}):
        found = linted(layers=layers, training={"optimizer": each})
        found = [problem for problem in found if problem.code == "exclusion-of-none"]
        assert [text in problem.message for text, problem in zip(says, found, strict=True)] == [
            True
        ] * len(says)


@pytest.mark.parametrize(
    ("optimizer", "says"),
    [
        ({"type": "Adam", "beta_1": 9}, '"beta_1" 9 is no share; it must be from 0 to below 1'),
        ({"type": "AdamW", "beta_2": 1}, '"beta_2" 1 is no share; it must be from 0 to below 1'),
        ({"type": "RMSprop", "rho": -0.1}, '"rho" -0.1 is no share'),
        (
            {"type": "ConvMuon", "momentum": 1.5},
            '"momentum" 1.5 is no share; it must be from 0 to 1',
        ),
        ({"type": "Muon", "adam_beta_2": 1.5}, '"adam_beta_2" 1.5 is no share'),
        ({"type": "SGD", "ema_momentum": 1.5}, '"ema_momentum" 1.5 is no share'),
        ({"type": "SGD", "use_ema": True, "ema_momentum": 1}, None),
        ({"type": "RMSprop", "rho": 0, "momentum": 1}, None),
        ({"type": "Adafactor", "beta_2_decay": -0.8}, None),
        ({"type": "Ftrl", "beta": 2.0}, None),
    ],
)
def test_shares_of_optimizers(linted, written, optimizer, says):
    for each in (optimizer, {"type": "LossScaleOptimizer", "inner_optimizer": optimizer}):
        found = linted(training={"optimizer": each})
        found = [problem for problem in found if problem.code == "share-out-of-range"]
        assert len(found) == (says is not None)
        for problem in found:
            assert says in problem.message
            assert written(problem)[0] in "-0123456789"


@pytest.mark.parametrize(("momentum", "told"), [(99, 1), (-1, 1), (0, 0), (1, 0), (0.99, 0)])
def test_shares_of_batch_normalization(linted, momentum, told):
    layers = [FLAT, {**BN, "momentum": momentum}, {"type": "Model", "layers": [SOFTMAX]}]
    found = [each.code for each in linted(layers=layers)]
    assert found.count("share-out-of-range") == told


@pytest.mark.parametrize(
    ("layers", "loss", "expected"),
    [
        ([FLAT, dense(10, activation="relu"), {"type": "Softmax"}], SPARSE, True),
        ([FLAT, dense(10, activation="relu")], LOGITS, True),
        ([FLAT, PLAIN], LOGITS, False),
        ([FLAT, dense(32, activation="relu"), SOFTMAX], SPARSE, False),
        ([FLAT, dense(10, activation="tanh"), {"type": "Softmax"}], SPARSE, False),
        ([FLAT, PLAIN, {"type": "ReLU"}, {"type": "Softmax"}], SPARSE, True),
        ([FLAT, PLAIN, {"type": "ReLU"}], LOGITS, True),
        (
            [FLAT, PLAIN, {"type": "ReLU", "negative_slope": 0.1}, {"type": "Softmax"}],
            SPARSE,
            False,
        ),
        (
            [
                FLAT,
                dense(10, activation={"type": "ReLU", "negative_slope": 0.1}),
                {"type": "Softmax"},
            ],
            SPARSE,
            False,
        ),
        # As SqueezeNet ends: a mean over positions is hardly ever 0.
        (
            [{**CONV, "filters": 10}, {"type": "GlobalAveragePooling2D"}, {"type": "Softmax"}],
            SPARSE,
            False,
        ),
        ([{**CONV, "filters": 10}, {"type": "GlobalAveragePooling2D"}], LOGITS, False),
    ],
)
def test_a_relu_on_logits(layers, loss, expected, codes):
    assert codes(layers=layers, training={"loss": loss}) == ["clipped-logits"] * expected


@pytest.mark.parametrize(
    ("before", "axis", "expected"),
    [
        ({}, 1, True),
        ({}, 0, True),
        ({}, -1, False),
        ({}, -4, True),
        ({}, 3, False),
        ({}, True, False),
        ({"data_format": "channels_first"}, 1, False),
    ],
)
def test_the_channels_are_what_is_normalized(before, axis, expected, codes):
    conv = {"type": "Conv2D", "filters": 8, "kernel_size": 3, "use_bias": False, **before}
    found = codes(layers=[conv, {**BN, "axis": axis}, {"type": "ReLU"}, FLAT, SOFTMAX])
    assert found == ["normalization-axis"] * expected


@pytest.mark.parametrize(
    ("layer", "constraint", "expected"),
    [
        (CONV, "max_norm", True),
        (CONV, {"type": "UnitNorm", "axis": 0}, True),
        (CONV, {"type": "UnitNorm", "axis": [0, 1, 2]}, False),
        (CONV, "non_neg", False),
        (CONV, {"type": "UnitNorm", "axis": [0]}, True),
        ({**CONV, "type": "Conv2DTranspose"}, {"type": "MinMaxNorm"}, True),
        (dense(8, activation="relu"), "unit_norm", False),
    ],
)
def test_the_norm_of_a_filter_runs_along_all_its_axes(layer, constraint, expected, codes):
    found = codes(layers=[{**layer, "kernel_constraint": constraint}, FLAT, SOFTMAX])
    assert found == ["constraint-axis"] * expected


@pytest.mark.parametrize(
    ("metric", "units", "expected"),
    [
        ("sparse_top_k_categorical_accuracy", 5, True),
        ("sparse_top_k_categorical_accuracy", 6, False),
        ({"type": "TopKCategoricalAccuracy", "k": 3}, 3, True),
        ({"type": "TopKCategoricalAccuracy", "k": 2}, 3, False),
        ({"type": "MeanIoU", "num_classes": 3, "sparse_y_pred": False}, 10, True),
        ({"type": "MeanIoU", "num_classes": 10, "sparse_y_pred": False}, 10, False),
        ({"type": "MeanIoU", "num_classes": 12, "sparse_y_pred": False}, 10, False),
    ],
)
def test_a_metric_has_the_classes_of_the_network(metric, units, expected, codes):
    layers = [FLAT, dense(units, activation="softmax")]
    found = codes(layers=layers, training={"metrics": [metric]})
    assert found == ["metric-of-other-classes"] * expected


# The good spec has 6,400 samples to train on and 3 epochs, which are 600 steps of 32.
@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"type": "CosineDecay", "decay_steps": 400}, True),
        ({"type": "CosineDecay", "decay_steps": 401}, False),
        ({"type": "CosineDecay", "decay_steps": 10, "alpha": 0.1}, False),
        ({"type": "CosineDecay", "decay_steps": "50%"}, True),
        ({"type": "CosineDecay", "decay_steps": "100%"}, False),
        (
            {
                "type": "CosineDecay",
                "decay_steps": 300,
                "warmup_target": 0.002,
                "warmup_steps": 200,
            },
            False,
        ),
        ({"type": "CosineDecayRestarts", "first_decay_steps": 10}, False),
        ({"type": "PolynomialDecay", "decay_steps": 10, "end_learning_rate": 0}, True),
        ({"type": "PolynomialDecay", "decay_steps": 10}, False),
        (
            {"type": "PolynomialDecay", "decay_steps": 10, "end_learning_rate": 0, "cycle": True},
            False,
        ),
    ],
)
def test_a_schedule_lasts_as_long_as_the_training(schedule, expected, codes):
    rate = {**schedule, "initial_learning_rate": 0.001}
    found = codes(training={"optimizer": {"type": "Adam", "learning_rate": rate}})
    assert found == ["schedule-ends-early"] * expected


def test_where_the_number_of_steps_is_unknown_no_schedule_is_too_short(codes):
    rate = {"type": "CosineDecay", "initial_learning_rate": 0.001, "decay_steps": 10}
    training = {"optimizer": {"type": "Adam", "learning_rate": rate}}
    files = {"source": "npz", "path": "a.npz"}
    assert codes(data=files, training=training) == []
    training["steps_per_epoch"] = 100
    assert codes(data=files, training=training) == ["schedule-ends-early"]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"decay_steps": "50%"}, True),
        ({"decay_steps": 3}, True),  # There are ten steps at least.
        # With 1,600 samples this ends with the training.
        ({"decay_steps": 475, "warmup_steps": "5%", "warmup_target": 0.002}, False),
    ],
)
def test_a_schedule_that_ends_early_for_any_number_of_samples(schedule, expected, codes):
    rate = {"type": "CosineDecay", "initial_learning_rate": 0.001, **schedule}
    training = {"optimizer": {"type": "Adam", "learning_rate": rate}, "epochs": 10}
    found = codes(data={"source": "npz", "path": "a.npz"}, training=training)
    assert found == ["schedule-ends-early"] * expected


@pytest.mark.parametrize(("units", "expected"), [(1, True), (2, True), (3, False)])
def test_a_correlation_is_of_three_numbers_at_least(units, expected, codes):
    training = {"loss": "mse", "metrics": ["PearsonCorrelation"]}
    files = {"source": "csv", "path": "a.csv", "target": "y", "labels": "numbers"}
    found = codes(input={"shape": [3]}, layers=[dense(units)], data=files, training=training)
    assert [code for code in found if code.startswith("metric")] == (
        ["metric-of-one-output"] * expected
    )


@pytest.mark.parametrize("score", [MACRO, {**MACRO, "threshold": 0.5}])
def test_rows_of_outputs_are_no_masks(score, codes):
    head = {"type": "Conv2D", "filters": 1, "kernel_size": 1, "activation": "sigmoid"}
    training = {"loss": "binary_crossentropy", "metrics": [score]}
    found = codes(layers=[head], data={"labels": "masks"}, training=training)
    assert found == ["meaningless-metric"]


def test_a_metric_of_a_plugin_has_classes_of_its_own(codes):
    sizes = {"num_classes": Argument("num_classes", types=("int",))}
    registry.add(Registered(Entry("metrics", "Kappa", sizes), thing=object, plugin="here"))
    assert codes(training={"metrics": [{"type": "Kappa", "num_classes": 3}]}) == []


SOFT = {"type": "CategoricalCrossentropy", "label_smoothing": 0.1}
YES_OR_NO = {"type": "BinaryCrossentropy", "from_logits": True}


@pytest.mark.parametrize(
    ("activation", "loss", "metrics", "expected"),
    [
        ("sigmoid", "binary_crossentropy", ["binary_accuracy", "AUC"], 0),
        ("linear", YES_OR_NO, [{"type": "BinaryAccuracy", "threshold": 0}], 0),
        ("softmax", SOFT, ["accuracy", "categorical_accuracy"], 0),
        ("sigmoid", "binary_crossentropy", ["accuracy"], 1),
        ("softmax", "sparse_categorical_crossentropy", ["sparse_categorical_accuracy"], 2),
        ("linear", "mse", ["accuracy", "binary_accuracy"], 2),
    ],
)
def test_numbers_may_be_probabilities(activation, loss, metrics, expected, codes):
    data = {"source": "npz", "path": ".", "labels": "numbers"}
    layers = [FLAT, dense(3, activation=activation)]
    found = codes(layers=layers, data=data, training={"loss": loss, "metrics": metrics})
    assert found == ["loss-does-not-fit-labels"] * expected


@pytest.mark.parametrize("name", [*NOT_MEASURED, "loss", "val_accuracy"])
def test_names_that_the_history_has(name, codes):
    metric = {"type": "SparseTopKCategoricalAccuracy", "k": 2, "name": name}
    assert codes(training={"metrics": [metric]}) == ["reserved-metric-name"]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ({"reduction": "none"}, ["loss-of-many-values"]),
        ({"reduction": None}, ["loss-of-many-values"]),
        ({"reduction": "sum"}, []),
        ({"label_smoothing": 1.0}, ["label-smoothing"]),
        ({"label_smoothing": -0.1}, ["label-smoothing"]),
        ({"label_smoothing": 0.9}, []),
        ({"label_smoothing": 0}, []),
    ],
)
def test_a_loss_is_one_number_of_smoothed_labels(argument, expected, codes):
    loss = {"type": "BinaryCrossentropy", **argument}
    head = [FLAT, dense(1, activation="sigmoid")]
    assert codes(layers=head, training={"loss": loss}) == expected


def test_a_sparse_loss_of_a_plugin_takes_one_output(codes):
    registry.add(Registered(Entry("losses", "sparse_gap", {}), thing=object, plugin="here"))
    one = [FLAT, dense(1, activation="sigmoid")]
    training = {"loss": "sparse_gap", "metrics": ["AUC", "mse"]}
    assert codes(layers=one, training=training) == []
    assert codes(training=training) == ["metric-needs-one-hot"] * 2


def test_circles_are_of_classes(codes):
    training = {"loss": "circle", "metrics": []}
    masks = codes(layers=[{**CONV, "filters": 11}], data={"labels": "masks"}, training=training)
    assert masks == ["loss-needs-class-numbers"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("F1Score", True),
        (MACRO, False),
        ("FBetaScore", True),
        ({"type": "Precision", "thresholds": [0.3, 0.5]}, True),
        ({"type": "Precision", "thresholds": [0.3]}, False),
        ({"type": "R2Score", "class_aggregation": None}, True),
        ("R2Score", False),
        ("AUC", False),
    ],
)
def test_a_metric_is_one_number(metric, expected, codes):
    found = codes(training={"loss": ONE_HOT, "metrics": [metric]})
    assert found == ["metric-of-many-values"] * expected


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("accuracy", None),
        ("AUC", '"from_logits": true'),
        ({"type": "AUC", "from_logits": True}, None),
        ("Precision", '"thresholds": 0'),
        ({"type": "Recall", "thresholds": 0}, None),
        ("binary_accuracy", '"threshold": 0'),
        ({"type": "BinaryIoU", "threshold": 0}, None),
        ({"type": "PrecisionAtRecall", "recall": 0.5}, 'end it with "sigmoid"'),
        ("mse", None),
    ],
)
def test_metrics_of_a_logit(metric, expected, linted):
    loss = {"type": "BinaryCrossentropy", "from_logits": True}
    found = linted(layers=[FLAT, dense(1)], training={"loss": loss, "metrics": [metric]})
    assert [problem.code for problem in found] == ["metric-of-logits"] * (expected is not None)
    assert all(expected in problem.message for problem in found)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Precision", '"top_k": 1'),
        ({"type": "Precision", "top_k": 1}, None),
        ({**MACRO, "threshold": 0.5}, 'end it with "softmax"'),
        (MACRO, None),
        ("categorical_crossentropy", '{"type": "CategoricalCrossentropy", "from_logits": true}'),
    ],
)
def test_metrics_of_several_logits(metric, expected, linted):
    loss = {"type": "CategoricalCrossentropy", "from_logits": True, "label_smoothing": 0.1}
    found = linted(layers=[FLAT, PLAIN], training={"loss": loss, "metrics": [metric]})
    assert [problem.code for problem in found] == ["metric-of-logits"] * (expected is not None)
    assert all(expected in problem.message for problem in found)


@pytest.mark.parametrize("metric", ["accuracy", "categorical_accuracy"])
def test_places_in_space_have_no_accuracy(metric, codes):
    training = {"loss": "circle", "metrics": [metric]}
    assert codes(layers=[FLAT, PLAIN], training=training) == ["meaningless-metric"]
