"""The average of the weights, as `kspec.training.averaging` computes it."""

from __future__ import annotations

from kspec.spec.eject.code import Call, Expression
from kspec.spec.eject.literals import literal
from kspec.spec.models import Averaging, Spec

__all__ = ["AVERAGED_WEIGHTS", "averages", "write_averaging"]

AVERAGED_WEIGHTS = '''
class AveragedWeights(keras.callbacks.Callback):
    """Lets an average of the weights stand in for them while they are looked at.

    They are taken after every few steps, from a share of the training on; training
    goes on from the weights themselves.
    """

    def __init__(self, momentum=None, every=1, start=0):
        super().__init__()
        self.momentum, self.every, self.start = momentum, every, start
        self.step = self.taken = 0
        self.average = self.own = None

    def on_epoch_begin(self, epoch, logs=None):
        if self.own is not None:
            self.model.set_weights(self.own)
            self.own = None

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        steps = self.params["epochs"] * self.params["steps"]
        since = self.step - math.ceil(round(self.start * steps, 6))
        if since <= 0 or since % self.every:
            return
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        weights = self.model.get_weights()
        self.taken += 1
        if self.taken == 1:
            self.average = weights
            return
        rate = 1 / self.taken if self.momentum is None else 1 - self.momentum
        self.average = [
            old + np.float32(rate) * (new - old) if new.dtype.kind == "f" else new
            for old, new in zip(self.average, weights, strict=True)
        ]

    def stand_in(self):
        if self.average is not None and self.own is None:
            self.own = self.model.get_weights()
            self.model.set_weights(self.average)

    def on_test_begin(self, logs=None):
        self.stand_in()

    def on_epoch_end(self, epoch, logs=None):
        self.stand_in()
'''.strip().splitlines()


def averages(spec: Spec) -> bool:
    """Whether the script has the class `AveragedWeights`."""
    return any(phase.averaging is not None for phase in spec.phases)


def write_averaging(averaging: Averaging) -> Expression:
    """The callback of a phase; it comes before any other that uses the weights."""
    default = Averaging()
    said = [
        (name, literal(getattr(averaging, name)))
        for name in ("momentum", "every", "start")
        if getattr(averaging, name) != getattr(default, name)
    ]
    return Call("AveragedWeights", (), tuple(said))
