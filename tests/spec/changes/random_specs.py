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
# These can stand anywhere: they leave a shape as it is.
FITTING = [
    {**layer, "padding": "same", "filters": 3} if "filters" in layer else layer | {"units": 3}
    if "units" in layer else layer
    for layer in PLAIN
]  # fmt: skip
NAMES = ["one", "two", "dense", "conv2d", "re_lu_1"]


class Wiring:
    """Layers that refer to each other; `unused` are those that nothing has taken."""

    def __init__(self, draw, inputs):
        self.draw, self.inputs = draw, inputs
        self.layers, self.unused = [], []

    def name(self, place):
        """The layer at `place`, or the input that is so far before the first one."""
        if place < 0:
            return self.inputs[place]
        return self.layers[place].get("name") or f"#-{len(self.layers) - place}"

    def any(self):
        """A reference to any layer or input."""
        place = self.draw(st.integers(-len(self.inputs), len(self.layers) - 1))
        self.unused = [each for each in self.unused if each != place]
        return self.name(place)

    def add(self, layer):
        place = len(self.layers)
        if "inputs" not in layer and place:
            self.unused = [each for each in self.unused if each != place - 1]
        self.layers.append(layer)
        self.unused.append(place)

    def ends(self):
        return [self.name(place) for place in self.unused]


@st.composite
def networks(draw, inputs=("input",), depth=1, most=7, plain=PLAIN, outputs=True):
    """`layers` and `outputs`: each layer leads somewhere; to one output, without `outputs`."""
    made = Wiring(draw, inputs)
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)) if depth else []
    for index in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(["plain"] * 6 + ["Add", "Model", "Shared", "elsewhere"]))
        layer = dict(draw(st.sampled_from(plain)))
        shareable = [place for place, each in enumerate(made.layers) if "filters" in each]
        if kind == "Add" and index + len(inputs) > 1:
            layer = {"type": "Add", "inputs": [made.any(), made.any()]}
        elif kind == "Model" and depth:
            inner = networks(depth=depth - 1, most=3, plain=plain, outputs=False)
            layer = {"type": "Model", **draw(inner)}
        elif kind == "Shared" and shareable:
            layer = {"type": "Shared", "layer": made.name(draw(st.sampled_from(shareable)))}
        elif kind == "elsewhere":
            layer["inputs"] = made.any()
        if "inputs" not in layer and index == 0 and len(inputs) > 1:
            layer["inputs"] = made.any()
        if names and layer["type"] != "Shared" and draw(st.booleans()):
            layer["name"] = names.pop()
        made.add(layer)
    if not outputs and len(made.unused) > 1:
        made.add({"type": "Add", "inputs": made.ends()})
        made.unused = made.unused[-1:]
    ends = made.ends()
    return {"layers": made.layers, "outputs": ends if len(ends) > 1 else ends[0]}


recipes = st.fixed_dictionaries(
    {
        "optimizer": st.sampled_from(["adam", "sgd", {"type": "Adam", "learning_rate": 0.1}]),
        "loss": st.sampled_from(["mse", "mae"]),
        "epochs": st.integers(1, 2),
    },
    optional={
        "batch_size": st.sampled_from([8, 32]),
        "steps_per_epoch": st.sampled_from([2, None]),
        "metrics": st.sampled_from([["acc"], ["mae", "accuracy"]]),
        "early_stopping": st.just([{"monitor": "val_loss", "patience": 2}]),
    },
)
# A training, or two phases of which the second says what is another.
trainings = st.one_of(
    recipes,
    st.tuples(recipes, recipes).map(list),
    st.tuples(recipes, st.fixed_dictionaries({"epochs": st.integers(1, 2)})).map(list),
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
    return {**_whole(draw, inputs, network), "data": draw(data), "augmentation": draw(augmentation)}


@st.composite
def sound_specs(draw):
    """Specs of which every part fits."""
    network = draw(networks(plain=FITTING, outputs=False))
    spec = _whole(draw, ("input",), network)
    training = spec["training"]
    first, *_ = training if isinstance(training, list) else [training]
    first["metrics"] = draw(st.sampled_from([["mae"], ["mse", "mae"]]))
    for later in training[1:] if isinstance(training, list) else ():
        later.pop("metrics", None)
    return {**spec, "data": {"source": "npz", "path": "own.npz", "labels": "numbers"}}


def _whole(draw, inputs, network):
    shapes = {name: {"shape": [8, 8, 3]} for name in inputs}
    entrance = {"input": shapes["input"]} if "input" in shapes else {"inputs": shapes}
    seed, training = draw(st.integers(0, 1)), draw(trainings)
    return {"kspec": 1, "name": "random", "seed": seed, **entrance, **network, "training": training}


def _takes_all(layers, inputs):
    taken = str([layer.get("inputs") for layer in layers])
    return len(inputs) == 1 or all(f"'{name}'" in taken for name in inputs)
