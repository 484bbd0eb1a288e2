"""Keras reads its home folder once, when it is imported: so each case is a process of its own."""

import gzip
import os
import subprocess
import sys

import numpy as np
import pytest

from kspec.data.sources.keras_datasets import CLASS_NAMES

READ = """
import sys
from kspec.data.sources.keras_datasets import read
from kspec.errors import DataError
for name in sys.argv[1:]:
    try:
        raw = read(name)
    except DataError as error:
        print(name, "DataError", error)
    else:
        print(name, raw.train.x.shape, raw.train.x.dtype, raw.train.y.tolist(), raw.class_names[1])
"""


def read(home, *names):
    """What reading these data sets prints where there is no way out into the network."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")},
        "KERAS_HOME": str(home),
        "https_proxy": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", READ, *names],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    return {name: next(line for line in lines if line.startswith(f"{name} ")) for name in names}


def fashion(home, pictures=3):
    """A small Fashion-MNIST in Keras's cache, which it takes as it is."""
    folder = home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for part in ("train", "t10k"):
        with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(b"\0" * 8 + bytes(range(pictures)))
        with gzip.open(folder / f"{part}-images-idx3-ubyte.gz", "wb") as file:
            file.write(b"\0" * 16 + np.zeros((pictures, 28, 28), np.uint8).tobytes())
    return folder


def test_what_is_in_the_cache_is_read_and_what_is_not_is_said(tmp_path):
    fashion(tmp_path)
    found = read(tmp_path, "fashion_mnist", "cifar10", "mnist")
    assert found["fashion_mnist"] == "fashion_mnist (3, 28, 28) uint8 [0, 1, 2] Trouser"
    for name in ("cifar10", "mnist"):
        assert f"DataError {name} is missing or incomplete in Keras's cache" in found[name]
        assert str(tmp_path / "datasets") in found[name]
        assert "could not be downloaded" in found[name]
        assert "--data PATH" in found[name]
        assert "--data shapes" in found[name]


def test_a_broken_file_in_the_cache(tmp_path):
    (fashion(tmp_path) / "train-images-idx3-ubyte.gz").write_bytes(b"not gzip")
    found = read(tmp_path, "fashion_mnist")["fashion_mnist"]
    assert "fashion_mnist cannot be read from Keras's cache" in found
    assert "Delete it there to have it downloaded again" in found
    assert "--data shapes" in found


@pytest.mark.parametrize(
    ("name", "count"), [("cifar10", 10), ("cifar100", 100), ("mnist", 10), ("fashion_mnist", 10)]
)
def test_every_class_has_a_name(name, count):
    assert len(set(CLASS_NAMES[name])) == count
