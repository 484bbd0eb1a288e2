import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kspec.data.fingerprint import of_split
from kspec.data.lazy import Lazy
from kspec.data.pixels import Pixels
from kspec.data.sources.images import read, read_image
from kspec.errors import DataError
from kspec.spec.models import Data

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
SHAPE = (8, 8, 3)
STANDARDIZED = Data(source="images", path=".", standardize=True)


def picture(path, colour=RED, size=(8, 8), **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path, **options)
    return path


def folder(path, classes=("bee", "ant"), count=5):
    """So many pictures of each class; the place of each in sorted order is its colour."""
    for label, name in enumerate(sorted(classes)):
        for number in range(count):
            picture(path / name / f"{number}.png", (label, number, 0))
    return path


def test_class_folders_alone_are_training_pictures(tmp_path):
    found = read(folder(tmp_path), shape=SHAPE)
    assert found.class_names == ("ant", "bee")
    assert found.train.y.tolist() == [0] * 5 + [1] * 5
    assert np.array_equal(found.train.x[:, 0, 0, 0], found.train.y)
    assert found.validation is None and found.test is None


@pytest.mark.parametrize("validation", ["val", "validation", "valid"])
def test_train_validation_and_test_folders(tmp_path, validation):
    folder(tmp_path / "train", count=3)
    folder(tmp_path / validation, count=2)
    folder(tmp_path / "test", classes=("bee",), count=1)
    found = read(tmp_path, shape=SHAPE)
    assert found.train.y.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.train.x[:, 0, 0, 1].tolist() == [0, 1, 2, 0, 1, 2]
    assert found.validation.y.tolist() == [0, 0, 1, 1]
    assert found.test.y.tolist() == [1]


def test_a_class_may_be_called_train(tmp_path):
    found = read(folder(tmp_path, classes=("bus", "train", "test")), shape=SHAPE)
    assert found.class_names == ("bus", "test", "train")


def test_what_is_no_picture_is_passed_over(tmp_path):
    folder(tmp_path)
    (tmp_path / "notes.txt").write_text("not a class")
    (tmp_path / "ant" / "labels.csv").write_text("not a picture")
    (tmp_path / "ant" / ".hidden.png").write_text("not a picture")
    (tmp_path / "ant" / "folder.png").mkdir()
    (tmp_path / ".cache").mkdir()
    found = read(tmp_path, shape=SHAPE)
    assert len(found.train) == 10


@pytest.mark.parametrize("suffix", ["jpg", "JPEG", "png", "bmp", "gif", "webp"])
def test_formats(tmp_path, suffix):
    for name, colour in (("ant", RED), ("bee", BLUE)):
        for number in range(3):
            picture(tmp_path / name / f"{number}.{suffix}", colour)
    found = read(tmp_path, shape=SHAPE)
    expected = np.array([RED, BLUE])[found.train.y]
    assert np.abs(found.train.x[:, 4, 4].astype(int) - expected).max() <= 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "has no class folders"),
        (lambda path: picture(path / "a.png"), "has no class folders"),
        (lambda path: (folder(path), (path / "cat").mkdir()), r"cat holds no pictures \(.bmp"),
        (lambda path: folder(path / "test"), 'there is no "train" folder beside it'),
        (
            lambda path: (folder(path / "train"), folder(path / "test", classes=("cat",))),
            r"cat: there is no such class among the training pictures \(ant, bee\)",
        ),
    ],
)
def test_what_is_wrong_with_a_folder(tmp_path, make, words):
    make(tmp_path)
    with pytest.raises(DataError, match=words):
        read(tmp_path, shape=SHAPE)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="there is no such folder"):
        read(tmp_path / "gone", shape=SHAPE)


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4), (64,)])
def test_a_network_that_takes_no_pictures(tmp_path, shape):
    with pytest.raises(DataError, match=r"input\.shape"):
        read(folder(tmp_path), shape=shape)


