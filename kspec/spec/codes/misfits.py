"""Layers that cannot take their inputs."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "pool-too-large",
        "A pool is larger than its input",
        """
        Each pool of 2 halves height and width: after five of them 32 pixels are one, and a sixth
        has nothing left to pool. Leave the pool out, pad it ("padding": "same"), or start with
        larger pictures.
        """,
        wrong="""
        "input": {"shape": [4, 4, 3]},
        "layers": [{"type": "MaxPooling2D", "pool_size": 8}, {"type": "Flatten"}]
        """,
        right="""
        "input": {"shape": [4, 4, 3]},
        "layers": [{"type": "MaxPooling2D", "pool_size": 2}, {"type": "Flatten"}]
        """,
    ),
    explanation(
        "kernel-too-large",
        "A kernel is larger than its input",
        """
        Without padding a kernel must fit into the picture. Pad it ("padding": "same"), or use a
        smaller one.
        """,
        wrong="""
        "input": {"shape": [4, 4, 3]},
        "layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 7}]
        """,
        right="""
        "input": {"shape": [4, 4, 3]},
        "layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3}]
        """,
    ),
    explanation(
        "unequal-shapes",
        "Tensors of different shapes cannot be combined",
        """
        Add, Multiply, Average and the like work element by element, so all their inputs must have
        the same shape, except for sizes of 1, which are broadcast. A convolution with a kernel of 1
        makes the channels equal; a stride or a pool makes height and width equal.
        """,
        wrong="""
        "input": {"shape": [8]},
        "layers": [{"type": "Dense", "units": 4}, {"type": "Add", "inputs": ["#-1", "input"]}]
        """,
        right="""
        "input": {"shape": [8]},
        "layers": [{"type": "Dense", "units": 8}, {"type": "Add", "inputs": ["#-1", "input"]}]
        """,
    ),
    explanation(
        "concatenate-mismatch",
        "Tensors differ along another axis than the one they are concatenated on",
        """
        Concatenate joins tensors along one axis, the last unless "axis" says otherwise; all other
        axes must be equal.
        """,
        wrong="""
        "input": {"shape": [8, 8, 3]},
        "layers": [
          {"type": "MaxPooling2D"},
          {"type": "Concatenate", "inputs": ["#-1", "input"]}
        ]
        """,
        right="""
        "input": {"shape": [8, 8, 3]},
        "layers": [
          {"type": "MaxPooling2D"},
          {"type": "UpSampling2D"},
          {"type": "Concatenate", "inputs": ["#-1", "input"]}
        ]
        """,
    ),
    explanation(
        "wrong-rank",
        "A layer gets an input with too many or too few axes",
        """
        A picture has height, width and channels, a sequence has steps and features, a vector has
        features. Flatten or GlobalAveragePooling2D turns a picture into a vector; Reshape turns a
        vector into a picture.
        """,
        wrong="""
        "input": {"shape": [8, 8, 3]},
        "layers": [{"type": "Flatten"}, {"type": "Conv2D", "filters": 8, "kernel_size": 3}]
        """,
        right="""
        "input": {"shape": [8, 8, 3]},
        "layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3}, {"type": "Flatten"}]
        """,
    ),
    explanation(
        "wrong-channels",
        "A layer gets a number of channels that it cannot take",
        """
        "groups" divides the channels of a convolution, so their number must be a multiple of it. A
        layer that is called again uses the weights of its first call, so it needs the same number
        of channels.
        """,
        wrong="""
        "input": {"shape": [8, 8, 3]},
        "layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3, "groups": 2}]
        """,
        right="""
        "input": {"shape": [8, 8, 4]},
        "layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3, "groups": 2}]
        """,
    ),
    explanation(
        "wrong-inputs",
        "A layer gets too few or too many tensors",
        """
        Add takes at least two, Dense one, MultiHeadAttention query and value. "inputs" lists them.
        """,
        wrong="""
        "input": {"shape": [8]},
        "layers": [{"type": "Dense", "units": 8}, {"type": "Subtract"}]
        """,
        right="""
        "input": {"shape": [8]},
        "layers": [{"type": "Dense", "units": 8}, {"type": "Subtract", "inputs": ["#-1", "input"]}]
        """,
    ),
    explanation(
        "reshape-size",
        "The new shape holds another number of values",
        """
        Reshape keeps every value: the product of the sizes must be the same in the new shape as
        before. One of the sizes may be -1; it is then computed from the others.
        """,
        wrong="""
        "input": {"shape": [12]},
        "layers": [{"type": "Reshape", "target_shape": [3, 5]}]
        """,
        right="""
        "input": {"shape": [12]},
        "layers": [{"type": "Reshape", "target_shape": [3, 4]}]
        """,
    ),
    explanation(
        "no-such-axis",
        "An axis that the tensor does not have",
        """
        Axes are counted from 0, which is the batch; -1 is the last. A batch of pictures has the
        axes 0 to 3.
        """,
        wrong="""
        "input": {"shape": [8]},
        "layers": [{"type": "BatchNormalization", "axis": 3}]
        """,
        right="""
        "input": {"shape": [8]},
        "layers": [{"type": "BatchNormalization"}]
        """,
    ),
    explanation(
        "nothing-left",
        "A layer leaves nothing of its input",
        """
        An axis of the output would have the size 0, for example because a Cropping2D removes as
        much as there is.
        """,
        wrong="""
        "input": {"shape": [8, 8, 3]},
        "layers": [{"type": "Cropping2D", "cropping": 4}]
        """,
        right="""
        "input": {"shape": [8, 8, 3]},
        "layers": [{"type": "Cropping2D", "cropping": 2}]
        """,
    ),
)
