"""What can stand around a network in a file."""

import gzip
import io
import json
import zipfile

import h5py
import pytest
from foreign_files import layer, read, read_file, sequential

from kspec.errors import SpecError
from kspec.spec.foreign import read_foreign

DENSE = layer("Dense", units=2, name="d", batch_input_shape=[None, 3])
PLAIN = sequential(DENSE)
LAYERS = [{"type": "Dense", "name": "d", "units": 2}]


@pytest.mark.parametrize(
    "values",
    [
        PLAIN,
        [DENSE],
        {"class_name": "Sequential", "config": {"name": "net", "layers": [DENSE]}},
        {"name": "net", "layers": [DENSE]},
        {"model_config": PLAIN, "keras_version": "2.2.4"},
        {"modelTopology": PLAIN, "weightsManifest": []},
        {"modelTopology": {"model_config": PLAIN, "keras_version": "2.2.4"}},
        {"model_config": json.dumps(PLAIN)},
        {"config": PLAIN},
        json.dumps(PLAIN),
        json.dumps(json.dumps(PLAIN)),
    ],
)
def test_every_wrapping(values):
    foreign = read(values)
    assert foreign.layers == LAYERS
    assert foreign.inputs["input"].shape == (3,)


def test_camel_case():
    foreign = read_file("tfjs-camel")
    assert foreign.dialect == "tfjs"
    assert foreign.inputs["input"].shape == (28, 28, 1)
    assert foreign.layers == [
        {
            "type": "Conv2D",
            "name": "conv2d_Conv2D1",
            "filters": 8,
            "kernel_size": 5,
            "activation": "relu",
        },
        {"type": "MaxPooling2D", "name": "max_pooling2d_MaxPooling2D1"},
        {"type": "Flatten", "name": "flatten_Flatten1"},
        {
            "type": "Dense",
            "name": "dense_Dense1",
            "units": 10,
            "activation": "hard_sigmoid",
            "kernel_initializer": "he_normal",
        },
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_bytes_of_every_encoding(encoding):
    assert read_foreign(json.dumps(PLAIN).encode(encoding)).layers == LAYERS


def test_a_path(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(PLAIN), encoding="utf-8")
    assert read_foreign(path).name == "net"
    path.write_text("[", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        read_foreign(path)
    assert caught.value.problems[0].place.file == str(path)


def archive(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return stream.getvalue()


def test_an_archive_of_keras(tmp_path):
    content = archive(config_json=json.dumps(PLAIN), metadata_json="no JSON", other_pkl=b"\x80")
    assert read_foreign(content).layers == LAYERS
    (tmp_path / "net.keras").write_bytes(content)
    assert read_foreign(tmp_path / "net.keras").layers == LAYERS


def test_an_archive_that_would_grow_beyond_all_measure(monkeypatch):
    monkeypatch.setattr("kspec.spec.foreign.container.MAX_BYTES", 2**20)
    content = archive(config_json=" " * 2**22)
    assert len(content) < 2**14
    with pytest.raises(SpecError, match="larger than 1 MiB"):
        read_foreign(content)


def test_an_hdf5_file(tmp_path):
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(PLAIN).encode()
        file.attrs["keras_version"] = b"2.1.6"
        file.attrs["backend"] = "theano"
    foreign = read_foreign(path)
    assert foreign.layers == LAYERS
    assert (foreign.keras_version, foreign.backend) == ("2.1.6", "theano")
    assert read_foreign(path.read_bytes()).layers == LAYERS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b'{"a": "x\ny"}', "the file is not JSON: Invalid control character at line 1, column 9"),
        (b"{", "the file is not JSON: Expecting property name"),
        (b"\xff\xfe\x00", "the file is not JSON"),
        (b"[" * 100_000, "nested deeper"),
        (b"[" * 130 + b"]" * 130, "nested deeper"),
        (b"9" * 10_000, "a number is too long"),
        (b"[]", "has no layers"),
        (b"3", "the file holds no network: it says 3"),
        (b"{}", "the file holds no network"),
        (b'{"config": {"config": {"config": {}}}}', "the file holds no network"),
        (b'{"class_name": "Dense", "config": {"units": 1}}', "holds a Dense without a list"),
        (b'{"class_name": "VAE", "config": {}}', "holds a VAE without a list of layers"),
        (b'{"modelTopology": {"node": [], "versions": {}}}', "a graph of TensorFlow operations"),
        (b"PK\x03\x04 and no more", "an archive that cannot be read"),
        (archive(model_json="{}"), "an archive without config.json"),
        (archive(config_json="{"), "the file holds a config.json that is not JSON"),
        (archive(config_json=""), "the file holds a config.json that is not JSON"),
        (b"\x89HDF\r\n\x1a\n and no more", "an HDF5 file that cannot be read"),
        (gzip.compress(b"{}", mtime=0), "the file is not JSON"),
    ],
)
def test_what_is_no_model(content, reason):
    with pytest.raises(SpecError, match="error") as caught:
        read_foreign(content)
    (problem,) = caught.value.problems
    assert reason in problem.message
    assert "\n" not in problem.message


def test_weights_alone(tmp_path):
    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        file["kernel"] = [1.0]
    with pytest.raises(SpecError, match="it holds weights alone"):
        read_foreign(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.h5", b"", "the file is empty"),
        ("a.keras", b"", "the file is empty"),
        ("a.h5", b"x", "the file is not the HDF5 file that its name promises: it is damaged, or"),
        (
            "a.keras",
            b"x",
            "the file is not the .keras archive that its name promises: it is damaged",
        ),
        ("a.json", b"x", "the file is not JSON: Expecting value at line 1, column 1"),
    ],
)
def test_a_file_is_not_what_its_name_says(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SpecError) as caught:
        read_foreign(tmp_path / name)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file) == ("broken-model", str(tmp_path / name))
    assert problem.message.startswith(message)


def test_what_its_name_does_not_say_is_read_all_the_same(tmp_path):
    (tmp_path / "a.h5").write_text(json.dumps(PLAIN))
    assert read_foreign(tmp_path / "a.h5").layers == LAYERS


def test_a_file_that_is_not_there(tmp_path):
    path = tmp_path / "missing.json"
    with pytest.raises(SpecError) as caught:
        read_foreign(path)
    assert str(caught.value) == f"{path}: error[no-file]: there is no file {path}"
    with pytest.raises(SpecError) as caught:
        read_foreign(tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == "not-a-file" and "name a model file in it" in problem.message
