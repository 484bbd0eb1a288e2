import numpy as np
import pytest

from kspec.data.dataset import Dataset, Split
from kspec.data.labels import check_labels
from kspec.errors import DataError


def dataset(train, test=None, dtype=np.int32):
    def split(labels):
        y = np.array(labels, dtype=dtype)
        return Split(np.zeros((len(y), 2, 2, 1), dtype=np.uint8), y)

    return Dataset(split(train), None, test and split(test), (), "some.npz", "")


@pytest.mark.parametrize("outputs", [None, 3, 10])
def test_labels_that_fit(outputs):
    check_labels(dataset([0, 1, 2], [2, 0]), outputs)


def test_a_binary_head_takes_0_and_1():
    check_labels(dataset([0, 1, 1]), 1)
    with pytest.raises(DataError, match="go from 0 to 2, but the network has 1 output, for labels"):
        check_labels(dataset([0, 1, 2]), 1)


def test_two_labels_of_other_numbers():
    with pytest.raises(DataError, match="the labels are 2 different numbers; make them 0 to 1"):
        check_labels(dataset([0, 255, 255]), 1)


def test_more_classes_than_outputs():
    with pytest.raises(
        DataError, match="labels go from 0 to 99, but the network has 10 outputs: 100 classes need"
    ):
        check_labels(dataset(range(100)), 10)


def test_every_split_is_looked_at():
    with pytest.raises(DataError, match="the test labels go from 0 to 3"):
        check_labels(dataset([0, 1, 2], [0, 3]), 3)


def test_labels_below_0():
    with pytest.raises(DataError, match="go from -1 to 1"):
        check_labels(dataset([-1, 1]), None)


def test_labels_that_are_no_whole_numbers():
    with pytest.raises(DataError, match="float32 values"):
        check_labels(dataset([0, 1], dtype=np.float32), 2)


def numbers(width):
    split = Split(np.zeros((3, 2), dtype=np.float32), np.zeros((3, width), dtype=np.float32))
    return Dataset(split, None, None, (), "some.npz", "", labels="numbers")


def test_numbers_need_an_output_each():
    check_labels(numbers(2), 2)
    check_labels(numbers(1), None)
    with pytest.raises(DataError, match="are 1 number per sample, but the network has 3 outputs"):
        check_labels(numbers(1), 3)


def test_every_pixel_of_a_mask_is_looked_at():
    masks = np.zeros((2, 3, 3), dtype=np.uint8)
    masks[1, 2, 2] = 4
    data = Dataset(Split(masks[..., None], masks), None, None, (), "s", "", labels="masks")
    check_labels(data, 5)
    with pytest.raises(DataError, match="go from 0 to 4, but the network has 3 outputs"):
        check_labels(data, 3)
