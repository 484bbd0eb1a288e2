"""Pictures of a run, written and read."""

import numpy as np
import pytest

from kspec.errors import RunError
from kspec.runs.pictures import (
    Augmented,
    Mistakes,
    read_augmented,
    read_mistakes,
    write_augmented,
    write_mistakes,
)
from kspec.runs.writer import RunWriter

MISTAKES = Mistakes(np.array([4, 1]), np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 2, 2, 3))
AUGMENTED = Augmented(
    np.zeros((2, 3, 3, 1), np.uint8), np.ones((2, 4, 3, 3, 1), np.uint8), np.array([0, 9])
)


def test_they_come_back_as_they_were(tmp_path):
    assert read_mistakes(tmp_path) is None
    assert read_augmented(tmp_path) is None
    write_mistakes(tmp_path, MISTAKES)
    write_augmented(tmp_path, AUGMENTED)
    for found, given in (
        (read_mistakes(tmp_path), MISTAKES),
        (read_augmented(tmp_path), AUGMENTED),
    ):
        for name, array in vars(given).items():
            assert (getattr(found, name) == array).all()


def test_a_run_that_begins_again_has_none(tmp_path):
    with RunWriter.create(tmp_path, "tiny", {"kspec": 1}, b"{}", digest="0" * 64) as writer:
        write_mistakes(writer.folder, MISTAKES)
        write_augmented(writer.folder, AUGMENTED)
        writer.begin_again({"kspec": 1})
    assert read_mistakes(writer.folder) is None
    assert read_augmented(writer.folder) is None


@pytest.mark.parametrize(
    "wrong",
    [
        Mistakes(np.array([4]), MISTAKES.pictures),
        Mistakes(np.array([0.5, 1]), MISTAKES.pictures),
        Mistakes(MISTAKES.indices, MISTAKES.pictures.astype(float)),
        Mistakes(MISTAKES.indices, MISTAKES.pictures[0]),
    ],
)
def test_mistakes_that_do_not_fit_are_damaged(tmp_path, wrong):
    write_mistakes(tmp_path, wrong)
    with pytest.raises(RunError, match=r"mistakes\.npz is damaged"):
        read_mistakes(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        Augmented(AUGMENTED.originals, AUGMENTED.variants, np.array([0])),
        Augmented(AUGMENTED.originals, AUGMENTED.originals, AUGMENTED.labels),
    ],
)
def test_variants_that_do_not_fit_are_damaged(tmp_path, wrong):
    write_augmented(tmp_path, wrong)
    with pytest.raises(RunError, match=r"augmentation\.npz is damaged"):
        read_augmented(tmp_path)


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_damaged_file_is_named(tmp_path, keep):
    write_mistakes(tmp_path, MISTAKES)
    path = tmp_path / "mistakes.npz"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match=r"mistakes\.npz is damaged"):
        read_mistakes(tmp_path)
