"""A run's folder, from its making to its result, and killed on the way."""

import csv
import json
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import run_making
from run_making import DIGEST, RESOLVED, SOURCE, make_run, result, row

import kspec
from kspec.errors import RunError
from kspec.runs.find import find_runs
from kspec.runs.read import Run
from kspec.runs.writer import RunWriter

TRAIN_FOR_EVER = """
import sys
from pathlib import Path
sys.path.append(sys.argv[2])
from run_making import DIGEST, RESOLVED, SOURCE, row
from kspec.runs.record import environment
from kspec.runs.writer import RunWriter
writer = RunWriter.create(Path(sys.argv[1]), "tiny", RESOLVED, SOURCE, digest=DIGEST)
writer.write_environment(environment("jax", []))
epoch = 0
while True:
    epoch += 1
    writer.write_history([row(number) for number in range(1, epoch + 1)])
    with writer.replacing("model.keras") as path:
        path.write_bytes(b"%d" % (epoch % 10) * 1_000_000)
"""


def test_the_folder_says_name_time_and_spec(tmp_path):
    folder = make_run(tmp_path)
    assert folder.parent == tmp_path / "tiny"
    stamp, hash8 = re.fullmatch(r"(\d{8}-\d{6})-([0-9a-f]{8})", folder.name).groups()
    assert hash8 == DIGEST[:8]
    assert abs(time.mktime(time.strptime(stamp, "%Y%m%d-%H%M%S")) - time.time()) < 15 * 3600


def test_what_is_in_it(tmp_path):
    folder = make_run(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "environment.json",
        "history.csv",
        "history.json",
        "resolved.json",
        "result.json",
        "spec.json",
    ]
    assert (folder / "spec.json").read_bytes() == SOURCE
    assert json.loads((folder / "resolved.json").read_text()) == RESOLVED
    with (folder / "history.csv").open(newline="") as file:
        assert [line["epoch"] for line in csv.DictReader(file)] == ["1", "2"]


def test_no_run_takes_the_folder_of_another(tmp_path):
    """Sixteen at once, from as many threads: within a second their names would be the same."""
    writers = []
    start = threading.Barrier(16)

    def create():
        start.wait()
        writers.append(RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST))

    threads = [threading.Thread(target=create) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({writer.folder for writer in writers}) == 16
    assert any(writer.folder.name.endswith("-2") for writer in writers)


def test_a_root_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    for root, name, told in (("file", "tiny", r"file.tiny"), ("", "file", r"file")):
        with pytest.raises(RunError, match=rf"^no run folder can be made in .*{told}: [^\n]+$"):
            RunWriter.create(tmp_path / root, name, RESOLVED, SOURCE, digest=DIGEST)


def test_a_folder_that_went_away_is_one_line(tmp_path):
    writer = RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST)
    for path in writer.folder.iterdir():
        path.unlink()
    writer.folder.rmdir()
    with pytest.raises(RunError, match=r"^.*history\.json cannot be written: No such file"):
        writer.write_history([row(1)])


def test_two_writers_of_one_folder(tmp_path):
    writer = RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST)
    with pytest.raises(RunError, match="is being written by another process"):
        RunWriter(writer.folder, "tiny")
    writer.close()
    RunWriter(writer.folder, "tiny").close()


def test_a_run_is_running_until_it_is_closed(tmp_path):
    with RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST) as writer:
        run = Run.open(writer.folder)
        assert run.status == "running"
        assert not run.is_finished
        with pytest.raises(RunError, match=r"has no result\.json: the run is running"):
            _ = run.result
    assert run.status == "incomplete"
    writer.close()


def test_a_result_ends_it(tmp_path):
    writer = RunWriter.create(tmp_path, "tiny", RESOLVED, SOURCE, digest=DIGEST)
    writer.write_result(result(status="interrupted"))
    assert Run.open(writer.folder).status == "interrupted"


def test_the_environment_names_versions_without_a_framework():
    code = (
        "import json, sys\n"
        "from kspec.runs.record import environment\n"
        "print(json.dumps(environment('jax', ['kspec', 'train', 'a.json'])))\n"
        "print({'keras', 'jax', 'torch', 'tensorflow', 'numpy'} & set(sys.modules))"
    )
    root = Path(kspec.__file__).parents[1]
    output = subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True)
    values, imported = output.splitlines()
    values = json.loads(values)
    assert imported == "set()"
    assert values["kspec"] == kspec.__version__
    assert values["keras"].startswith("3.")
    assert values["python"] == ".".join(map(str, sys.version_info[:3]))
    assert values["backend"] == "jax"
    assert values["command"] == ["kspec", "train", "a.json"]
    assert values["started"].endswith("+00:00")


def test_killed_on_the_way_leaves_a_run_that_can_be_read(tmp_path):
    """Six times, at moments spread over the writing of epochs and of models of 1 MB."""
    for number in range(6):
        root = tmp_path / str(number)
        child = subprocess.Popen(
            [
                sys.executable,
                "-c",
                TRAIN_FOR_EVER,
                str(root),
                str(Path(run_making.__file__).parent),
            ],
            cwd=Path(kspec.__file__).parents[1],
        )
        try:
            wait_for(lambda root=root: any(root.glob("*/*/model.keras")))
            (summary,) = find_runs(root)
            assert summary.status == "running"
            time.sleep(0.0037 * number)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
        (summary,) = find_runs(root)
        assert summary.status == "incomplete"
        assert summary.backend == "jax"
        run = Run.open(summary.path)
        assert run.resolved == RESOLVED
        assert run.history == [row(epoch) for epoch in range(1, summary.epochs + 1)]
        assert summary.epochs >= 1
        with (run.path / "history.csv").open(newline="") as file:
            lines = list(csv.DictReader(file))
        assert len(lines) - summary.epochs in (0, -1)
        model = run.model_path.read_bytes()
        assert model == model[:1] * 1_000_000


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
