import numpy as np
import pytest

from kspec.data.override import override
from kspec.errors import UsageError
from kspec.spec.models import Data

CIFAR = Data(source="cifar10", validation=0.2, scale="1/255")


def test_a_built_in_source():
    changed = override(CIFAR, "shapes")
    assert changed == Data(source="shapes", validation=0.2, scale="1/255")


def test_a_built_in_source_leaves_the_path_behind():
    assert override(Data(source="npz", path="old.npz"), "mnist") == Data(source="mnist")


def test_an_archive(tmp_path, monkeypatch):
    np.savez(tmp_path / "mine.npz", x_train=np.zeros((1, 1, 1, 1)))
    monkeypatch.chdir(tmp_path)
    changed = override(CIFAR, "mine.npz")
    assert (changed.source, changed.path) == ("npz", str(tmp_path / "mine.npz"))
    assert (changed.validation, changed.scale) == (0.2, "1/255")


def test_an_archive_by_another_name_is_known_by_its_first_bytes(tmp_path):
    np.savez(tmp_path / "mine.npz", x_train=np.zeros((1, 1, 1, 1)))
    (tmp_path / "mine.npz").rename(tmp_path / "mine.data")
    assert override(CIFAR, str(tmp_path / "mine.data")).source == "npz"


def test_a_folder(tmp_path):
    changed = override(CIFAR, str(tmp_path))
    assert (changed.source, changed.path) == ("images", str(tmp_path))


def test_a_name_goes_before_a_folder_of_that_name(tmp_path, monkeypatch):
    (tmp_path / "shapes").mkdir()
    monkeypatch.chdir(tmp_path)
    assert override(CIFAR, "shapes").source == "shapes"
    assert override(CIFAR, "./shapes").source == "images"


def test_a_path_that_is_not_there():
    with pytest.raises(UsageError, match=r"--data cifar-ten: does not exist; give .* shapes"):
        override(CIFAR, "cifar-ten")


@pytest.mark.parametrize("content", [b"", b"label,pixels\n"])
def test_a_file_of_another_kind(tmp_path, content):
    (tmp_path / "data.txt").write_bytes(content)
    with pytest.raises(UsageError, match=r"neither a \.npz or \.csv file nor a folder"):
        override(CIFAR, str(tmp_path / "data.txt"))


CSV = Data(source="csv", path="old.csv", test_path="test.csv", target="y", columns=("a", "b"))


def test_a_table_keeps_what_the_spec_says_of_its_columns(tmp_path):
    (tmp_path / "new.csv").write_text("a,b,y\n")
    changed = override(CSV, str(tmp_path / "new.csv"))
    assert changed == Data(
        source="csv", path=str(tmp_path / "new.csv"), target="y", columns=("a", "b")
    )
    with pytest.raises(UsageError, match="the spec must name the target column"):
        override(CIFAR, str(tmp_path / "new.csv"))


def test_what_goes_with_the_old_source_alone_is_left_behind():
    assert override(CSV, "shapes") == Data(source="shapes")
    masks = Data(source="npz", path="p.npz", labels="masks")
    assert override(masks, "shapes") == Data(source="shapes", labels="masks")
    assert override(masks, "mnist") == Data(source="mnist")


def test_the_home_of_nobody():
    with pytest.raises(UsageError, match="--data ~no-such-user/x: "):
        override(Data(source="shapes"), "~no-such-user/x")


@pytest.mark.parametrize(("given", "says"), [("", "an empty text names no data"), ("a\0b", "null")])
def test_what_names_nothing_is_not_the_current_folder(given, says):
    with pytest.raises(UsageError, match=says):
        override(CIFAR, given)
