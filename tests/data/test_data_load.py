import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from kspec.data.load import load, load_test
from kspec.errors import DataError
from kspec.spec.models import Data, Input

SHAPE = (4, 5, 3)


@pytest.fixture
def archive(tmp_path):
    """Write `data.npz` with 40 training and 10 test pictures of two classes, and changes."""

    def write(**changes):
        random = np.random.default_rng(0)
        arrays = {
            "x_train": random.integers(0, 256, (40, *SHAPE), dtype=np.uint8),
            "y_train": np.arange(40) % 2,
            "x_test": random.integers(0, 256, (10, *SHAPE), dtype=np.uint8),
            "y_test": np.arange(10) % 2,
            **changes,
        }
        np.savez(tmp_path / "data.npz", **arrays)
        return tmp_path

    return write


def one(*shape, dtype="float32"):
    """A network's one input."""
    return {"input": Input(shape=shape, dtype=dtype)}


def read(root, shape=SHAPE, seed=0, **data):
    data = Data.model_validate({"source": "npz", "path": "data.npz", **data})
    return load(data, seed=seed, inputs=one(*shape), root=root)


OWN = {"x_val": np.ones((3, *SHAPE), dtype=np.uint8), "y_val": np.array([0, 1, 1])}


def test_a_fraction_of_the_training_set_is_held_out(archive):
    found = read(archive(), validation=0.25)
    assert (len(found.train), len(found.validation), len(found.test)) == (30, 10, 10)
    assert np.bincount(found.validation.y).tolist() == [5, 5]
    assert found.train.x.dtype == np.uint8
    assert found.class_names == ("0", "1")
    assert "data.npz" in found.source


def test_the_sources_own_validation_set(archive):
    for validation in ("own", None):
        found = read(archive(**OWN), validation=validation)
        assert np.array_equal(found.validation.x, OWN["x_val"])
        assert len(found.train) == 40


def test_no_validation_set(archive):
    assert read(archive()).validation is None
    assert read(archive(**OWN), validation=0).validation is None


def test_own_where_there_is_none(archive):
    said = r'"own", but .*data\.npz has no validation set of its own; give a'
    with pytest.raises(DataError, match=said):
        read(archive(), validation="own")


def test_an_empty_split(archive):
    with pytest.raises(DataError, match=r"0\.001 of 40 training samples is empty"):
        read(archive(), validation=0.001)


def test_samples_are_taken_before_the_validation_set(archive):
    found = read(archive(), validation=0.5, train_samples=20, test_samples=4)
    assert (len(found.train), len(found.validation), len(found.test)) == (10, 10, 4)


def test_a_source_without_a_test_set(archive, tmp_path):
    np.savez(tmp_path / "data.npz", x_train=np.ones((4, *SHAPE)), y_train=[0, 1, 0, 1])
    assert read(tmp_path, test_samples=4).test is None


def test_the_fingerprint_is_that_of_content_and_split(archive):
    root = archive()
    first = read(root, validation=0.25).fingerprint
    assert first == read(root, validation=0.25).fingerprint
    assert first != read(root, validation=0.25, seed=1).fingerprint
    assert first != read(root).fingerprint
    assert first == read(archive(), validation=0.25).fingerprint
    assert first != read(archive(y_test=np.ones(10, dtype=int)), validation=0.25).fingerprint


def test_pictures_of_another_shape(archive):
    times = "\N{MULTIPLICATION SIGN}"
    found, wanted = times.join("453"), times.join(["32", "32", "3"])
    with pytest.raises(DataError, match=f"pictures are {found}, but .*input.shape is {wanted}"):
        read(archive(), shape=(32, 32, 3))


def test_grey_pictures_gain_a_channel_axis(archive):
    root = archive(x_train=np.ones((40, 28, 28)), x_test=np.ones((10, 28, 28)))
    assert read(root, shape=(28, 28, 1)).train.x.shape == (40, 28, 28, 1)
    with pytest.raises(DataError, match=r"pictures are 28.28.1, but .* 32.32.3"):
        read(root, shape=(32, 32, 3))


