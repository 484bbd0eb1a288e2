"""`kspec summary --expand`: what is within nested networks."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec as command_line

BACKBONE = {
    "type": "Backbone",
    "name": "backbone",
    "application": "VGG16",
    "until": "block1_pool",
    "pooling": "avg",
    "trainable": {"last": 4},
}
HEAD = {"type": "Dense", "name": "head", "units": 10, "activation": "softmax"}


@pytest.fixture
def path(write_spec):
    return write_spec(input={"shape": [32, 32, 3]}, layers=[BACKBONE, HEAD])


def summary(path, *options):
    result = CliRunner().invoke(command_line, ["summary", str(path), "--expand", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_layers_within_stand_below_their_network(path):
    """Numbered as "trainable" counts them; an operation among them is no layer."""
    lines = summary(path).splitlines()
    start = next(n for n, line in enumerate(lines) if line.lstrip().startswith("#"))
    rows = [" ".join(line.split()) for line in lines[start : start + 10]]
    assert rows == [
        "# layer type output shape parameters trainable connected to",
        "backbone Functional 64 38,720 38,720 input",
        "0 input InputLayer 32 x 32 x 3 0 0",
        "flip Flip 32 x 32 x 3 0 0 input",
        "1 backbone_preprocessing Rescaling 32 x 32 x 3 0 0 flip",
        "2 block1_conv1 Conv2D 32 x 32 x 64 1,792 1,792 backbone_preprocessing",
        "3 block1_conv2 Conv2D 32 x 32 x 64 36,928 36,928 block1_conv1",
        "4 block1_pool MaxPooling2D 16 x 16 x 64 0 0 block1_conv2",
        "5 avg_pool GlobalAveragePooling2D 64 0 0 block1_pool",
        "head Dense 10 650 650 backbone",
    ]


def test_as_json_and_csv(path):
    rows = json.loads(summary(path, "--json"))["rows"]
    conv = next(row for row in rows if row["name"] == "block1_conv2")
    assert conv["depth"] == 1 and conv["index"] == 3 and conv["trainable"] is True
    assert conv["connected_to"] == ["block1_conv1"]
    table = list(csv.DictReader(io.StringIO(summary(path, "--csv"))))
    assert [row["name"] for row in table] == [row["name"] for row in rows]
    assert table[3]["connected_to"] == "flip" and table[3]["trainable"] == "no"


def test_without_nested_networks_it_says_what_each_is_connected_to(write_spec):
    lines = summary(write_spec()).splitlines()
    row = next(line for line in lines if "re_lu" in line)
    assert row.split()[-1] == "batch_normalization"


def test_a_network_with_a_build_of_its_own_is_one_layer(write_spec, write_plugin):
    write_plugin(
        "pairs_of_layers",
        """
        import keras

        @plugins.layer
        class Pair(keras.Sequential):
            '''Two layers of as many units.'''

            def __init__(self, units: int, **kwargs):
                kwargs.pop("dtype", None)  # (A Sequential has none.)
                super().__init__([keras.layers.Dense(units), keras.layers.Dense(units)], **kwargs)
                self.units = units

            def build(self, input_shape=None):
                for layer in self.layers:
                    layer.build(input_shape)
                    input_shape = layer.compute_output_shape(input_shape)
                self.built = True

            def get_config(self):
                return {"name": self.name, "units": self.units}

            @classmethod
            def from_config(cls, config, custom_objects=None):
                return cls(**config)
        """,
    )
    layers = [{"type": "Pair", "name": "pair", "units": 5}, HEAD]
    path = write_spec(input={"shape": [8]}, layers=layers)
    lines = [line.split() for line in summary(path, "--plugin", "pairs_of_layers").splitlines()]
    assert [line[0] for line in lines if line[1:2] in (["Pair"], ["Dense"])] == ["pair", "head"]
