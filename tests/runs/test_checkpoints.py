"""Checkpoints: whole or not there, and never trusted further than they can be checked."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest

from kspec.errors import RunError
from kspec.runs.checkpoints import FOLDER, Checkpoint, Position, recover, save


def checkpoint(epoch, step=0, **state):
    arrays = {
        "model/00000": np.arange(6, dtype=np.float32).reshape(2, 3) + epoch,
        "model/00001": np.array(epoch, np.int64),
        "parts/best/00000": np.zeros((0, 2), np.float16),
    }
    return Checkpoint(Position(epoch, step), arrays, {"stop": False, **state})


def newest(tmp_path):
    return max((tmp_path / FOLDER).glob("*.npz"))


def vouch(path):
    """Make the sum beside a file right, as somebody who means ill would."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")


def test_what_was_saved_comes_back(tmp_path):
    state = {"best": float("nan"), "worst": float("-inf"), "rows": [{"loss": 0.1}], "name": "NaN-"}
    written = checkpoint(3, 40, **state)
    save(tmp_path, written)
    found, damaged = recover(tmp_path)
    assert damaged == [] and found.position == (3, 40)
    assert set(found.arrays) == set(written.arrays)
    for name, array in written.arrays.items():
        assert found.arrays[name].dtype == array.dtype
        assert found.arrays[name].flags.writeable
        np.testing.assert_array_equal(found.arrays[name], array)
    assert np.isnan(found.state.pop("best")) and found.state.pop("worst") == -np.inf
    assert found.state == {"stop": False, "rows": [{"loss": 0.1}], "name": "NaN-"}


def test_anybody_can_check_the_sum_and_read_the_arrays(tmp_path):
    path = save(tmp_path, checkpoint(1))
    digest, name = path.with_name(f"{path.name}.sha256").read_text().split()
    assert (digest, name) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["model/00001"], 1)


def test_the_last_two_are_kept(tmp_path):
    for position in [(0, 5), (1, 0), (1, 5), (2, 0), (10, 0)]:
        save(tmp_path, checkpoint(*position))
    names = sorted(path.name for path in (tmp_path / FOLDER).iterdir())
    assert names == [
        "epoch-00002-step-000000.npz",
        "epoch-00002-step-000000.npz.sha256",
        "epoch-00010-step-000000.npz",
        "epoch-00010-step-000000.npz.sha256",
    ]


def test_a_run_without_any(tmp_path):
    assert recover(tmp_path) == (None, [])


@pytest.mark.parametrize("damage", ["cut", "one bit", "empty"])
def test_a_damaged_one_is_told_and_the_one_before_it_used(tmp_path, damage):
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes({"cut": content[:-100], "one bit": content, "empty": b""}[damage])
    found, damaged = recover(tmp_path)
    assert found.position == (1, 0)
    assert damaged == [f"{path} is damaged: its SHA-256 is not the one beside it"]
    assert path.with_name(f"{path.name}.damaged").exists()
    # It is out of the way of those to come.
    save(tmp_path, checkpoint(1, 5))
    assert recover(tmp_path)[0].position == (1, 5)


def test_with_all_of_them_damaged_there_is_nothing_to_go_on_from(tmp_path):
    for epoch in (1, 2):
        save(tmp_path, checkpoint(epoch)).write_bytes(b"")
    with pytest.raises(RunError, match="has no intact checkpoint") as raised:
        recover(tmp_path)
    assert str(raised.value).count("is damaged") == 2
    # And so it stays: nobody begins anew over what somebody may still repair.
    with pytest.raises(RunError, match="has no intact checkpoint"):
        recover(tmp_path)


def test_what_a_killed_process_left_is_removed(tmp_path):
    save(tmp_path, checkpoint(1))
    # It writes the sum first, and then gives the file its name.
    half = tmp_path / FOLDER / f"{Position(2, 0).file}.sha256"
    half.write_text("0" * 64 + f"  {Position(2, 0).file}\n")
    (tmp_path / FOLDER / ".epoch-00003-step-000000.0123abcd.part.npz").write_bytes(b"PK")
    (tmp_path / ".model.0123abcd.part.keras").write_bytes(b"PK")
    found, damaged = recover(tmp_path)
    assert found.position == (1, 0) and damaged == []
    assert not list(tmp_path.rglob("*.part*"))


def test_one_without_its_sum_is_not_believed_and_not_removed(tmp_path):
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2))
    own = tmp_path / FOLDER / "of-mine.npz"
    np.savez(own, x=1)
    path.with_name(f"{path.name}.sha256").unlink()
    found, damaged = recover(tmp_path)
    assert found.position == (1, 0)
    assert damaged == [f"{path} is damaged: there is no SHA-256 beside it"]
    assert path.with_name(f"{path.name}.damaged").exists() and own.exists()


def test_one_that_cannot_be_written_leaves_the_others_alone(tmp_path):
    save(tmp_path, checkpoint(1))
    blocked = tmp_path / FOLDER / Position(2, 0).file
    blocked.mkdir()
    (blocked / "something").touch()
    with pytest.raises(RunError, match=r"epoch-00002-step-000000\.npz cannot be written"):
        save(tmp_path, checkpoint(2))
    assert recover(tmp_path)[0].position == (1, 0)


def rewritten(path, members, compression=zipfile.ZIP_STORED):
    """Replace a checkpoint by an archive of these members, with a sum that is right."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    vouch(path)


def as_npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


STATE = as_npy(np.frombuffer(json.dumps({"stop": False}).encode(), np.uint8))


def huge():
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"
    header = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"1234"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"x.npy": as_npy(np.array([{}], object)), "state.npy": STATE}, "Python objects"),
        ({"x.npy": huge(), "state.npy": STATE}, "reshape"),
        ({"x.npy": b"\x93NUMPY\x03\x00", "state.npy": STATE}, "version"),
        ({"x.npy": b"", "state.npy": STATE}, ""),
        ({"x.npy": as_npy(np.zeros(3))}, "state"),
        ({"state.npy": as_npy(np.frombuffer(b"[1]", np.uint8))}, "not a JSON object"),
        ({"state.npy": as_npy(np.frombuffer(b"{", np.uint8))}, ""),
    ],
)
def test_a_crafted_one_is_refused(tmp_path, members, why):
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2))
    rewritten(path, members)
    found, (sentence,) = recover(tmp_path)
    assert found.position == (1, 0)
    assert sentence.startswith(f"{path} is damaged: ") and why in sentence


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2))
    zeros = as_npy(np.zeros(10_000_000, np.uint8))
    rewritten(path, {"x.npy": zeros, "state.npy": STATE}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    found, (sentence,) = recover(tmp_path)
    assert found.position == (1, 0) and "x.npy is compressed" in sentence


def test_no_member_is_ever_written_to_the_disk(tmp_path):
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2))
    rewritten(path, {"../../escaped.npy": as_npy(np.zeros(3)), "state.npy": STATE})
    found, damaged = recover(tmp_path)
    assert found.position == (2, 0) and damaged == []
    assert not list(tmp_path.parent.rglob("escaped*"))
