"""The parameter tables of the report's experiments, row by row."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import kspec
from kspec.errors import BuildError
from kspec.model.build import build
from kspec.model.claims import broken_claims
from kspec.model.summary import summarize
from kspec.model.table import tabulate, tabulate_spec
from kspec.spec.models import Spec

TABLES = json.loads(Path(__file__).with_name("tables.json").read_text())["tables"]
# The two augmented networks are that of arch3.
EXPERIMENTS = {
    "arch1": "arch1",
    "arch1_improved": "arch1_improved",
    "arch2": "arch2",
    "arch2_leaky_relu": "arch2_leaky_relu",
    "arch2_leaky_relu_bn": "arch2_leaky_relu_bn",
    "arch3": "arch3",
    "arch3_augmented": "arch3",
    "arch3_augmented_strong": "arch3",
}
# Their weights are ImageNet's, so that only their tables can be made without a network.
TRANSFERRED = ("densenet121_finetune", "vgg16_finetune")


def rows(table):
    return [[row.type, list(row.output_shape), row.params] for row in table.rows]


@pytest.mark.parametrize("spec", EXPERIMENTS)
def test_a_network_is_that_of_the_report(spec):
    expected = TABLES[EXPERIMENTS[spec]]
    table = tabulate(build(kspec.load(f"specs/{spec}.json")))
    assert rows(table) == expected["layers"]
    assert table.total_params == expected["total_params"]
    assert table.trainable_params == expected["trainable_params"]
    assert table.non_trainable_params == expected["non_trainable_params"]


@pytest.mark.parametrize("spec", TRANSFERRED)
def test_a_network_with_a_backbone_is_that_of_the_report(spec):
    expected = TABLES[spec]
    table = tabulate_spec(kspec.load(f"specs/{spec}.json"))
    assert rows(table) == expected["layers"]
    assert table.total_params == expected["total_params"]
    assert table.trainable_params == expected["trainable_params"]
    assert table.non_trainable_params == expected["non_trainable_params"]


def test_features_and_the_head_on_them_are_those_of_the_report():
    spec = kspec.load("specs/vgg16_features.json")
    table = tabulate_spec(spec)
    head = table.rows[2:]
    expected = TABLES["vgg16_bottleneck_head"]
    assert [[row.type, list(row.output_shape), row.params] for row in head] == expected["layers"]
    assert sum(row.params for row in head) == expected["total_params"]
    assert table.trainable_params == expected["trainable_params"]
    expected = TABLES["vgg16_features"]
    within = [row for row in summarize(spec).expanded.rows if row.depth]
    assert [[row.type, list(row.output_shape), row.params] for row in within] == expected["layers"]
    assert sum(row.params for row in within) == expected["total_params"]
    assert sum(row.trainable_params for row in within) == 0


@pytest.mark.parametrize("spec", EXPERIMENTS)
def test_the_table_of_a_spec_is_the_table_of_its_model(spec):
    loaded = kspec.load(f"specs/{spec}.json")
    assert tabulate_spec(loaded) == tabulate(build(loaded))


@pytest.mark.parametrize("path", sorted(Path("specs").glob("*.json")), ids=lambda path: path.stem)
def test_the_shipped_specs_keep_their_claims(path):
    spec = kspec.load(path)
    assert spec.expect is not None
    assert list(broken_claims(spec, tabulate_spec(spec))) == []


def test_a_broken_claim_is_named_where_it_stands(write_spec):
    path = write_spec(expect={"total_params": 1, "trainable_params": 166})
    spec = kspec.load(path)
    problems = list(broken_claims(spec, tabulate_spec(spec)))
    assert [problem.code for problem in problems] == ["expectation"]
    assert '"total_params" is expected to be 1, but the network has 174' in problems[0].message
    assert '"total_params": 1' in path.read_text().splitlines()[problems[0].place.line - 1]


def test_a_network_of_four_billion_parameters_has_a_table(tiny):
    big = [
        {"type": "Flatten"},
        {"type": "Dense", "units": 20_000_000, "use_bias": False},
        {"type": "Dense", "units": 10, "use_bias": False},
    ]
    table = tabulate_spec(tiny(layers=big))
    assert table.total_params == 8 * 8 * 3 * 20_000_000 + 20_000_000 * 10
    assert table.total_bytes == 4 * table.total_params


def test_sizes_follow_the_dtype(tiny):
    layers = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "dtype": "float16"}]
    table = tabulate_spec(tiny(layers=layers))
    assert table.total_bytes == 2 * table.total_params == 2 * (192 * 10 + 10)


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (
            [{"type": "MaxPooling2D", "pool_size": 9}],
            r"layers\[0\] MaxPooling2D cannot take the shape",
        ),
        (
            [{"type": "ReLU"}, {"type": "LSTM", "units": 3, "name": "memory"}],
            r'layers\[1\] LSTM "memory" cannot take the shape \(8, 8, 3\)',
        ),
        ([{"type": "Conv2D", "filters": 5, "kernel_size": 3, "groups": 2}], r"layers\[0\]"),
        (
            [{"type": "LSTM", "units": 2, "return_state": True}, {"type": "ReLU"}],
            r"layers\[0\] LSTM",
        ),
        ([{"type": "Dropout", "rate": 2}], r"layers\[0\]: Keras cannot make this Dropout"),
    ],
)
def test_a_layer_that_cannot_be_built_is_named(tiny, layers, says):
    """As Keras says it, of a spec made in Python; of one in a file `check` says most of it."""
    spec = tiny().resolved() | {"layers": layers}
    with pytest.raises(BuildError, match=says) as caught:
        tabulate_spec(Spec.model_validate(spec))
    assert "\n" not in str(caught.value)


def test_a_layer_that_cannot_be_built_is_named_where_it_stands(write_spec):
    unfit = {"type": "STFTSpectrogram", "frame_length": 4, "frame_step": 4}
    path = write_spec(layers=[unfit])
    with pytest.raises(BuildError, match=r"cannot take the shape \(8, 8, 3\)") as caught:
        tabulate_spec(kspec.load(path))
    assert str(caught.value).startswith(f"{path}:12:")


def test_a_table_needs_no_memory_for_the_weights(write_spec):
    """Four billion parameters, 16 GB of them, against a network of a hundred."""
    code = (
        "import resource, sys, kspec; from kspec.model.table import tabulate_spec\n"
        "print(tabulate_spec(kspec.load(sys.argv[1])).total_params)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def measured(units):
        layers = [
            {"type": "Flatten"},
            {"type": "Dense", "units": units, "use_bias": False},
            {"type": "Dense", "units": 10, "use_bias": False},
        ]
        path = write_spec(f"units{units}", layers=layers)
        done = subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
        )
        count, kilobytes = done.stdout.split()
        return int(count), int(kilobytes) / 1000

    small, small_memory = measured(1)
    large, large_memory = measured(20_000_000)
    assert (small, large) == (202, 202 * 20_000_000)
    assert large_memory - small_memory < 100