def test_relative_paths_start_from_the_root_and_absolute_ones_do_not(archive, tmp_path):
    archive()
    absolute = str(tmp_path / "data.npz")
    assert len(read(tmp_path / "elsewhere", path=absolute).train) == 40
    with pytest.raises(DataError, match="there is no such file"):
        read(tmp_path / "elsewhere")


@pytest.mark.parametrize("source", ["npz", "images", "csv"])
def test_a_source_that_needs_a_path(source, tmp_path):
    with pytest.raises(DataError, match=f'"{source}" needs data.path'):
        data = Data(source=source, target="y") if source == "csv" else Data(source=source)
        load(data, seed=0, inputs=one(*SHAPE), root=tmp_path)


def test_a_source_of_one_input_and_a_network_of_two(tmp_path):
    two = {"left": Input(shape=SHAPE), "right": Input(shape=SHAPE)}
    with pytest.raises(DataError, match=r'"shapes" is for .* one input, .* left and right'):
        load(Data(source="shapes"), seed=0, inputs=two, root=tmp_path)


TWO = {"left": Input(shape=(4,)), "right": Input(shape=(2,), dtype="int32")}


def two_inputs(n=40):
    """Samples of both inputs that hold the number of the sample."""
    numbers = np.arange(n)
    return {
        "x_train_left": np.repeat(numbers[:, None] / 2, 4, axis=1),
        "x_train_right": np.stack([numbers, -numbers], axis=1) * 70_000,
        "y_train": numbers % 2,
    }


def test_several_inputs_are_split_and_taken_alike(tmp_path):
    np.savez(tmp_path / "data.npz", **two_inputs())
    data = Data(source="npz", path="data.npz", validation=0.25, train_samples=20)
    found = load(data, seed=3, inputs=TWO, root=tmp_path)
    assert (len(found.train), len(found.validation)) == (15, 5)
    for split in (found.train, found.validation):
        assert list(split.x) == ["left", "right"]
        numbers = (split.x["left"][:, 0] * 2).astype(int)
        assert split.x["right"].dtype == np.int32
        assert np.array_equal(split.x["right"][:, 1], -70_000 * numbers)
        assert np.array_equal(split.y, numbers % 2)
    # Which samples are chosen does not depend on how many inputs there are.
    arrays = two_inputs()
    np.savez(tmp_path / "data.npz", x_train=arrays["x_train_left"], y_train=arrays["y_train"])
    alone = load(data, seed=3, inputs=one(4), root=tmp_path)
    assert np.array_equal(alone.train.x, found.train.x["left"])


def test_the_fingerprint_of_several_inputs_goes_by_their_names_not_their_order(tmp_path):
    np.savez(tmp_path / "data.npz", **two_inputs())
    data = Data(source="npz", path="data.npz")
    first = load(data, seed=0, inputs=TWO, root=tmp_path).fingerprint
    turned = dict(reversed(TWO.items()))
    assert load(data, seed=0, inputs=turned, root=tmp_path).fingerprint == first
    arrays = two_inputs()
    arrays["x_train_right"][5, 0] += 1
    np.savez(tmp_path / "data.npz", **arrays)
    assert load(data, seed=0, inputs=TWO, root=tmp_path).fingerprint != first


def test_numbers_to_be_predicted(tmp_path):
    x = np.arange(40.0)[:, None]
    np.savez(tmp_path / "data.npz", x_train=x, y_train=x[:, 0] / 8, x_test=x, y_test=x[:, 0])
    data = Data(source="npz", path="data.npz", labels="numbers", validation=0.25, test_samples=10)
    found = load(data, seed=0, inputs=one(1), root=tmp_path)
    assert (found.labels, found.class_names) == ("numbers", ())
    assert (len(found.train), len(found.validation), len(found.test)) == (30, 10, 10)
    for split in (found.train, found.validation):
        assert split.y.dtype == np.float32 and split.y.shape == (len(split), 1)
        assert np.array_equal(split.y, split.x / 8)


