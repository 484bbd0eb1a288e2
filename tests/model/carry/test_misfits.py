"""Weights that do not fit are named, all of them; broken files are, too; nothing is lost."""

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
from old_files import carried, normal, sequential, write_weights

from kspec.errors import SpecError
from kspec.model.carry import carried_model
from kspec.spec.foreign import read_foreign
from kspec.spec.imported import make_spec

MODEL = sequential(
    ("Dense", "first", {"units": 3, "batch_input_shape": [None, 4]}),
    ("BatchNormalization", "norm", {}),
    ("Dense", "last", {"units": 2}),
)


def arrays():
    names = ("gamma:0", "beta:0", "moving_mean:0", "moving_variance:0")
    return {
        "first": {"first/kernel:0": normal(4, 3), "first/bias:0": normal(3)},
        "norm": {f"norm/{name}": normal(3) ** 2 for name in names},
        "last": {"last/kernel:0": normal(3, 2), "last/bias:0": normal(2)},
    }


def messages(action):
    with pytest.raises(SpecError) as caught:
        action()
    assert {problem.code for problem in caught.value.problems} <= {
        *("weights-misfit", "broken-weights", "no-file")
    }
    return [problem.message for problem in caught.value.problems]


def told(changed, tmp_path, model=MODEL):
    path = write_weights(tmp_path / "w.h5", list(changed.items()))
    return messages(lambda: carried(model, path))


def test_every_layer_that_does_not_fit_is_named(tmp_path):
    given = arrays()
    given["first"]["first/kernel:0"] = normal(5, 3)
    del given["last"]["last/bias:0"]
    assert told(given, tmp_path) == [
        'layer "first" (Dense) has kernel of shape (4, 3), but the file has (5, 3)',
        'layer "last" (Dense) has the weights kernel (3, 2), bias (2,), but the file has (3, 2)',
    ]


def test_a_layer_without_weights_and_weights_without_a_layer(tmp_path):
    given = {**arrays(), "more": {"kernel:0": normal(2, 2)}}
    del given["norm"]
    given["other"] = {"bias:0": normal(2)}
    assert told(given, tmp_path) == [
        'layer "norm" (BatchNormalization) has weights, but the file has none for it',
        'the file has 1 weight for "more", but the network has no such layer with weights',
        'the file has 1 weight for "other", but the network has no such layer with weights',
    ]


def test_weights_of_one_shape_are_not_confused(tmp_path):
    given = arrays()
    gamma, beta, *rest = given["norm"].items()
    given["norm"] = dict([beta, gamma, *rest])
    assert told(given, tmp_path) == [
        'layer "norm" (BatchNormalization) has gamma where the file has "norm/beta:0"'
    ]


def test_layers_of_other_names_go_by_their_order(tmp_path):
    given = arrays()
    renamed = {f"layer_{number}": each for number, each in enumerate(given.values())}
    path = write_weights(tmp_path / "w.h5", list(renamed.items()))
    own, _ = carried(MODEL, path)
    for layer, wanted in zip(own.layers[1:], given.values(), strict=True):
        for variable, array in zip(
            [*layer.trainable_weights, *layer.non_trainable_weights], wanted.values(), strict=True
        ):
            np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable), array)


def nested(*layers):
    inner = {"class_name": "Sequential", "config": {"name": "inner", "layers": list(layers)}}
    return {"class_name": "Sequential", "config": {"name": "outer", "layers": [inner]}}


DENSE = {
    "class_name": "Dense",
    "config": {"name": "d", "units": 3, "batch_input_shape": [None, 4], "trainable": False},
}
NORM = {"class_name": "BatchNormalization", "config": {"name": "n"}}
NAMES = ("gamma", "beta", "moving_mean", "moving_variance")


