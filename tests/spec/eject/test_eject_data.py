"""The data that a script loads are those that kspec loads: the same samples in the same splits."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from ejecting import run_script, script_of
from PIL import Image

from kspec.data.archive import write_archive
from kspec.data.load import load as load_data
from kspec.data.samples import on_each
from kspec.data.scaling import Scaling
from kspec.errors import DataError

pytestmark = pytest.mark.keras

CONV = {"type": "Conv2D", "filters": 3, "kernel_size": 1}
DENSE = {"type": "Dense", "units": 3, "activation": "softmax"}
CLASSES = [{"type": "Flatten"}, DENSE]


def spec_file(folder, data, layers=CLASSES, shape=(4, 4, 3), inputs=None, **training):
    entering = {"inputs": inputs} if inputs else {"input": {"shape": list(shape)}}
    values = {
        "kspec": 1,
        "name": "some-data",
        "seed": 3,
        **entering,
        "layers": layers,
        "data": data,
        "training": {
            "optimizer": "adam",
            "loss": "sparse_categorical_crossentropy",
            "epochs": 1,
            **training,
        },
    }
    path = folder / "some-data.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def require_same_data(path):
    """The splits that the script of the spec in `path` loads are kspec's, and so is the scaling."""
    spec, text = script_of(path)
    names = run_script(text, path.parent / "model.py")
    wanted = load_data(spec.data, seed=spec.seed, inputs=spec.entering, root=spec.root)
    splits = [each for each in (wanted.train, wanted.validation, wanted.test) if each is not None]
    found = names["load_data"]()
    found = found if len(splits) > 1 else (found,)
    assert len(found) == len(splits)
    pixels = Scaling.fit(spec.data, wanted.train.x, spec.entering)
    scale = names.get("scale", lambda x: x)
    if "fit_scaling" in names:
        scale = names["fit_scaling"](found[0][0])
    for (x, y), split in zip(found, splits, strict=True):
        require_same(x, split.x)
        np.testing.assert_array_equal(np.squeeze(y), np.squeeze(split.y))
        assert np.issubdtype(y.dtype, np.integer) == np.issubdtype(split.y.dtype, np.integer)
        require_same(scale(x), pixels(split.x), atol=1e-5)
    return text


def require_same(found, wanted, atol=0.0):
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for name, each in wanted.items():
            require_same(found[name], each, atol)
    else:
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=1e-5 if atol else 0, atol=atol)


def pictures(n=40, shape=(4, 4, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape)).astype("uint8")


def labels(n=40, classes=3):
    """Classes of unequal size."""
    return (np.arange(n) ** 2 % 7 % classes).astype("uint8")


SCALES = [
    {},
    {"scale": "1/255"},
    {"scale": 0.5, "standardize": {"mean": [0.25], "std": [0.5]}},
    {"scale": "2/255", "standardize": {"mean": [0.1, 0.2, 0.3], "std": [1.0, 2.0, 0.123456789]}},
    {"standardize": True},
    {"scale": -0.3, "standardize": True},
]


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_an_archive(scale, tmp_path):
    x = pictures()
    x[..., 1] = 7  # a channel that is the same everywhere
    np.savez(tmp_path / "d.npz", x_train=x, y_train=labels(), x_test=x[:9], y_test=labels(9))
    data = {"source": "npz", "path": "d.npz", "validation": 0.2, **scale}
    require_same_data(spec_file(tmp_path, data))


@pytest.mark.parametrize("validation", [None, "own", 0, 0.15, 0.5])
def test_an_archive_with_a_validation_set(validation, tmp_path):
    arrays = {"x_val": pictures(6, seed=1), "y_val": labels(6)}
    np.savez(tmp_path / "d.npz", x_train=pictures(), y_train=labels(), **arrays)
    data = {"source": "npz", "path": "d.npz", "scale": "1/255"}
    if validation is not None:
        data["validation"] = validation
    require_same_data(spec_file(tmp_path, data))


def test_some_of_the_samples(tmp_path):
    np.savez(
        tmp_path / "d.npz",
        x_train=pictures(),
        y_train=labels()[:, None],
        x_test=pictures(20, seed=1),
        y_test=labels(20),
    )
    sizes = {"train_samples": 21, "test_samples": 10, "validation": 0.3}
    require_same_data(spec_file(tmp_path, {"source": "npz", "path": "d.npz", **sizes}))


def test_masks(tmp_path):
    masks = labels(40 * 16).reshape(40, 4, 4, 1)
    np.savez(tmp_path / "d.npz", x_train=pictures(), y_train=masks)
    data = {"source": "npz", "path": "d.npz", "labels": "masks", "validation": 0.25}
    layers = [{**CONV, "activation": "softmax"}]
    require_same_data(spec_file(tmp_path, data, layers))


