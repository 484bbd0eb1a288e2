"""What reaches the model, for each kind of samples and labels."""

import numpy as np
import pytest

from kspec.data.batches import Batches
from kspec.data.dataset import Split
from kspec.data.order import order
from kspec.data.scaling import Scaling

NUMBERS = np.arange(10)
UNTOUCHED = Scaling({"a": None, "b": None})


def batches(split, **options):
    return Batches(split, batch_size=4, pixels=UNTOUCHED, **options)


def test_several_inputs_come_in_the_order_of_the_labels():
    x = {"a": NUMBERS[:, None], "b": NUMBERS[:, None] * 10}
    found = batches(Split(x, NUMBERS.astype(np.int32)), shuffle_seed=7)
    found.epoch = 2
    assert len(found) == 3
    labels = np.concatenate([found[step][1] for step in range(3)])
    assert labels.tolist() == order(7, 2, 10).tolist()
    for step in range(3):
        samples, labels = found[step]
        assert list(samples) == ["a", "b"]
        assert np.array_equal(samples["a"][:, 0], labels)
        assert np.array_equal(samples["b"][:, 0], labels * 10)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32])
def test_masks_are_class_numbers_or_one_hot_pixel_by_pixel(dtype):
    masks = (np.arange(40).reshape(10, 2, 2) % 3).astype(dtype)
    split = Split({"a": masks, "b": masks}, masks)
    _, labels = batches(split)[1]
    assert labels.dtype == np.int32 and np.array_equal(labels, masks[4:8])
    _, one_hot = batches(split, class_count=3)[1]
    assert one_hot.dtype == np.float32 and one_hot.shape == (4, 2, 2, 3)
    assert np.array_equal(one_hot.argmax(axis=-1), masks[4:8])
    assert (one_hot.sum(axis=-1) == 1).all()


def test_numbers_stay_what_they_are():
    y = np.linspace(0, 1, 10, dtype=np.float32)[:, None]
    _, labels = batches(Split({"a": y, "b": y}, y))[2]
    assert labels.dtype == np.float32 and np.array_equal(labels, y[8:])
