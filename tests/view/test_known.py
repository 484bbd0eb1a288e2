"""Which runs a `kspec view` knows of, and when it reads them anew."""

import json
import os
import shutil
from urllib.parse import quote

import pytest
from run_making import make_run

from kspec.view.known import KnownRuns, as_key
from kspec.view.site import Site

pytestmark = pytest.mark.language


def test_a_run_is_found_by_its_key_however_that_is_written(tmp_path):
    for name in ("plain", "100%", "a%20b", "ä # ?", " spaces "):
        make_run(tmp_path, name)
    known = KnownRuns(tmp_path)
    assert len({run.key for run in known.all()}) == 5
    for run in known.all():
        assert run.key.isascii() and known.get(as_key(run.key)) == run
        assert known.get(as_key(run.key.replace("/", "%2F"))) == run
        assert known.get(as_key(quote(run.summary.path.relative_to(tmp_path).as_posix()))) == run
    assert known.get(as_key("a b/x")) is None


def test_a_folder_that_is_a_run_itself(tmp_path):
    folder = make_run(tmp_path)
    (run,) = KnownRuns(folder).all()
    assert (run.key, run.label) == (folder.name, f"tiny/{folder.name}")
    assert Site(folder).answer(f"/run/{run.key}").status == 200


def test_a_folder_behind_a_link_is_taken_for_what_it_is(tmp_path):
    make_run(tmp_path / "far", "tiny")
    (tmp_path / "runs").symlink_to(tmp_path / "far")
    known = KnownRuns(tmp_path / "runs")
    assert (len(known.all()), known.hidden) == (1, 0)


def test_what_changes_is_read_anew(tmp_path):
    folder = make_run(tmp_path)
    long_ago = 1_000_000_000
    os.utime(folder, (long_ago, long_ago))
    known = KnownRuns(tmp_path)
    (before,) = known.all()
    (same,) = known.all()
    assert same.state == before.state and same.summary is before.summary
    # In its place, as an editor may do, which leaves no trace in the folder.
    path = folder / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"test": {"accuracy": 0.123456}}))
    assert folder.stat().st_mtime == long_ago
    (after,) = known.all()
    assert after.summary.test["accuracy"] == 0.123456 and after.state != before.state
    shutil.rmtree(folder)
    assert (known.all(), known.get(after.key)) == ([], None)


def test_a_link_that_comes_later_hides_the_run(tmp_path):
    make_run(tmp_path / "runs", "other")
    folder = make_run(tmp_path / "runs", "tiny")
    known = KnownRuns(tmp_path / "runs")
    assert (len(known.all()), known.hidden) == (2, 0)
    (folder / "history.json").rename(tmp_path / "elsewhere.json")
    (folder / "history.json").symlink_to(tmp_path / "elsewhere.json")
    assert ([run.summary.name for run in known.all()], known.hidden) == (["other"], 1)
    (folder / "history.json").unlink()
    (folder / "model.keras").symlink_to(tmp_path / "elsewhere.json")  # Which no page is made of.
    assert (len(known.all()), known.hidden) == (2, 0)


def test_another_server_has_other_tags(tmp_path):
    make_run(tmp_path)
    tags = {Site(tmp_path).answer(target).tag for target in ("/", "/static/live.js") for _ in "ab"}
    assert len(tags) == 4
