"""What a training step costs under `kspec train`, against Keras's own `fit`.

The same model, data and batch size, the same backend, in one process, alternating; the medians of
the seconds per epoch and their ratio:

    python benchmarks/overhead.py specs/arch2.json --backend torch --steps 10 --repeats 7
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import kspec
from kspec import backends

SETTINGS = ("data.source=shapes", "data.validation=0", "training.early_stopping=[]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--backend", required=True)
    parser.add_argument("--steps", type=int, default=10, help="steps per epoch")
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    first = kspec.load(arguments.spec, SETTINGS)
    samples = arguments.steps * first.training.batch_size
    spec = kspec.load(
        arguments.spec,
        (*SETTINGS, f"data.train_samples={samples}", "data.test_samples=10", "training.epochs=2"),
    )
    backends.activate(backends.choose(arguments.backend))
    ours, theirs = [], []
    by_hand = hand_written(spec)
    for _ in range(arguments.repeats):
        theirs.append(by_hand())
        ours.append(with_kspec(spec))
    for name, seconds in (("Keras fit", theirs), ("kspec train", ours)):
        spread = ", ".join(f"{value:.3f}" for value in seconds)
        print(f"{name:12} median {statistics.median(seconds):.3f} s per epoch ({spread})")
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(
        f"{spec.name}, {arguments.backend}, {arguments.steps} steps of {spec.training.batch_size}: "
        f"ratio of medians {statistics.median(ours) / statistics.median(theirs):.3f}, "
        f"median of ratios {statistics.median(ratios):.3f}"
    )


def with_kspec(spec):
    """Seconds of the second epoch of a run; the first compiles."""
    with tempfile.TemporaryDirectory() as folder:
        return kspec.train(spec, run_dir=folder).history[1]["seconds"]


def hand_written(spec):
    """A function that fits a fresh model as a Keras script does and times its second epoch."""
    import keras

    from kspec.data.load import load
    from kspec.data.pixels import Pixels

    data = load(spec.data, seed=0, shape=spec.input.shape, root=Path())
    x, y = Pixels.fit(spec.data, data.train)(data.train.x), data.train.y

    class Timer(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.began = time.monotonic()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds = time.monotonic() - self.began

    def run():
        model = keras.Model.from_config(kspec.build(spec).get_config())
        model.compile(optimizer="adam", loss=spec.training.loss.type, metrics=["accuracy"])
        timer = Timer()
        model.fit(x, y, batch_size=spec.training.batch_size, epochs=2, verbose=0, callbacks=[timer])
        return timer.seconds

    return run


if __name__ == "__main__":
    main()
