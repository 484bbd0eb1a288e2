"""The network itself."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "build",
        "Keras cannot make this from what the spec says",
        """
        The arguments are known and of the right types, but Keras refuses their values; its own
        reason ends the message. Only what builds the network sees this: `kspec check --build`,
        `kspec summary`, `kspec train`.
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
        "The weights of a backbone are not there, or not its own",
        """
        "weights" of a Backbone is "imagenet", a file of weights beside the spec, a run of kspec, or
        null for new ones. ImageNet's are in Keras's cache, ~/.keras/models or where KERAS_HOME
        says, and are fetched if they are not; the message says which file that is. Only what trains
        reads them: `kspec summary` needs none.
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
        What is in a run no spec tells, so `kspec eject` writes no backbone that is one, nor one
        with the weights of one. Weights in a file it can read: `base.save_weights` of the network
        that `kspec.build` gives makes one.
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
        `kspec check --build` counts, and `kspec summary` shows where the parameters are.
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
