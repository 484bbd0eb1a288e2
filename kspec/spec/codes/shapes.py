"""The shapes of what comes in and what goes out."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "input-shape",
        "The input is not of the shape that the data has",
        """
        "input" says what one sample is: of a data set of Keras's, the shape of its pictures; of
        pictures in a folder or drawn ones, height, width and channels.
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
        "The network has not as many outputs as the data has classes",
        """
        A network that chooses one of several classes has one output for each. With fewer it cannot
        be trained; with more, those that are over are learned never to be chosen.
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
        "The network gives more for each sample than there are labels",
        """
        The data has one label for each sample, but the last layer still gives a map or a sequence.
        Mostly a Flatten or a GlobalAveragePooling2D is missing before the first Dense, which works
        on the last axis alone.
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
        Of nearly all layers `kspec check` knows what they can take and has a code for what they
        cannot. This is one of the others: Keras refused it when the network was built, and its own
        reason ends the message. `kspec summary` of the layers above shows what reaches this one.
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
