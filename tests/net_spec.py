"""Specs of which only the layers and their connections matter."""

from kspec.spec.models import Spec

LEFT_AND_RIGHT = {"input": None, "inputs": {"left": {"shape": [4]}, "right": {"shape": [4]}}}


def net(*layers, **members):
    """A spec of these layers; `members` are its other keys, by default one input of 4 numbers."""
    members = {"input": {"shape": [4]}} | members
    return Spec(
        kspec=1,
        name="net",
        layers=layers,
        data={"source": "cifar10"},
        training={"optimizer": "adam", "loss": "mse", "epochs": 1},
        **members,
    )
