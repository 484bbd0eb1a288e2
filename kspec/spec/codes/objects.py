"""The arguments of layers, optimizers and other objects of Keras."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "missing-argument",
        "An argument is missing that Keras must have",
        """
        The arguments are Keras's own, and so is which of them have a default.
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
        A spec can be opened without fear, so it names nothing that runs code of its own (Lambda) or
        reads a file on the side. Other things are refused because a key of the spec says them
        already; then the message names it.
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
        "The class of Keras has no argument of this name",
        """
        Keras would report this late and at length, or not at all, where a class passes on whatever
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
