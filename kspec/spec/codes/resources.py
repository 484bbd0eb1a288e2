"""The resources that training takes, and those available."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "memory",
        "A training step takes more memory than there is",
        """
        `kspec check --memory 8GB` adds up weights, gradients, the optimizer's state, and the
        activations kept for each sample of a batch until its gradient has been computed. The
        activations are usually the largest part, and grow with the batch. Use the batch size that
        the message names, smaller pictures, or fewer channels where pictures are still large. The
        sum is that of PyTorch on the CPU, without the framework itself and without the data.
        """,
        wrong="$ kspec check --memory 20KB spec.json",
        right="$ kspec check --memory 8GB spec.json",
        level="warning",
    ),
    explanation(
        "memory-unknown",
        "It is not known how much memory training takes",
        """
        Only Keras knows the layers of a Backbone, and only its author knows what a plugin's layer
        keeps. `kspec check --build --memory 8GB` builds the network with Keras, without its
        weights, and looks into backbones; `kspec summary` shows the same numbers.
        """,
        wrong="$ kspec check --memory 8GB specs/vgg16_finetune.json",
        right="$ kspec check --memory 8GB specs/arch1.json",
        level="note",
    ),
)
