"""The keys of a spec and their values."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "duplicate-name",
        "Two layers or two metrics have the same name",
        """
        Weights are found by the names of layers, and values in the history by the names of metrics,
        so each needs a name of its own.
        """,
        wrong="""
        "layers": [
          {"type": "Dense", "units": 9, "name": "head"},
          {"type": "Dense", "units": 9, "name": "head"}
        ]
        """,
        right="""
        "layers": [
          {"type": "Dense", "units": 9, "name": "neck"},
          {"type": "Dense", "units": 9, "name": "head"}
        ]
        """,
    ),
    explanation(
        "missing-key",
        "A required key is missing",
        """
        The place is that of the object that lacks the key. `kspec show --resolved` prints a spec
        with all defaults filled in.
        """,
        wrong="""
        "input": {"dtype": "float32"}
        """,
        right="""
        "input": {"shape": [8, 8, 3], "dtype": "float32"}
        """,
    ),
    explanation(
        "unknown-key",
        "There is no such key here",
        """
        An unknown key is an error everywhere, since it is nearly always misspelt, and its value
        would be ignored.
        """,
        wrong="""
        "data": {"source": "shapes", "validaton": 0.2}
        """,
        right="""
        "data": {"source": "shapes", "validation": 0.2}
        """,
    ),
    explanation(
        "version",
        "The file uses a version of the language that this kspec does not read",
        """
        "kspec" is the version of the language, a number that changes only when old files would
        change their meaning.
        """,
        wrong="""
        "kspec": 99
        """,
        right="""
        "kspec": 1
        """,
    ),
    explanation(
        "wrong-type",
        "The value has the wrong type",
        """
        Numbers are written without quotes, text with them, and true is not a number. The message
        says what is wanted and what is there.
        """,
        wrong="""
        "layers": [{"type": "Dense", "units": "10"}]
        """,
        right="""
        "layers": [{"type": "Dense", "units": 10}]
        """,
    ),
    explanation(
        "wrong-value",
        "The value has the right type, but is not allowed",
        """
        It is too small, too large, empty, or not one of the allowed values; the message says which.
        """,
        wrong="""
        "input": {"shape": [8, 8, 0]}
        """,
        right="""
        "input": {"shape": [8, 8, 3]}
        """,
    ),
)
