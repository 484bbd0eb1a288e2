"""Making a spec of a model file of Keras."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "broken-weights",
        "The file holds no usable weights",
        """
        Weights come from a .keras archive, from HDF5 (.weights.h5 of Keras 3, .h5 of earlier
        versions), or from the model.json of TensorFlow.js with its files beside it. This file is
        none of them, is damaged, or refers to data outside itself; the message says which.
        """,
        wrong="""
        $ kspec import model.json -o spec.json --weights model.json
        """,
        right="""
        $ kspec import model.json -o spec.json --weights model.weights.h5
        """,
    ),
    explanation(
        "broken-model",
        "The file holds no usable model",
        """
        A file to import is a model as Keras or TensorFlow.js writes it. This one lacks a part, or
        its parts contradict each other; the message says what is wrong.
        """,
        wrong="""
        {"class_name": "Sequential"}
        """,
        right="""
        {"class_name": "Sequential", "config": [
          {"class_name": "Dense", "config": {"units": 10, "batch_input_shape": [null, 8]}}
        ]}
        """,
    ),
    explanation(
        "import-note",
        "Something in the model is missing from the spec, or different there",
        """
        The spec gives the same outputs, but the file says something that a spec does not say, or
        says in another way.
        """,
        wrong="""
        {"class_name": "Dropout", "config": {"rate": 0.3, "noise": "unheard of"}}
        """,
        right="""
        {"class_name": "Dropout", "config": {"rate": 0.3}}
        """,
        level="note",
    ),
    explanation(
        "import-refused",
        "A model that a spec cannot express",
        """
        The file is sound, but has a part that no spec may have: code of its own (Lambda), a class
        that is neither Keras's nor a plugin's, or an option that Keras has dropped. Import never
        runs code from a file.
        """,
        wrong="""
        {"class_name": "Lambda", "config": {"function": ["4wEAAAAAAAAA", null, null]}}
        """,
        right="""
        {"class_name": "Rescaling", "config": {"scale": 2.0}}
        """,
    ),
    explanation(
        "weights-misfit",
        "The weights are not those of this network",
        """
        Every weight of the network must be in the file, with the same shape, and every weight in
        the file must belong to the network; nothing is silently left out. The message names the
        layer and what both sides have. Usually the weights are those of another version of the
        model. A few layouts of old layers cannot be converted; then the message says so.
        """,
        wrong="""
        $ kspec import model.json -o spec.json --weights other.weights.h5
        """,
        right="""
        $ kspec import model.json -o spec.json --weights model.weights.h5
        """,
    ),
)
