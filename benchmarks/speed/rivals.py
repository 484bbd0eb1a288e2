"""The rivals: each trains the network of one spec on the same data, one epoch per turn."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from augmented import image_data_generator, torchvision_transforms
from gate import Gate

import kspec
from kspec import backends
from kspec.data.load import load
from kspec.data.scaling import Scaling

MANY = 100_000  # Epochs; the parent decides when to stop.


def with_kspec(path: str, settings: tuple[str, ...], backend: str, *, lowering: bool) -> None:
    """`kspec train`, with everything that it does at the end of an epoch except a checkpoint."""
    from kspec.training.reporter import Quiet

    class Watch(Quiet):
        def begin(self, plan):
            gate.wait()

        def epoch(self, row, best_epoch):
            gate.done(loss=row["loss"])
            gate.wait()

    gate = Gate()
    # A checkpoint belongs to a real epoch, a hundred times as long; nobody else writes one here.
    spec = kspec.load(path, (*settings, f"training.epochs={MANY}", "training.checkpoint=null"))
    with tempfile.TemporaryDirectory() as runs, contextlib.redirect_stdout(sys.stderr):
        kspec.train(spec, run_dir=runs, backend=backend, reporter=Watch(), lowering=lowering)


def with_keras(path: str, settings: tuple[str, ...], backend: str) -> None:
    """Keras's own `fit` on arrays, as in a script; augmentation by an `ImageDataGenerator`."""
    backends.activate(replace(backends.choose(backend), lowering=False))
    import keras

    from kspec.model.compile import make_recipe

    gate = Gate()
    spec = kspec.load(path, settings)
    model = keras.Model.from_config(kspec.build(spec, lowering=False).get_config())
    optimizer, loss, metrics = make_recipe(spec)
    model.compile(optimizer=optimizer, loss=loss, metrics=metrics)

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            gate.wait()

        def on_epoch_end(self, epoch, logs=None):
            gate.done(loss=logs["loss"])

    size = spec.training.batch_size
    if spec.augmentation:
        x, y = stored(spec)
        given = {"x": image_data_generator(spec).flow(x.astype("float32"), y, batch_size=size)}
    else:
        x, y = arrays(spec)
        given = {"x": x, "y": y, "batch_size": size}
    model.fit(**given, epochs=MANY, verbose=0, callbacks=[Watch()])


def with_torch(path: str, settings: tuple[str, ...], backend: str, *, compiled: bool) -> None:
    """Only PyTorch: channels last, its own layers, optimizer and loss, no Keras in the process.

    Torchvision augments pictures one at a time, as its transforms are normally used.
    """
    import torch
    from plain_torch import network, optimizer_of, penalty

    gate = Gate()
    spec = kspec.load(path, settings)
    x, y = stored(spec) if spec.augmentation else arrays(spec)
    x = torch.from_numpy(x).permute(0, 3, 1, 2)  # NHWC in memory: channels last.
    change = torchvision_transforms(spec) if spec.augmentation else None
    y = torch.from_numpy(y.astype("int64"))
    model = network(spec).to(memory_format=torch.channels_last)
    regularized = penalty(model, spec)
    optimizer = optimizer_of(spec, model)
    loss_of = torch.nn.CrossEntropyLoss()
    size = spec.training.batch_size

    def loss_on(images, labels):
        outputs = model(images)
        loss = loss_of(outputs, labels)
        for weight, factor in regularized:
            loss = loss + factor * weight.square().sum()
        return loss, (outputs.argmax(1) == labels).sum()

    step = torch.compile(loss_on) if compiled else loss_on

    def images(chosen):
        if change is None:
            return x[chosen]
        pictures = torch.stack([change(x[place]) for place in chosen])
        return pictures.contiguous(memory_format=torch.channels_last)

    model.train()
    while True:
        gate.wait()
        order = torch.randperm(len(x))
        total, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for begin in range(0, len(x), size):
            chosen = order[begin : begin + size]
            optimizer.zero_grad(set_to_none=True)
            loss, hits = step(images(chosen), y[chosen])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(chosen)
            right += hits
        gate.done(loss=float(total) / len(x))


def with_flax(path: str, settings: tuple[str, ...], backend: str) -> None:
    """JAX with Flax NNX and Optax: one compiled step, whose state is donated, not copied."""
    import jax
    import numpy as np
    import optax
    from flax import nnx
    from jax import numpy as jnp
    from plain_flax import network, optimizer_of

    gate = Gate()
    spec = kspec.load(path, settings)
    x, y = arrays(spec)
    y = y.astype("int32")
    model = network(spec)
    optimizer = nnx.Optimizer(model, optimizer_of(spec), wrt=nnx.Param)
    graph, state = nnx.split((model, optimizer))

    @partial(jax.jit, donate_argnums=0)
    def step(state, totals, images, labels):
        model, optimizer = nnx.merge(graph, state)

        def loss_of(model):
            outputs = model(images)
            losses = optax.softmax_cross_entropy_with_integer_labels(outputs, labels)
            return losses.mean() + model.penalty(), (outputs.argmax(1) == labels).sum()

        (loss, right), gradients = nnx.value_and_grad(loss_of, has_aux=True)(model)
        optimizer.update(model, gradients)
        totals = (totals[0] + loss * len(labels), totals[1] + right)
        return nnx.state((model, optimizer)), totals

    size, rng = spec.training.batch_size, np.random.default_rng(0)
    while True:
        gate.wait()
        order, totals = rng.permutation(len(x)), (jnp.zeros(()), jnp.zeros((), "int32"))
        for begin in range(0, len(x), size):
            chosen = order[begin : begin + size]
            state, totals = step(state, totals, x[chosen], y[chosen])
        gate.done(loss=float(totals[0]) / len(x))


def stored(spec):
    """The training data in memory, not scaled."""
    data = load(spec.data, seed=0, inputs=spec.entering, root=Path())
    return data.train.x, data.train.y


def arrays(spec):
    """The same data, scaled."""
    x, y = stored(spec)
    return Scaling.fit(spec.data, x, spec.entering)(x), y


RIVALS = {
    "kspec": lambda *a: with_kspec(*a, lowering=True),
    "kspec --no-lowering": lambda *a: with_kspec(*a, lowering=False),
    "Keras fit": with_keras,
    "PyTorch": lambda *a: with_torch(*a, compiled=False),
    "Flax": with_flax,
    "PyTorch compiled": lambda *a: with_torch(*a, compiled=True),
}


if __name__ == "__main__":
    _, rival, backend, path, *settings = sys.argv
    RIVALS[rival](path, tuple(settings), backend)
