"""An experiment cut down to a few small batches."""

from tiny_spec import TINY

import kspec
from kspec.parity.short import shortened


def test_it_is_smaller_and_computes_in_float32():
    training = TINY["training"] | {"precision": "mixed_bfloat16"}
    spec = kspec.Spec(**TINY | {"training": training})
    found = shortened(spec, 8)
    assert found.training.batch_size == 8
    assert found.training.precision == "float32"
    assert found.training.optimizer == spec.training.optimizer
    assert found.data.train_samples == 80


def test_drawn_data_is_a_thousand_samples_at_most():
    data = TINY["data"] | {"train_samples": 5000, "test_samples": 20}
    found = shortened(kspec.Spec(**TINY | {"data": data}), 8)
    assert (found.data.train_samples, found.data.test_samples) == (1000, 20)
