"""Your own layers, losses, metrics and data sources, for specs to name.

    # pets.py
    import keras
    from kspec import plugins

    @plugins.layer
    class Spread(keras.layers.Layer):
        def __init__(self, factor: float = 2.0, **kwargs):
            ...

    @plugins.loss
    def soft_error(y_true, y_pred, sharpness: float = 1.0): ...

A spec names them like Keras's own: `{"type": "Spread", "factor": 3}`. A spec alone never causes a
module to be imported: `kspec check --plugin pets spec.json`, `kspec.load(…, plugins=["pets"])` and
`kspec.plugins.load("pets")` do, and the entry points "kspec.plugins" of installed packages.
"""

from kspec.plugins.decorators import (
    constraint,
    initializer,
    layer,
    loss,
    metric,
    optimizer,
    regularizer,
    schedule,
    source,
)
from kspec.plugins.loading import load

__all__ = [
    "constraint",
    "initializer",
    "layer",
    "load",
    "loss",
    "metric",
    "optimizer",
    "regularizer",
    "schedule",
    "source",
]