def test_a_broken_picture_is_named(tmp_path):
    folder(tmp_path)
    broken = tmp_path / "bee" / "3.png"
    broken.write_bytes(broken.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"bee/3\.png: this picture cannot be read"):
        read(tmp_path, shape=SHAPE)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone.png", "No such file or directory"),
        (".", "Is a directory"),
        ("empty.png", "it is empty, damaged, or no picture"),
    ],
)
def test_what_is_no_picture_is_named_once(tmp_path, name, says):
    (tmp_path / "empty.png").touch()
    path = tmp_path / name
    with pytest.raises(DataError) as caught:
        read_image(path, SHAPE)
    assert str(caught.value) == f"{path}: this picture cannot be read: {says}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data(), st.sampled_from(["png", "jpg", "gif", "bmp", "webp"]))
def test_damage_is_one_clear_line(tmp_path, data, suffix):
    path = picture(tmp_path / f"a.{suffix}", size=(9, 5))
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:place]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        assert read_image(path, SHAPE).shape == SHAPE
    except DataError as error:
        assert f"a.{suffix}" in str(error)
        assert "\n" not in str(error)


def test_the_whole_picture_is_resized(tmp_path):
    wide = Image.new("RGB", (40, 10), RED)
    wide.paste(BLUE, (20, 0, 40, 10))
    wide.save(tmp_path / "wide.png")
    found = read_image(tmp_path / "wide.png", (10, 10, 3))
    assert found.shape == (10, 10, 3)
    assert (found[:, 0] == RED).all()
    assert (found[:, -1] == BLUE).all()


def test_colour_becomes_grey_and_grey_becomes_colour(tmp_path):
    grey = read_image(picture(tmp_path / "a.png", GREEN), (8, 8, 1))
    assert (grey == 150).all()  # 0.587 of 255, ITU-R 601
    Image.new("L", (8, 8), 77).save(tmp_path / "b.png")
    assert (read_image(tmp_path / "b.png", SHAPE) == 77).all()


def test_the_camera_may_have_been_turned(tmp_path):
    image = Image.new("RGB", (8, 4), RED)
    image.paste(BLUE, (4, 0, 8, 4))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    image.save(tmp_path / "a.png", exif=exif)
    found = read_image(tmp_path / "a.png", (8, 4, 3))
    assert (found[0] == RED).all()
    assert (found[-1] == BLUE).all()


def test_sixteen_bits_of_grey(tmp_path):
    values = np.array([[0, 256, 32768, 65535]], dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    assert read_image(tmp_path / "deep.png", (1, 4, 1)).ravel().tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(tmp_path, mode):
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image.paste((40, 40, 40, 255), (0, 0, 4, 8))
    image.convert(mode).save(tmp_path / "a.png")
    found = read_image(tmp_path / "a.png", SHAPE)
    assert (found[:, :4] == 40).all()
    assert (found[:, 4:] == 255).all()


def test_palettes_and_bits(tmp_path):
    Image.new("RGB", (8, 8), BLUE).quantize(4).save(tmp_path / "a.png")
    assert (read_image(tmp_path / "a.png", SHAPE) == BLUE).all()
    Image.new("1", (8, 8), 1).save(tmp_path / "b.png")
    assert (read_image(tmp_path / "b.png", SHAPE) == 255).all()


def test_a_folder_that_does_not_fit_is_read_as_it_is_asked_for(tmp_path):
    for part, count in (("train", 6), ("val", 3), ("test", 2)):
        folder(tmp_path / part, count=count)
    whole = read(tmp_path, shape=SHAPE)
    later = read(tmp_path, shape=SHAPE, within=22 * 8 * 8 * 3 - 1)
    assert isinstance(read(tmp_path, shape=SHAPE, within=22 * 8 * 8 * 3).train.x, np.ndarray)
    assert later.class_names == whole.class_names
    for some, other in zip(
        (later.train, later.validation, later.test),
        (whole.train, whole.validation, whole.test),
        strict=True,
    ):
        assert isinstance(some.x, Lazy) and isinstance(other.x, np.ndarray)
        assert np.array_equal(some.x[[1, 3, 0]], other.x[[1, 3, 0]])
        assert np.array_equal(some.y, other.y)
        assert of_split(some) == of_split(other)
        held = np.array([2, 0])
        assert isinstance(some.part(held).x, Lazy)
        assert of_split(some.part(held)) == of_split(other.take(held))
        assert Pixels.fit(STANDARDIZED, some.x) == Pixels.fit(STANDARDIZED, other.x)
