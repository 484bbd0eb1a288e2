"""The network itself."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "build",
        "Keras cannot build this from what the spec says",
        """
        The arguments are known and have the right types, but Keras refuses their values; the
        message ends with Keras's own reason. Only commands that build the network find this:
        `kspec check --build`, `kspec summary`, `kspec train`.
        """,
        wrong="""
        "layers": [
          {"type": "Discretization"},
          {"type": "Flatten"},
          {"type": "Dense", "units": 10, "activation": "softmax"}
        ]
        """,
        right="""
        "layers": [
          {"type": "Discretization", "bin_boundaries": [85, 170]},
          {"type": "Flatten"},
          {"type": "Dense", "units": 10, "activation": "softmax"}
        ]
        """,
    ),
    explanation(
        "weights",
        "The weights of a backbone are missing or do not fit it",
        """
        "weights" of a Backbone is "imagenet", a file of weights beside the spec, a run of kspec, or
        null for new ones. ImageNet's are in Keras's cache, ~/.keras/models or where KERAS_HOME
        says, and are downloaded if they are missing; the message names the file. Only training
        reads weights: `kspec summary` needs none.
        """,
        wrong="""
        "input": {"shape": [32, 32, 3]},
        "layers": [
          {"type": "Backbone", "application": "MobileNetV2", "weights": "lost.weights.h5"},
          {"type": "Flatten"},
          {"type": "Dense", "units": 10, "activation": "softmax"}
        ]
        """,
        right="""
        "input": {"shape": [32, 32, 3]},
        "layers": [
          {"type": "Backbone", "application": "MobileNetV2", "weights": null},
          {"type": "Flatten"},
          {"type": "Dense", "units": 10, "activation": "softmax"}
        ]
        """,
    ),
    explanation(
        "eject-run",
        "A script cannot take a backbone from a run",
        """
        A spec does not say what is in a run, so `kspec eject` writes no backbone that is a run or
        has the weights of one. It can use weights in a file; `save_weights` of the backbone in the
        network that `kspec.build` returns writes one.
        """,
        wrong="""
        "input": {"shape": [32, 32, 3]},
        "layers": [
          {"type": "Backbone", "application": "MobileNetV2", "weights": "runs/cifar"},
          {"type": "Flatten"},
          {"type": "Dense", "units": 10, "activation": "softmax"}
        ]
        """,
        right="""
        "input": {"shape": [32, 32, 3]},
        "layers": [
          {"type": "Backbone", "application": "MobileNetV2", "weights": "cifar.weights.h5"},
          {"type": "Flatten"},
          {"type": "Dense", "units": 10, "activation": "softmax"}
        ]
        """,
    ),
    explanation(
        "expectation",
        "The network is not what the spec expects",
        """
        "expect" holds numbers that the author of the spec knows of the network.
        `kspec check --build` compares them with the network as built, and `kspec summary` shows
        where the parameters are.
        """,
        wrong="""
        "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
        "expect": {"total_params": 1910}
        """,
        right="""
        "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
        "expect": {"total_params": 1930}
        """,
    ),
)
