"""A model in a format of Keras's, read to make a spec of it."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "broken-model",
        "The file holds no sound model",
        """
        A file to import is a model as Keras or TensorFlow.js writes it. This one lacks a part, or
        its parts contradict each other; the message says which.
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
        "Something of the model is not in the spec, or otherwise",
        """
        The spec gives the same outputs, but the file said something that a spec does not say, or
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
        that is not Keras's, or an option that Keras dropped. Import never runs code from a file.
        """,
        wrong="""
        {"class_name": "Lambda", "config": {"function": ["4wEAAAAAAAAA", null, null]}}
        """,
        right="""
        {"class_name": "Rescaling", "config": {"scale": 2.0}}
        """,
    ),
)
