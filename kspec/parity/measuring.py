"""Measures everything that is compared, on one backend, in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from kspec.data.batches import Batches
from kspec.experiment.prepared import Prepared
from kspec.model.compile import make_recipe
from kspec.model.dense_gradients import take_dense_gradients
from kspec.model.groups import apply_groups
from kspec.model.initial_weights.paths import walk
from kspec.parity.job import Job
from kspec.parity.layerwise import Layerwise
from kspec.parity.learning_rate import scale_learning_rate
from kspec.parity.ledger import Ledger
from kspec.parity.network import by_layer
from kspec.parity.replay import array_of
from kspec.parity.shaken import shaken
from kspec.parity.stored import digest
from kspec.parity.supply import Supply
from kspec.parity.whole import Whole, undone
from kspec.seeds import generator

__all__ = ["measure"]

Result = dict[str, Any]


def measure(prepared: Prepared, job: Job, *, rate: float) -> Result:
    """The results of a backend's process, as plain values (see `kspec.parity.judge`).

    `rate` is the factor by which the learning rate is multiplied, for batches smaller than the
    spec's.

    The reference stores what it computes in `job.folder` along the way, where the others read it.
    It also measures how far its own results move when they are shaken (`kspec.parity.shaken`).
    """
    augmentation = prepared.augmentation if job.random != "off" else None
    # Augmentation in NumPy is the same everywhere; there would be nothing to compare.
    prepared = replace(prepared, augmentation=augmentation and augmentation.by_keras())
    model, seed = prepared.model, prepared.spec.seed
    _run_eagerly(prepared, rate)
    paths = _paths(prepared)
    ledger = Ledger(job.folder, job.reference)
    supply = Supply(seed, paths, job.random)
    layers = Layerwise(ledger, supply, paths, seed)
    whole = Whole(model, prepared.train_batches(), supply, job.steps)
    result: Result = {
        "weights": {name: digest(array_of(w)) for name, w in by_layer(model).items()},
        "batches": _batches(prepared, job.steps),
    }
    with supply.active():
        x, y = whole.batch(0)
        if prepared.augmentation is not None:
            # (The first batch has built its layers.)
            with layers.looking("augmentation"):
                x, y = whole.batches[0]
        with undone(model):
            with layers.looking("inference"):
                model(x, training=False)
            with layers.looking("training"):
                given = model(x, training=True)
        result["layers"] = layers.rows
        result["loss"] = layers.loss(model, y, given)
        result |= whole.measure(ledger)
        ledger.close()
        if ledger.is_reference:
            own = Ledger(job.folder, job.folder)
            with undone(model), shaken(model, generator(seed, "parity", "shaken")):
                result["shaken"] = whole.measure(own)
    return result


def _run_eagerly(prepared: Prepared, rate: float) -> None:
    """Compile for steps that run layer by layer: a compiled step would draw only once."""
    model = prepared.model
    samples = len(prepared.dataset.train)
    optimizer, loss, _ = make_recipe(prepared.spec, one_hot=prepared.one_hot, samples=samples)
    model.compile(optimizer=optimizer, loss=loss, run_eagerly=True, jit_compile=False)
    take_dense_gradients(model.optimizer)
    apply_groups(model.optimizer, model, prepared.spec)
    if rate != 1:
        scale_learning_rate(model.optimizer, rate)
    model.optimizer.build(model.trainable_variables)


def _paths(prepared: Prepared) -> dict[int, str]:
    """The path of every layer by its `id`, including those of the augmentation."""
    paths = {id(layer): path for path, layer in walk(prepared.model)}
    layers: tuple[keras.Layer, ...] = prepared.augmentation.layers if prepared.augmentation else ()
    for number, layer in enumerate(layers):
        for path, inner in walk(layer):
            paths[id(inner)] = f"augmentation[{number}]{path and '/'}{path}"
    return paths


def _batches(prepared: Prepared, steps: int) -> list[str]:
    """The digest of each training batch before augmentation."""
    batches = replace(prepared, augmentation=None).train_batches()
    return [_digest(batches, step, prepared.one_hot) for step in range(steps)]


def _digest(batches: Batches, step: int, one_hot: bool) -> str:
    batches.epoch, index = divmod(step, len(batches))
    x, y = batches[index]
    if one_hot:  # Whether a loss takes class numbers or one-hot may differ by backend.
        y = y.argmax(axis=-1).astype(np.int32)
    arrays: list[NDArray[Any]] = [*(x.values() if isinstance(x, dict) else (x,)), y]
    return " ".join(digest(array) for array in arrays)
