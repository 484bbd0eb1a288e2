"""Weights in the layouts of Keras 1 and 2 make the layers of today compute what those computed."""

import keras
import numpy as np
import pytest
from old_files import (
    carried,
    gru,
    gru_reset_after,
    lstm,
    normal,
    old_hard_sigmoid,
    sequential,
    sigmoid,
    write_weights,
)

X = normal(3, 5, 4)


def output(model, x=X):
    return keras.ops.convert_to_numpy(model(x))


def gates(count, units=3, features=4):
    return [(normal(features, units), normal(units, units), normal(units)) for _ in range(count)]


def old_arrays(layer, letters, given):
    """Keras 1's names: lstm_1_W_i and so on."""
    return {
        f"{layer}_{part}_{letter}": array
        for letter, arrays in zip(letters, given, strict=True)
        for part, array in zip("WUb", arrays, strict=True)
    }


def test_the_twelve_arrays_of_an_lstm_of_keras_1(tmp_path):
    model = sequential(
        ("LSTM", "lstm_1", {"output_dim": 3, "batch_input_shape": [None, 5, 4]}), version="1.2.2"
    )
    given = gates(4)
    path = write_weights(
        tmp_path / "w.h5", [("lstm_1", old_arrays("lstm_1", "icfo", given))], "1.2.2"
    )
    own, notes = carried(model, path)
    assert notes == []
    # Its recurrent activation was the hard_sigmoid of old where the file is silent.
    wanted = lstm(X, given, np.tanh, old_hard_sigmoid)
    np.testing.assert_allclose(output(own), wanted, atol=1e-5)


def test_the_nine_arrays_of_a_gru_of_keras_1(tmp_path):
    arguments = {"output_dim": 3, "activation": "hard_sigmoid", "input_shape": [5, 4]}
    model = sequential(("GRU", "gru_1", arguments), version="1.1.0")
    given = gates(3)
    path = write_weights(tmp_path / "w.h5", [("gru_1", old_arrays("gru_1", "zrh", given))], None)
    wanted = gru(X, given, old_hard_sigmoid, old_hard_sigmoid)
    np.testing.assert_allclose(output(carried(model, path)[0]), wanted, atol=1e-5)


def test_both_directions_of_a_bidirectional_of_keras_1(tmp_path):
    inner = {"class_name": "LSTM", "config": {"output_dim": 3, "inner_activation": "sigmoid"}}
    inner["config"] |= {"name": "lstm_1", "input_dim": 4, "input_length": 5}
    arguments = {"layer": inner, "merge_mode": "sum", "batch_input_shape": [None, 5, 4]}
    model = sequential(("Bidirectional", "both", arguments), version="1.2.2")
    forward, backward = gates(4), gates(4)
    arrays = {
        **old_arrays("forward_lstm_1", "icfo", forward),
        **old_arrays("backward_lstm_1", "icfo", backward),
    }
    path = write_weights(tmp_path / "w.h5", [("both", arrays)], "1.2.2")
    wanted = lstm(X, forward, np.tanh, sigmoid) + lstm(X[:, ::-1], backward, np.tanh, sigmoid)
    np.testing.assert_allclose(output(carried(model, path)[0]), wanted, atol=1e-5)


def cudnn(given, features=4, units=3):
    """Gates (matrices for columns of numbers, and two biases) as CuDNNLSTM and CuDNNGRU kept them:
    the numbers of a matrix row by row in an array of the transposed shape."""
    kernel = np.hstack([w.ravel().reshape(features, units) for w, *_ in given])
    recurrent = np.hstack([u for _, u, *_ in given])
    bias = np.concatenate([each[place] for place in (2, 3) for each in given])
    return {"kernel:0": kernel, "recurrent_kernel:0": recurrent, "bias:0": bias}


def cudnn_gates(count, features=4, units=3):
    shapes = ((units, features), (units, units), (units,), (units,))
    return [tuple(normal(*shape) for shape in shapes) for _ in range(count)]