def test_masks(tmp_path):
    data = Data(source="shapes", labels="masks", train_samples=30, validation=1 / 3)
    found = load(data, seed=0, inputs=one(16, 12, 1), root=tmp_path)
    assert found.labels == "masks" and found.class_names[:2] == ("background", "circle")
    assert len(found.class_names) == 11
    assert found.train.y.shape == (20, 16, 12)


def test_shapes_are_drawn_in_the_number_asked_for(tmp_path):
    data = Data(source="shapes", train_samples=30, test_samples=20, validation=1 / 3)
    found = load(data, seed=0, inputs=one(16, 16, 1), root=tmp_path)
    assert (len(found.train), len(found.validation), len(found.test)) == (20, 10, 20)
    # Another seed splits otherwise, but tests on the same pictures.
    other = load(data, seed=1, inputs=one(16, 16, 1), root=tmp_path)
    assert np.array_equal(found.test.x, other.test.x)
    assert not np.array_equal(found.train.x, other.train.x)


def test_data_are_read_without_keras():
    code = (
        "import sys; from pathlib import Path\n"
        "from kspec.data.load import load; from kspec.data.override import override\n"
        "from kspec.spec.models import Data, Input\n"
        "data = override(Data(source='cifar10', train_samples=10, test_samples=10), 'shapes')\n"
        "load(data, seed=0, inputs={'input': Input(shape=(8, 8, 3))}, root=Path())\n"
        "assert 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def pictures(tmp_path):
    """Ten pictures of each of two classes, each with a grey of its own, in class folders."""
    for label, name in enumerate(("ant", "bee")):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(10):
            grey = 20 * number + 3 * label
            picture = Image.new("RGB", (5, 4), (grey, grey, grey))
            picture.save(tmp_path / "pictures" / name / f"{number}.png")
    return Data(source="images", path="pictures")


def test_class_folders_alone_give_a_stratified_test_set(pictures, tmp_path):
    found = load(pictures, seed=0, inputs=one(*SHAPE), root=tmp_path)
    assert np.bincount(found.train.y).tolist() == [8, 8]
    assert np.bincount(found.test.y).tolist() == [2, 2]
    greys = np.concatenate([found.train.x[:, 0, 0, 0], found.test.x[:, 0, 0, 0]])
    assert len(set(greys.tolist())) == 20
    again = load(pictures, seed=0, inputs=one(*SHAPE), root=tmp_path)
    other = load(pictures, seed=1, inputs=one(*SHAPE), root=tmp_path)
    assert np.array_equal(again.test.x, found.test.x)
    assert not np.array_equal(other.test.x, found.test.x)


def test_to_be_measured_on_class_folders_alone_are_taken_whole(pictures, tmp_path):
    split, names, source = load_test(pictures, inputs=one(*SHAPE), root=tmp_path)
    assert (len(split), names) == (20, ("ant", "bee"))
    assert source == str(tmp_path / "pictures")


def test_to_be_measured_on_an_archive_its_test_set_counts(archive, tmp_path):
    root = archive()
    data = Data(source="npz", path="data.npz", test_samples=2)
    assert len(load_test(data, inputs=one(*SHAPE), root=root)[0]) == 10
    np.savez(root / "data.npz", x_train=np.zeros((2, *SHAPE)), y_train=np.arange(2))
    with pytest.raises(DataError, match="has no test set to evaluate on"):
        load_test(data, inputs=one(*SHAPE), root=root)


def test_more_than_there_is_memory_for_is_told(tmp_path):
    data = Data(source="shapes", train_samples=2**31 - 1)
    with pytest.raises(DataError, match=r"^shapes does not fit into memory: Unable to allocate"):
        load(data, seed=0, inputs=one(4096, 4096, 3), root=tmp_path)
