"""The arguments of layers, optimizers and other Keras objects."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "missing-argument",
        "An argument that Keras requires is missing",
        """
        The arguments and their defaults are Keras's own; those without a default must be given.
        """,
        wrong="""
        "layers": [{"type": "Dense", "activation": "softmax"}]
        """,
        right="""
        "layers": [{"type": "Dense", "units": 10, "activation": "softmax"}]
        """,
    ),
    explanation(
        "refused",
        "Keras has this, but a spec may not use it",
        """
        A spec must be safe to open, so it cannot name anything that runs code of its own (Lambda)
        or reads another file. Other things are refused because a key of the spec already says them;
        then the message names that key.
        """,
        wrong="""
        "layers": [{"type": "Lambda", "function": "x + 1"}]
        """,
        right="""
        "layers": [{"type": "Rescaling", "scale": 1, "offset": 1}]
        """,
    ),
    explanation(
        "unknown-argument",
        "The Keras class has no argument of this name",
        """
        Keras would report this late and at length, or not at all where a class passes on whatever
        it is given. The arguments of every class are in the reference, and Keras's documentation
        says what they mean.
        """,
        wrong="""
        "layers": [{"type": "Conv2D", "fliters": 64, "kernel_size": 3}]
        """,
        right="""
        "layers": [{"type": "Conv2D", "filters": 64, "kernel_size": 3}]
        """,
    ),
)
