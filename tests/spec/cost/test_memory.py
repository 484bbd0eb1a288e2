"""What training keeps, added up by hand."""

import pytest

from kspec.spec.cost import layer_costs, memory_of, steps_of, training_memory

CONV = {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "use_bias": False}
HEAD = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
PICTURE, MAPS = 4 * 8 * 8 * 3, 4 * 8 * 8 * 4  # bytes


def kept(spec, said=None):
    return [each.activation_bytes for each in layer_costs(steps_of(spec, said)).values()]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # The convolution keeps its input, ReLU what it gives, which Dense keeps as well.
        ([CONV, {"type": "ReLU"}], [PICTURE, MAPS]),
        ([CONV | {"activation": "relu"}], [PICTURE + MAPS]),
        ([CONV | {"activation": "gelu"}], [PICTURE + MAPS]),
        ([CONV, {"type": "BatchNormalization"}], [PICTURE, MAPS]),
        # Its input and what it made of it.
        ([CONV, {"type": "RMSNormalization"}], [PICTURE, 2 * MAPS]),
        # Before an odd border it keeps a copy with that: ReLU's output is there as well.
        (
            [CONV, {"type": "ReLU"}, CONV | {"strides": 2}, CONV],
            [PICTURE, MAPS, MAPS, MAPS // 4],
        ),
        # Its input and the places of a quarter as many maxima, in 8 bytes.
        ([CONV, {"type": "MaxPooling2D"}], [PICTURE, MAPS + 2 * MAPS // 4]),
        ([CONV, {"type": "Dropout", "rate": 0.5}], [PICTURE, MAPS]),
        ([CONV, {"type": "Dropout", "rate": 0.0}], [PICTURE, 0]),
        ([CONV, {"type": "Add", "inputs": ["#-1", "#-1"]}], [PICTURE, 0]),
        # Nothing goes back to a layer that does not learn, nor through it to the picture.
        ([CONV | {"trainable": False}, {"type": "ReLU"}], [0, 0]),
        ([{"type": "Model", "layers": [CONV, {"type": "ReLU"}]}], [PICTURE + MAPS]),
        ([{"type": "Model", "layers": [CONV], "trainable": False}], [0]),
    ],
    ids=str,
)
def test_what_the_layers_keep_of_a_sample(tiny, layers, expected):
    assert kept(tiny(layers=[*layers, *HEAD]))[: len(layers)] == expected


def test_a_tensor_that_two_layers_want_is_kept_once(tiny):
    """ReLU's output is the first Dense's input, and the second's."""
    dense = {"type": "Dense", "units": 4, "inputs": "flat"}
    flat = [CONV, {"type": "ReLU"}, {"type": "Flatten", "name": "flat"}]
    merged = {"type": "Add", "inputs": ["#-1", "#-2"]}
    end = {"type": "Dense", "units": 10, "activation": "softmax"}
    assert kept(tiny(layers=[*flat, dense, dense, merged, end])) == [
        PICTURE, MAPS, 0, 0, 0, 0, 4 * 4 + 4 * 10,
    ]  # fmt: skip


def test_weights_gradients_and_slots(tiny):
    spec = tiny(layers=[CONV | {"trainable": False}, *HEAD])
    memory = memory_of(steps_of(spec), spec.training)
    kernel, dense = 4 * 3 * 9 * 4, 4 * (8 * 8 * 4 * 10 + 10)
    assert (memory.weights, memory.gradients) == (kernel + dense, dense)
    assert memory.slots == 2 * dense  # Adam's two means.
    assert memory.fixed == kernel + 4 * dense
    assert memory.peak == memory.fixed + 16 * memory.per_sample


def test_half_the_precision_keeps_half(tiny):
    (whole,), (half,) = (
        training_memory(tiny(**{"training.precision": precision}))
        for precision in ("float32", "mixed_bfloat16")
    )
    assert half.passing * 2 == whole.passing and half.weights == whole.weights
    of_loss = 2 * 4 * 10  # Its numbers are float32 in any case.
    assert (half.activations - of_loss) * 2 == whole.activations - of_loss


def test_the_largest_batch_fits_and_one_more_does_not(tiny):
    (memory,) = training_memory(tiny())
    limit = 10**6
    batch = memory.largest_batch(limit)
    assert memory.fixed + batch * memory.per_sample <= limit
    assert memory.fixed + (batch + 1) * memory.per_sample > limit


def test_each_phase_by_what_it_trains(tiny):
    """A frozen convolution keeps nothing, and has neither gradients nor slots."""
    first = {
        "optimizer": {"type": "SGD"},
        "loss": "sparse_categorical_crossentropy",
        "epochs": 1,
        "batch_size": 8,
        "trainable": {"conv": False},
    }
    second = {"trainable": {"conv": True}, "epochs": 1}
    spec = tiny(layers=[CONV | {"name": "conv"}, *HEAD], training=[first, second])
    frozen, thawed = training_memory(spec)
    assert thawed.gradients - frozen.gradients == 4 * 3 * 9 * 4
    assert thawed.activations - frozen.activations == PICTURE
    assert frozen.slots == thawed.slots == 0


def test_an_unknown_layer_leaves_the_sum_unknown(tiny):
    cell = {"type": "RNN", "cell": {"type": "LSTMCell", "units": 4}}
    layers = [{"type": "Reshape", "target_shape": [8, 24]}, cell, HEAD[1]]
    (memory,) = training_memory(tiny(layers=layers))
    assert memory.peak is None and memory.largest_batch(10**9) is None
