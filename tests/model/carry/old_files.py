"""Small model and weights files as Keras 1 and 2 wrote them, and what their layers computed."""

import json

import h5py
import numpy as np

from kspec.model.carry import carried_model
from kspec.spec.foreign import read_foreign
from kspec.spec.imported import make_spec

RNG = np.random.default_rng(3)


def normal(*shape):
    return RNG.normal(0, 0.5, shape).astype("float32")


def sequential(*layers, version="2.2.4", **around):
    """A Sequential; a layer is its class, its name and its arguments."""
    config = [{"class_name": kind, "config": {"name": name, **more}} for kind, name, more in layers]
    return {"class_name": "Sequential", "config": config, "keras_version": version, **around}


def write_weights(path, layers, version="2.2.4", backend="tensorflow"):
    """`layers`: pairs of a name and the arrays by their names."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name, _ in layers]
        if version:
            file.attrs["keras_version"] = version.encode()
        if backend:
            file.attrs["backend"] = backend.encode()
        for name, arrays in layers:
            group = file.create_group(name)
            group.attrs["weight_names"] = [each.encode() for each in arrays]
            for each, array in arrays.items():
                group[each] = array
    return path


def carried(model, weights, **options):
    """kspec's model of a model file (its values) with the weights in a file, and the notes."""
    made = make_spec(read_foreign(json.dumps(model)), "model.json")
    return carried_model(made, weights, **options)


def old_hard_sigmoid(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, gates, act, recurrent):
    """`gates`: W, U, b for each of i, c, f, o. The last output for x (batch, time, features)."""
    (wi, ui, bi), (wc, uc, bc), (wf, uf, bf), (wo, uo, bo) = gates
    h = c = np.zeros((len(x), wi.shape[1]))
    for step in range(x.shape[1]):
        now = x[:, step]
        i, f, o = (
            recurrent(now @ w + h @ u + b) for w, u, b in ((wi, ui, bi), (wf, uf, bf), (wo, uo, bo))
        )
        c = f * c + i * act(now @ wc + h @ uc + bc)
        h = o * act(c)
    return h


def gru(x, gates, act, recurrent):
    """`gates`: W, U, b for each of z, r, h; the reset comes before the recurrent kernel."""
    (wz, uz, bz), (wr, ur, br), (wh, uh, bh) = gates
    h = np.zeros((len(x), wz.shape[1]))
    for step in range(x.shape[1]):
        now = x[:, step]
        z, r = recurrent(now @ wz + h @ uz + bz), recurrent(now @ wr + h @ ur + br)
        h = z * h + (1 - z) * act(now @ wh + (r * h) @ uh + bh)
    return h


def gru_reset_after(x, gates, act, recurrent):
    """`gates`: W, U, input bias, recurrent bias for each of z, r, h."""
    (wz, uz, bz, cz), (wr, ur, br, cr), (wh, uh, bh, ch) = gates
    h = np.zeros((len(x), wz.shape[1]))
    for step in range(x.shape[1]):
        now = x[:, step]
        z = recurrent(now @ wz + bz + h @ uz + cz)
        r = recurrent(now @ wr + br + h @ ur + cr)
        h = z * h + (1 - z) * act(now @ wh + bh + r * (h @ uh + ch))
    return h