@pytest.mark.parametrize("named", [True, False])
def test_weights_of_a_nested_model_stand_in_one_list(named, tmp_path):
    """First what is trained of all its layers, then what is not: a frozen layer's come last."""
    gamma, beta, mean, variance, kernel, bias = (
        *(normal(3) ** 2 for _ in range(4)),
        *(normal(4, 3), normal(3)),
    )
    given = [("n/gamma:0", gamma), ("n/beta:0", beta), ("d/kernel:0", kernel), ("d/bias:0", bias)]
    given += [("n/moving_mean:0", mean), ("n/moving_variance:0", variance)]
    if not named:
        given = [(f"w{place}", array) for place, (_, array) in enumerate(given)]
    path = write_weights(tmp_path / "w.h5", [("inner", dict(given))])
    inner = carried(nested(DENSE, NORM), path)[0].layers[-1]
    found = [keras.ops.convert_to_numpy(each) for each in inner.get_weights()]
    for array, wanted in zip(found, (kernel, bias, gamma, beta, mean, variance), strict=True):
        np.testing.assert_array_equal(array, wanted)


def test_a_nested_model_with_weights_too_many(tmp_path):
    given = {"inner": {f"w{place}": normal(3) for place in range(7)}}
    assert told(given, tmp_path, nested(DENSE, NORM)) == [
        'layer "inner" (Sequential) has 6 weights, but the file has 7'
    ]


def test_an_activation_that_no_weights_can_make_up_for(tmp_path):
    model = sequential(
        (
            "LSTM",
            "lstm",
            {"units": 2, "activation": "hard_sigmoid", "batch_input_shape": [None, 3, 4]},
        )
    )
    given = {"lstm": {"kernel:0": normal(4, 8), "recurrent_kernel:0": normal(2, 8)}}
    given["lstm"]["bias:0"] = normal(8)
    (message,) = told(given, tmp_path, model)
    assert message.startswith('layer "lstm" (LSTM) has the hard_sigmoid from before Keras 3')


@pytest.mark.parametrize("kind", ["DepthwiseConv2D", "SeparableConv2D"])
def test_layouts_of_theano_that_are_not_known_are_refused_by_name(kind, tmp_path):
    arguments = {"kernel_size": 2, "batch_input_shape": [None, 5, 5, 3]}
    if kind == "SeparableConv2D":
        arguments["filters"] = 2
    path = write_weights(
        tmp_path / "w.h5",
        [("conv", {f"w{place}": each for place, each in enumerate(shapes(kind))})],
        backend="theano",
    )
    model = sequential((kind, "conv", arguments))
    assert messages(lambda: carried(model, path)) == [
        f'layer "conv" ({kind}) is of Theano, whose layout for it is not carried over'
    ]


def shapes(kind):
    depth = normal(2, 2, 3, 1)
    return (
        [depth, normal(3)] if kind == "DepthwiseConv2D" else [depth, normal(1, 1, 3, 2), normal(2)]
    )


def test_the_deviation_of_before_keras_1_is_refused_by_name(tmp_path):
    model = sequential(("BatchNormalization", "norm", {"batch_input_shape": [None, 3]}))
    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        file.attrs["nb_layers"] = 1
        group = file.create_group("layer_0")
        group.attrs["nb_params"] = 4
        for place in range(4):
            group[f"param_{place}"] = normal(3)
    (message,) = messages(lambda: carried(model, path))
    assert message.startswith('layer "norm" (BatchNormalization) kept the standard deviation')


# Keras 3.


def today():
    x = keras.Input((4,))
    y = keras.layers.Dropout(0.5, seed=1)(keras.layers.Dense(3, name="first")(x))
    return keras.Model(x, keras.layers.Dense(2, name="last")(y))


@pytest.fixture
def model(tmp_path):
    found = today()
    found.save_weights(tmp_path / "w.weights.h5")
    return found


def told_of_today(tmp_path, model, change=None, file="w.weights.h5"):
    if change is not None:
        with h5py.File(tmp_path / file, "a") as opened:
            change(opened)
    made = make_spec(read_foreign(model.to_json()), "model.json")
    return messages(lambda: carried_model(made, tmp_path / file))


