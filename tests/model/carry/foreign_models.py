"""Models to import: filled with weights that keep numbers alive, carried over, and compared."""

import keras
import numpy as np

from kspec.model.carry import carried_model
from kspec.model.initial_weights import recorded_initializers
from kspec.spec.foreign import read_foreign
from kspec.spec.imported import make_spec


def filled(make, seed=0):
    """The model that `make` gives, with weights as a trained one may have them.

    Those that Keras draws make the outputs of deep networks all but constant, and take long.
    """
    with recorded_initializers():
        model = make()
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(value(weight, rng))
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    return model


def value(weight, rng):
    shape = tuple(weight.shape)
    if not weight.dtype.startswith(("float", "bfloat")):
        return np.zeros(shape)
    if "variance" in weight.path or "gamma" in weight.path:
        return rng.uniform(0.5, 1.5, shape)
    # A depthwise kernel adds up over a window of one channel.
    inner = shape[:2] if len(shape) == 4 and shape[-1] == 1 else shape[:-1]
    spread = np.sqrt(2 / max(1, np.prod(inner))) if len(shape) > 1 else 0.2
    return rng.normal(0, spread, shape)


def imported(model, folder, *, form="json", weights=".weights.h5", **options):
    """kspec's model of what Keras writes of `model`, with its weights, and the import itself."""
    source, held = folder / f"model.{form}", folder / f"model{weights}"
    if form == "json":
        source.write_text(model.to_json(), encoding="utf-8")
    else:
        model.save(source)
    if held != source:
        model.save_weights(held) if weights == ".weights.h5" else model.save(held)
    made = make_spec(read_foreign(source), str(source), **options)
    own, notes = carried_model(made, held)
    assert notes == []
    return made, own


def samples(model, count=2, seed=1, size=8):
    """Inputs for a model: whole numbers below 10 where it takes such."""
    rng = np.random.default_rng(seed)
    found = []
    for each in model.inputs:
        shape = (count, *(axis or size for axis in each.shape[1:]))
        whole = "int" in each.dtype
        found.append(rng.integers(0, 10, shape) if whole else rng.normal(size=shape))
    found = [x.astype(each.dtype) for x, each in zip(found, model.inputs, strict=True)]
    return found[0] if len(found) == 1 else found


def outputs(model, x):
    """What a model gives, as arrays, whatever the structure of its inputs."""
    if isinstance(x, list) and isinstance(model._inputs_struct, dict):
        x = dict(zip(sorted(model._inputs_struct), x, strict=True))
    given = keras.tree.flatten(model(x, training=False))
    return [keras.ops.convert_to_numpy(each).astype("float64") for each in given]


def assert_same_outputs(model, own, x=None, least=1e-3):
    """Both give the same to 1e-5, of large outputs to 1e-5 of the largest.

    What they give must differ from sample to sample, or it would tell nothing.
    """
    x = samples(model) if x is None else x
    wanted, found = outputs(model, x), outputs(own, x)
    assert len(wanted) == len(found)
    for theirs, ours in zip(wanted, found, strict=True):
        assert theirs.shape == ours.shape
        assert np.isfinite(theirs).all()
        assert np.ptp(theirs, axis=0).max() > least
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * max(1, np.abs(theirs).max()))


def weighted_rows(table):
    """The rows of a parameter table that have parameters: type, shape and counts, without names.

    A Sequential within a model is a Functional in kspec.
    """
    return sorted(
        (
            row.type.replace("Sequential", "Functional"),
            str(row.output_shape),
            row.params,
            row.trainable_params,
        )
        for row in table.rows
        if row.params
    )
