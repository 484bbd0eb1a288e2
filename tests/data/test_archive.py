"""A dataset in an archive is the dataset again."""

import numpy as np
import pytest

from kspec.data.archive import write_archive
from kspec.data.load import load
from kspec.errors import RunError
from kspec.spec.models import Data, Input

PAIRS = {name: Input(shape=(8, 8, 3)) for name in ("left", "right")}


@pytest.mark.parametrize(
    ("inputs", "data"),
    [
        ({"input": Input(shape=(6,))}, {"source": "table", "validation": 0.2}),
        ({"input": Input(shape=(8, 8, 1))}, {"source": "shapes", "labels": "masks"}),
        (PAIRS, {"source": "pairs", "validation": 0.5}),
    ],
    ids=["table", "masks", "pairs"],
)
def test_what_is_written_is_read_again(inputs, data, tmp_path):
    given = Data(**data, train_samples=40, test_samples=20)
    dataset = load(given, seed=1, inputs=inputs, root=tmp_path)
    write_archive(tmp_path / "d.npz", dataset)
    again = Data(source="npz", path="d.npz", labels=given.labels)
    read = load(again, seed=2, inputs=inputs, root=tmp_path)
    assert read.fingerprint == dataset.fingerprint
    assert read.class_names == dataset.class_names


def test_nothing_is_pickled(tmp_path):
    dataset = load(
        Data(source="table", train_samples=40, test_samples=20),
        seed=1,
        inputs={"input": Input(shape=(6,))},
        root=tmp_path,
    )
    write_archive(tmp_path / "d.npz", dataset)
    with np.load(tmp_path / "d.npz", allow_pickle=False) as archive:
        assert set(archive) == {"x_train", "y_train", "x_test", "y_test", "class_names"}
        assert all(archive[name].dtype != object for name in archive)


def test_a_folder_that_is_not_there(tmp_path):
    dataset = load(
        Data(source="table", train_samples=40, test_samples=20),
        seed=1,
        inputs={"input": Input(shape=(6,))},
        root=tmp_path,
    )
    with pytest.raises(RunError, match="cannot be written"):
        write_archive(tmp_path / "none" / "d.npz", dataset)
