"""Names are left out without anything losing its way."""

from kspec.spec.fold import without_names

LAYERS = [
    {"type": "Dense", "name": "start", "units": 8},
    {"type": "LSTM", "name": "memory", "units": 4, "return_state": True},
    {"type": "Dense", "name": "gate", "units": 4, "inputs": "memory[1]"},
    {
        "type": "Model",
        "name": "tower",
        "inputs": {"left": "memory[0]", "right": "gate"},
        "layers": [
            {"type": "ReLU", "name": "left_relu", "inputs": "left"},
            {"type": "Add", "name": "sum", "inputs": ["left_relu", "right"]},
        ],
    },
    {"type": "Shared", "name": "again", "layer": "start"},
]


def lean(*kept, outputs=None):
    return without_names(LAYERS, outputs=outputs, keeps=lambda path: ".".join(path) in kept)


def test_what_is_left_out_is_counted():
    layers, outputs = lean("tower.left_relu", outputs=["gate", "again"])
    assert outputs == ["#-3", "#-1"]
    assert layers == [
        {"type": "Dense", "units": 8},
        {"type": "LSTM", "units": 4, "return_state": True},
        {"type": "Dense", "units": 4, "inputs": "#-1[1]"},
        {
            "type": "Model",
            "inputs": {"left": "#-2[0]", "right": "#-1"},
            "layers": [
                {"type": "ReLU", "name": "left_relu", "inputs": "left"},
                {"type": "Add", "inputs": ["left_relu", "right"]},
            ],
        },
        {"type": "Shared", "layer": "#-4"},
    ]


def test_what_is_kept_stays_as_it_is():
    everything = [
        *("start", "memory", "gate", "tower", "tower.left_relu", "tower.sum", "again"),
    ]
    assert lean(*everything) == (LAYERS, None)
