import hashlib

import numpy as np
import pytest

from kspec.data.sources.sentences import LONGEST, VOCABULARY, WORDS, draw, read
from kspec.errors import DataError
from kspec.spec.models import Input


def texts(split):
    return [" ".join(WORDS[number - 1] for number in row if number) for row in split.x]


def test_what_is_made():
    found = read(wanted=Input(shape=(20,), dtype="int32"), train_samples=200, test_samples=40)
    x = found.train.x
    assert x.shape == (200, 20) and x.dtype == np.int32
    assert x.min() >= 0 and x.max() < VOCABULARY == len(WORDS) + 1 == 57
    assert np.bincount(found.train.y).tolist() == [50] * 4
    assert found.class_names == ("neither", "the food", "the service", "both")
    # After the end there are zeros, and within none.
    lengths = (x > 0).sum(axis=1)
    assert all((row[:length] > 0).all() for row, length in zip(x, lengths, strict=True))
    assert lengths.min() >= 9 and lengths.max() == LONGEST


def test_every_word_is_said_and_no_sentence_twice():
    train, test = draw("train", 4000, LONGEST), draw("test", 1000, LONGEST)
    assert set(np.unique(train.x)) == set(range(VOCABULARY))
    said = texts(train) + texts(test)
    assert len(set(said)) > 0.999 * len(said)


GOOD = ["good", "great", "lovely", "excellent", "fine", "pleasant", "decent", "perfect"]
NEGATIONS = ("not", "never", "hardly")
FOOD = ["food", "soup", "fish", "pasta", "bread", "coffee", "dessert", "salad"]


def test_the_label_is_what_the_sentence_says():
    """Read as a person would: each statement by itself, and turned by its negation."""
    split = draw("test", 400, LONGEST)
    for text, label in zip(texts(split), split.y, strict=True):
        said = {}
        *_, first, second = text.split(" was ")
        topics = [part.split()[-1] for part in text.split(" was ")[:-1]]
        for topic, statement in zip(topics, (first, second), strict=True):
            words = statement.split()[:3]
            good = any(word in GOOD for word in words)
            denied = words[0] in NEGATIONS
            said["food" if topic in FOOD else "service"] = good != denied
        assert label == said["food"] + 2 * said["service"], text


def test_the_first_sentences_are_the_same_however_many_are_asked_for_and_everywhere():
    split = draw("train", 250, LONGEST)
    assert np.array_equal(draw("train", 7, LONGEST).x, split.x[:7])
    assert np.array_equal(draw("train", 7, 30).x[:, :LONGEST], split.x[:7])
    digest = hashlib.sha256(split.x.astype("<i4").tobytes()).hexdigest()
    assert digest == "06947fd9f962deaafd6ff5c376e847368f405cc7e5b259017a28022ac7b97712"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Input(shape=(15,), dtype="int32"), r"must be \[16\] or longer, but it is \[15\]"),
        (Input(shape=(16, 1), dtype="int32"), r"it is \[16, 1\]"),
        (Input(shape=(16,)), '"dtype": "int32"'),
    ],
)
def test_an_input_of_something_else(wanted, says):
    with pytest.raises(DataError, match=says):
        read(wanted=wanted, train_samples=None, test_samples=None)


def test_the_words_alone_do_not_tell():
    """A linear model of how often each word comes."""
    train, test = draw("train", 6000, LONGEST), draw("test", 2000, LONGEST)
    x, x_test = (
        np.stack([np.bincount(row, minlength=VOCABULARY) for row in split.x]).astype(float)
        for split in (train, test)
    )
    targets = np.eye(4)[train.y]
    weights = np.linalg.solve(x.T @ x + np.eye(VOCABULARY), x.T @ targets)
    assert ((x_test @ weights).argmax(axis=1) == test.y).mean() < 0.6
