"""Every function of keras.ops that a spec can name, as a node of a network."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from kspec.model.objects import make
from kspec.spec import catalog
from kspec.spec.models import KerasObject

PICTURE, SQUARE, LINE = (2, 8, 8, 3), (2, 4, 4), (4,)

# Arguments that have no default, by "function.argument" or "argument".
ARGUMENTS: dict[str, Any] = {
    "adaptive_average_pool.output_size": [2, 2],
    "adaptive_max_pool.output_size": [2, 2],
    "argpartition.kth": 1,
    "array_split.indices_or_sections": 3,
    "axes": [1],
    "axis": -1,
    "axis1": 1,
    "axis2": 2,
    "block_size": 2,
    "broadcast_to.shape": [3, 2, 4, 4],
    "default_value": 0.0,
    "destination": 2,
    "dtype": "float16",
    "einsum.subscripts": "abc,abc->ab",
    "fft_length": 4,
    "fold.kernel_size": 2,
    "fold.output_size": [4, 4],
    "image.map_coordinates.order": 1,
    "image.scale_and_translate.method": "linear",
    "image.scale_and_translate.output_shape": [2, 4, 4, 3],
    "image.scale_and_translate.spatial_dims": [1, 2],
    "indices_or_sections": 2,
    "k": 2,
    "kernel_size": 2,
    "key": ":, 0",
    "max_val": 1.0,
    "newshape": [2, 16],
    "num_classes": 3,
    "pad_width": [[0, 0], [1, 1], [0, 0]],
    "pattern": "a (b c) d -> a b c d",
    "pool_size": 2,
    "repeats": 2,
    "scatter.shape": [4],
    "sequence_length": 4,
    "sequence_stride": 2,
    "shape": [2, 2, 2],
    "shift": 1,
    "size": [2, 2],
    "slice_update.start_indices": [0, 0, 0],
    "source": 1,
    "start_indices": [0, 0, 0],
    "threshold": 0.5,
    "unravel_index.shape": [4, 4],
    "x_max": 1.0,
    "x_min": 0,
}

# Arguments that have one, and an example cannot do without another.
MORE: dict[str, dict[str, Any]] = {
    "image.crop_images": {
        "left_cropping": 1,
        "top_cropping": 1,
        "target_height": 4,
        "target_width": 4,
    },
    "image.pad_images": {
        "left_padding": 1,
        "top_padding": 1,
        "target_height": 12,
        "target_width": 12,
    },
    "multi_hot": {"num_classes": 3},
    "rearrange": {"b": 2},
    "segment_max": {"num_segments": 3},
    "segment_min": {"num_segments": 3},
    "segment_prod": {"num_segments": 3},
    "segment_sum": {"num_segments": 3},
    "take_along_axis": {"axis": 0},  # Keras 3.14 does not work out its shape without one.
}

# Shapes, batch axis and all, of what a function is called with, where it is not SQUARE alone.
SHAPES: dict[str, list[tuple[int, ...]]] = {
    "batch_normalization": [SQUARE, LINE, LINE],
    "conv": [PICTURE, (3, 3, 3, 2)],
    "conv_transpose": [PICTURE, (3, 3, 2, 3)],
    "correlate": [LINE, LINE],
    "cross": [(2, 3), (2, 3)],
    "depth_to_space": [(2, 4, 4, 4)],
    "depthwise_conv": [PICTURE, (3, 3, 3, 2)],
    "diag": [LINE],
    "digitize": [SQUARE, LINE],
    "image.affine_transform": [PICTURE, (2, 8)],
    "image.map_coordinates": [(8, 8), (2, 5)],
    "image.perspective_transform": [PICTURE, (2, 4, 2), (2, 4, 2)],
    "image.scale_and_translate": [PICTURE, (2,), (2,)],
    "lstsq": [(4, 3), (4, 2)],
    "searchsorted": [LINE, SQUARE],
    "separable_conv": [PICTURE, (3, 3, 3, 1), (1, 1, 3, 2)],
    "sparse_categorical_crossentropy": [(2, 4), SQUARE],
    "space_to_depth": [PICTURE],
    "take_along_axis": [LINE, LINE],
    "unfold": [(2, 3, 8, 8)],
    "vander": [LINE],
    **{f"segment_{what}": [SQUARE, (2,)] for what in ("max", "min", "prod", "sum")},
}
PICTURES = ("image.", "adaptive_", "average_pool", "max_pool")


def layer(type_: str, **arguments: Any) -> Any:
    return make("layers", KerasObject(type=type_, **arguments))


def inputs_of(entry: catalog.Entry) -> list[keras.KerasTensor]:
    count = 2 if entry.takes_list else sum(tensor.required for tensor in entry.call)
    usual = PICTURE if entry.name.startswith(PICTURES) else SQUARE
    return [keras.Input(batch_shape=shape) for shape in SHAPES.get(entry.name, [usual] * count)]


@pytest.mark.parametrize("name", catalog.names("ops"))
def test_a_network_of_the_function(name: str) -> None:
    entry = catalog.find("ops", name)
    given = {
        argument: ARGUMENTS.get(f"{name}.{argument}", ARGUMENTS.get(argument))
        for argument, known in entry.arguments.items()
        if known.required
    } | MORE.get(name, {})
    assert catalog.check_object("layers", {"type": f"ops.{name}", **given}) == []
    tensors = inputs_of(entry)
    operation = layer(f"ops.{name}", **given)
    if entry.takes_list:
        outputs = operation(tensors)
    elif entry.call[0].many:
        outputs = operation(*([tensor] for tensor in tensors))
    else:
        outputs = operation(*tensors)
    model = keras.Model(tensors, keras.tree.flatten(outputs))
    assert len(model.operations) > len(tensors)


VALUES = np.arange(24, dtype="float32").reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("name", "arguments", "tensors", "expected"),
    [
        ("mean", {"axis": 1}, [VALUES], VALUES.mean(1)),
        ("mean", {"axis": [0, 1], "keepdims": True}, [VALUES], VALUES.mean((0, 1), keepdims=True)),
        ("multiply", {}, [VALUES, 0.5], VALUES / 2),
        ("multiply", {"x2": 0.5}, [VALUES], VALUES / 2),
        ("subtract", {"x1": 1}, [VALUES], 1 - VALUES),
        ("concatenate", {"axis": 1}, [[VALUES, VALUES]], np.concatenate([VALUES] * 2, 1)),
        ("einsum", {"subscripts": "abc,abc->a"}, [[VALUES] * 2], (VALUES**2).sum((1, 2))),
        ("get_item", {"key": 1}, [VALUES], VALUES[1]),
        ("get_item", {"key": ":, 0"}, [VALUES], VALUES[:, 0]),
        ("get_item", {"key": "..., 1:3"}, [VALUES], VALUES[..., 1:3]),
        ("get_item", {"key": ":, ::2, -1"}, [VALUES], VALUES[:, ::2, -1]),
        ("get_item", {"key": ":, None"}, [VALUES], VALUES[:, None]),
        (
            "rearrange",
            {"pattern": "a b c -> a (c b)"},
            [VALUES],
            VALUES.swapaxes(1, 2).reshape(2, 12),
        ),
        ("where", {}, [VALUES > 3, VALUES, 0.0], np.where(VALUES > 3, VALUES, 0)),
        ("image.resize", {"size": [2, 3]}, [np.ones((1, 4, 6, 1))], np.ones((1, 2, 3, 1))),
        ("nn.relu", {"name": "positive"}, [VALUES - 9], np.maximum(VALUES - 9, 0)),
    ],
)
def test_what_it_computes(name: str, arguments: Any, tensors: Any, expected: np.ndarray) -> None:
    found = keras.ops.convert_to_numpy(layer(f"ops.{name}", **arguments)(*tensors))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5)


def test_tensors_by_name() -> None:
    found = layer("ops.power")(x2=2, x1=VALUES)
    np.testing.assert_allclose(np.asarray(keras.ops.convert_to_numpy(found)), VALUES**2, rtol=1e-5)


def test_too_many_and_too_few_tensors_are_told() -> None:
    with pytest.raises(TypeError, match=r"^ops\.mean takes 1 input, but gets 2$"):
        layer("ops.mean")(VALUES, VALUES)
    with pytest.raises(TypeError, match=r"^ops\.multiply lacks its input x2$"):
        layer("ops.multiply")(VALUES)


@pytest.mark.parametrize("key", ["", "a", ":, b", "1:2:3:4", "1 2"])
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ValueError, match="must be like"):
        layer("ops.get_item", key=key)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"type": "ops.cond"}, "takes a function"),
        ({"type": "ops.meen"}, 'Did you mean "ops.mean"'),
        ({"type": "ops.mean", "axis": "x"}, '"axis" must be'),
        ({"type": "Shared", "layer": "x"}, "only in the layers of a network"),
        (
            {"type": "TimeDistributed", "layer": {"type": "ops.mean"}},
            "only in the layers of a network",
        ),
    ],
)
def test_what_the_catalogue_refuses_is_not_made(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make("layers", KerasObject(**spec))


def test_a_model_within_a_layer_is_a_sequence() -> None:
    inner = {
        "type": "Model",
        "name": "frame",
        "trainable": False,
        "layers": [{"type": "Dense", "units": 3, "use_bias": False}, {"type": "ReLU"}],
    }
    outer = make("layers", KerasObject(type="TimeDistributed", layer=inner))
    assert outer(VALUES).shape == (2, 3, 3)
    assert outer.layer.name == "frame"
    assert [type(each).__name__ for each in outer.layer.layers] == ["Dense", "ReLU"]
    assert outer.trainable_weights == []
    assert len(outer.weights) == 1
