"""Extends, settings, blocks, variables and arithmetic."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "bad-name",
        "A variable, a parameter, a layer or an input cannot be called so",
        """
        The name of a variable, a parameter or an index is letters, digits and "_", and begins with
        no digit, so that "$name" and arithmetic can use it. Words of the language, such as "type"
        and "block", are taken.

        The name of a layer, of an input or of another item of a list has no "#", "[" or "]", which
        mean something where "inputs" refers to it, and no "/", which Keras refuses.
        """,
        wrong="""
        "variables": {"drop-rate": 0.3}
        """,
        right="""
        "variables": {"drop_rate": 0.3}
        """,
    ),
    explanation(
        "circle",
        "Something needs itself",
        """
        A file extends one that extends it, a block uses one that uses it, a variable needs one that
        needs it, or a layer takes what it gives itself or what stands below it. Layers are listed
        in the order in which they work: each takes what stands above it.
        """,
        wrong="""
        "blocks": {
          "outer": {"layers": [{"block": "inner"}]},
          "inner": {"layers": [{"block": "outer"}]}
        },
        "layers": [{"block": "outer"}]
        """,
        right="""
        "blocks": {
          "outer": {"layers": [{"block": "inner"}]},
          "inner": {"layers": [{"type": "ReLU"}]}
        },
        "layers": [{"block": "outer"}]
        """,
    ),
    explanation(
        "expression",
        "Arithmetic that has no value, or is none",
        """
        "$name" stands for a variable or a parameter, "$(…)" for arithmetic on them: numbers, names,
        + - * / // % **, comparisons, and, or, not, "a if b else c" and a few functions. Text that
        begins with a dollar sign is written with two.
        """,
        wrong="""
        "layers": [{"type": "Dense", "units": "$(10 / 0)"}]
        """,
        right="""
        "layers": [{"type": "Dense", "units": "$(10 // 2)"}]
        """,
    ),
    explanation(
        "missing-parameter",
        "A block is used without a parameter that it needs",
        """
        A parameter whose default is null must be given wherever the block is used.
        """,
        wrong="""
        "blocks": {
          "head": {"parameters": {"units": null}, "layers": [{"type": "Dense", "units": "$units"}]}
        },
        "layers": [{"block": "head"}]
        """,
        right="""
        "blocks": {
          "head": {"parameters": {"units": null}, "layers": [{"type": "Dense", "units": "$units"}]}
        },
        "layers": [{"block": "head", "units": 10}]
        """,
    ),
    explanation(
        "no-such-path",
        "--set names a part that the spec does not have",
        """
        A path is keys with dots between them, and [n] for an item of a list, counted from 0 as the
        items stand in the file, before blocks and repeats are unfolded; [-1] is the last.
        """,
        wrong="""
        $ kspec check spec.json --set "layers[99].units=5"
        """,
        right="""
        $ kspec check spec.json --set "layers[-1].units=5"
        """,
    ),
    explanation(
        "path",
        "A spec names a file that lies outside its own folder",
        """
        A spec is to work on every computer, and to be safe to open, so it names only what lies
        beside or below it. On the command line any file can be named: --data takes any path.
        """,
        wrong="""
        "extends": "/home/me/specs/arch3.json"
        """,
        right="""
        "extends": "specs/arch3.json"
        """,
    ),
    explanation(
        "unknown-block",
        "There is no block of this name",
        """
        "block" names a key of "blocks", of this spec or of one that it extends.
        """,
        wrong="""
        "blocks": {"conv": {"layers": [{"type": "ReLU"}]}},
        "layers": [{"block": "cnov"}]
        """,
        right="""
        "blocks": {"conv": {"layers": [{"type": "ReLU"}]}},
        "layers": [{"block": "conv"}]
        """,
    ),
    explanation(
        "unknown-variable",
        "Nobody defines this variable",
        """
        "$name" stands for a key of "variables", for a parameter of the block that it stands in, or
        for the index of a repeat around it. A block does not see what surrounds its use, and a
        variable only those above it.
        """,
        wrong="""
        "variables": {"units": 10},
        "layers": [{"type": "Dense", "units": "$unit"}]
        """,
        right="""
        "variables": {"units": 10},
        "layers": [{"type": "Dense", "units": "$units"}]
        """,
    ),
)
