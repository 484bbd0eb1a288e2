"""A problem stands where the fault was written."""

import json

import pytest

from kspec.spec.lint import lint
from kspec.spec.load import load_node
from kspec.spec.models import Spec

SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}


@pytest.mark.parametrize(
    ("code", "parts", "place"),
    [
        (
            "softmax-with-logits",
            {"training": {"loss": {"type": "SparseCategoricalCrossentropy", "from_logits": True}}},
            '"from_logits": true',
        ),
        (
            "logits-without-softmax",
            {"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}]},
            "{",
        ),
        (
            "unknown-monitor",
            {"training": {"early_stopping": [{"monitor": "val_acc", "patience": 1}]}},
            '"val_acc"',
        ),
        (
            "patience-too-long",
            {"training": {"early_stopping": [{"monitor": "val_loss", "patience": 30}]}},
            "30",
        ),
        (
            "plateau-after-stopping",
            {
                "training": {
                    "early_stopping": [{"monitor": "val_loss", "patience": 2}],
                    "callbacks": [{"type": "ReduceLROnPlateau"}],
                }
            },
            "{",
        ),
        ("batch-larger-than-data", {"training": {"batch_size": 7000}}, "7000"),
        ("learning-rate", {"training": {"optimizer": {"learning_rate": 0.5}}}, "0.5"),
        (
            "learning-rate",
            {
                "training": {
                    "optimizer": {
                        "learning_rate": {
                            "type": "CosineDecay",
                            "initial_learning_rate": 0.75,
                            "decay_steps": 100,
                        }
                    }
                }
            },
            "0.75",
        ),
        (
            "duplicate-name",
            {"training": {"metrics": ["accuracy", {"type": "acc", "name": "accuracy"}]}},
            "{",
        ),
        (
            "metric-needs-one-hot",
            {"training": {"metrics": ["accuracy", "Precision"]}},
            '"Precision"',
        ),
        (
            "dropout-of-one",
            {"layers": [{"type": "Flatten"}, {"type": "Dropout", "rate": 1.0}, SOFTMAX]},
            "1.0",
        ),
        (
            "dropout-of-one",
            {
                "input": {"shape": [8, 3]},
                "layers": [{"type": "LSTM", "units": 4, "recurrent_dropout": 30}, SOFTMAX],
            },
            "30",
        ),
        (
            "bias-before-batch-normalization",
            {
                "layers": [
                    {"type": "Flatten"},
                    {"type": "Dense", "units": 4, "use_bias": True},
                    {"type": "BatchNormalization"},
                    SOFTMAX,
                ]
            },
            "true",
        ),
        (
            "regularizer-on-output",
            {"layers": [{"type": "Flatten"}, {**SOFTMAX, "kernel_regularizer": "l2"}]},
            '"l2"',
        ),
        (
            "he-before-saturation",
            {
                "layers": [
                    {"type": "Flatten"},
                    {"type": "Dense", "units": 4, "kernel_initializer": "he_uniform"},
                    {"type": "Activation", "activation": "tanh"},
                    SOFTMAX,
                ]
            },
            '"he_uniform"',
        ),
        (
            "value-range",
            {
                "augmentation": [
                    {
                        "type": "Pipeline",
                        "layers": [
                            {"type": "RandomFlip"},
                            {"type": "RandomContrast", "factor": 0.1, "value_range": [0, 1]},
                        ],
                    }
                ]
            },
            "[",
        ),
        ("missing-key", {"data": {"source": "npz"}}, '"npz"'),
        ("unknown-rule", {"allow": {"droput-of-zero": "so it is"}}, '"droput-of-zero"'),
        ("allow-reason", {"allow": {"dropout-of-zero": "x"}}, '"x"'),
    ],
)
def test_a_problem_stands_at_what_is_wrong(code, parts, place, linted, written):
    (problem,) = [problem for problem in linted(**parts) if problem.code == code]
    assert written(problem).startswith(place), written(problem)


def test_a_layer_within_a_model_has_its_own_place(linted, written):
    inner = [{"type": "Flatten"}, {"type": "Dropout", "rate": 0.0}, SOFTMAX]
    (problem,) = linted(layers=[{"type": "Model", "layers": inner}])
    assert problem.code == "dropout-of-zero"
    assert written(problem) == "0.0"


def test_a_layer_of_a_block_names_the_line_that_uses_it(tmp_path):
    text = """{"kspec": 1, "name": "a", "input": {"shape": [8]},
 "blocks": {"drop": {"layers": [
   {"type": "Dropout", "rate": 0}]}},
 "layers": [
   {"block": "drop"},
   {"block": "drop"},
   {"type": "Dense", "units": 10, "activation": "softmax"}],
 "data": {"source": "shapes"},
 "training": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "epochs": 3}}"""
    json.loads(text)
    (tmp_path / "s.json").write_text(text)
    node, problems = load_node(tmp_path / "s.json")
    assert problems == []
    (problem,) = lint(Spec.model_validate(node.plain()), node)
    assert (problem.place.line, problem.place.column) == (3, 32)
    assert problem.place.used_by is not None and problem.place.used_by.line == 5
    assert problem.message.endswith("(1 more like it)")