def test_a_cudnn_lstm(tmp_path):
    model = sequential(("CuDNNLSTM", "fast", {"units": 3, "batch_input_shape": [None, 5, 4]}))
    i, f, c, o = given = cudnn_gates(4)
    path = write_weights(tmp_path / "w.h5", [("fast", cudnn(given))])
    plain = [(w.T, u.T, b + more) for w, u, b, more in (i, c, f, o)]
    wanted = lstm(X, plain, np.tanh, sigmoid)
    np.testing.assert_allclose(output(carried(model, path)[0]), wanted, atol=1e-5)


def test_a_cudnn_gru(tmp_path):
    model = sequential(("CuDNNGRU", "fast", {"units": 3, "batch_input_shape": [None, 5, 4]}))
    given = cudnn_gates(3)
    path = write_weights(tmp_path / "w.h5", [("fast", cudnn(given))])
    plain = [(w.T, u.T, b, more) for w, u, b, more in given]
    wanted = gru_reset_after(X, plain, np.tanh, sigmoid)
    np.testing.assert_allclose(output(carried(model, path)[0]), wanted, atol=1e-5)


def convolution(ordering, **more):
    shape = [None, 2, 6, 6] if ordering == "th" else [None, 6, 6, 2]
    arguments = {"nb_filter": 3, "nb_row": 2, "nb_col": 4, "dim_ordering": ordering}
    return sequential(
        ("Convolution2D", "conv", {**arguments, "batch_input_shape": shape, **more}),
        version="1.2.2",
    )


def correlated(pictures, kernel):
    """What a convolution of today gives: pictures (n, rows, columns, channels)."""
    rows, columns = kernel.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (rows, columns), axis=(1, 2))
    return np.einsum("nijcrs,rscf->nijf", windows, kernel)


@pytest.mark.parametrize("theano", [False, True])
def test_theano_turns_kernels_round(theano, tmp_path):
    kernel, bias, pictures = normal(2, 4, 2, 3), normal(3), normal(2, 6, 6, 2)
    backend = "theano" if theano else "tensorflow"
    arrays = {"conv_W": kernel, "conv_b": bias}
    path = write_weights(tmp_path / "w.h5", [("conv", arrays)], "1.2.2", backend)
    own, notes = carried(convolution("tf"), path)
    used = kernel[::-1, ::-1] if theano else kernel
    np.testing.assert_allclose(output(own, pictures), correlated(pictures, used) + bias, atol=1e-5)
    assert notes == []


def test_kernels_in_theanos_order_of_axes(tmp_path):
    kernel, bias = normal(3, 2, 2, 4), normal(3)
    path = write_weights(tmp_path / "w.h5", [("conv", {"conv_W": kernel, "conv_b": bias})], "1.2.2")
    (layer,) = carried(convolution("th"), path)[0].layers[1:]
    assert layer.data_format == "channels_first"
    wanted = np.einsum("fcrs->rscf", kernel)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer.kernel), wanted)


def test_nobody_knows_where_keras_1_ran_where_the_file_does_not_say(tmp_path):
    arrays = {"conv_W": normal(2, 4, 2, 3), "conv_b": normal(3)}
    path = write_weights(tmp_path / "w.h5", [("conv", arrays)], None, None)
    own, (note,) = carried(convolution("tf"), path)
    assert note.level == "note"
    assert "--theano" in note.message
    turned, notes = carried(convolution("tf"), path, theano=True)
    assert notes == []
    kernels = [keras.ops.convert_to_numpy(each.layers[-1].kernel) for each in (own, turned)]
    np.testing.assert_array_equal(kernels[0], kernels[1][::-1, ::-1])


