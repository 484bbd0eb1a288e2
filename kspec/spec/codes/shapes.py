"""The shapes of inputs and outputs."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "input-shape",
        "The input does not have the shape of the data",
        """
        "input" gives the shape of one sample: for a data set of Keras, that of its pictures; for
        pictures in a folder or generated ones, height, width and channels.
        """,
        wrong="""
        "input": {"shape": [28, 28, 1]},
        "data": {"source": "cifar10"}
        """,
        right="""
        "input": {"shape": [32, 32, 3]},
        "data": {"source": "cifar10"}
        """,
    ),
    explanation(
        "output-classes",
        "The network does not have as many outputs as the data has classes",
        """
        A network that chooses one of several classes needs one output for each. With fewer it
        cannot be trained; with more, it learns never to choose the surplus ones.
        """,
        wrong="""
        "input": {"shape": [32, 32, 3]},
        "data": {"source": "cifar10"},
        "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 9, "activation": "softmax"}]
        """,
        right="""
        "input": {"shape": [32, 32, 3]},
        "data": {"source": "cifar10"},
        "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
        """,
    ),
    explanation(
        "output-shape",
        "The network gives more outputs for each sample than there are labels",
        """
        The data has one label for each sample, but the last layer still gives a map or a sequence.
        Usually a Flatten or a GlobalAveragePooling2D is missing before the first Dense, which works
        only on the last axis.
        """,
        wrong="""
        "input": {"shape": [32, 32, 3]},
        "data": {"source": "cifar10"},
        "layers": [{"type": "Dense", "units": 10, "activation": "softmax"}]
        """,
        right="""
        "input": {"shape": [32, 32, 3]},
        "data": {"source": "cifar10"},
        "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
        """,
    ),
    explanation(
        "shape",
        "A layer cannot take the shape that reaches it",
        """
        For nearly all layers `kspec check` knows which shapes they can take, and has a code for
        those that they cannot. This is one of the others: Keras refused the shape when the network
        was built, and the message ends with Keras's own reason. `kspec summary` of the layers above
        shows what reaches this one.
        """,
        wrong="""
        "input": {"shape": [800]},
        "layers": [{"type": "STFTSpectrogram", "frame_length": 100, "frame_step": 100}]
        """,
        right="""
        "input": {"shape": [800, 1]},
        "layers": [{"type": "STFTSpectrogram", "frame_length": 100, "frame_step": 100}]
        """,
    ),
)
