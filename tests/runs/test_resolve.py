"""What a person may type for a run."""

import pytest
from run_making import make_run

from kspec.errors import RunError
from kspec.runs.find import find_runs
from kspec.runs.resolve import resolve


@pytest.fixture
def runs(tmp_path):
    """Two runs of arch2, the second one newer; one of arch3, the newest; one of arch3_augmented."""
    root = tmp_path / "runs"
    return root, {
        key: make_run(root, name, started=f"2026-11-25T{hour:02}:00:00+00:00")
        for key, name, hour in (
            ("old", "arch2", 1),
            ("new", "arch2", 2),
            ("newest", "arch3", 9),
            ("augmented", "arch3_augmented", 5),
        )
    }


def test_latest(runs):
    root, made = runs
    assert resolve("latest", root) == made["newest"]


def test_a_path(runs):
    root, made = runs
    assert resolve(str(made["old"]), root / "elsewhere") == made["old"]
    assert resolve(f"{made['old']}/", root) == made["old"]


def test_a_path_to_many(runs):
    root, made = runs
    assert resolve(str(root / "arch2"), root) == made["new"]
    assert resolve(str(root), root) == made["newest"]


def test_nothing_is_no_name(runs, monkeypatch):
    root, made = runs
    for where in (root, made["old"]):
        monkeypatch.chdir(where)
        with pytest.raises(RunError, match=r"^an empty text names no run$"):
            resolve("", root)


def test_a_path_from_here_means_nothing_elsewhere(runs, tmp_path, monkeypatch):
    root, made = runs
    monkeypatch.chdir(tmp_path)
    for text in (".", "./"):
        with pytest.raises(RunError, match=r"^\. holds no run; "):
            resolve(text, root)
    monkeypatch.chdir(made["old"])
    assert resolve(".", root).resolve() == made["old"]
    assert resolve("..", root).resolve() == made["new"], "the newest of its name"


def test_a_name(runs):
    root, made = runs
    assert resolve("arch2", root) == made["new"]
    assert resolve("arch3", root) == made["newest"], "a whole name before a longer one"


def test_a_name_is_not_mistaken_for_a_folder_nearby(runs, tmp_path, monkeypatch):
    root, made = runs
    (tmp_path / "arch2").mkdir()
    monkeypatch.chdir(tmp_path)
    assert resolve("arch2", root) == made["new"]


def test_a_name_and_a_run(runs):
    root, made = runs
    assert resolve(f"arch2/{made['old'].name}", root) == made["old"]


def test_the_beginning_of_a_name(runs):
    root, made = runs
    assert resolve("arch3_", root) == made["augmented"]


def test_the_beginning_of_a_run(tmp_path):
    folder = make_run(tmp_path, "arch2")
    folder.rename(folder.with_name("20261125-064512-0123abcd"))
    other = make_run(tmp_path, "arch2")
    other.rename(other.with_name("20261126-000000-0123abcd"))
    assert resolve("20261125", tmp_path).name == "20261125-064512-0123abcd"
    assert resolve("arch2/20261126", tmp_path).name == "20261126-000000-0123abcd"
    with pytest.raises(RunError, match=r'^"202611" in .* could be .*0123abcd, .*0123abcd$'):
        resolve("202611", tmp_path)


def test_a_beginning_of_several_names(runs):
    root, _ = runs
    with pytest.raises(RunError, match=r'^"arch" in .* could be arch2, arch3, arch3_augmented$'):
        resolve("arch", root)


def test_a_slip_of_the_finger(runs):
    root, _ = runs
    with pytest.raises(RunError, match=r'^there is no run "acrh2" in .*; did you mean arch2\?$'):
        resolve("acrh2", root)


def test_something_else(runs):
    root, _ = runs
    with pytest.raises(RunError, match=r"; there is arch2, arch3, arch3_augmented$"):
        resolve("zzz", root)


def test_no_runs_yet(tmp_path):
    for text in ("latest", "arch2"):
        with pytest.raises(RunError, match=r"runs does not exist; `kspec train SPEC` makes one"):
            resolve(text, tmp_path / "runs")
    with pytest.raises(RunError, match="holds no run"):
        resolve("latest", tmp_path)
    with pytest.raises(RunError, match=r"^[^\n]* holds no run"):
        resolve(str(tmp_path), tmp_path)


def test_a_run_in_a_group_of_seeds(tmp_path):
    for seed in (0, 11):
        folder = make_run(tmp_path, "arch2", started=f"2026-11-25T{seed:02}:00:00+00:00")
        group = folder.parent / "seeds-0123abcd-jax"
        group.mkdir(exist_ok=True)
        folder.rename(group / f"seed-{seed}")
    alone = make_run(tmp_path, "arch2", started="2026-11-25T05:00:00+00:00")
    assert [(run.name, run.path.name) for run in find_runs(tmp_path)] == [
        ("arch2", "seed-11"),
        ("arch2", alone.name),
        ("arch2", "seed-0"),
    ]
    for text in ("latest", "arch2", "arch2/seeds-0123abcd-jax", str(group), "seed-1"):
        assert resolve(text, tmp_path) == group / "seed-11", text
    for text in ("arch2/seeds-0123abcd-jax/seed-0", "seeds-0123abcd-jax/seed-0", "seed-0"):
        assert resolve(text, tmp_path) == group / "seed-0", text
    with pytest.raises(RunError, match=r"could be .*seed-.*, .*seed-"):
        resolve("arch2/seeds-0", tmp_path)


def test_a_spec_may_be_named_like_a_group(tmp_path):
    folder = make_run(tmp_path, "seeds-0123abcd-jax")
    assert [(run.path, run.name) for run in find_runs(tmp_path)] == [(folder, folder.parent.name)]
