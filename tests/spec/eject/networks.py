"""Networks that show one thing each, as the layers and further keys of a spec."""

END = [{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 4, "activation": "softmax"}]


def conv(filters=4, **more):
    return {
        "type": "Conv2D", "filters": filters, "kernel_size": 3, "padding": "same", **more
    }  # fmt: skip


TEXT = {"shape": [6], "dtype": "int32"}
EMBEDDING = {"type": "Embedding", "input_dim": 4, "output_dim": 8}

NETWORKS = {
    "row": ([conv(), {"type": "ReLU"}, *END], {}),
    "row with names": ([conv(name="first"), {"type": "ReLU", "name": "class"}, *END], {}),
    "skip": ([conv(), conv(), {"type": "Add", "inputs": ["#-1", "#-2"]}, *END], {}),
    "named skip": (
        [conv(name="Stem-1"), conv(), conv(), {"type": "Add", "inputs": ["#-1", "Stem-1"]}, *END],
        {},
    ),
    "skips within skips": (
        [
            conv(name="a"),
            conv(),
            conv(name="c"),
            conv(),
            {"type": "Add", "inputs": ["#-1", "c"]},
            conv(),
            {"type": "Concatenate", "inputs": ["#-1", "a", "input"]},
            *END,
        ],
        {},
    ),
    "branches": (
        [
            conv(),
            conv(2, name="one"),
            conv(2, inputs="#-2"),
            {"type": "ReLU", "name": "x"},
            conv(2, inputs="#-4"),
            {"type": "Concatenate", "inputs": ["one", "x", "#-1"]},
            *END,
        ],
        {},
    ),
    "squeeze and excite": (
        [
            conv(8),
            {"type": "GlobalAveragePooling2D", "keepdims": True},
            conv(8, activation="sigmoid"),
            {"type": "Multiply", "inputs": ["#-1", "#-3"]},
            *END,
        ],
        {},
    ),
    "dense blocks": (
        [
            {
                "repeat": 3,
                "layers": [
                    {"type": "BatchNormalization"},
                    conv(3),
                    {"type": "Concatenate", "inputs": ["input", "#-1"]},
                ],
            },
            *END,
        ],
        {},
    ),
    "what was before a repeat, in it and after it": (
        [
            conv(name="stem"),
            {"repeat": 2, "layers": [conv(), {"type": "Add", "inputs": ["#-1", "stem"]}]},
            {"type": "Add", "inputs": ["#-1", "stem"]},
            *END,
        ],
        {},
    ),
    "repeats in repeats": (
        [
            {
                "repeat": 2,
                "as": "stage",
                "layers": [
                    {
                        "repeat": 2,
                        "as": "i",
                        "layers": [conv("$(4 * 2 ** stage + i)"), {"type": "ReLU"}],
                    },
                    {"type": "Concatenate", "inputs": ["#-1", "input"]},
                ],
            },
            *END,
        ],
        {},
    ),
    "a repeat at the end": (
        [{"type": "Flatten"}, {"repeat": 3, "layers": [{"type": "Dense", "units": 4}]}],
        {},
    ),
    "a block called as its variable": (
        [
            {"block": "stage", "name": "stage", "stage": 4},
            {"repeat": 2, "as": "stage", "layers": [{"block": "stage", "stage": "$(4 + stage)"}]},
            {"type": "Concatenate", "inputs": ["#-1", "stage"]},
            *END,
        ],
        {"blocks": {"stage": {"parameters": {"stage": None}, "layers": [conv("$stage")]}}},
    ),
    "names of Python's and of the script's": (
        [
            {"block": "def", "lambda": 4, "name": "main"},
            {"block": "keras", "layers": 2, "list": 0.5},
            {"type": "Concatenate", "inputs": ["#-1", "main"]},
            *END,
        ],
        {
            "blocks": {
                "def": {"parameters": {"lambda": None}, "layers": [conv("$lambda")]},
                "keras": {
                    "parameters": {"layers": None, "list": 0.1, "input": 3},
                    "layers": [
                        conv("$layers"),
                        {"type": "Dropout", "rate": "$list"},
                        conv("$(layers * int(sqrt(4)))", name="layers"),
                        {"type": "Concatenate", "inputs": ["layers", "#-2"]},
                    ],
                },
            }
        },
    ),
    "variables": (
        [conv("$width", kernel_regularizer="$penalty"), conv("$double", name="c"), *END],
        {
            "variables": {
                "width": 3,
                "double": "$(2 * width)",
                "small": 1e-4,
                "penalty": {"type": "L2", "l2": "$small"},
            }
        },
    ),
    "blocks of several tensors": (
        [
            conv(name="a"),
            conv(name="b", inputs="input"),
            {"block": "cross", "inputs": ["a", "b"], "name": "c"},
            {"block": "cross", "name": "d"},
            {"type": "Concatenate", "inputs": ["c[1]", "d"]},
            *END,
        ],
        {
            "blocks": {
                "cross": {
                    "inputs": ["left", "right"],
                    "layers": [
                        {"type": "Subtract", "inputs": ["left", "right"], "name": "difference"},
                        {"type": "Multiply", "inputs": ["left", "right"]},
                    ],
                    "outputs": ["difference", "#-1"],
                }
            }
        },
    ),
    "a block whose output stands within": (
        [{"block": "inner", "rate": 0.5}, *END],
        {
            "blocks": {
                "inner": {
                    "parameters": {"rate": 0.1, "initializer": "he_normal"},
                    "layers": [
                        conv(name="kept", kernel_initializer="$initializer"),
                        conv(),
                        {"type": "Dropout", "rate": "$rate"},
                        {"type": "Add", "inputs": ["#-1", "kept"], "name": "sum"},
                    ],
                    "outputs": "sum",
                }
            }
        },
    ),
    "a block whose type is a parameter": (
        [{"block": "activated", "kind": "ReLU"}, {"block": "activated", "kind": "ELU"}, *END],
        {
            "blocks": {
                "activated": {"parameters": {"kind": None}, "layers": [conv(), {"type": "$kind"}]}
            }
        },
    ),
    "a shared layer": (
        [
            {"type": "Dense", "units": 4, "inputs": "left", "name": "embed"},
            {"type": "Shared", "layer": "embed", "inputs": "right"},
            {"type": "Subtract", "inputs": ["embed", "#-1"]},
            {"type": "Dense", "units": 2},
            {"type": "Shared", "layer": "#-1", "inputs": "embed"},
            {"type": "Add", "inputs": ["#-1", "#-2"]},
        ],
        {"inputs": {"left": {"shape": [3]}, "right": {"shape": [3]}}},
    ),
    "a model within the model": (
        [
            {
                "type": "Model",
                "name": "tower",
                "layers": [conv(3), conv(3), {"type": "Add", "inputs": ["#-1", "#-2"]}],
            },
            {
                "type": "Model",
                "trainable": False,
                "layers": [conv(3), {"type": "BatchNormalization"}],
            },
            {"type": "Shared", "layer": "tower", "inputs": "#-2"},
            {"type": "Add", "inputs": ["#-1", "#-2"]},
            *END,
        ],
        {},
    ),
    "a model of several tensors": (
        [
            conv(name="a"),
            conv(2, name="b", inputs="input"),
            {
                "type": "Model",
                "name": "pair",
                "inputs": {"p": "a", "q": "b"},
                "layers": [
                    {"type": "Concatenate", "inputs": ["p", "q"], "name": "both"},
                    conv(2),
                ],
                "outputs": ["both", "#-1"],
            },
            {"type": "Concatenate", "inputs": ["pair[0]", "#-1[1]"]},
            *END,
        ],
        {},
    ),
    "operations": (
        [
            conv(name="c"),
            {"type": "ops.mean", "axis": [1, 2], "keepdims": True},
            {"type": "ops.subtract", "inputs": ["c", "#-1"]},
            {"type": "ops.multiply", "inputs": ["#-1", 0.5]},
            {"type": "ops.subtract", "x1": 1, "inputs": {"x2": "#-1"}},
            {"type": "ops.concatenate", "inputs": ["#-1", "c"], "axis": -1},
            {"type": "ops.get_item", "key": "..., 1:5"},
            {"type": "ops.split", "indices_or_sections": 2, "axis": -1, "name": "halves"},
            {"type": "ops.maximum", "inputs": ["halves[0]", "halves[1]"]},
            {"type": "ops.einsum", "subscripts": "bhwc,bhwd->bcd", "inputs": ["#-1", "c"]},
            {"type": "Flatten"},
            {"type": "Dense", "units": 4},
        ],
        {},
    ),
    "tensors by name": (
        [
            EMBEDDING,
            {
                "type": "SimpleRNN",
                "units": 8,
                "return_state": True,
                "return_sequences": True,
                "name": "e",
            },
            {
                "type": "SimpleRNN",
                "units": 8,
                "return_sequences": True,
                "inputs": {"sequences": "#-2", "initial_state": ["e[1]"]},
            },
            {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 4, "inputs": ["#-1", "e[0]"]},
            {
                "type": "MultiHeadAttention",
                "num_heads": 2,
                "key_dim": 4,
                "inputs": {"query": "#-1", "value": "#-2", "use_causal_mask": True},
            },
            {"type": "Bidirectional", "layer": {"type": "SimpleRNN", "units": 3}},
            {"type": "Dense", "units": 4},
        ],
        {"input": TEXT},
    ),
    "only the first of several": (
        [
            EMBEDDING,
            {"type": "SimpleRNN", "units": 8, "return_state": True},
            {"type": "Dense", "units": 4, "inputs": "#-1[0]"},
            {"type": "ReLU", "inputs": "#-1[0]"},
        ],
        {"input": TEXT},
    ),
    "several outputs": (
        [
            {"type": "Dense", "units": 4, "name": "a"},
            {"type": "Dense", "units": 2, "name": "b"},
        ],
        {"input": {"shape": [3]}, "outputs": ["a", "b"]},
    ),
    "an output that stands within": (
        [
            conv(),
            conv(),
            *END,
            {"type": "Dense", "units": 2},
            {"type": "Add", "inputs": ["#-1", "#-1"]},
        ],
        {"outputs": "#-1"},
    ),
    "objects in objects": (
        [
            conv(
                kernel_initializer={"type": "VarianceScaling", "scale": 2.0, "mode": "fan_out"},
                kernel_regularizer="l1_l2",
                bias_initializer="constant",
                kernel_constraint="max_norm",
                activity_regularizer={"type": "L1L2", "l1": 1e-5, "l2": 0.25},
                activation={"type": "relu"},
            ),
            {
                "type": "TimeDistributed",
                "layer": {
                    "type": "Model",
                    "trainable": False,
                    "layers": [
                        {"type": "Dense", "units": 4},
                        {"type": "LayerNormalization", "axis": [-1]},
                    ],
                },
            },
            {"type": "ZeroPadding2D", "padding": [[1, 0], [0, 1]]},
            {"type": "Flatten"},
            {"type": "Reshape", "target_shape": [9, 9, 4]},
            *END,
        ],
        {},
    ),
    "backbone": (
        [
            {"type": "Resizing", "height": 32, "width": 32},
            {
                "type": "Backbone",
                "application": "VGG16",
                "weights": None,
                "pooling": "avg",
                "until": "block1_pool",
                "trainable": {"last": 3},
                "name": "back-bone",
            },
            END[-1],
        ],
        {"input": {"shape": [8, 8, 3]}},
    ),
    "backbone of channels": (
        [
            {"type": "Resizing", "height": 32, "width": 32},
            {
                "type": "Backbone",
                "application": "MobileNetV2",
                "alpha": 0.35,
                "weights": None,
                "until": "block_1_expand_BN",
                "update_statistics": False,
                "trainable": {"matching": "*_BN"},
            },
            {
                "type": "Backbone",
                "application": "DenseNet121",
                "weights": None,
                "preprocessing": "none",
                "until": "conv1_conv",
                "trainable": {"from": "conv1_conv"},
                "pooling": "flatten",
                "inputs": "#-2",
            },
            {"type": "GlobalMaxPooling2D", "inputs": "#-2"},
            {"type": "Concatenate", "inputs": ["#-1", "#-2"]},
            END[-1],
        ],
        {"input": {"shape": [8, 8, 3]}},
    ),
    "kspec's own layers": (
        [
            conv(),
            {"type": "LayerScale", "init_values": 0.5, "projection_dim": 4},
            {"type": "StochasticDepth", "rate": 0.3},
            {"type": "Add", "inputs": ["#-1", "#-3"]},
            *END,
        ],
        {},
    ),
    "awkward names and texts": (
        [
            conv(name="it's"),
            {"type": "ReLU", "name": 'say "x"'},
            {"type": "Add", "inputs": ["it's", 'say "x"'], "name": "a\\b"},
            *END,
        ],
        {"description": 'Ends with a quote: """x""" and \\ and "'},
    ),
    "a long row of the same": (
        [
            layer
            for _ in range(25)
            for layer in (conv(), {"type": "BatchNormalization"}, {"type": "ReLU"})
        ]
        + END,
        {},
    ),
}
