"""The optimizer that a script brings itself does what kspec's does."""

import keras
import numpy as np
import pytest
from ejecting import require_clean, run_script, script_of, tiny_spec

import kspec.optimizers
from kspec.spec.eject.own_optimizers import OWN_OPTIMIZERS

pytestmark = pytest.mark.keras

LAYERS = [
    {"type": "Conv2D", "filters": 4, "kernel_size": 3},
    {"type": "GlobalMaxPooling2D"},
    {"type": "Dense", "units": 1},
]
OPTIMIZER = {"type": "ConvMuon", "learning_rate": 0.05, "momentum": 0.8, "exclude_layers": ["de"]}
TRAINING = {"optimizer": OPTIMIZER, "loss": "mse", "metrics": [], "batch_size": 8, "epochs": 1}


def test_there_is_one_for_each_optimizer_of_kspec():
    assert set(OWN_OPTIMIZERS) == set(kspec.optimizers.__all__)


def variable(path, shape):
    layer, _, name = path.partition("/")
    with keras.name_scope(layer):
        return keras.Variable(np.ones(shape, "float32"), name=name)


@pytest.mark.parametrize("rms_rate", [0.2, None])
def test_it_takes_the_steps_of_kspecs(tmp_path, rms_rate):
    optimizer = {**OPTIMIZER, "rms_rate": rms_rate}
    _, text = script_of(tiny_spec(tmp_path, LAYERS, training={**TRAINING, "optimizer": optimizer}))
    (tmp_path / "script.py").write_text(text)
    require_clean(tmp_path / "script.py")
    arguments = {key: value for key, value in optimizer.items() if key != "type"}
    own = kspec.optimizers.ConvMuon(**arguments)
    ejected = run_script(text)["ConvMuon"](**arguments)
    random, found = np.random.default_rng(0), []
    shapes = {
        "conv2d/kernel": (3, 3, 2, 4),
        "conv2d/bias": (4,),
        "depthwise/kernel": (3, 3, 2, 1),
        "query/kernel": (4, 2, 3),
        "p_re_lu/alpha": (4, 4, 2),
        "dense/kernel": (4, 1),
    }
    gradients = [
        [random.normal(size=shape).astype("float32") for shape in shapes.values()] for _ in range(3)
    ]
    for each in (own, ejected):
        variables = [variable(path, shape) for path, shape in shapes.items()]
        each.build(variables)
        for batch in gradients:
            each.apply([keras.ops.convert_to_tensor(gradient) for gradient in batch])
        found.append([keras.ops.convert_to_numpy(variable) for variable in variables])
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)
        assert np.abs(one - 1).min() > 0
