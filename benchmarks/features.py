"""What it costs to compute features once, and what it saves.

    python benchmarks/features.py --backend torch [--application VGG16] [--size 224]

Three figures, on random pictures of 32 x 32 that a frozen application of Keras sees at `--size`:

- speed: `kspec.experiment.features.extract` into an empty folder, compared with a loop of
  `predict_on_batch` over the same network in plain Keras; the two alternate, and the figure is the
  ratio of their medians, with the ratios of the least and the most favourable round;
- memory: the peak of a process for `--images` and for four times as many, without files mapped into
  memory, which the system can reclaim at any time;
- again: the seconds from when the data is loaded to the first epoch of the head's training, with
  the features of 60,000 samples already in the cache (of a small network, but of as many values).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

BATCH, ROUNDS = 32, 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--application", default="VGG16")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--clock", choices=["clock", "cpu"], default="clock", help="of the speed")
    parser.add_argument("--only", choices=["speed", "memory", "again", "child"])
    arguments = parser.parse_args()
    os.environ["KERAS_BACKEND"] = arguments.backend
    if arguments.only == "child":
        child(arguments)
        return
    if arguments.only in (None, "speed"):
        speed(arguments)
    if arguments.only in (None, "memory"):
        for images in (arguments.images, 4 * arguments.images):
            words = ["--backend", arguments.backend, "--application", arguments.application]
            words += ["--size", str(arguments.size), "--images", str(images), "--only", "child"]
            subprocess.run([sys.executable, __file__, *words], check=True)
    if arguments.only in (None, "again"):
        again(arguments.backend)


def prepared(layers: list[dict[str, Any]], images: int, folder: Path) -> Any:
    """A network of these layers and a head, with `images` random pictures."""
    import numpy as np

    import kspec
    from kspec.experiment.prepare import prepare

    random = np.random.default_rng(0)
    np.savez(
        folder / "data.npz",
        x_train=random.integers(0, 256, (images, 32, 32, 3), dtype=np.uint8),
        y_train=np.arange(images) % 10,
    )
    spec = kspec.Spec(
        kspec=1,
        name="features",
        input={"shape": [32, 32, 3]},
        layers=[*layers, {"type": "Dense", "units": 10, "activation": "softmax"}],
        data={"source": "npz", "path": "data.npz"},
        training={
            "optimizer": "adam",
            "loss": "sparse_categorical_crossentropy",
            "batch_size": BATCH,
            "epochs": 1,
            "features": {"until": "seen"},
        },
    )
    return prepare(spec, folder)


def application(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    backbone = {"type": "Backbone", "name": "seen", "application": arguments.application}
    backbone |= {"weights": None, "pooling": "flatten", "trainable": False}
    return [
        {"type": "Resizing", "height": arguments.size, "width": arguments.size},
        backbone,
    ]


def speed(arguments: argparse.Namespace) -> None:
    import numpy as np

    from kspec.experiment.features.extract import extract, store_for

    clock = time.process_time if arguments.clock == "cpu" else time.perf_counter
    hand, ours = [], []
    with tempfile.TemporaryDirectory() as name:
        here = prepared(application(arguments), arguments.images, Path(name))
        pictures = here.pixels(here.dataset.train.x)
        extractor = here.in_phase(0).extractor
        plain = by_hand_in_keras(arguments)
        # Lets the backend compile before the first round.
        for network in (extractor, plain):
            network.predict_on_batch(pictures[:BATCH])
        for number in range(ROUNDS):
            began = clock()
            rows = [
                plain.predict_on_batch(pictures[start : start + BATCH])
                for start in range(0, len(pictures), BATCH)
            ]
            np.concatenate(rows)
            hand.append(clock() - began)
            began = clock()
            root = Path(name) / str(number)
            store = store_for(extractor, here.pixels, dtype="float32", root=root, network="")
            extract(
                extractor,
                here.dataset,
                here.pixels,
                store,
                batch_size=BATCH,
                tell=lambda text: None,
            )
            ours.append(clock() - began)
    ratio = statistics.median(hand) / statistics.median(ours)
    each = sorted(before / after for before, after in zip(hand, ours, strict=True))
    print(
        f"{arguments.backend}: {ratio:.2f} times as fast as a loop by hand "
        f"({each[0]:.2f} to {each[-1]:.2f})",
        flush=True,
    )


def by_hand_in_keras(arguments: argparse.Namespace) -> Any:
    """The network of `application`, as one would write it without kspec."""
    import keras

    shape = (arguments.size, arguments.size, 3)
    seen = getattr(keras.applications, arguments.application)(
        include_top=False, weights=None, input_shape=shape
    )
    inputs = keras.Input((32, 32, 3))
    resized = keras.layers.Resizing(arguments.size, arguments.size)(inputs)
    return keras.Model(inputs, keras.layers.Flatten()(seen(resized)))


def child(arguments: argparse.Namespace) -> None:
    most, running = 0, True

    def watch() -> None:
        nonlocal most
        while running:
            most = max(most, own_memory())
            time.sleep(0.02)

    with tempfile.TemporaryDirectory() as name:
        os.environ["KSPEC_CACHE"] = name
        here = prepared(application(arguments), arguments.images, Path(name))
        watching = threading.Thread(target=watch)
        watching.start()
        learned = here.with_features(lambda text: None)
        first = learned.in_phase(0)
        first.model.fit(first.train_batches(), verbose=0)
        running = False
        watching.join()
    print(f"{arguments.backend}: {arguments.images} images, at most {most / 2**20:.0f} MB")


def own_memory() -> int:
    """The memory of this process in bytes, without mapped files (on Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith("RssAnon"))
    return int(found.split()[1]) * 1024


def again(backend: str) -> None:
    layers = [
        {"type": "Flatten"},
        {"type": "Reshape", "name": "seen", "target_shape": [3072]},
    ]
    with tempfile.TemporaryDirectory() as name:
        os.environ["KSPEC_CACHE"] = name
        here = prepared(layers, 60_000, Path(name))
        here.with_features(lambda text: None)
        began = time.perf_counter()
        learned = here.with_features(lambda text: None)
        learned.in_phase(0).train_batches()[0]
        seconds = time.perf_counter() - began
    print(f"{backend}: {seconds:.2f} s until the first step on features kept before", flush=True)


if __name__ == "__main__":
    main()