def test_on_masks_the_script_trains(tmp_path, monkeypatch, capsys):
    masks = labels(40 * 16).reshape(40, 4, 4)
    np.savez(tmp_path / "d.npz", x_train=pictures(), y_train=masks)
    data = {"source": "npz", "path": "d.npz", "labels": "masks"}
    path = spec_file(tmp_path, data, [{**CONV, "activation": "softmax"}], metrics=["accuracy"])
    script = tmp_path / "model.py"
    script.write_text(script_of(path)[1])
    monkeypatch.chdir(tmp_path)
    run_script(script.read_text(), script)["main"]()
    assert "loss" in capsys.readouterr().out


def test_pictures_without_channels(tmp_path):
    np.savez(tmp_path / "d.npz", x_train=pictures(shape=(4, 4)), y_train=labels())
    data = {"source": "npz", "path": "d.npz", "validation": 0.2}
    require_same_data(spec_file(tmp_path, data, shape=(4, 4, 1)))


INPUTS = {"left": {"shape": [4, 4, 3]}, "words": {"shape": [5], "dtype": "int32"}}
TWO = [
    {"type": "Embedding", "input_dim": 9, "output_dim": 2, "inputs": "words"},
    {"type": "Flatten", "name": "a"},
    {"type": "Flatten", "inputs": "left"},
    {"type": "Concatenate", "inputs": ["a", "#-1"]},
    DENSE,
]


@pytest.mark.parametrize("scale", [{}, {"scale": "1/255"}, {"standardize": True}], ids=str)
def test_several_inputs(scale, tmp_path):
    words = np.arange(200).reshape(40, 5) % 9
    arrays = {"x_train_left": pictures(), "x_train_words": words, "y_train": labels()}
    np.savez(tmp_path / "d.npz", **arrays)
    data = {"source": "npz", "path": "d.npz", "validation": 0.2, "train_samples": 30, **scale}
    require_same_data(spec_file(tmp_path, data, TWO, inputs=INPUTS))


@pytest.mark.parametrize("name", ["cifar10", "fashion_mnist"])
def test_a_data_set_of_keras(name, tmp_path, monkeypatch):
    shape = (32, 32, 3) if name == "cifar10" else (28, 28)
    y = labels()[:, None] if name == "cifar10" else labels()
    given = (pictures(40, shape), y), (pictures(12, shape, seed=1), y[:12])
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: given)
    data = {"source": name, "validation": 0.2, "scale": "1/255", "train_samples": 33}
    shape = shape if len(shape) == 3 else (*shape, 1)
    text = require_same_data(spec_file(tmp_path, data, shape=shape))
    assert f"keras.datasets.{name}.load_data()" in text


def draw_pictures(folder, n, mode="RGB"):
    """Pictures of several sizes and modes in `folder`, and what is none."""
    folder.mkdir(parents=True)
    for number in range(n):
        array = np.random.default_rng(number).integers(0, 256, (5 + number, 6, 4)).astype("uint8")
        picture = Image.fromarray(array, "RGBA").convert(("RGBA", "RGB", "L")[number % 3])
        picture.save(folder / f"{number:02}.PNG")
    grey = (np.arange(16).reshape(4, 4) * 4000).astype("uint16")
    Image.fromarray(grey).save(folder / "grey.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by its camera
    Image.fromarray(pictures(1, (6, 4, 3))[0]).save(folder / "turned.jpg", exif=exif)
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.png").write_bytes(b"no picture")


@pytest.mark.parametrize("channels", [1, 3])
def test_a_folder_of_pictures(channels, tmp_path):
    for number, name in enumerate(("cats", "dogs", "a.b")):
        draw_pictures(tmp_path / "pets" / name, 4 + 3 * number)
    (tmp_path / "pets" / ".hidden").mkdir()
    data = {"source": "images", "path": "pets", "validation": 0.25, "scale": "1/255"}
    require_same_data(spec_file(tmp_path, data, shape=(6, 5, channels)))


def test_a_folder_of_pictures_in_splits(tmp_path):
    for split, names in {"Train": ("x", "y", "z"), "valid": ("y",), "test": ("x", "z")}.items():
        for name in names:
            draw_pictures(tmp_path / "pets" / split / name, 2)
    data = {"source": "images", "path": "pets", "standardize": True}
    require_same_data(spec_file(tmp_path, data))


ROWS = [f"{i}, {i * i % 5},  {'bac'[i % 3]} ,{i % 4 * 5}.0" for i in range(30)]
HEADER = "size, weight , kind,count "


@pytest.mark.parametrize(
    "data",
    [
        {"target": "kind", "columns": ["weight", "size"]},
        {"target": "count", "columns": ["size", "weight"], "test_path": "t.csv"},
        {"target": "weight", "columns": ["count"], "labels": "numbers"},
    ],
    ids=str,
)
def test_a_table(data, tmp_path):
    for name, rows in (("d.csv", ROWS), ("t.csv", ROWS[:8])):
        (tmp_path / name).write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8-sig")
    data = {"source": "csv", "path": "d.csv", "validation": 0.2, "standardize": True, **data}
    training, units = {}, 4
    if data.get("labels"):
        training, units = {"loss": "mse", "metrics": []}, 1
    layers = [{"type": "Dense", "units": units}]
    if units > 1:
        layers[0]["activation"] = "softmax"
    shape = (len(data["columns"]),)
    require_same_data(spec_file(tmp_path, data, layers, shape=shape, **training))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"d.csv": "a,b\n1,2\n", "t.csv": "a,c\n1,2\n"}, 't.csv has no column "b"; it has a, c'),
        ({"d.csv": "a,b\n1,2\n3\n", "t.csv": "a,b\n1,2\n"}, "d.csv: row 2 has not as many values"),
        ({"d.csv": "a,b\n1,2\n", "t.csv": "a,b\n1,2,3\n"}, "t.csv: row 1 has not as many values"),
    ],
    ids=str,
)
def test_a_table_that_cannot_be_read_is_named(files, says, tmp_path):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    data = {"source": "csv", "path": "d.csv", "test_path": "t.csv", "target": "b"}
    with pytest.raises(DataError, match=says):
        script_of(spec_file(tmp_path, data, [{"type": "Dense", "units": 2}], shape=(1,)))


