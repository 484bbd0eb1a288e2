import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.data.dataset import Split
from kspec.data.split import hold_out, take
from kspec.errors import DataError

NAMES = ("ant", "bee", "cat", "dog")


def samples(*counts, seed=0):
    """A split of so many of each class, shuffled; each sample holds its own number."""
    y = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    np.random.default_rng(seed).shuffle(y)
    return Split(np.arange(len(y), dtype=np.float32)[:, None], y)


def halves(split, fraction, seed=0):
    return hold_out(split, fraction, seed=seed, name="validation", class_names=NAMES)


counts = st.lists(st.integers(2, 60), min_size=1, max_size=4)


@given(counts, st.floats(0.05, 0.5), st.integers(0, 2**63 - 1))
def test_held_out_and_kept_are_the_whole_in_its_proportions(counts, fraction, seed):
    whole = samples(*counts)
    size = round(len(whole) * fraction)
    if size == 0:
        return
    kept, held = halves(whole, fraction, seed)
    assert len(held) == size
    assert sorted([*kept.x[:, 0], *held.x[:, 0]]) == list(range(len(whole)))
    for part in (kept, held):
        assert np.array_equal(part.y, whole.y[part.x[:, 0].astype(int)])
        assert (np.diff(part.x[:, 0]) > 0).all()
    for label, count in enumerate(counts):
        held_of_class = (held.y == label).sum()
        # No more than the rounding of each class may lie between this and the exact share; a class
        # that would be left with nothing passes its sample on to others.
        assert held_of_class < count
        assert abs(held_of_class - size * count / len(whole)) <= len(counts)


def test_the_split_depends_on_the_seed_alone():
    whole = samples(50, 50)
    assert np.array_equal(halves(whole, 0.2, 1)[1].x, halves(whole, 0.2, 1)[1].x)
    assert not np.array_equal(halves(whole, 0.2, 1)[1].x, halves(whole, 0.2, 2)[1].x)


def test_the_split_is_the_same_on_every_machine():
    whole = Split(np.arange(20.0)[:, None], np.arange(20, dtype=np.int32) % 2)
    assert halves(whole, 0.3)[1].x[:, 0].tolist() == [0, 2, 7, 13, 15, 18]


def test_rare_classes_stay_in_training():
    kept, held = halves(samples(1, 99), 0.5)
    assert (kept.y == 0).sum() == 1
    assert len(held) == 50


def test_a_fraction_too_small_for_one_picture():
    with pytest.raises(DataError, match=r"0\.01 of 20 training samples is empty"):
        halves(samples(10, 10), 0.01)


def test_a_fraction_that_leaves_a_class_nothing():
    with pytest.raises(DataError, match=r'0\.95 of 24 .* is 23, .*\("bee" has 4\)'):
        halves(samples(20, 4), 0.95)


@given(counts, st.data())
def test_taken_samples_keep_proportions_and_order(counts, data):
    whole = samples(*counts)
    size = data.draw(st.integers(1, len(whole)))
    taken = take(whole, size, seed=5, name="test_samples")
    assert len(taken) == size
    assert (np.diff(taken.x[:, 0]) > 0).all()
    for label, count in enumerate(counts):
        assert abs((taken.y == label).sum() - size * count / len(whole)) < 1


def test_more_samples_than_there_are():
    with pytest.raises(DataError, match=r"data\.test_samples is 21, but the source has 20"):
        take(samples(10, 10), 21, seed=0, name="test_samples")


def test_samples_that_leave_a_class_nothing_to_learn_from():
    with pytest.raises(DataError, match=r'is 4, which leaves 1 of the 2 classes without .*"bee"'):
        take(samples(90, 10), 4, seed=0, name="train_samples", class_names=NAMES)
