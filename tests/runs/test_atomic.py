"""Files appear whole or not at all."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kspec
from kspec.errors import RunError
from kspec.runs.atomic import replacing, write_bytes, write_json, write_text

WRITE_FOR_EVER = """
import sys
from pathlib import Path
from kspec.runs.atomic import write_bytes
number = 0
while True:
    number = (number + 1) % 10
    write_bytes(Path(sys.argv[1]), b"%d" % number * 5_000_000)
"""


def test_text_is_written_as_it_is(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "ä\r\nb\n")
    assert path.read_bytes() == "ä\r\nb\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_json_is_strict(tmp_path):
    write_json(tmp_path / "a.json", {"a": [float("nan"), float("inf")], "b": (-float("inf"), None)})

    def refuse(constant):
        raise AssertionError(constant)

    values = json.loads((tmp_path / "a.json").read_text(), parse_constant=refuse)
    assert values == {"a": ["NaN", "Infinity"], "b": ["-Infinity", None]}


def test_the_old_file_stays_until_the_block_ends(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("old")
    with replacing(path) as part:
        assert part.suffix == ".keras"
        assert part.parent == tmp_path
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_the_old_file_stays_if_the_block_raises(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as part:
        part.write_text("half of the n")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_gets_the_usual_permissions(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    write_bytes(tmp_path / "own", b"")
    assert (tmp_path / "own").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_what_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(RunError, match=r"missing/a\.txt cannot be written: No such file"):
        write_text(tmp_path / "missing" / "a.txt", "")


def test_a_full_disk_is_one_line(tmp_path):
    limited = (
        "import resource, sys, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "from pathlib import Path\n"
        "from kspec.runs.atomic import write_bytes\n"
        "write_bytes(Path(sys.argv[1]), b'short')\n"
        "write_bytes(Path(sys.argv[1]), b'long' * 1000)\n"
    )
    path = tmp_path / "a.txt"
    done = run(limited, path).communicate(timeout=60)[1]
    assert done.splitlines()[-1].endswith("a.txt cannot be written: File too large")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"short"


def test_killed_while_writing_leaves_a_whole_file(tmp_path):
    """Twelve times, at moments spread over writes of 5 MB, each of one digit."""
    path = tmp_path / "a.bin"
    left_behind = 0
    for number in range(12):
        child = run(WRITE_FOR_EVER, path)
        deadline = time.monotonic() + 60
        known = path.stat().st_mtime_ns if path.exists() else 0
        while not path.exists() or path.stat().st_mtime_ns == known:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(0.0013 * number)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        content = path.read_bytes()
        assert len(content) == 5_000_000
        assert content == content[:1] * 5_000_000
        left_behind = sum(other != path for other in tmp_path.iterdir())
    assert left_behind, "no kill came in the middle of a write, so this test has shown nothing"
    assert all(other.name.startswith(".a.") for other in tmp_path.iterdir() if other != path)


def run(code, path):
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        cwd=Path(kspec.__file__).parents[1],
        stderr=subprocess.PIPE,
        text=True,
    )
