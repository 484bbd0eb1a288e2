"""Whatever blocks, repeats and references a network has, its script joins the same layers.

The scripts run with a stand-in for Keras, whose layers only note what they are called with.
"""

import json
from types import SimpleNamespace

from ejecting import tiny_spec
from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.spec.eject.network import write_network
from kspec.spec.eject.read import read
from kspec.spec.graph import Tensor, graph_of
from kspec.spec.load import load


class Notes:
    """Numbers for calls: two have the same where layer and inputs are the same."""

    def __init__(self):
        self.numbers = {}

    def number(self, kind, units, inputs):
        return self.numbers.setdefault((kind, units, inputs), len(self.numbers))

    def of_graph(self, graph):
        """The number of what the network gives, by the graph of its spec."""
        results = []

        def taken(inputs):
            if isinstance(inputs, Tensor):
                return -1 if isinstance(inputs.source, str) else results[inputs.source]
            return tuple(taken(part) for part in inputs)

        for call in graph.calls:
            units = call.layer.arguments.get("units")
            results.append(self.number(call.layer.type, units, taken(call.inputs)))
        return taken(graph.outputs)

    def of_script(self, text):
        """The number of what `build_model` gives, by running it."""

        def layer(kind):
            def make(units=None, **_):
                return lambda x: self.number(kind, units, tuple(x) if isinstance(x, list) else x)

            return make

        def sequential(row, **_):
            x, *rest = row
            for each in rest:
                x = each(x)
            return x

        kinds = ("Concatenate", "Dense", "ReLU")
        keras = SimpleNamespace(
            Input=lambda *_, **__: -1,
            Model=lambda _, outputs, **__: outputs,
            Sequential=sequential,
        )
        layers = SimpleNamespace(**{kind: layer(kind) for kind in kinds})
        names = {"keras": keras, "layers": layers}
        exec(text, names)
        return names["build_model"]()


NAMES = st.sampled_from(["x", "y", "skip", "branch_1", "a", "b", "stage", "block0", "outputs"])


class Writer:
    """Draws a list of items of which nothing is left over."""

    def __init__(self, draw, blocks=(), parameters=(), indices=()):
        self.draw, self.blocks = draw, blocks
        self.parameters, self.indices = list(parameters), list(indices)

    def units(self):
        texts = [f"${name}" for name in self.parameters if name not in self.indices]
        texts += [f"$(2 * {name} ** 2 + 1)" for name in (*self.parameters, *self.indices)]
        return self.draw(st.one_of(st.integers(1, 9), *([st.sampled_from(texts)] if texts else [])))

    def items(self, depth, outer=None):
        here = List(outer)
        for _ in range(self.draw(st.integers(1, 4))):
            here.add(self.item(here, depth))
        left = [n for n in range(len(here.items) - 1) if n not in here.used]
        entering = [] if here.takes_input else ["input"]
        if left or entering:
            back = [f"#-{len(here.items) - n}" for n in [*left, len(here.items) - 1]]
            here.add({"type": "Concatenate", "inputs": back + entering})
        return here.items

    def item(self, here, depth):
        kinds = ["Dense", "Dense", "ReLU", "Concatenate"]
        kinds += ["block"] * (2 * bool(self.blocks)) + ["repeat"] * (depth > 0)
        kind = self.draw(st.sampled_from(kinds))
        name = self.draw(st.none() | NAMES)
        named = {"name": name} if name is not None and here.is_free(name) else {}
        if kind == "Concatenate":
            count = self.draw(st.integers(1, 3))
            return {
                "type": kind,
                "inputs": [here.reference(self.draw) for _ in range(count)],
                **named,
            }
        inputs = (
            {"inputs": here.reference(self.draw)} if self.draw(st.booleans()) else here.default()
        )
        if kind == "block":
            block = self.draw(st.sampled_from(self.blocks))
            given = {"units": self.units()} if self.draw(st.booleans()) else {}
            return {"block": block, **given, **inputs, **named}
        if kind == "repeat":
            index = self.draw(st.none() | st.sampled_from(["stage", "i", "x"]))
            times = self.draw(st.integers(1, 3))
            inside = Writer(self.draw, self.blocks, self.parameters, self.indices)
            inside.indices += [index] if index else []
            layers = inside.items(depth - 1, here)
            named |= {"as": index} if index else {}
            return {"repeat": times, "layers": layers, **inputs, **named}
        return {
            "type": kind,
            **({"units": self.units()} if kind == "Dense" else {}),
            **inputs,
            **named,
        }


class List:
    def __init__(self, outer):
        self.outer, self.items, self.labels, self.used = outer, [], {}, set()
        self.takes_input = False

    def add(self, item):
        if "name" in item:
            self.labels[item["name"]] = len(self.items)
        self.items.append(item)

    def is_free(self, name):
        return name not in self.labels and (self.outer is None or self.outer.is_free(name))

    def default(self):
        """No "inputs": the item before."""
        self.takes_input |= not self.items
        self.used.add(len(self.items) - 1)
        return {}

    def reference(self, draw):
        choices = [f"#-{n}" for n in range(1, len(self.items) + 1)] + ["input", *self.labels]
        around = self.outer
        while around is not None:
            choices += around.labels
            around = around.outer
        text = draw(st.sampled_from(choices))
        self.takes_input |= text == "input"
        if text.startswith("#"):
            self.used.add(len(self.items) - int(text[2:]))
        around = self
        while around is not None:
            if text in around.labels:
                around.used.add(around.labels[text])
                break
            around = around.outer
        return text


@st.composite
def networks(draw):
    blocks = {}
    for name in ("block0", "block1", "a")[: draw(st.integers(0, 3))]:
        writer = Writer(draw, tuple(blocks), ["units"])
        blocks[name] = {
            "parameters": {"units": draw(st.integers(10, 19))},
            "layers": writer.items(1),
        }
    return {"blocks": blocks, "layers": Writer(draw, tuple(blocks)).items(2)}


@settings(max_examples=60)
@given(networks())
def test_a_script_joins_the_layers_of_its_spec(tmp_path_factory, network):
    """Whether it has functions and loops for blocks and repeats, or all in one row."""
    path = tiny_spec(tmp_path_factory.mktemp("spec"), network["layers"], shape=(3,))
    values = {**json.loads(path.read_text()), "blocks": network["blocks"]}
    path.write_text(json.dumps(values))
    spec = load(path)
    for written in (values, spec.resolved()):
        code = write_network("any", read(written, ["input"]), spec.entering, {})
        text = "\n".join(line for function in code.functions for line in function)
        notes = Notes()
        wanted = notes.of_graph(graph_of(spec))
        assert notes.of_script(text) == wanted