@pytest.mark.parametrize("turned", [False, True])
def test_a_row_of_keras_1(turned, tmp_path):
    """Both of its forms for a Convolution1D."""
    kernel, bias = normal(2, 4, 3), normal(3)
    stored = kernel.transpose(2, 1, 0)[..., None] if turned else kernel[:, None]
    arguments = {"nb_filter": 3, "filter_length": 2, "batch_input_shape": [None, 5, 4]}
    model = sequential(("Convolution1D", "conv", arguments), version="1.0.8")
    path = write_weights(tmp_path / "w.h5", [("conv", {"conv_W": stored, "conv_b": bias})], "1.0.8")
    found = carried(model, path)[0].layers[-1].kernel
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(found), kernel)


def test_the_running_std_of_keras_1_was_the_variance(tmp_path):
    model = sequential(
        ("BatchNormalization", "norm", {"epsilon": 0.01, "batch_input_shape": [None, 4]}),
        version="1.2.2",
    )
    gamma, beta, mean, variance = normal(4), normal(4), normal(4), np.abs(normal(4)) + 0.5
    names = ("norm_gamma", "norm_beta", "norm_running_mean", "norm_running_std")
    arrays = dict(zip(names, (gamma, beta, mean, variance), strict=True))
    path = write_weights(tmp_path / "w.h5", [("norm", arrays)], "1.2.2")
    x = normal(5, 4)
    wanted = (x - mean) / np.sqrt(variance + 0.01) * gamma + beta
    np.testing.assert_allclose(output(carried(model, path)[0], x), wanted, atol=1e-5)


def test_an_old_hard_sigmoid_behind_every_kind_of_kernel(tmp_path):
    steep = {"activation": "hard_sigmoid"}
    model = sequential(
        (
            "SeparableConv1D",
            "sep",
            {"filters": 3, "kernel_size": 2, "input_shape": [5, 4], **steep},
        ),
        ("SimpleRNN", "rnn", {"units": 3, **steep}),
        ("Dense", "dense", {"units": 2, **steep}),
    )
    depth, point, bias = normal(2, 4, 1), normal(1, 3 + 1, 3), normal(3)
    kernel, again, more = normal(3, 3), normal(3, 3), normal(3)
    last, end = normal(3, 2), normal(2)
    names = ("depthwise_kernel:0", "pointwise_kernel:0", "bias:0")
    layers = [
        ("sep", dict(zip(names, (depth, point, bias), strict=True))),
        ("rnn", {"kernel:0": kernel, "recurrent_kernel:0": again, "bias:0": more}),
        ("dense", {"kernel:0": last, "bias:0": end}),
    ]
    path = write_weights(tmp_path / "w.h5", layers)
    row = np.stack([(X[:, i : i + 2] * depth[..., 0]).sum(axis=1) for i in range(4)], axis=1)
    row = old_hard_sigmoid(row @ point[0] + bias)
    h = np.zeros((3, 3))
    for step in range(4):
        h = old_hard_sigmoid(row[:, step] @ kernel + h @ again + more)
    wanted = old_hard_sigmoid(h @ last + end)
    np.testing.assert_allclose(output(carried(model, path)[0]), wanted, atol=1e-5)


def test_weights_of_before_keras_1_know_layers_by_number(tmp_path):
    import h5py

    model = sequential(
        ("Dense", "dense_1", {"output_dim": 3, "input_dim": 4}),
        ("Dropout", "dropout_1", {"p": 0.5}),
        ("Dense", "dense_2", {"output_dim": 2}),
        version="0.3.3",
    )
    one, two, three, four = normal(4, 3), normal(3), normal(3, 2), normal(2)
    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        file.attrs["nb_layers"] = 3
        for number, arrays in enumerate([(one, two), (), (three, four)]):
            group = file.create_group(f"layer_{number}")
            group.attrs["nb_params"] = len(arrays)
            for place, array in enumerate(arrays):
                group[f"param_{place}"] = array
    x = normal(2, 4)
    wanted = (x @ one + two) @ three + four
    np.testing.assert_allclose(output(carried(model, path)[0], x), wanted, atol=1e-5)
