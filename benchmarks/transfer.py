"""The effect of transfer learning from other classes when there are few pictures.

    python benchmarks/transfer.py --data cifar10.npz [--backend torch] [--seeds 3]

A network learns the first five classes of CIFAR-10, with all their training pictures. Then the same
network learns the other five, from `--images` pictures of each: from scratch; as a head on the
frozen features of the first one; and fine-tuned, that is, first so and then as a whole at a lower
rate. The test set is that of the other five, 5,000 pictures. Each is trained with several seeds;
the table has the mean and the standard deviation. `--first RUN` uses an existing first network.

`--data` is an archive as in `docs/howto/own-data.md`; without it Keras downloads CIFAR-10.
"""

from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path
from typing import Any

EPOCHS = {"first": 15, "scratch": 150, "head": 150, "whole": 50}
SECOND = ("scratch", "features", "fine-tuned")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--images", type=int, default=50, help="of each of the other classes")
    parser.add_argument("--first", type=Path, help="the run of a first network")
    parser.add_argument("--folder", type=Path, default=Path("transfer"))
    arguments = parser.parse_args()
    os.environ["KERAS_BACKEND"] = arguments.backend

    import kspec

    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_archives(arguments.data, folder, arguments.images)
    runs = folder / "runs"
    if arguments.first is None:
        first = kspec.train(kspec.Spec(**first_spec(folder)), run_dir=runs).path
    else:
        first = arguments.first
    print(f"| other five classes, {arguments.images} pictures of each | test accuracy |")
    print("| --- | --- |")
    for name in SECOND:
        found = []
        for seed in range(arguments.seeds):
            spec = kspec.Spec(**second_spec(name, folder, first.resolve()), seed=seed)
            found.append(kspec.train(spec, run_dir=runs).result["test"]["accuracy"])
        spread = statistics.stdev(found) if len(found) > 1 else 0.0
        print(f"| {name} | {statistics.mean(found):.3f} ± {spread:.3f} |", flush=True)


def write_archives(source: Path | None, folder: Path, images: int) -> None:
    """Write the first five classes with all pictures, and the others with `images` of each."""
    import numpy as np

    if source is not None:
        with np.load(source) as file:
            x_train, y_train = file["x_train"], file["y_train"].ravel()
            x_test, y_test = file["x_test"], file["y_test"].ravel()
    else:
        import keras

        (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
        y_train, y_test = y_train.ravel(), y_test.ravel()
    for name, first, most in (("first", 0, None), ("others", 5, images)):
        chosen = np.concatenate(
            [np.flatnonzero(y_train == number)[:most] for number in range(first, first + 5)]
        )
        test = (y_test >= first) & (y_test < first + 5)
        np.savez(
            folder / f"{name}.npz",
            x_train=x_train[chosen],
            y_train=y_train[chosen].astype(int) - first,
            x_test=x_test[test],
            y_test=y_test[test].astype(int) - first,
        )


def network() -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    for filters, pool in ((32, True), (64, True), (128, False), (128, False)):
        convolution = {"filters": filters, "kernel_size": 3, "padding": "same", "use_bias": False}
        layers += [
            {"type": "Conv2D", "kernel_initializer": "he_normal", **convolution},
            {"type": "BatchNormalization"},
            {"type": "ReLU"},
        ]
        if pool:
            layers.append({"type": "MaxPooling2D"})
    return [*layers, {"type": "GlobalAveragePooling2D", "name": "features"}]


HEAD = [{"type": "Dropout", "rate": 0.3}, {"type": "Dense", "units": 5, "activation": "softmax"}]


def first_spec(folder: Path) -> dict[str, Any]:
    return {
        "kspec": 1,
        "name": "first",
        "input": {"shape": [32, 32, 3]},
        "layers": [*network(), *HEAD],
        "data": data(folder / "first.npz", 0.1),
        "augmentation": [{"type": "RandomFlip", "mode": "horizontal"}],
        "training": phase(0.002, EPOCHS["first"], batch_size=128, patience=5),
    }


def second_spec(name: str, folder: Path, first: Path) -> dict[str, Any]:
    backbone = {
        "type": "Backbone",
        "name": "seen",
        "application": str(first),
        "until": "features",
        "trainable": False,
    }
    # With so few steps per epoch, batch normalization needs many epochs for useful statistics.
    training: Any = phase(0.002, EPOCHS["scratch"], batch_size=32, patience=60)
    if name != "scratch":
        head = phase(0.002, EPOCHS["head"], batch_size=32, patience=20)
        training = [head | {"features": {"until": "seen"}}]
    if name == "fine-tuned":
        whole = phase(1e-4, EPOCHS["whole"], batch_size=32, patience=20)
        training.append(whole | {"trainable": {"seen": True}})
    return {
        "kspec": 1,
        "name": name,
        "input": {"shape": [32, 32, 3]},
        "layers": [*(network() if name == "scratch" else [backbone]), *HEAD],
        # (The backbone scales the pixels like the first network's data.)
        "data": data(folder / "others.npz", 0.2, scale="1/255" if name == "scratch" else None),
        "training": training,
    }


def data(path: Path, validation: float, scale: str | None = "1/255") -> dict[str, Any]:
    source = {"source": "npz", "path": str(path.resolve()), "scale": scale}
    return {**source, "validation": validation}


def phase(rate: float, epochs: int, *, batch_size: int, patience: int) -> dict[str, Any]:
    monitor = {"monitor": "val_accuracy", "patience": patience, "restore_best_weights": True}
    return {
        "optimizer": {"type": "Adam", "learning_rate": rate},
        "loss": "sparse_categorical_crossentropy",
        "batch_size": batch_size,
        "epochs": epochs,
        "early_stopping": [monitor],
    }


if __name__ == "__main__":
    main()
