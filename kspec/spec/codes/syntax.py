"""A file that is not JSON."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "bracket",
        "A bracket is missing, wrong, or one too many",
        """
        Every "{" needs a "}" and every "[" a "]", each closed before the one around it. The place
        is where a single change makes the file JSON that matches its indentation; the message names
        the line of the bracket that belongs to it.
        """,
        wrong="""
        "input": {
          "shape": [8, 8, 3
        },
        "seed": 1
        """,
        right="""
        "input": {
          "shape": [8, 8, 3]
        },
        "seed": 1
        """,
    ),
    explanation(
        "comment",
        "JSON has no comments",
        """
        Neither //, /* */ nor # begins a comment in JSON. Remarks about a network belong in
        "description"; a block can have one, too.
        """,
        wrong="""
        // Two convolutions.
        "seed": 1
        """,
        right="""
        "description": "Two convolutions.",
        "seed": 1
        """,
    ),
    explanation(
        "constant",
        "A constant of Python or JavaScript that JSON writes differently or does not have",
        """
        JSON has true, false and null, in lower case. It has no NaN, Infinity or undefined: leave
        the key out, or give a number.
        """,
        wrong="""
        "data": {"source": "shapes", "standardize": True}
        """,
        right="""
        "data": {"source": "shapes", "standardize": true}
        """,
    ),
    explanation(
        "escape",
        "A text holds a character that JSON does not allow in it unescaped",
        r"""
        A backslash in a text begins one of \" \\ \/ \b \f \n \r \t and \u with four hexadecimal
        digits; a backslash itself is written as two, so paths are best written with "/". Tabs and
        other control characters are written with a backslash too.
        """,
        wrong=r"""
        "data": {"source": "images", "path": "data\pictures"}
        """,
        right="""
        "data": {"source": "images", "path": "data/pictures"}
        """,
    ),
    explanation(
        "missing-comma",
        "A comma is missing between two values",
        """
        Commas stand between the items of a list and between the members of an object. The place is
        the end of the value that the comma should follow.
        """,
        wrong="""
        "seed": 1
        "description": "A first try."
        """,
        right="""
        "seed": 1,
        "description": "A first try."
        """,
    ),
    explanation(
        "not-json",
        "The text is not JSON",
        """
        A spec is one JSON object: "{", keys in double quotes, each with a colon and a value, commas
        between them, and "}". A value is an object, a list, a text in double quotes, a number,
        true, false or null.
        """,
        wrong="""
        "seed": ,
        "description": "A first try."
        """,
        right="""
        "seed": 1,
        "description": "A first try."
        """,
    ),
    explanation(
        "number",
        "This is not a number as JSON writes it, or it is too large",
        """
        A number has no "+" before it, no superfluous leading 0, a digit on both sides of its
        decimal point, and neither "_" nor hexadecimal digits. It must not exceed what a float can
        hold.
        """,
        wrong="""
        "data": {"source": "shapes", "validation": .2}
        """,
        right="""
        "data": {"source": "shapes", "validation": 0.2}
        """,
    ),
    explanation(
        "quotes",
        "Texts and keys need double quotes",
        """
        JSON has no single quotes and no bare words, and a text ends on the line where it begins.
        """,
        wrong="""
        "description": 'A first try.'
        """,
        right="""
        "description": "A first try."
        """,
    ),
    explanation(
        "trailing-comma",
        "The last item has a comma after it",
        """
        In JSON commas stand between items only: none before "]" or "}".
        """,
        wrong="""
        "input": {"shape": [8, 8, 3,]}
        """,
        right="""
        "input": {"shape": [8, 8, 3]}
        """,
    ),
)
