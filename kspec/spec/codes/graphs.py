"""The wiring of layers."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "ambiguous-input",
        "It is not clear which input this layer or block takes",
        """
        Without "inputs" a layer takes the output of the one before it. Where several tensors come
        from above, or a block takes several, "inputs" must say which is meant.
        """,
        wrong="""
        "inputs": {"left": {"shape": [8]}, "right": {"shape": [8]}},
        "layers": [{"type": "Dense", "units": 10}]
        """,
        right="""
        "inputs": {"left": {"shape": [8]}, "right": {"shape": [8]}},
        "layers": [
          {"type": "Add", "inputs": ["left", "right"]},
          {"type": "Dense", "units": 10}
        ]
        """,
    ),
    explanation(
        "dangling-input",
        "No layer takes this input of the model",
        """
        Every input must lead to an output; name it in the "inputs" of a layer, or leave it out.
        """,
        wrong="""
        "inputs": {"left": {"shape": [8]}, "right": {"shape": [8]}},
        "layers": [{"type": "Dense", "units": 10, "inputs": "left"}]
        """,
        right="""
        "inputs": {"left": {"shape": [8]}, "right": {"shape": [8]}},
        "layers": [
          {"type": "Add", "inputs": ["left", "right"]},
          {"type": "Dense", "units": 10}
        ]
        """,
    ),
    explanation(
        "dangling-layer",
        "Nothing uses the output of this layer",
        """
        A layer that is neither an input of another layer nor an output of the model would be built
        and never used. Name it in the "inputs" of another layer or in "outputs", or remove it.
        """,
        wrong="""
        "layers": [
          {"type": "Flatten", "name": "flat"},
          {"type": "Dense", "units": 5},
          {"type": "Dense", "units": 10, "inputs": "flat"}
        ]
        """,
        right="""
        "layers": [
          {"type": "Flatten"},
          {"type": "Dense", "units": 5},
          {"type": "Dense", "units": 10}
        ]
        """,
    ),
    explanation(
        "reference",
        "A reference that leads nowhere",
        """
        "inputs" and "outputs" refer to a layer or an input by its name, or count upwards: "#-2" is
        two items up in the same list. "name[1]" is one of several outputs. A name is known in the
        list in which it stands, not outside of its block.
        """,
        wrong="""
        "layers": [{"type": "Dense", "units": 10, "inputs": "#-5"}]
        """,
        right="""
        "layers": [{"type": "Dense", "units": 10, "inputs": "#-1"}]
        """,
    ),
)
