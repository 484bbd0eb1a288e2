"""What reaches the model, for each kind of samples and labels."""

from itertools import chain

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.data.alternate import alternate
from kspec.data.augment import Augmentation
from kspec.data.batches import NOTHING, Batches
from kspec.data.dataset import Split
from kspec.data.order import order
from kspec.data.scaling import Scaling
from kspec.layers import AlternatingFlip

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
    _, column = batches(split, class_count=1)[1]
    assert column.dtype == np.float32 and np.array_equal(column, masks[4:8, ..., None])


def test_numbers_stay_what_they_are():
    y = np.linspace(0, 1, 10, dtype=np.float32)[:, None]
    _, labels = batches(Split({"a": y, "b": y}, y))[2]
    assert labels.dtype == np.float32 and np.array_equal(labels, y[8:])


# An epoch of so many steps.


def stream(split, epochs, *, first=0, **options):
    """The labels of all batches of these epochs, a list for each batch."""
    found = Batches(split, pixels=UNTOUCHED, shuffle_seed=7, **options)
    batches = []
    for epoch in range(first, first + epochs):
        found.epoch = epoch
        batches += [found[step][1].tolist() for step in range(len(found))]
    return batches


def numbered(n):
    y = np.arange(n, dtype=np.int32)
    return Split({"a": y, "b": y}, y)


@given(
    n=st.integers(1, 40),
    batch_size=st.integers(1, 17),
    steps=st.integers(1, 25),
    epochs=st.integers(1, 6),
)
def test_nothing_comes_twice_before_all_has_come_once(n, batch_size, steps, epochs):
    batches = stream(numbered(n), epochs, batch_size=batch_size, steps_per_epoch=steps)
    assert [len(batch) for batch in batches] == [batch_size] * (steps * epochs)
    seen = list(chain.from_iterable(batches))
    for begin in range(0, len(seen), n):
        number = begin // n
        assert seen[begin : begin + n] == order(7, number, n)[: len(seen) - begin].tolist()
        assert len(set(seen[begin : begin + n])) == len(seen[begin : begin + n])


@given(n=st.integers(1, 40), batch_size=st.integers(1, 17), data=st.data())
def test_where_epochs_begin_and_end_makes_no_difference_to_the_order(n, batch_size, data):
    steps = data.draw(st.integers(1, 6))
    whole = stream(numbered(n), 1, batch_size=batch_size, steps_per_epoch=6 * steps)
    parts = stream(numbered(n), 6, batch_size=batch_size, steps_per_epoch=steps)
    assert parts == whole


def test_an_epoch_of_all_steps_of_a_pass_is_that_pass():
    split = numbered(12)
    assert stream(split, 3, batch_size=4) == stream(split, 3, batch_size=4, steps_per_epoch=3)


def test_an_epoch_that_begins_later_has_the_batches_that_are_left():
    options = {"batch_size": 4, "steps_per_epoch": 3, "pixels": UNTOUCHED, "shuffle_seed": 7}
    whole, late = Batches(numbered(10), **options), Batches(numbered(10), **options)
    whole.epoch = 2
    late.skip(2, 1)
    assert len(late) == 2
    assert [late[step][1].tolist() for step in range(2)] == [
        whole[step][1].tolist() for step in (1, 2)
    ]


@given(n=st.integers(1, 40), steps=st.none() | st.integers(1, 9), epochs=st.integers(1, 5))
def test_a_later_phase_begins_a_pass_that_nobody_has_begun(n, steps, epochs):
    split, size = numbered(n), 4
    first = Batches(split, batch_size=size, pixels=UNTOUCHED, shuffle_seed=7, steps_per_epoch=steps)
    before = first.after(epochs)
    assert before.epochs == epochs
    seen = epochs * n if steps is None else epochs * steps * size
    assert (before.passes - 1) * n < seen <= before.passes * n
    (begin, *_) = stream(split, 1, first=epochs, batch_size=n, before=before)
    assert begin == order(7, before.passes, n).tolist()


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(2, 20),
    batch_size=st.integers(1, 9),
    steps=st.one_of(st.none(), st.integers(1, 9)),
    epochs=st.integers(1, 4),
)
def test_a_step_is_told_which_sample_is_in_which_pass(seed, n, batch_size, steps, epochs):
    """So that in each pass, of all phases, just those are mirrored that were not in the last."""
    seen = []

    def mirror(samples, labels, *, epoch, step, drawn):
        assert drawn.places.tolist() == labels.tolist() and drawn.n == n
        seen.extend(
            zip(drawn.passes.tolist(), labels.tolist(), alternate(seed, 0, drawn), strict=True)
        )
        return samples, labels

    before = NOTHING
    for _ in range(2):
        found = Batches(
            Split(np.zeros((n, 1)), np.arange(n, dtype=np.int32)),
            batch_size=batch_size,
            pixels=lambda x: x,
            shuffle_seed=seed,
            steps_per_epoch=steps,
            before=before,
            augment=mirror,
        )
        for epoch in range(before.epochs, before.epochs + epochs):
            found.epoch = epoch
            for step in range(len(found)):
                found[step]
        before = found.after(epochs)
    assert len({(number, place) for number, place, _ in seen}) == len(seen)
    first = {place: mirrored ^ (number % 2 == 1) for number, place, mirrored in seen}
    assert all(mirrored == first[place] ^ (number % 2 == 1) for number, place, mirrored in seen)
    assert {number for number, _, _ in seen} == set(range(before.passes))


def test_batches_made_ahead_are_those_that_would_have_been_made():
    random = np.random.default_rng(0)
    split = Split(
        random.integers(0, 256, (10, 4, 4, 1), dtype=np.uint8), np.arange(10, dtype=np.int32)
    )
    shift = keras.layers.RandomTranslation(0.3, 0.3)
    step = Augmentation([shift, AlternatingFlip()], seed=1, class_count=None)

    def made(ahead):
        return Batches(
            split,
            batch_size=4,
            pixels=lambda x: x,
            shuffle_seed=7,
            augment=step,
            augment_in_any_thread=ahead,
        )

    ahead, plain = made(True), made(False)
    for epoch, index in [(0, 0), (0, 1), (0, 2), (1, 0), (0, 1), (3, 2), (3, 0), (3, 1)]:
        ahead.epoch = plain.epoch = epoch
        for found, wanted in zip(ahead[index], plain[index], strict=True):
            assert np.array_equal(found, wanted)
