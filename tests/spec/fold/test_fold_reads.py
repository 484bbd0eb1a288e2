"""What folding makes of networks is what a person would write."""

import pytest

from kspec.errors import SpecError
from kspec.spec.fold import fold, in_branches


def layer(kind, inputs=None, **arguments):
    return {"type": kind, **arguments, **({} if inputs is None else {"inputs": inputs})}


def conv(filters, inputs=None, prefix="", **arguments):
    """Convolution, normalization, activation; named where there is a prefix."""

    def named(suffix):
        return {"name": f"{prefix}_{suffix}"} if prefix else {}

    shape = {"filters": filters, "kernel_size": 3, "padding": "same", "use_bias": False}
    return [
        layer("Conv2D", inputs, **named("conv"), **shape, **arguments),
        layer("BatchNormalization", **named("bn")),
        layer("ReLU", **named("relu")),
    ]


def folded(*layers, **options):
    return fold(list(layers), **options).members()


HEAD = [layer("Flatten"), layer("Dense", units=10)]


def test_what_is_short_stays_as_it_is():
    layers = [layer("Dense", units=8), layer("ReLU"), layer("Dense", units=9), layer("ReLU")]
    assert folded(*layers) == {"layers": layers}


def test_equal_layers_in_a_row_are_a_repeat():
    encoder = [
        layer("LayerNormalization"),
        layer("MultiHeadAttention", ["#-1", "#-1"], num_heads=8, key_dim=64),
        layer("Add", ["#-3", "#-1"]),
    ]
    repeated = [encoder[0], encoder[1], layer("Add", ["input", "#-1"])]
    assert folded(layer("Dense", units=64), *encoder * 6) == {
        "layers": [layer("Dense", units=64), {"repeat": 6, "layers": repeated}]
    }


def test_numbers_that_grow_are_a_repeat_with_an_index():
    layers = [
        part
        for step, rate in enumerate([0.2, 0.3, 0.4])
        for part in [
            *conv(64 * 2**step),
            *conv(64 * 2**step),
            layer("MaxPooling2D"),
            layer("Dropout", rate=rate),
        ]
    ]
    assert folded(*layers, *HEAD) == {
        "layers": [
            {
                "repeat": 3,
                "as": "i",
                "layers": [
                    {"repeat": 2, "layers": conv("$(64 * 2 ** i)")},
                    layer("MaxPooling2D"),
                    layer("Dropout", rate="$((2 + i) / 10)"),
                ],
            },
            *HEAD,
        ]
    }


def test_values_that_differ_are_parameters_called_as_the_argument():
    layers = [*conv(64), *conv(96), *conv(32), *conv(80)]
    assert folded(*layers) == {
        "blocks": {"conv": {"parameters": {"filters": None}, "layers": conv("$filters")}},
        "layers": [{"block": "conv", "filters": filters} for filters in (64, 96, 32, 80)],
    }


def test_what_most_uses_say_is_the_default():
    members = folded(*conv(64, strides=2), *conv(96, strides=2), *conv(32, strides=3))
    assert members["blocks"]["conv"]["parameters"] == {"filters": None, "strides": 2}
    assert members["layers"][1:] == [
        {"block": "conv", "filters": 96},
        {"block": "conv", "filters": 32, "strides": 3},
    ]


def test_a_null_is_said_by_its_use():
    members = folded(*(part for kind in [None, "a", None] for part in conv(8, activation=kind)))
    assert members["blocks"]["conv"]["parameters"] == {"activation": None}
    assert members["layers"] == [
        {"block": "conv", "activation": None},
        {"block": "conv", "activation": "a"},
        {"block": "conv", "activation": None},
    ]


def test_multiples_are_one_parameter():
    def bottleneck(filters, wide):
        return [
            layer("Conv2D", filters=filters, kernel_size=1, use_bias=False),
            layer("ReLU"),
            layer("SeparableConv2D", filters=wide, kernel_size=3, use_bias=False),
        ]

    sizes = (64, 40, 36, 48)
    members = folded(*(part for size in sizes for part in bottleneck(size, 4 * size)), *HEAD)
    (block,) = members["blocks"].values()
    assert block["layers"] == bottleneck("$filters", "$(4 * filters)")


def test_a_common_beginning_of_names_is_the_name_of_the_use():
    layers = [
        part
        for name, filters in (("conv2_block1", 64), ("conv2_block2", 96), ("conv2_block3", 32))
        for part in [
            *conv(filters, "stem" if name == "conv2_block1" else None, prefix=name),
        ]
    ]
    stem = layer("Dense", units=3, name="stem")
    assert folded(stem, *layers) == {
        "blocks": {
            "conv": {
                "parameters": {"filters": None},
                "layers": [
                    {"type": "Conv2D", "name": "conv", **conv("$filters")[0]},
                    {"type": "BatchNormalization", "name": "bn"},
                    {"type": "ReLU", "name": "relu"},
                ],
            }
        },
        "layers": [
            stem,
            {"block": "conv", "name": "conv2_block1", "filters": 64},
            {"block": "conv", "name": "conv2_block2", "filters": 96},
            {"block": "conv", "name": "conv2_block3", "filters": 32},
        ],
    }


