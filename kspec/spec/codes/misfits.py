"""Layers that cannot take what reaches them."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "pool-too-large",
        "A pool is larger than what it pools",
        """
        Each pool of 2 halves height and width: after five of them 32 pixels are one, and a sixth
        has nothing to choose from. Leave the pool out, pad it ("same"), or begin with larger
        pictures.
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
        "A kernel is larger than what it goes over",
        """
        Without padding a kernel must fit into the picture. Pad it ("padding": "same"), or take a
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
        "Tensors of different shapes are to be one",
        """
        Add, Multiply, Average and the like work element by element, so all their inputs have one
        shape, or sizes of 1 that are stretched. A convolution with a kernel of 1 makes the channels
        equal; a stride or a pool the height and the width.
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
        "Tensors differ elsewhere than where they are put together",
        """
        Concatenate puts tensors one after the other along one axis, the last unless "axis" says
        otherwise; in all other axes they are equal.
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
        "A layer gets more or fewer axes than it works on",
        """
        A picture has height, width and channels, a sequence steps and features, a vector features.
        Flatten or GlobalAveragePooling2D make a vector of a picture; Reshape makes a picture of a
        vector.
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
        "A layer gets another number of channels than it can take",
        """
        "groups" divides the channels of a convolution, so their number is a multiple of it. A layer
        that is called a second time has the weights of its first call, and takes the same number.
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
        Add takes two at least, Dense one, MultiHeadAttention query and value. "inputs" lists them.
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
        "A shape that holds another number of values",
        """
        Reshape keeps every value: the sizes of the new shape, multiplied, give as many as there
        were. One of them may be -1, for what is left.
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
        Axes are counted from 0, which is the batch; -1 is the last. A picture has the axes 0 to 3.
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
        "A layer leaves nothing of what it takes",
        """
        A Cropping2D that takes away as much as there is, or a stride of an output without a size:
        an axis of the result would have the length 0.
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
