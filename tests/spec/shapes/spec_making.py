"""Specs from a few layers, unfolded and with places, but not yet checked."""

import json

from kspec.spec.expansion import expand
from kspec.spec.models import Spec
from kspec.spec.source import parse

TRAINING = {"optimizer": "Adam", "loss": "sparse_categorical_crossentropy", "epochs": 1}


def made(layers, shape=(32, 32, 3), source="cifar10", **more):
    """(spec, node) of a spec of these layers; `more` are other keys of it."""
    values = {"kspec": 1, "name": "made", "layers": layers, "data": {"source": source}}
    if "inputs" not in more:
        values["input"] = {"shape": list(shape)}
    node = expand(
        parse(json.dumps({**values, "training": TRAINING, **more}, indent=1), "made.json")
    )
    return Spec.model_validate(node.plain()), node
