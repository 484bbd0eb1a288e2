"""Loads weights from a Keras model file of any age into kspec's model of the same network.

    file ─ opened ► arrays by path (Keras 3), by layer (Keras 1 and 2) or by name (TensorFlow.js)
         ─ places ► which layer of the file is which of the model
         ─ by_path, by_layer ► each layer's arrays ─ layouts, slopes ► as Keras 3 has them ─ fill ►

Every weight of the model gets its value from the file, and every weight in the file is used;
whatever does not fit is reported for all layers at once.
"""

from kspec.model.carry.carry import carry_weights
from kspec.model.carry.model import carried_model, write_weights

__all__ = ["carried_model", "carry_weights", "write_weights"]
