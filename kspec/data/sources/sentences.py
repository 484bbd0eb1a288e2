"""Sentences about a meal, made by a small grammar: data for networks that read.

A guest says whether the food and the service were good: "last week the soup was not bad but our
waiter was rather dull". There are four classes: neither, only the food, only the service, both. The
same words may be said about either, and either may come first; so the words alone, without their
order, do not tell what the "not" and the "bad" refer to.

A sentence is a row of word indices, 1 to `VOCABULARY` - 1, as long as the network's input and
padded with 0 at the end. It has at most `LONGEST` words. The sentences do not depend on a spec's
seed, and the first n are the same however many are asked for.
"""

from __future__ import annotations

import json

import numpy as np

from kspec.data.arrays import is_whole
from kspec.data.dataset import Raw, Split
from kspec.errors import DataError
from kspec.seeds import generator
from kspec.spec.models import Input

__all__ = [
    "CLASS_NAMES",
    "LONGEST",
    "TEST_SAMPLES",
    "TRAIN_SAMPLES",
    "VOCABULARY",
    "WORDS",
    "draw",
    "read",
]

CLASS_NAMES = ("neither", "the food", "the service", "both")
TRAIN_SAMPLES = 6000
TEST_SAMPLES = 2000

_BEGINNINGS = ("", "last week", "we thought that", "to be honest", "as always")
_DETERMINERS = ("the", "our", "their")
_FOOD = ("food", "soup", "fish", "pasta", "bread", "coffee", "dessert", "salad")
_SERVICE = ("service", "waiter", "waitress", "staff", "manager", "host", "cook", "cashier")
_NEGATIONS = ("not", "never", "hardly")
_DEGREES = ("", "very", "really", "rather")
_GOOD = ("good", "great", "lovely", "excellent", "fine", "pleasant", "decent", "perfect")
_BAD = ("bad", "awful", "poor", "terrible", "dull", "disappointing", "mediocre", "horrible")
_JOINTS = ("and", "but", "while", "whereas")

_PHRASES = (
    *_BEGINNINGS, *_DETERMINERS, *_FOOD, *_SERVICE, "was", *_NEGATIONS, *_DEGREES, *_GOOD, *_BAD,
    *_JOINTS,
)  # fmt: skip

WORDS: tuple[str, ...] = tuple(
    dict.fromkeys(word for phrase in _PHRASES for word in phrase.split())
)
"""Every word; the number of a word is its place here, counted from 1."""

VOCABULARY = len(WORDS) + 1
"""How many numbers there are: 57, with 0 for no word. An Embedding needs as many as `input_dim`."""

LONGEST = 16
"""Words in the longest sentence: a beginning of 3, two times 6 of a statement, and a joint."""

_SEED = 20_002
_BLOCK = 100


def read(*, wanted: Input, train_samples: int | None, test_samples: int | None) -> Raw:
    """Make the training and the test set for an input of shape (length,) and an integer dtype.

    Raises DataError for an input that is too short for a sentence, or not of whole numbers.
    """
    length = wanted.shape[0]
    if len(wanted.shape) != 1 or length is None or length < LONGEST:
        raise DataError(
            f"sentences are rows of up to {LONGEST} words, so the spec's input.shape must be "
            f"[{LONGEST}] or longer, but it is {json.dumps(wanted.shape)}"
        )
    if not is_whole(wanted.dtype):
        raise DataError('sentences gives word indices; say "dtype": "int32" in the spec\'s input')
    return Raw(
        train=draw("train", train_samples or TRAIN_SAMPLES, length),
        validation=None,
        test=draw("test", test_samples or TEST_SAMPLES, length),
        class_names=CLASS_NAMES,
        source="sentences",
    )


def draw(part: str, n: int, length: int) -> Split:
    """The first `n` sentences of a stream, int32 (n, length), and their classes, 0 to 3 in turn."""
    numbers = {word: number for number, word in enumerate(WORDS, start=1)}
    x = np.zeros((n, length), dtype=np.int32)
    y = np.arange(n, dtype=np.int32) % len(CLASS_NAMES)
    for start in range(0, n, _BLOCK):
        random = generator(_SEED, "sentences", part, start // _BLOCK)
        for index in range(start, min(start + _BLOCK, n)):
            words = sentence(random, int(y[index])).split()
            x[index, : len(words)] = [numbers[word] for word in words]
    return Split(x, y)


def sentence(random: np.random.Generator, label: int) -> str:
    """A sentence of the class `label`, whose first bit says whether the food was good, and its
    second whether the service was."""
    food = _statement(random, _FOOD, good=bool(label & 1))
    service = _statement(random, _SERVICE, good=bool(label & 2))
    first, second = (food, service) if random.integers(2) else (service, food)
    return f"{_one(random, _BEGINNINGS)} {first} {_one(random, _JOINTS)} {second}"


def _statement(random: np.random.Generator, topics: tuple[str, ...], *, good: bool) -> str:
    """Says that one of `topics` was good, or bad; three times in ten by negating the opposite."""
    negated = int(random.integers(10)) < 3
    quality = _one(random, _GOOD if good != negated else _BAD)
    parts = (_one(random, _DETERMINERS), _one(random, topics), "was")
    negation = _one(random, _NEGATIONS) if negated else ""
    return " ".join((*parts, negation, _one(random, _DEGREES), quality))


def _one(random: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(random.integers(len(choices)))]
