"""What the shapes say against a network and its data, and where."""

import pytest
from spec_making import TRAINING, made

from kspec.spec.shapes import shape_problems

FLATTEN = {"type": "Flatten"}
CONV = {"type": "Conv2D", "filters": 4, "kernel_size": 3}


def head(units):
    return {"type": "Dense", "units": units, "activation": "softmax"}


def problems(layers, **more):
    return list(shape_problems(*made(layers, **more)))


def loss(name):
    return {"training": {**TRAINING, "loss": name}}


def test_a_misfit_stands_at_its_argument_with_its_surroundings():
    pool = {"type": "MaxPooling2D", "pool_size": 40}
    (problem,) = problems([CONV, pool, FLATTEN, head(10)])
    assert (problem.code, problem.level) == ("pool-too-large", "error")
    assert problem.context == "in layers[1], after Conv2D (30, 30, 4)"
    _, node = made([CONV, pool, FLATTEN, head(10)])
    assert problem.place == node.at(("layers", 1, "pool_size")).place


@pytest.mark.parametrize(
    ("source", "units", "level"),
    [
        ("cifar10", 9, "error"),
        ("cifar10", 10, None),
        ("cifar10", 11, "warning"),
        ("cifar100", 10, "error"),
        ("cifar100", 100, None),
        ("images", 7, None),
    ],
)
def test_one_output_for_each_class(source, units, level):
    found = problems([FLATTEN, head(units)], source=source)
    assert [(each.code, each.level) for each in found] == (
        [("output-classes", level)] if level else []
    )
    if found:
        _, node = made([FLATTEN, head(units)], source=source)
        assert found[0].place == node.at(("layers", 1, "units")).place


def test_the_number_of_classes_is_named():
    (problem,) = problems([FLATTEN, head(1)])
    assert (
        problem.message == "Dense gives 1 output, but cifar10 has 10 classes: one output for each"
    )


@pytest.mark.parametrize(
    ("layers", "shape", "fix"),
    [
        ([CONV, head(10)], (32, 32, 3), "Flatten or GlobalAveragePooling2D"),
        (
            [
                {"type": "Reshape", "target_shape": [32, 96]},
                {"type": "GRU", "units": 3, "return_sequences": True},
                head(10),
            ],
            (32, 32, 3),
            "Flatten or GlobalAveragePooling1D",
        ),
    ],
)
def test_a_flatten_that_was_forgotten(layers, shape, fix):
    (problem,) = problems(layers, shape=shape)
    assert (problem.code, problem.level) == ("output-shape", "error")
    assert problem.message.endswith(f"one label per sample; put {fix} before it")


@pytest.mark.parametrize(
    "more",
    [
        loss("binary_crossentropy"),
        loss("mean_squared_error"),
        loss({"type": "SparseCategoricalCrossentropy", "axis": 1}),
        {"shape": (16, 16, 3), "data": {"source": "npz", "path": "x.npz", "labels": "masks"}},
        {"data": {"source": "shapes", "labels": "masks"}},
    ],
)
def test_other_losses_and_unknown_labels_may_take_anything(more):
    assert problems([CONV, head(3)], **more) == []


@pytest.mark.parametrize("name", ["CategoricalCrossentropy", "categorical_crossentropy"])
def test_the_loss_may_be_spelled_as_keras_has_it(name):
    assert [each.code for each in problems([FLATTEN, head(9)], **loss(name))] == ["output-classes"]


@pytest.mark.parametrize(
    ("source", "shape", "says"),
    [
        ("cifar10", (32, 32, 3), None),
        ("cifar10", (64, 64, 3), "the samples of cifar10 are [32, 32, 3], not [64, 64, 3]"),
        ("mnist", (28, 28), None),
        ("mnist", (28, 28, 1), None),
        ("mnist", (784,), "the samples of mnist are [28, 28, 1], not [784]"),
        ("shapes", (17, 40, 1), None),
        (
            "shapes",
            (32, 32, 4),
            "the samples of shapes are [height, width, 1 or 3 channels], both sides at least 8, "
            "not [32, 32, 4]",
        ),
        ("images", (17, 17, 3), None),
        ("npz", (784,), None),
        ("sentences", (7,), "the samples of sentences are [16] or longer, not [7]"),
        ("table", (7,), "the samples of table are [6], not [7]"),
    ],
)
def test_the_input_is_what_the_source_gives(source, shape, says):
    more = {"source": source, "shape": shape, **loss("mean_squared_error")}
    found = [each.message for each in problems([FLATTEN, head(10)], **more)]
    assert found == ([says] if says else [])


@pytest.mark.parametrize(
    ("source", "inputs", "says"),
    [
        ("pairs", [[8, 8, 3], [8, 8, 3]], None),
        (
            "pairs",
            [[8, 8, 3], [8, 8, 1]],
            "pairs gives samples of one shape; the inputs have [8, 8, 3] and [8, 8, 1]",
        ),
        ("pairs", [[8, 8, 3]], "pairs is for a network with 2 inputs, but this one takes 1"),
        (
            "shapes",
            [[8, 8, 3], [8, 8, 3]],
            "shapes is for a network with one input, but this one takes 2",
        ),
        ("npz", [[8, 8, 3], [5]], None),
        ("sentences", [[16]], 'sentences gives word indices; say "dtype": "int32" in the '),
    ],
)
def test_the_inputs_are_those_that_the_source_has(source, inputs, says):
    entering = {f"in{number}": {"shape": shape} for number, shape in enumerate(inputs)}
    flat = [{**FLATTEN, "inputs": name, "name": f"flat_{name}"} for name in entering]
    joined = {"type": "Concatenate", "inputs": [layer["name"] for layer in flat]}
    more = {"source": source, "inputs": entering, **loss("mean_squared_error")}
    found = [each.message for each in problems([*flat, joined, head(1)], **more)]
    assert [message[: len(says or "")] for message in found] == ([says] if says else [])


def test_an_input_of_whole_numbers_takes_words():
    more = {"source": "sentences", "input": {"shape": [20], "dtype": "int32"}}
    assert problems([FLATTEN, head(4)], **more) == []


def test_an_output_that_is_an_input_too():
    layers = [FLATTEN, {**head(10), "name": "head"}]
    assert problems(layers, outputs=["input", "head"]) == []


def test_after_a_misfit_nothing_is_said_of_the_output():
    codes = [each.code for each in problems([FLATTEN, CONV, head(3)])]
    assert codes == ["wrong-rank"]
