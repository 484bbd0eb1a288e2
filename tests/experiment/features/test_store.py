"""Features in files."""

import numpy as np
import pytest

from kspec.errors import DataError
from kspec.experiment.features.store import Store, clear, kept

ABOUT = {"network": "tiny", "until": "flatten", "backend": "jax"}


def digest(number):
    return number.to_bytes(16, "big")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "features" / "key", (3, 2), "float32", ABOUT)


def rows(*numbers):
    return np.stack([np.full((3, 2), number, "float32") for number in numbers])


def again(store):
    return Store(store.folder, store.shape, store.dtype.name, store.about)


def test_rows_come_back_in_the_order_asked_for(store):
    store.append([digest(1), digest(2)], rows(1, 2))
    store.append([digest(3)], rows(3))
    found = again(store).rows([digest(3), digest(1), digest(3)])
    assert found.shape == (3, 3, 2) and len(found) == 3
    assert found[np.array([0, 1])][:, 0, 0].tolist() == [3, 1]
    assert found[1:][:, 2, 1].tolist() == [1, 3]


def test_what_is_missing_is_named_once(store):
    store.append([digest(1)], rows(1))
    assert again(store).missing([digest(5), digest(1), digest(4), digest(5)]) == [0, 2]


@pytest.mark.parametrize("lost", range(0, 24 + 16, 5))
def test_what_a_killed_process_leaves_is_whole_rows_only(store, lost):
    store.append([digest(1), digest(2)], rows(1, 2))
    index, written = store.folder / "index.bin", store.folder / "rows.bin"
    # First the row is written, then its digest; somewhere between the two it ended.
    index.write_bytes(index.read_bytes()[: 16 + max(0, 16 - lost)])
    if lost > 16:
        written.write_bytes(written.read_bytes()[: 48 - (lost - 16)])
    found = again(store)
    expected = [] if lost == 0 else [1]
    assert found.missing([digest(1), digest(2)]) == expected
    if expected:
        found.append([digest(2)], rows(2))
    assert again(store).rows([digest(2), digest(1)])[:][:, 0, 0].tolist() == [2, 1]


def test_half_precision_takes_half_the_room_and_comes_back_as_float32(tmp_path):
    store = Store(tmp_path / "half", (3, 2), "float16", ABOUT)
    store.append([digest(1)], rows(0.1))
    assert (store.folder / "rows.bin").stat().st_size == 12
    (found,) = store.rows([digest(1)])[:]
    assert found.dtype == np.float32
    assert found[0, 0] == np.float32(np.float16(0.1))


def test_a_disk_without_room_is_told_before(store):
    with pytest.raises(DataError, match=r"need 21827\.87 TB in .*key, but only .* are free"):
        store.require_room(10**15)
    store.require_room(1)


def test_a_folder_that_cannot_be_written_is_told(store, tmp_path):
    (tmp_path / "features").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written"):
        store.append([digest(1)], rows(1))


def test_what_is_kept_and_gone(store):
    assert kept(store.folder.parent) == []
    store.append([digest(1), digest(2)], rows(1, 2))
    (found,) = kept(store.folder.parent)
    assert found.folder == store.folder and found.samples == 2
    assert found.size == 2 * (24 + 16)
    assert found.about == {**ABOUT, "shape": [3, 2], "dtype": "float32"}
    (store.folder / "notes.txt").write_text("somebody's own")
    clear(store.folder)
    assert [path.name for path in store.folder.iterdir()] == ["notes.txt"]
    assert kept(store.folder.parent) == []
