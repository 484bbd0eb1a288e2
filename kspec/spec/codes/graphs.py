"""Which layer takes what."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "ambiguous-input",
        "It is not clear what this layer or block takes",
        """
        Without "inputs" a layer takes the one before it. Where several tensors come from above, or
        a block takes several, "inputs" must say which is meant.
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
        Every input must lead to an output; take it with the "inputs" of a layer, or leave it out.
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
        "Nothing takes what this layer gives",
        """
        A layer that no other takes, and that is no output of the model, would be built and never
        used. Name it in the "inputs" of another layer or in "outputs", or take it out.
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
        "inputs" and "outputs" name a layer or an input by its name, or count upwards: "#-2" is two
        items up in the list in which it stands. "name[1]" is one of several outputs. A name is seen
        in the list in which it stands, not from outside a block.
        """,
        wrong="""
        "layers": [{"type": "Dense", "units": 10, "inputs": "#-5"}]
        """,
        right="""
        "layers": [{"type": "Dense", "units": 10, "inputs": "#-1"}]
        """,
    ),
)
