"""Names that Keras does not have, a code for each kind of object."""

from kspec.spec.codes.explanation import Explanation, explanation

__all__ = ["EXPLANATIONS"]


def _unknown(what: str, text: str, wrong: str, right: str) -> Explanation:
    return explanation(
        f"unknown-{what}",
        f"Keras has no {what} of this name",
        f"{text} The message suggests the nearest name.",
        wrong=wrong,
        right=right,
    )


def _training(optimizer: str = '"adam"', metric: str = '"mae"') -> str:
    return (
        f'"training": {{"optimizer": {optimizer}, "loss": "mse", "metrics": [{metric}], '
        '"epochs": 3}'
    )


EXPLANATIONS = (
    _unknown(
        "activation",
        "An activation is named by its Keras function, or is an object with the type of a layer.",
        '"layers": [{"type": "Dense", "units": 9, "activation": "rellu"}]',
        '"layers": [{"type": "Dense", "units": 9, "activation": "relu"}]',
    ),
    _unknown(
        "application",
        "A backbone is a network of keras.applications, named by its function, or a run of kspec, "
        "named by its path: runs/arch3.",
        '"input": {"shape": [32, 32, 3]},\n'
        '"layers": [{"type": "Backbone", "application": "VGG61", "pooling": "avg"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]',
        '"input": {"shape": [32, 32, 3]},\n'
        '"layers": [{"type": "Backbone", "application": "VGG16", "pooling": "avg"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]',
    ),
    _unknown(
        "callback",
        "A callback is named by its class.",
        '"training": {\n'
        '  "optimizer": "adam", "loss": "mse", "epochs": 3, "callbacks": ["TerminateOnNan"]\n'
        "}",
        '"training": {\n'
        '  "optimizer": "adam", "loss": "mse", "epochs": 3, "callbacks": ["TerminateOnNaN"]\n'
        "}",
    ),
    _unknown(
        "constraint",
        "A constraint is named by its class or by the string that Keras accepts for it; one of "
        "your own comes from a plugin, --plugin MODULE.",
        '"layers": [{"type": "Dense", "units": 9, "kernel_constraint": "NonNegativ"}]',
        '"layers": [{"type": "Dense", "units": 9, "kernel_constraint": "NonNeg"}]',
    ),
    _unknown(
        "initializer",
        "An initializer is named by its class or by the string that Keras accepts for it; one of "
        "your own comes from a plugin, --plugin MODULE.",
        '"layers": [{"type": "Dense", "units": 9, "kernel_initializer": "he_nromal"}]',
        '"layers": [{"type": "Dense", "units": 9, "kernel_initializer": "he_normal"}]',
    ),
    explanation(
        "unknown-layer",
        "There is no layer of this name",
        """
        "type" names a class of Keras, in Keras's spelling, and "inputs" names a layer of the spec,
        which must stand above. The message suggests the nearest name. A layer of your own comes
        from a plugin, --plugin MODULE.
        """,
        wrong="""
        "layers": [{"type": "Conv2d", "filters": 8, "kernel_size": 3}]
        """,
        right="""
        "layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3}]
        """,
    ),
    _unknown(
        "loss",
        "A loss is named by its class or by the string that Keras accepts for it; one of "
        "your own comes from a plugin, --plugin MODULE.",
        '"training": {"optimizer": "adam", "loss": "categorical_crossentrpy", "epochs": 3}',
        '"training": {"optimizer": "adam", "loss": "categorical_crossentropy", "epochs": 3}',
    ),
    _unknown(
        "metric",
        "A metric is named by its class or by the string that Keras accepts for it; one of "
        "your own comes from a plugin, --plugin MODULE.",
        _training(metric='"acuracy"'),
        _training(metric='"accuracy"'),
    ),
    _unknown(
        "object",
        "An object within an argument, as a plugin's layer may take one, is named by its class.",
        '"layers": [{"type": "Embedding", "input_dim": 2, "output_dim": 1,\n'
        '  "weights": [{"type": "Zeross"}, [1]]}]',
        '"layers": [{"type": "Embedding", "input_dim": 2, "output_dim": 1,\n'
        '  "embeddings_initializer": {"type": "Zeros"}}]',
    ),
    _unknown(
        "operation",
        'An operation is a function of keras.ops, written with "ops." before its name.',
        '"layers": [{"type": "ops.men", "axis": 1}]',
        '"layers": [{"type": "ops.mean", "axis": 1}]',
    ),
    _unknown(
        "optimizer",
        "An optimizer is named by its class, in upper or lower case; one of your own "
        "comes from a plugin, --plugin MODULE.",
        _training(optimizer='"adma"'),
        _training(optimizer='"adam"'),
    ),
    _unknown(
        "regularizer",
        "A regularizer is named by its class or by the string that Keras accepts for it; one of "
        "your own comes from a plugin, --plugin MODULE.",
        '"layers": [{"type": "Dense", "units": 9, "kernel_regularizer": {"type": "L3"}}]',
        '"layers": [{"type": "Dense", "units": 9, "kernel_regularizer": {"type": "L2"}}]',
    ),
    _unknown(
        "schedule",
        "A learning rate schedule is named by its class; one of your own "
        "comes from a plugin, --plugin MODULE.",
        '"training": {\n'
        '  "optimizer": {"type": "Adam", "learning_rate": {"type": "CosineDcay"}},\n'
        '  "loss": "mse", "epochs": 3\n'
        "}",
        '"training": {\n'
        '  "optimizer": {\n'
        '    "type": "Adam",\n'
        '    "learning_rate": {\n'
        '      "type": "CosineDecay", "initial_learning_rate": 0.001, "decay_steps": 2000\n'
        "    }\n"
        "  },\n"
        '  "loss": "mse", "epochs": 3\n'
        "}",
    ),
)
