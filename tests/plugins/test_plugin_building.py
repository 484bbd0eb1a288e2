"""What plugins bring in networks: built, called, compiled, saved."""

import keras
import numpy as np
import pytest
from tiny_spec import TINY

import kspec
from kspec.errors import BuildError
from kspec.model.objects import make, make_named
from kspec.spec.models import KerasObject

LAYERS = """
    import keras

    @plugins.layer
    class Blend(keras.layers.Layer):
        def __init__(self, share: float, **kwargs):
            super().__init__(**kwargs)
            self.share = share

        def build(self, left_shape, right_shape):
            self.gain = self.add_weight(shape=(left_shape[-1],), name="gain")

        def call(self, left, right):
            return self.gain * (self.share * left + (1 - self.share) * right)

        def compute_output_shape(self, left_shape, right_shape):
            return left_shape

        def get_config(self):
            return {**super().get_config(), "share": self.share}

    @plugins.layer
    class Forgets(keras.layers.Layer):
        def __init__(self, units: int, rate: float = 0.1, start="zeros", **kwargs):
            super().__init__(**kwargs)

        def call(self, inputs):
            return inputs

        def get_config(self):
            return {**super().get_config(), "start": None}

    @plugins.layer
    class CannotSay(keras.layers.Layer):
        def call(self, inputs):
            return inputs

        def get_config(self):
            raise ValueError("nobody knows")

    @plugins.layer
    class Breaks(keras.layers.Layer):
        def call(self, inputs):
            return {}["key"]

    @plugins.layer
    class GivesNothing(keras.layers.Layer):
        def call(self, inputs):
            inputs + 1

    @plugins.layer
    class Around(keras.layers.Layer):
        def __init__(self, inner, kernel_initializer="ones", activation=None, **kwargs):
            super().__init__(**kwargs)
            self.inner = inner
            self.kernel_initializer = kernel_initializer
            self.activation = activation

        def call(self, inputs):
            return self.inner(inputs)

        def get_config(self):
            inner = keras.saving.serialize_keras_object(self.inner)
            start = keras.initializers.serialize(self.kernel_initializer)
            own = {"inner": inner, "kernel_initializer": start, "activation": self.activation}
            return {**super().get_config(), **own}
"""


@pytest.fixture
def layers(write_plugin):
    path = write_plugin("many_layers", LAYERS)
    kspec.plugins.load("many_layers")
    return path


def spec_of(write_spec, *layers):
    last = {"type": "Dense", "units": 10, "activation": "softmax"}
    row = [{"type": "GlobalAveragePooling2D"}, *layers, last]
    return kspec.load(write_spec(layers=row))


def test_a_layer_of_two_tensors_that_is_saved(layers, write_spec, tmp_path):
    spec = spec_of(
        write_spec,
        {"type": "Dense", "units": 4, "name": "left"},
        {"type": "Dense", "units": 4, "name": "right", "inputs": "#-2"},
        {"type": "Blend", "share": 0.25, "inputs": ["left", "right"]},
    )
    model = kspec.build(spec)
    again = kspec.build(spec)
    blend = model.get_layer("blend")
    assert (blend.share, blend.output.shape) == (0.25, (None, 4))
    gain = keras.ops.convert_to_numpy(blend.gain)
    assert len(set(gain.tolist())) == 4  # drawn, and the same every time
    assert np.array_equal(gain, keras.ops.convert_to_numpy(again.get_layer("blend").gain))

    model.save(tmp_path / "model.keras")
    from kspec.model.brought import named_classes

    opened = keras.saving.load_model(tmp_path / "model.keras", named_classes(), compile=False)
    x = np.random.default_rng(0).random((3, 8, 8, 3), dtype=np.float32)
    assert np.array_equal(model.predict(x, verbose=0), opened.predict(x, verbose=0))


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (
            {"type": "Forgets", "units": 2, "rate": 0.5},
            'Forgets cannot be saved: its get_config lacks "units" and "rate"',
        ),
        ({"type": "CannotSay"}, "CannotSay cannot be saved, since its get_config fails: nobody"),
        ({"type": "Breaks"}, "Breaks cannot take the shape (3,): KeyError: 'key' (many_layers.py:"),
        # (On PyTorch it is Keras that stumbles over it.)
        ({"type": "GivesNothing"}, "layers[1] GivesNothing "),
    ],
)
def test_what_fails_is_told_at_its_place(layer, says, layers, write_spec):
    spec = spec_of(write_spec, layer)
    with pytest.raises(BuildError) as caught:
        kspec.build(spec)
    (problem,) = caught.value.problems
    assert says in problem.message
    line = problem.place.line
    text = (layers.parent / "tiny.json").read_text().splitlines()
    assert "{" in text[line - 1] and layer["type"] in text[line]


def test_the_line_is_that_of_the_plugin(layers, write_spec):
    with pytest.raises(BuildError, match=r"\(many_layers\.py:(\d+)\)") as caught:
        kspec.build(spec_of(write_spec, {"type": "Breaks"}))
    number = int(str(caught.value).rpartition("many_layers.py:")[2].partition(")")[0])
    assert 'return {}["key"]' in layers.read_text().splitlines()[number - 1]


def test_objects_within_arguments_are_made(layers):
    made = make(
        "layers",
        KerasObject(
            type="Around",
            inner={"type": "Blend", "share": 0.5},
            kernel_initializer="he_normal",
            activation="relu",
        ),
    )
    assert made.inner.share == 0.5
    assert isinstance(made.kernel_initializer, keras.initializers.HeNormal)
    assert made.activation == "relu"
    within = make("layers", KerasObject(type="TimeDistributed", layer={"type": "Breaks"}))
    assert type(within.layer).__name__ == "Breaks"


def test_losses_and_metrics(write_plugin):
    write_plugin(
        "many_measures",
        """
        import keras

        @plugins.loss
        @plugins.metric
        def off(y_true, y_pred, times: int = 1):
            return times * keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)

        @plugins.loss
        class Off(keras.losses.Loss):
            def __init__(self, times: int = 1, **kwargs):
                super().__init__(**kwargs)
                self.times = times

            def call(self, y_true, y_pred):
                return off(y_true, y_pred, self.times)
        """,
    )
    kspec.plugins.load("many_measures")
    x, y = np.zeros((2, 3), "float32"), np.ones((2, 3), "float32")
    plain = make_named("losses", KerasObject(type="off"))
    assert plain is __import__("many_measures").off
    thrice = make_named("losses", KerasObject(type="off", times=3))
    assert thrice.__name__ == "off"
    assert keras.ops.convert_to_numpy(thrice(x, y)).tolist() == [3, 3]
    assert float(make_named("losses", KerasObject(type="Off", times=2))(x, y)) == 2
    metric = make_named("metrics", KerasObject(type="off", times=5))
    metric.update_state(x, y)
    assert (metric.name, float(metric.result())) == ("off", 5)
    named = make_named("metrics", KerasObject(type="off", name="miss"))
    assert named.name == "miss"
    with pytest.raises(ValueError, match=r'off has no argument "tims". Did you mean "times"\?'):
        make_named("losses", KerasObject(type="off", tims=3))


def test_a_spec_made_in_python(layers):
    spec = kspec.Spec.model_validate({**TINY, "layers": [{"type": "Flatten"}, {"type": "Breaks"}]})
    with pytest.raises(BuildError, match=r"Breaks cannot take the shape \(192,\)"):
        kspec.build(spec)
