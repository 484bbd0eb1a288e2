"""Networks of any wiring, as specs; their layers need not fit each other."""

from hypothesis import strategies as st

PLAIN = [
    {"type": "ReLU"},
    {"type": "BatchNormalization"},
    {"type": "Dropout", "rate": 0.1},
    {"type": "Dropout", "rate": 0.2},
    {"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"},
    {"type": "Conv2D", "filters": 4, "kernel_size": 3, "kernel_regularizer": "l2"},
    {"type": "Conv2D", "filters": 8, "kernel_size": 1},
    {"type": "Dense", "units": 4},
]
NAMES = ["one", "two", "dense", "conv2d", "re_lu_1"]


@st.composite
def networks(draw, inputs=("input",), depth=1, most=7):
    """`layers` and `outputs`: each layer leads somewhere."""
    layers, labels, unused = [], list(inputs), []
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)) if depth else []
    for index in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(["plain"] * 6 + ["Add", "Model", "Shared", "elsewhere"]))
        before = list(range(-len(inputs), index))

        def reference(places):
            place = draw(st.sampled_from(places))
            unused[:] = [each for each in unused if each != place]
            if place < 0:
                return inputs[place]
            return layers[place].get("name") or f"#-{index - place}"

        layer = dict(draw(st.sampled_from(PLAIN)))
        if kind == "Add" and len(before) > 1:
            layer = {"type": "Add", "inputs": [reference(before), reference(before)]}
        elif kind == "Model" and depth:
            layer = {"type": "Model", **draw(networks(depth=depth - 1, most=3))}
        elif kind == "Shared" and (own := [i for i, e in enumerate(layers) if "filters" in e]):
            target = draw(st.sampled_from(own))
            name = layers[target].get("name")
            layer = {"type": "Shared", "layer": name or f"#-{index - target}"}
        elif kind == "elsewhere":
            layer["inputs"] = reference(before)
        if "inputs" not in layer:
            if index == 0 and len(inputs) > 1:
                layer["inputs"] = reference(before)
            elif index:
                unused = [each for each in unused if each != index - 1]
        if names and layer["type"] != "Shared" and draw(st.booleans()):
            layer["name"] = names.pop()
        layers.append(layer)
        labels.append(index)
        unused.append(index)
    ends = [layers[each].get("name") or f"#-{len(layers) - each}" for each in unused]
    # What gives several things within another network could not be taken as one.
    if depth == 0 and len(ends) > 1:
        layers.append({"type": "Add", "inputs": [*ends]})
        ends = ["#-1"]
    return {"layers": layers, "outputs": ends if len(ends) > 1 else ends[0]}


recipes = st.fixed_dictionaries(
    {
        "optimizer": st.sampled_from(["adam", "sgd", {"type": "Adam", "learning_rate": 0.1}]),
        "loss": st.sampled_from(["mse", "mae"]),
        "epochs": st.integers(1, 2),
    },
    optional={
        "batch_size": st.sampled_from([8, 32]),
        "metrics": st.sampled_from([["acc"], ["mae", "accuracy"]]),
        "early_stopping": st.just([{"monitor": "val_loss", "patience": 2}]),
    },
)
data = st.sampled_from(
    [
        {"source": "shapes"},
        {"source": "shapes", "scale": "1/255", "validation": 0.2},
        {"source": "npz", "path": "own.npz", "labels": "numbers"},
    ]
)
augmentation = st.lists(
    st.sampled_from(
        [{"type": "RandomFlip"}, {"type": "RandomRotation", "factor": 0.1}, {"type": "MixUp"}]
    ),
    max_size=2,
)


@st.composite
def specs(draw):
    inputs = draw(st.sampled_from([("input",), ("left", "right")]))
    network = draw(networks(inputs).filter(lambda made: _takes_all(made["layers"], inputs)))
    shapes = {name: {"shape": [8, 8, 3]} for name in inputs}
    entrance = {"input": shapes["input"]} if "input" in shapes else {"inputs": shapes}
    return {
        "kspec": 1,
        "name": "random",
        "seed": draw(st.integers(0, 1)),
        **entrance,
        **network,
        "data": draw(data),
        "augmentation": draw(augmentation),
        "training": draw(recipes),
    }


def _takes_all(layers, inputs):
    taken = str([layer.get("inputs") for layer in layers])
    return len(inputs) == 1 or all(f"'{name}'" in taken for name in inputs)
