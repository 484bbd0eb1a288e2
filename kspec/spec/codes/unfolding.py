"""`extends`, settings, blocks, variables and arithmetic."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "bad-name",
        "A variable, parameter, layer or input cannot have this name",
        """
        The name of a variable, a parameter or an index consists of letters, digits and "_", and
        does not begin with a digit, so that "$name" and arithmetic can use it. Words of the
        language, such as "type" and "block", are reserved.

        The name of a layer, an input or another item of a list must not contain "#", "[" or "]",
        which have a meaning where "inputs" refers to it, nor "/", which Keras refuses.
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
        "Something depends on itself",
        """
        A file extends one that extends it, a block uses one that uses it, a variable needs one that
        needs it, or a layer takes its own output or that of a layer below it. Layers are listed in
        the order in which they compute: each takes only outputs of those above it.
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
        "Arithmetic that has no value or is invalid",
        """
        "$name" stands for a variable or a parameter, "$(…)" for arithmetic on them: numbers, names,
        + - * / // % **, comparisons, and, or, not, "a if b else c" and a few functions. To begin a
        text with a dollar sign, write two.
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
        A path consists of keys separated by dots, and [n] for an item of a list, counted from 0 as
        the items stand in the file, before blocks and repeats are unfolded; [-1] is the last.
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
        A spec should work on every computer and be safe to open, so it may only name files beside
        or below it. On the command line any file can be named: --data takes any path.
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
        "block" names a key of "blocks" in this spec or in one that it extends.
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
        "This variable is not defined",
        """
        "$name" stands for a key of "variables", for a parameter of the block that it stands in, or
        for the index of a repeat around it. A block does not see the parameters and indexes around
        its use, and a variable sees only the variables above it.
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
