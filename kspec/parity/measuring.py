"""Everything that is compared, on one backend, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from kspec.data.batches import Batches
from kspec.data.samples import Samples
from kspec.experiment.prepare import Prepared
from kspec.model.compile import make_recipe
from kspec.model.initial_weights.paths import walk
from kspec.parity.calls import Call, looked_at
from kspec.parity.difference import largest
from kspec.parity.job import Job
from kspec.parity.ledger import Ledger
from kspec.parity.network import by_layer, loss_gradients, loss_of, network_gradients
from kspec.parity.replay import Replay, array_of, results
from kspec.parity.shaken import shaken
from kspec.parity.stored import digest
from kspec.parity.supply import Supply
from kspec.seeds import generator

__all__ = ["measure"]

Array = NDArray[Any]
Result = dict[str, Any]


def measure(prepared: Prepared, job: Job) -> Result:
    """What a backend's process has to say, as plain values (see `kspec.parity.report`).

    The reference stores what it computes in `job.folder` on the way; the others read it there.
    """
    return Measuring(prepared, job).everything()


class Measuring:
    """One network on one backend, and what the reference had."""

    def __init__(self, prepared: Prepared, job: Job) -> None:
        if job.random == "off":
            prepared = replace(prepared, augmentation=None)
        self.prepared = prepared
        self.model = prepared.model
        self.seed = prepared.spec.seed
        self.steps = job.steps
        self.ledger = Ledger(job.folder, job.reference)
        self.paths = {id(layer): path for path, layer in walk(prepared.model)}
        augmentation = prepared.augmentation.layers if prepared.augmentation else ()
        for number, layer in enumerate(augmentation):
            for path, inner in walk(layer):
                self.paths[id(inner)] = f"augmentation[{number}]{path and '/'}{path}"
        self.supply = Supply(self.seed, self.paths, job.random)
        self.rows: list[Result] = []
        self.train_batches = prepared.train_batches()
        self._eager()

    def everything(self) -> Result:
        weights = {name: digest(array_of(w)) for name, w in by_layer(self.model).items()}
        plain = replace(self.prepared, augmentation=None).train_batches()
        batches = [self._digest(plain, step) for step in range(self.steps)]
        with self.supply.active():
            x, y = self._first_batch()
            self._layers("inference", x, training=False)
            given = self._layers("training", x, training=True)
            loss = self._loss(y, given)
            self.supply.begin(0)
            found = network_gradients(self.model, x, y)
            gradients = self.ledger.differences("gradients/0", found, together=True)
            # Some backends call the network once to find out what to build; that is no step.
            self.model.test_on_batch(x, y)
            self.model.optimizer.build(self.model.trainable_variables)
            shaken = self._shaken() if self.ledger.is_reference else []
            losses, updates, statistics = self._train(found)
        self.ledger.close()
        return {
            "weights": weights,
            "batches": batches,
            "layers": self.rows,
            "loss": loss,
            "gradients": gradients,
            "updates": updates,
            "statistics": statistics,
            "losses": losses,
            "shaken": shaken,
        }

    def _eager(self) -> None:
        """Compile anew for steps that run layer by layer: what is compiled draws only once."""
        spec, model = self.prepared.spec, self.model
        _, loss, _ = make_recipe(spec, one_hot=self.prepared.class_count is not None)
        model.compile(optimizer=model.optimizer, loss=loss, run_eagerly=True, jit_compile=False)

    def _digest(self, batches: Batches, step: int) -> str:
        batches.epoch, index = divmod(step, len(batches))
        x, y = batches[index]
        arrays = x.values() if isinstance(x, dict) else (x,)
        return " ".join(digest(array) for array in (*arrays, self._classes(y)))

    def _classes(self, labels: Array) -> Array:
        """Labels as class numbers: whether a loss gets them one-hot may differ by backend."""
        one_hot = self.prepared.class_count is not None
        return labels.argmax(axis=-1).astype(np.int32) if one_hot else labels

    def _first_batch(self) -> tuple[Samples, Array]:
        """The first training batch, augmented, with each augmenting layer looked at."""
        batches = self.train_batches
        if self.prepared.augmentation is None:
            return batches[0]
        batches[0]  # The first call builds the layers.
        self.supply.begin(0)
        with self._looked_at("augmentation"):
            return batches[0]

    def _layers(self, mode: str, x: Samples, *, training: bool) -> Any:
        """Run the network, each layer looked at; the state is put back."""
        self.supply.begin(0)
        with self._undone(), self._looked_at(mode):
            return self.model(x, training=training)

    @contextmanager
    def _looked_at(self, mode: str) -> Iterator[None]:
        def look(call: Call, run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            return self._look(mode, call, run, args, kwargs)

        with looked_at(look, self.paths):
            yield

    def _look(self, mode: str, call: Call, run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """One layer: on the reference's inputs for itself, then on its own for those after it."""
        ledger, key = self.ledger, f"{mode}/{call.index}"
        replay = Replay(call, run, args, kwargs, self.supply)
        inputs = ledger.given(f"{key}/in", replay.inputs)
        masks = ledger.given(f"{key}/masks", replay.masks)
        row: Result = {"mode": mode, "index": call.index, "name": call.name, "type": call.type}
        row |= {"forward": {}, "state": {}, "gradient": {}}
        if not ledger.is_reference:
            outputs, state = replay.outputs(inputs, masks)
            row["forward"] = ledger.differences(f"{key}/out", outputs)
            row["state"] = ledger.differences(f"{key}/state", state)
        if mode == "training":
            if ledger.is_reference:
                outputs, _ = replay.outputs(inputs, masks)
            found = replay.gradients(inputs, masks, outputs, self.seed)
            row["gradient"] = ledger.differences(f"{key}/gradient", found, together=True)
        result = run(*args, **kwargs)
        row["handed_on"] = ledger.differences(f"{key}/out", results(result))
        if ledger.is_reference:
            ledger.differences(f"{key}/state", replay.state())
        self.rows.append(row)
        return result

    def _loss(self, y: Array, given: Any) -> Result:
        """The loss of what the reference's network gave, for itself."""
        (reference,) = self.ledger.given("loss/in", [array_of(given)])
        assert reference is not None
        loss = array_of(loss_of(self.model, y, keras.ops.convert_to_tensor(reference)))
        return {
            "forward": self.ledger.differences("loss/out", {"loss": loss}),
            "gradient": self.ledger.differences(
                "loss/gradient", loss_gradients(self.model, y, reference)
            ),
        }

    def _train(
        self, gradients: dict[str, Array]
    ) -> tuple[list[float], dict[str, float], dict[str, float]]:
        """The losses, and how far weights and statistics are after the first step.

        Of the weights also how far the second step moves them, the first that uses what an
        optimizer remembers.
        """
        losses = []
        updates: dict[str, float] = {}
        for step in range(min(2, self.steps)):
            if step:
                gradients = self._gradients_of(step)
            before = self._weights()
            losses.append(self._step(step))
            after = self._weights()
            if not step:
                state = {name: array for name, array in after.items() if name not in gradients}
                statistics = self.ledger.differences("statistics", state)
            moved = {name: after[name] - before[name] for name in gradients}
            moved = self._significant(step, moved, gradients)
            found = self.ledger.differences(f"updates/{step}", moved)
            updates |= {f"step {step + 1} of {name}": each for name, each in found.items()}
        losses += [self._step(step) for step in range(2, self.steps)]
        return losses, updates, statistics

    def _gradients_of(self, step: int) -> dict[str, Array]:
        """The gradients of a later batch, for the ledger."""
        x, y = self._batch(step)
        self.supply.begin(step)
        found = network_gradients(self.model, x, y)
        self.ledger.differences(f"gradients/{step}", found)
        return found

    def _shaken(self) -> list[float]:
        """The losses when weights and gradients are a few roundings off; all is put back.

        Training is chaotic, and where Adam divides a gradient that is rounding noise by its own
        size, two runs part within a few steps. How far, depends on the network and its data: the
        reference measures it on itself.
        """
        with self._undone(), shaken(self.model, generator(self.seed, "parity", "shaken")):
            return [self._step(step) for step in range(self.steps)]

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """What it does to network and optimizer is taken back."""
        variables = [*self.model.variables, *self.model.optimizer.variables]
        before = [array_of(variable).copy() for variable in variables]
        try:
            yield
        finally:
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)

    def _step(self, step: int) -> float:
        """One step of training; the loss before it."""
        x, y = self._batch(step)
        self.supply.begin(step)
        self.model.reset_metrics()
        return float(self.model.train_on_batch(x, y, return_dict=True)["loss"])

    def _batch(self, step: int) -> tuple[Samples, Array]:
        """The training batch of a step; epochs follow each other."""
        batches = self.train_batches
        self.supply.begin(step)
        batches.epoch, index = divmod(step, len(batches))
        batch: tuple[Samples, Array] = batches[index]
        return batch

    def _weights(self) -> dict[str, Array]:
        return {name: array_of(w).copy() for name, w in by_layer(self.model).items()}

    def _significant(
        self, step: int, updates: dict[str, Array], gradients: dict[str, Array]
    ) -> dict[str, Array]:
        """The updates, without those whose gradient is rounding noise on the reference.

        Adam and its like divide a gradient by its own size: of noise they make a full step.
        """
        theirs = self.ledger.stored(f"gradients/{step}", gradients)
        overall = max((largest(array) for array in theirs.values()), default=0.0)
        return {
            name: np.where(
                np.abs(theirs[name]) >= max(1e-2 * largest(theirs[name]), 1e-4 * overall), update, 0
            )
            for name, update in updates.items()
            if name in theirs
        }