def test_weights_of_keras_3_that_do_not_fit(tmp_path, model):
    def change(file):
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = normal(9, 3)
        del file["layers/dense_1/vars/1"]
        file["layers/dense_2/vars/0"] = normal(1)

    assert told_of_today(tmp_path, model, change) == [
        'layer "first" (Dense) needs a weight of shape (4, 3), but the file has (9, 3) at '
        '"layers/dense/vars/0"',
        'layer "last" (Dense) needs the weights (3, 2), (2,), but the file has (3, 2) at '
        '"layers/dense_1/vars"',
        'the file has a weight "layers/dense_2/vars/0", for which the network has no place',
    ]


def outside(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = normal(4, 3)
    return tmp_path / "secret.h5"


@pytest.mark.parametrize("kind", ["external", "soft", "virtual", "storage"])
def test_weights_stand_in_the_file_itself(kind, tmp_path, model):
    """HDF5 can point at other files, and so read what no spec may."""
    secret = outside(tmp_path)
    (tmp_path / "raw.bin").write_bytes(bytes(48))

    def change(file):
        group = file["layers/dense/vars"]
        del group["0"]
        if kind == "external":
            group["0"] = h5py.ExternalLink(str(secret), "x")
        elif kind == "soft":
            group["0"] = h5py.SoftLink("/layers/dense_1/vars/0")
        elif kind == "virtual":
            layout = h5py.VirtualLayout((4, 3), "f4")
            layout[:] = h5py.VirtualSource(str(secret), "x", (4, 3))
            group.create_virtual_dataset("0", layout)
        else:
            group.create_dataset("0", (4, 3), "f4", external=[(str(tmp_path / "raw.bin"), 0, 48)])

    (message,) = told_of_today(tmp_path, model, change)
    assert (
        '"0" in the HDF5 file is a link' in message or "in the HDF5 file is not an array" in message
    )


def test_a_claim_of_a_huge_array_is_not_believed(tmp_path, model):
    def change(file):
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", (10**7, 10**7), "f4", chunks=(100, 100))

    (message,) = told_of_today(tmp_path, model, change)
    assert "the file has (10000000, 10000000)" in message


def test_an_archive_without_weights_or_with_a_bomb(tmp_path, model):
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", model.to_json())
    assert told_of_today(tmp_path, model, file="a.keras") == [
        "the archive holds no weights: there is no model.weights.h5 in it"
    ]
    with (
        zipfile.ZipFile(tmp_path / "b.keras", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("model.weights.h5", "w") as member,
    ):
        for _ in range(300):
            member.write(bytes(2**20))
    assert told_of_today(tmp_path, model, file="b.keras") == [
        "model.weights.h5 in the archive is far larger than the network's weights"
    ]


@pytest.mark.parametrize("cut", [4, 9, 100, 2000])
def test_a_file_that_ends_too_early(cut, tmp_path, model):
    whole = (tmp_path / "w.weights.h5").read_bytes()
    (tmp_path / "cut.weights.h5").write_bytes(whole[:cut])
    (message,) = told_of_today(tmp_path, model, file="cut.weights.h5")
    assert "cannot be read" in message or "holds no weights" in message


def test_hdf5_without_weights(tmp_path, model):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = normal(2)
    assert told_of_today(tmp_path, model, file="other.h5") == [
        "the HDF5 file holds no weights of a Keras network"
    ]


def test_there_must_be_a_file(tmp_path, model):
    (message,) = told_of_today(tmp_path, model, file="missing.h5")
    assert message == f"there is no file {tmp_path / 'missing.h5'}"


def test_an_empty_file(tmp_path, model):
    (tmp_path / "empty.h5").touch()
    assert told_of_today(tmp_path, model, file="empty.h5") == ["the file is empty"]


# TensorFlow.js.

JS = {
    "modelTopology": {
        "class_name": "Sequential",
        "config": {
            "name": "net",
            "layers": [
                {
                    "class_name": "Dense",
                    "config": {"name": "d1", "units": 3, "batch_input_shape": [None, 4]},
                },
                {"class_name": "Dense", "config": {"name": "d2", "units": 2}},
            ],
        },
    }
}


def described(name, array, dtype="float32", quantization=None):
    said = {"name": name, "shape": list(array.shape), "dtype": dtype}
    return said if quantization is None else {**said, "quantization": quantization}


def write_js(folder, weights, data, cut=None):
    """`data` in two files, as TensorFlow.js parts what is large."""
    cut = len(data) // 2 if cut is None else cut
    (folder / "a.bin").write_bytes(data[:cut])
    (folder / "b.bin").write_bytes(data[cut:])
    model = {**JS, "weightsManifest": [{"paths": ["a.bin", "./b.bin"], "weights": weights}]}
    (folder / "model.json").write_text(json.dumps(model))
    return folder / "model.json"


def from_js(path):
    made = make_spec(read_foreign(path), str(path))
    return carried_model(made, path)[0]


def test_shards_with_all_their_ways_of_saying_numbers(tmp_path):
    one, two, three, four = normal(4, 3), normal(3), normal(3, 2), normal(2)
    low, scale = float(two.min()), float(np.ptp(two)) / 255
    bytes_of_two = np.round((two - low) / scale).astype("u1")
    low_3, scale_3 = float(three.min()), float(np.ptp(three)) / 65535
    words_of_three = np.round((three - low_3) / scale_3).astype("<u2")
    weights = [
        described("d1/kernel", one),
        described("d1/bias", two, quantization={"dtype": "uint8", "min": low, "scale": scale}),
        described(
            "d2/kernel", three, quantization={"dtype": "uint16", "min": low_3, "scale": scale_3}
        ),
        described("d2/bias", four, quantization={"dtype": "float16", "original_dtype": "float32"}),
    ]
    data = one.astype("<f4").tobytes() + bytes_of_two.tobytes()
    data += words_of_three.tobytes() + four.astype("<f2").tobytes()
    found = [
        keras.ops.convert_to_numpy(each)
        for each in from_js(write_js(tmp_path, weights, data)).weights
    ]
    np.testing.assert_array_equal(found[0], one)
    np.testing.assert_allclose(found[1], two, atol=scale)
    np.testing.assert_allclose(found[2], three, atol=2 * scale_3)
    np.testing.assert_allclose(found[3], four, rtol=1e-3)


def good():
    given = [("d1/kernel", normal(4, 3)), ("d1/bias", normal(3))]
    given += [("d2/kernel", normal(3, 2)), ("d2/bias", normal(2))]
    weights = [described(name, array) for name, array in given]
    return weights, b"".join(array.astype("<f4").tobytes() for _, array in given)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w, d: (w, d[:-4]), 'the files end before the weight "d2/bias" does'),
        (lambda w, d: (w, d + bytes(8)), "8 bytes follow the last weight of a group"),
        (
            lambda w, d: ([*w[:3], {**w[3], "name": "d9/bias"}], d),
            'the file has a weight "d9/bias", which belongs to no layer, or to several',
        ),
        (
            lambda w, d: ([{**w[0], "dtype": "complex64"}, *w[1:]], d),
            'the weight "d1/kernel" is of complex64, which is not carried over',
        ),
        (
            lambda w, d: ([{**w[0], "shape": [-1, 3]}, *w[1:]], d),
            'the files end before the weight "d1/kernel" does',
        ),
        (lambda w, d: ([{"shape": [1]}], d), 'the "weightsManifest" is not as TensorFlow.js'),
        (lambda w, d: (w[:2], d[:60]), 'layer "d2" (Dense) has weights, but the file has none'),
    ],
)
def test_shards_that_are_broken(change, message, tmp_path):
    path = write_js(tmp_path, *change(*good()))
    assert any(message in each for each in messages(lambda: from_js(path)))


def test_shards_lie_beside_the_model(tmp_path):
    path = write_js(tmp_path, *good())
    text = path.read_text()
    path.write_text(text.replace("./b.bin", "../b.bin"))
    assert messages(lambda: from_js(path)) == [
        'the weights file "../b.bin" lies outside the folder of the model'
    ]
    path.write_text(text.replace("./b.bin", "c.bin"))
    (message,) = messages(lambda: from_js(path))
    assert message.endswith("c.bin cannot be read: No such file or directory")


def test_json_without_weights(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(JS))
    assert messages(lambda: from_js(path)) == [
        'the file holds no weights: there is no "weightsManifest" in it'
    ]
