"""The keys of a spec and their values."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "duplicate-name",
        "Two layers or two metrics have the same name",
        """
        Weights are found by the names of layers, and values in the history by those of metrics, so
        each must have its own.
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
        "A key is missing that must be there",
        """
        The place is that of the object which lacks the key. `kspec show --resolved` prints a spec
        with everything that has a default.
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
        A key that means nothing is an error everywhere, since it is nearly always a misspelt one,
        and the value under it would be lost.
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
        "The file is of a version of the language that this kspec does not read",
        """
        "kspec" is the version of the language, a number that changes only when old files would mean
        something else.
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
        "The value is of another type than it must be",
        """
        Numbers stand without quotes, text in them, and true is no number. The message says what is
        wanted and what is there.
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
        "The value is of the right type, but not one that it may be",
        """
        It is too small, too large, empty, or none of those that are allowed; the message says
        which.
        """,
        wrong="""
        "input": {"shape": [8, 8, 0]}
        """,
        right="""
        "input": {"shape": [8, 8, 3]}
        """,
    ),
)
