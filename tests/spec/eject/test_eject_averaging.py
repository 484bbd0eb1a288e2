"""A script averages the weights as kspec does."""

import keras
import numpy as np
import pytest
from ejecting import require_clean, run_script, script_of

pytestmark = pytest.mark.keras


class Weights(keras.callbacks.Callback):
    """What the weights are after each step."""

    def on_train_begin(self, logs=None):
        self.after = []

    def on_train_batch_end(self, batch, logs=None):
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        self.after.append(self.model.get_weights())


class Validated(keras.callbacks.Callback):
    """What they are at the end of an epoch."""

    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.get_weights())


def fitted(averaging):
    keras.utils.set_random_seed(0)
    rows = [keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
    model = keras.Sequential(rows)
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
    weights, validated = Weights(), Validated()
    model.fit(
        x,
        x[:, :2] * 9,
        validation_data=(x, x[:, :2]),
        batch_size=6,
        epochs=2,
        shuffle=False,
        callbacks=[weights, averaging, validated],
        verbose=0,
    )
    return weights.after, validated.seen, model.get_weights()


def assert_mean(found, taken, shares):
    for number, array in enumerate(found):
        wanted = sum(share * each[number] for each, share in zip(taken, shares, strict=True))
        np.testing.assert_allclose(array, wanted, rtol=1e-5, atol=1e-6)


def test_the_callback_of_the_script(write_spec, tmp_path):
    path = write_spec(**{"training.averaging": {"momentum": 0.8, "every": 3}})
    _, text = script_of(path)
    (tmp_path / "script.py").write_text(text)
    require_clean(tmp_path / "script.py")
    assert "callbacks=[AveragedWeights(momentum=0.8, every=3)]" in text
    averaged = run_script(text)["AveragedWeights"]
    after, (first, second), last = fitted(averaged(momentum=0.8, every=3))
    assert_mean(first, [after[2]], [1])
    assert_mean(second, [after[2], after[5]], [0.8, 0.2])
    assert_mean(last, [second], [1])
    after, (first, second), _ = fitted(averaged(start=0.6))  # After five steps of eight.
    assert_mean(first, [after[3]], [1])
    assert_mean(second, after[5:], [1 / 3] * 3)
    # Training goes on from the weights themselves.
    plain, _, _ = fitted(keras.callbacks.Callback())
    assert_mean(after[-1], [plain[-1]], [1])


def test_a_script_averages_only_where_the_spec_does(write_spec):
    assert "AveragedWeights" not in script_of(write_spec())[1]
