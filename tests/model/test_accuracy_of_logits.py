"""The accuracy of a single logit: right where the logit is above 0, not 0.5."""

import keras
import numpy as np
import pytest

from kspec.model.compile import compile_model


@pytest.mark.parametrize("metric", ["accuracy", "acc", "Accuracy"])
def test_a_logit_above_zero_is_a_yes(tiny, metric):
    logits = np.float32([-2, -0.1, 0.1, 0.4, 0.6, 3])
    labels = np.float32([[0], [1], [1], [1], [1], [0]])
    loss = {"type": "BinaryCrossentropy", "from_logits": True}
    head = [{"type": "Flatten"}, {"type": "Dense", "units": 1}]
    spec = tiny(layers=head, **{"training.loss": loss, "training.metrics": [metric]})
    model = keras.Sequential([keras.Input((1,)), keras.layers.Identity()])
    compile_model(model, spec, one_hot=False)
    result = model.evaluate(logits[:, None], labels, verbose=0, return_dict=True)
    assert result[metric.lower()] == pytest.approx(4 / 6)
