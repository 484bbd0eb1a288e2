"""The optimizers of kspec that Keras lacks, as classes for a script to include."""

from __future__ import annotations

__all__ = ["OWN_OPTIMIZERS"]

_CONV_MUON = '''
@keras.saving.register_keras_serializable()
class ConvMuon(keras.optimizers.Muon):
    """Muon that trains the kernels of convolutions as matrices, too."""

    def _should_use_adamw(self, variable):
        *layers, name = variable.path.split("/")
        kernel = name in ("kernel", "pointwise_kernel", "recurrent_kernel")
        attention = {*layers[-1:]} & {"query", "key", "value", "attention_output"}
        flat = len(variable.shape) <= 2 or variable.shape[-1] == 1
        if kernel and not attention and not flat:
            variable = SimpleNamespace(shape=(1, 1), path=variable.path)
        return super()._should_use_adamw(variable)

    def zeropower_via_newtonschulz5(self, x, steps):
        flat = keras.ops.reshape(x, (-1, x.shape[-1]))
        flat = super().zeropower_via_newtonschulz5(flat, steps)
        return keras.ops.reshape(flat, x.shape)

    def lr_adjust(self, x):
        flat = super().lr_adjust(keras.ops.reshape(x, (-1, x.shape[-1])))
        return keras.ops.reshape(flat, x.shape)

'''

OWN_OPTIMIZERS = {"ConvMuon": _CONV_MUON.strip().splitlines()}
"""The source of each class as lines."""
