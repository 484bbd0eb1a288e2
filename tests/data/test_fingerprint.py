import numpy as np
import pytest

from kspec.data.dataset import Split
from kspec.data.fingerprint import fingerprint

NAMES = ("ant", "bee")


def split(**changes):
    x = np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3)
    return Split(changes.get("x", x), changes.get("y", np.array([0, 1], dtype=np.int32)))


def test_equal_content_has_an_equal_fingerprint_however_it_lies_in_memory():
    plain = split()
    turned = split(x=np.asfortranarray(plain.x))
    assert fingerprint((plain, None), NAMES) == fingerprint((turned, None), NAMES)
    assert len(fingerprint((plain,), NAMES)) == 64


@pytest.mark.parametrize(
    "other",
    [
        ((split(x=split().x + 1), None), NAMES),
        ((split(y=np.array([1, 0], dtype=np.int32)), None), NAMES),
        ((split().take(np.array([1, 0])), None), NAMES),
        ((split(x=split().x.reshape(2, 4, 1, 3)), None), NAMES),
        ((split(x=split().x.astype(np.float32)), None), NAMES),
        ((None, split()), NAMES),
        ((split(), split()), NAMES),
        ((split(), None), ("ant", "cat")),
    ],
    ids=["pixel", "label", "order", "shape", "dtype", "place", "one more", "names"],
)
def test_whatever_differs_shows(other):
    assert fingerprint(*other) != fingerprint((split(), None), NAMES)


def test_the_fingerprint_of_one_input_is_what_it_was_in_the_first_runs():
    found = fingerprint((split(), None), NAMES)
    assert found == "fe2565c3ded220e7d347ff1ad029b222ca2f99124296a732101bbc4466e1ac23"


def test_several_inputs_count_with_their_names_in_any_order():
    plain = split()
    first = fingerprint((split(x={"a": plain.x, "b": plain.x + 1}),), NAMES)
    assert fingerprint((split(x={"b": plain.x + 1, "a": plain.x}),), NAMES) == first
    for other in ({"a": plain.x + 1, "b": plain.x}, {"a": plain.x, "c": plain.x + 1}):
        assert fingerprint((split(x=other),), NAMES) != first