DRAWN = {
    "shapes": ({"validation": 0.2}, (8, 8, 1), None),
    "table": ({"validation": 0.2, "standardize": True}, (6,), None),
    "sentences": ({}, (16,), {"text": {"shape": [16], "dtype": "int32"}}),
}


@pytest.mark.parametrize("source", DRAWN)
def test_data_that_kspec_draws_lie_beside_the_script(source, tmp_path):
    data, shape, inputs = DRAWN[source]
    data = {"source": source, "train_samples": 60, "test_samples": 20, **data}
    layers = [{"type": "Flatten"}, {**DENSE, "units": 10}]
    path = spec_file(tmp_path, data, layers, shape=shape, inputs=inputs)
    spec, _ = script_of(path)
    drawn = load_data(spec.data, seed=spec.seed, inputs=spec.entering, root=tmp_path)
    write_archive(tmp_path / "some-data.npz", drawn)
    require_same_data(path)


def test_masks_that_kspec_draws(tmp_path):
    data = {"source": "shapes", "labels": "masks", "train_samples": 40, "test_samples": 20}
    layers = [{"type": "Conv2D", "filters": 11, "kernel_size": 1, "activation": "softmax"}]
    path = spec_file(tmp_path, data, layers, shape=(8, 8, 3))
    spec, _ = script_of(path)
    drawn = load_data(spec.data, seed=spec.seed, inputs=spec.entering, root=tmp_path)
    write_archive(tmp_path / "some-data.npz", drawn)
    require_same_data(path)


def test_the_script_finds_the_data_from_its_own_folder(tmp_path):
    np.savez(tmp_path / "d.npz", x_train=pictures(), y_train=labels())
    path = spec_file(tmp_path, {"source": "npz", "path": "d.npz"})
    (tmp_path / "code" / "here").mkdir(parents=True)
    text = script_of(path, script=tmp_path / "code" / "here")[1]
    names = run_script(text, tmp_path / "code" / "here" / "model.py")
    x, _ = names["load_data"]()
    require_same(x, pictures())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"source": "npz", "path": "none.npz"}, "No such file"),
        ({"source": "images", "path": "none"}, "No such file"),
        ({"source": "csv", "path": "none.csv", "target": "a"}, "No such file"),
        ({"source": "csv", "path": "d.csv", "target": "price"}, 'no column "price"'),
        ({"source": "npz", "path": "d.csv"}, "not a zip file"),
    ],
    ids=str,
)
def test_data_that_are_not_there_are_named(data, reason, tmp_path):
    (tmp_path / "d.csv").write_text("a,b\n1,2\n")
    path = spec_file(tmp_path, data)
    with pytest.raises(DataError, match=reason) as error:
        script_of(path)
    assert str(tmp_path / data["path"]) in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_an_archive_that_was_written_is_one_that_kspec_reads(tmp_path):
    """So a script's data are still there for a spec."""
    given = {"source": "pairs", "train_samples": 30, "test_samples": 20, "validation": 0.2}
    inputs = {"a": {"shape": [8, 8, 1]}, "b": {"shape": [8, 8, 1]}}
    layers = [{"type": "Subtract", "inputs": ["a", "b"]}, *CLASSES]
    spec, _ = script_of(spec_file(tmp_path, given, layers, inputs=inputs))
    drawn = load_data(spec.data, seed=spec.seed, inputs=spec.entering, root=tmp_path)
    write_archive(tmp_path / "d.npz", drawn)
    path = spec_file(tmp_path, {"source": "npz", "path": "d.npz"}, layers, inputs=inputs)
    spec, _ = script_of(path)
    read = load_data(spec.data, seed=spec.seed, inputs=spec.entering, root=tmp_path)
    assert read.fingerprint == drawn.fingerprint
    assert Path(tmp_path / "d.npz").is_file()
    assert on_each(read.train.x, len) == {"a": 24, "b": 24}