def test_numbered_names_are_numbered_again():
    names = ("skip", "skip_1", "skip_2")
    layers = [layer("Conv2D", name=name, filters=64, kernel_size=3) for name in names]
    assert folded(*layers) == {
        "layers": [{"repeat": 3, "layers": [{**layers[0]}]}],
    }


def test_names_with_nothing_in_common_are_parameters():
    names = ("north", "east", "south", "west")
    layers = [
        part
        for name in names
        for part in [layer("Conv2D", name=name, filters=64, kernel_size=3), *conv(64)[1:]]
    ]
    members = folded(*layers)
    assert members["layers"] == [{"block": "conv", "label": name} for name in names]


def test_no_input_of_a_block_is_called_as_a_layer():
    stem = [layer("Dense", units=8, name="stem"), layer("ReLU"), layer("Softmax")]
    shape = {"filters": 64, "kernel_size": 3, "padding": "same", "use_bias": False}
    layers = [
        part
        for name in ("skip", "input_2", "west", "east", "south")
        for part in [
            layer("Conv2D", name=name, **shape),
            layer("Concatenate", ["#-1", "stem"], axis=-1),
            layer("SpatialDropout2D", rate=0.25, data_format="channels_last"),
        ]
    ]
    members = folded(*stem, *layers)
    (block,) = members["blocks"].values()
    assert block["inputs"] == ["input", "skip_2"]
    assert block["layers"][1]["inputs"] == ["#-1", "skip_2"]
    assert members["layers"][3]["label"] == "skip"


def test_a_residual_block():
    def residual(filters):
        return [*conv(filters), *conv(filters)[:2], layer("Add", ["#-6", "#-1"]), layer("ReLU")]

    sizes = (64, 96, 80, 112)
    members = folded(*(part for size in sizes for part in residual(size)), *HEAD)
    assert {"block": "residual", "filters": 96} in members["layers"]
    assert layer("Add", ["input", "#-1"]) in members["blocks"]["residual"]["layers"]


def test_what_is_needed_outside_is_an_output():
    def down(filters):
        return [
            layer("Conv2D", filters=filters, kernel_size=3, padding="same", activation="relu"),
            layer("Conv2D", filters=filters, kernel_size=3, strides=2, activation="relu"),
            layer("SpatialDropout2D", rate=0.25),
        ]

    merge = layer("Concatenate", ["#-12", "#-9", "#-6", "#-3"])
    assert folded(*down(8), *down(20), *down(24), *down(36), merge) == {
        "blocks": {
            "conv": {
                "parameters": {"filters": None},
                "layers": down("$filters"),
                "outputs": ["#-3", "#-1"],
            }
        },
        "layers": [
            {"block": "conv", "filters": 8},
            {"block": "conv", "filters": 20, "inputs": "#-1[1]"},
            {"block": "conv", "filters": 24, "inputs": "#-1[1]"},
            {"block": "conv", "filters": 36, "inputs": "#-1[1]"},
            layer("Concatenate", ["#-4[0]", "#-3[0]", "#-2[0]", "#-1[0]"]),
        ],
    }


def test_text_that_begins_with_a_dollar_stays_text():
    members = folded(*conv(8, label="$a"), *conv(8, label="$b"), *conv(9, label="$a"), *HEAD)
    assert "$$b" in str(members["layers"])


def test_branches_stand_in_one_piece():
    layers = [
        layer("A", "input", name="left"),
        layer("B", "input", name="right"),
        layer("C", "left"),
        layer("D", "right"),
        layer("Add", ["#-2", "#-1"]),
    ]
    assert in_branches(layers) == (
        [
            layer("A", name="left"),
            layer("C"),
            layer("B", "input", name="right"),
            layer("D"),
            layer("Add", ["#-3", "#-1"]),
        ],
        None,
    )


def test_the_last_layer_stays_the_last():
    layers = [layer("A"), layer("B", "input"), layer("C", "#-2"), layer("D", "#-2")]
    assert [each["type"] for each in in_branches(layers)[0]] == ["A", "C", "B", "D"]
    layers = [layer("A"), layer("B", "input"), layer("C", "#-2"), layer("D", "#-3")]
    assert [each["type"] for each in in_branches(layers)[0]] == ["B", "A", "C", "D"]


def test_defaults_are_said_only_where_asked():
    layers = [*conv(64), *conv(96, strides=2), *conv(32), *conv(80, strides=2), *HEAD]
    assert "strides" not in str(folded(*layers).get("blocks", {}).get("conv_2", ""))
    members = folded(*layers, defaults=True)
    assert members["blocks"]["conv"]["parameters"] == {"filters": None, "strides": None}
    assert members["layers"][0] == {"block": "conv", "filters": 64, "strides": 1}


def test_a_reference_that_leads_nowhere():
    with pytest.raises(SpecError, match="stem"):
        fold([layer("A", "stem")])
