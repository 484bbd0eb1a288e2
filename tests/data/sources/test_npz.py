import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kspec.data.fingerprint import of_split
from kspec.data.inputs import fit_inputs
from kspec.data.lazy import Lazy
from kspec.data.sources import npz
from kspec.errors import DataError
from kspec.spec.models import Input

X = np.arange(6 * 12, dtype=np.uint8).reshape(6, 2, 2, 3)
Y = np.arange(6) % 3


INPUT = {"input": Input(shape=(2, 2, 3))}


def read(path, inputs=INPUT, **options):
    return npz.read(path, inputs=inputs, **options)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.npz"


def test_an_archive_of_everything(path):
    names = np.array(["ant", "bee", "cat"])
    np.savez_compressed(
        path,
        x_train=X, y_train=Y[:, None], x_test=X[:3], y_test=Y[:3], x_val=X[3:], y_val=Y[3:],
        class_names=names,
    )  # fmt: skip
    found = read(path)
    assert np.array_equal(found.train.x, X)
    assert found.train.y.tolist() == Y.tolist()
    assert np.array_equal(found.test.x, X[:3])
    assert np.array_equal(found.validation.x, X[3:])
    assert found.class_names == ("ant", "bee", "cat")


def test_the_training_set_is_enough(path):
    np.savez(path, x_train=X, y_train=Y)
    found = read(path)
    assert found.test is None
    assert found.validation is None
    assert found.class_names == ("0", "1", "2")


def test_class_names_may_be_bytes(path):
    np.savez(path, x_train=X, y_train=Y, class_names=np.array([b"ant", b"bee", b"cat"]))
    assert read(path).class_names == ("ant", "bee", "cat")


def test_samples_of_whole_numbers_keep_their_values(path):
    words = np.array([[0, 70_000, 2**24 + 1], [3, 0, 0]])
    np.savez(path, x_train=words, y_train=[0, 1])
    found = read(path, {"input": Input(shape=(3,), dtype="int32")}).train.x
    assert found.dtype == np.int32 and np.array_equal(found, words)
    with pytest.raises(DataError, match=r"x_train: values from 0 to 16777217 do not fit .* int16"):
        read(path, {"input": Input(shape=(3,), dtype="int16")})


TWO = {"left": Input(shape=(3,)), "right": Input(shape=(2,), dtype="int32")}


def test_several_inputs(path):
    left, right = np.arange(18.0).reshape(6, 3), np.arange(12).reshape(6, 2)
    np.savez(
        path, x_train_left=left, x_train_right=right, y_train=Y, x_test_left=left,
        x_test_right=right, y_test=Y, x_test_other=left,
    )  # fmt: skip
    found = read(path, TWO)
    for split in (found.train, found.test):
        assert np.array_equal(split.x["left"], left) and split.x["left"].dtype == np.float32
        assert np.array_equal(split.x["right"], right) and split.x["right"].dtype == np.int32
    assert found.validation is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"x_train_right": None}, "lacks x_train_right; it holds x_train_left, y_train"),
        ({"x_train_right": np.zeros((5, 2))}, "x_train_right has 5 samples, but y_train has 6"),
        ({"x_train_right": np.full((6, 2), 0.5)}, "x_train_right holds float64 .* not whole"),
    ],
)
def test_what_is_wrong_with_one_of_several_inputs(path, changes, words):
    arrays = {"x_train_left": np.zeros((6, 3)), "y_train": Y} | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(DataError, match=rf"data\.npz.*{words}"):
        read(path, TWO)


