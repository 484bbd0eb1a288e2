"""A network as a whole: its gradients, its first steps of training, and the losses of all steps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from kspec.data.batches import Batches
from kspec.data.samples import Samples
from kspec.parity.difference import largest
from kspec.parity.ledger import Ledger
from kspec.parity.network import by_layer, network_gradients
from kspec.parity.put_back import put_back
from kspec.parity.replay import array_of
from kspec.parity.supply import Supply

__all__ = ["Whole", "undone"]

Array = NDArray[Any]
Result = dict[str, Any]

# A gradient that should be zero (of a bias before a batch normalization) is the rounding noise of
# its summands, and has no scale of its own: its scale is a hundredth of the largest.
SHARE = 1e-2
# A gradient smaller than these shares of the largest, in its variable or in the network, may have
# the opposite sign on another backend.
SIGNIFICANT = 0.1, 1e-3
COMPARED_UPDATES = 2


@dataclass
class Whole:
    """A compiled model on its way through the first `steps` batches."""

    model: keras.Model
    batches: Batches
    supply: Supply
    steps: int

    def measure(self, ledger: Ledger) -> Result:
        """Differences of gradients, of the weight changes in the first steps and of statistics.

        Also the losses. Everything is restored afterwards. The second step of training is the first
        that uses the optimizer's state. Statistics are the weights that no gradient changes, such
        as moving averages, after the first step.
        """
        x, y = self.batch(0)
        # Some backends call the network once to find out what to build; that is not a step.
        self.model.test_on_batch(x, y)
        self.model.optimizer.build(self.model.trainable_variables)
        result: Result = {"updates": {}, "statistics": {}, "losses": []}
        with undone(self.model):
            for step in range(self.steps):
                if step < COMPARED_UPDATES:
                    self._close_look(step, ledger, result)
                else:
                    result["losses"].append(self._step(step))
        return result

    def batch(self, step: int) -> tuple[Samples, Array]:
        """The training batch of a step; one epoch follows the other."""
        self.supply.begin(step)
        self.batches.epoch, index = divmod(step, len(self.batches))
        batch: tuple[Samples, Array] = self.batches[index]
        return batch

    def _close_look(self, step: int, ledger: Ledger, result: Result) -> None:
        """A step in which everything is compared."""
        x, y = self.batch(step)
        self.supply.begin(step)
        gradients = network_gradients(self.model, x, y)
        found = ledger.distances(f"gradients/{step}", gradients, share=SHARE)
        if step == 0:
            result["gradients"] = found
        before = self._weights()
        result["losses"].append(self._step(step))
        after = self._weights()
        moved = {name: after[name] - before[name] for name in gradients}
        moved = _significant(moved, ledger.stored(f"gradients/{step}", gradients))
        for name, difference in ledger.distances(f"updates/{step}", moved, share=SHARE).items():
            result["updates"][f"step {step + 1} of {name}"] = difference
        if step == 0:
            state = {name: array for name, array in after.items() if name not in gradients}
            result["statistics"] = ledger.differences("statistics", state)

    def _step(self, step: int) -> float:
        """One step of training; returns the loss before it."""
        x, y = self.batch(step)
        self.supply.begin(step)
        self.model.reset_metrics()
        return float(self.model.train_on_batch(x, y, return_dict=True)["loss"])

    def _weights(self) -> dict[str, Array]:
        return {name: array_of(w).copy() for name, w in by_layer(self.model).items()}


def undone(model: keras.Model) -> AbstractContextManager[None]:
    """Restore the network and its optimizer at the end of the context."""
    return put_back([*model.variables, *model.optimizer.variables])


def _significant(updates: Mapping[str, Array], theirs: Mapping[str, Array]) -> dict[str, Array]:
    """The updates, with zero where the reference's gradient may be rounding noise.

    Adam and its variants divide a gradient by its own size: from noise they make a full step.
    """
    in_variable, in_network = SIGNIFICANT
    least = in_network * max((largest(array) for array in theirs.values()), default=0.0)
    found = {}
    for name, update in updates.items():
        gradient = theirs.get(name)
        if gradient is not None:
            bound = max(in_variable * largest(gradient), least)
            found[name] = np.where(np.abs(gradient) >= bound, update, 0)
    return found
