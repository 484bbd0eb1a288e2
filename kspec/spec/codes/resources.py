"""What training takes, and what there is."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "memory",
        "A step of training takes more memory than there is",
        """
        `kspec check --memory 8GB` adds up weights, gradients, what the optimizer keeps, and what
        is kept of each sample of a batch until its gradient has been computed. Of these the last
        is most, and it grows with the batch. Take the batch that the message names, smaller
        pictures, or fewer channels where pictures are still large. The sum is that of PyTorch on
        the CPU, without the framework itself and without the data.
        """,
        wrong="$ kspec check --memory 20KB spec.json",
        right="$ kspec check --memory 8GB spec.json",
        level="warning",
    ),
    explanation(
        "memory-unknown",
        "How much memory training takes is not known",
        """
        What is within a Backbone only Keras knows, and what a layer of a plugin keeps nobody but
        its author. `kspec check --build --memory 8GB` makes the network with Keras, without its
        weights, and looks into backbones; `kspec summary` shows the same numbers.
        """,
        wrong="$ kspec check --memory 8GB specs/vgg16_finetune.json",
        right="$ kspec check --memory 8GB specs/arch1.json",
        level="note",
    ),
)