def test_masks_are_a_class_for_each_pixel(path):
    masks = np.arange(24).reshape(6, 2, 2, 1) % 5
    np.savez(path, x_train=X, y_train=masks)
    found = read(path, labels="masks")
    assert np.array_equal(found.train.y, masks[..., 0])
    assert found.class_names == ("0", "1", "2", "3", "4")
    with pytest.raises(DataError, match='masks need "labels": "masks" in data'):
        np.savez(path, x_train=X, y_train=masks[..., 0])
        read(path)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"images": X, "labels": Y}, "lacks x_train and y_train; it holds images, labels"),
        ({}, "it holds nothing"),
        ({"x_train": X}, "lacks y_train"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "lacks y_test"),
        ({"x_train": X, "y_train": Y[:5]}, "x_train has 6 samples, but y_train has 5 labels"),
        ({"x_train": X[:0], "y_train": Y[:0]}, "x_train is empty"),
        ({"x_train": X.astype(str), "y_train": Y}, "x_train holds"),
        ({"x_train": X.astype(object), "y_train": Y}, "x_train is an array of Python objects"),
        ({"x_train": X, "y_train": Y, "class_names": np.array("ant")}, "class_names has the shape"),
        ({"x_train": X, "y_train": Y, "class_names": np.array(["ant"])}, "has 1 names, but .* 2"),
    ],
)
def test_what_is_wrong_with_an_archive(path, arrays, words):
    np.savez(path, **arrays)
    with pytest.raises(DataError, match=rf"data\.npz.*{words}"):
        read(path)


def test_a_file_that_is_not_there(path):
    with pytest.raises(DataError, match="there is no such file"):
        read(path)


def test_a_folder(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"version https://git-lfs", b"\x93NUMPY"])
def test_a_file_of_another_kind(path, content):
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"not a \.npz file, or is truncated"):
        read(path)


def test_a_pickle_is_never_opened(path, tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").touch, ())

    np.savez(path, x_train=np.array([Trap()], dtype=object), y_train=Y)
    with pytest.raises(DataError):
        read(path)
    assert not (tmp_path / "sprung").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data(), st.booleans())
def test_damage_is_one_clear_line(path, data, compressed):
    (np.savez_compressed if compressed else np.savez)(path, x_train=X, y_train=Y)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:place]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        found = read(path)
    except DataError as error:
        assert "data.npz" in str(error)
        assert "\n" not in str(error)
    else:
        # Some bytes, as the time of writing, matter to nobody; no wrong pixel may come through.
        assert np.array_equal(found.train.x, X)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_an_archive_that_does_not_fit_stays_in_the_file(tmp_path, dtype):
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (12, 4, 5)).astype(dtype)
    arrays = {
        "x_train": x,
        "y_train": np.arange(12) % 3,
        "x_test": x[:4],
        "y_test": np.arange(4) % 3,
    }
    np.savez(tmp_path / "a.npz", **arrays)
    np.savez_compressed(tmp_path / "compressed.npz", **arrays)
    inputs = {"input": Input(shape=(4, 5, 1))}
    whole = read(tmp_path / "a.npz", inputs=inputs)
    later = read(tmp_path / "a.npz", inputs=inputs, within=100)
    assert isinstance(later.train.x, Lazy) and isinstance(whole.train.x, np.ndarray)
    for some, other in ((later.train, whole.train), (later.test, whole.test)):
        some, other = (fit_inputs(each, inputs, source="a") for each in (some, other))
        assert isinstance(some.x, Lazy) and some.x.shape == other.x.shape
        assert np.array_equal(some.x[[3, 0]], other.x[[3, 0]])
        assert of_split(some) == of_split(other)
        assert of_split(some.part(np.array([2, 1]))) == of_split(other.take(np.array([2, 1])))
    compressed = read(tmp_path / "compressed.npz", inputs=inputs, within=100)
    assert np.array_equal(compressed.train.x, x)
    assert isinstance(compressed.train.x, np.ndarray)


def test_what_is_no_pixel_is_refused_in_the_file_too(tmp_path):
    x = np.ones((6, 2, 2, 1), np.float32)
    x[5, 1, 1] = np.nan
    np.savez(tmp_path / "a.npz", x_train=x, y_train=np.arange(6))
    with pytest.raises(DataError, match="not finite"):
        read(tmp_path / "a.npz", inputs={"input": Input(shape=(2, 2, 1))}, within=10)
