"""The data sets that Keras can download."""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.arrays import as_pixels, as_split
from kspec.data.dataset import Raw
from kspec.errors import DataError

__all__ = ["CLASS_NAMES", "read"]

_CIFAR100 = (
    "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus "
    "butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch "
    "crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo "
    "keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse "
    "mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy "
    "porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper "
    "snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television "
    "tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm"
)

CLASS_NAMES: dict[str, tuple[str, ...]] = {
    "cifar10": (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ),
    "cifar100": tuple(_CIFAR100.split()),
    "mnist": tuple("0123456789"),
    "fashion_mnist": (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
}  # fmt: skip


def read(name: str) -> Raw:
    """One of `CLASS_NAMES`, from Keras's cache or the network.

    Raises DataError if neither has it, or if the cached file is broken.
    """
    # Imported only here, so that nobody with their own data waits for Keras.
    import keras

    module = getattr(keras.datasets, name)
    try:
        # Keras reports a download on standard output, where results go.
        with redirect_stdout(sys.stderr):
            (x_train, y_train), (x_test, y_test) = module.load_data()
    # Keras raises a bare Exception for "URL fetch failure", and a broken file in its cache raises
    # whatever its reader does: there is nothing narrower to catch.
    except Exception as error:
        raise DataError(_message(name, error)) from error
    train = as_split(_pixels(x_train, name), y_train, where=name, part="train")
    test = as_split(_pixels(x_test, name), y_test, where=name, part="test")
    return Raw(train, None, test, CLASS_NAMES[name], source=name)


def _message(name: str, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    otherwise = (
        "Give the data with --data PATH (a .npz file or a folder of images), "
        "or try --data shapes, which needs no network."
    )
    lost = (ConnectionError, TimeoutError, http.client.HTTPException)
    if str(error).startswith("URL fetch failure") or isinstance(error, lost):
        return (
            f"{name} is missing or incomplete in Keras's cache ({_cache()}) and could not be "
            f"downloaded: {reason}. {otherwise}"
        )
    return (
        f"{name} cannot be read from Keras's cache ({_cache()}): {reason}. "
        f"Delete it there to have it downloaded again. {otherwise}"
    )


def _cache() -> str:
    """Where Keras keeps data sets, by the same rule as `keras.utils.get_file`."""
    home = Path(os.environ.get("KERAS_HOME") or Path("~", ".keras")).expanduser()
    if not os.access(home, os.W_OK):
        home = Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir(), ".keras")
    return str(home / "datasets")


def _pixels(x: Any, name: str) -> np.ndarray:
    """CIFAR comes channels-first if the user's keras.json says so, and otherwise as a view."""
    if x.ndim == 4 and x.shape[1:] == (3, 32, 32):
        x = x.transpose(0, 2, 3, 1)
    return as_pixels(np.ascontiguousarray(x), where=name)
