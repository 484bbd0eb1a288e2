"""Every network of keras.applications: what `check` knows of it, and that it can be trained."""

import keras
import numpy as np
import pytest
from small_backbones import HEAD

from kspec.errors import BuildError
from kspec.model.build import build
from kspec.model.connect import connect
from kspec.model.table import not_allocated, tabulate_spec
from kspec.spec import catalog
from kspec.spec.shapes import carry

APPLICATIONS = catalog.names("applications")
# It is made and trained in some seconds.
SMALL = ("MobileNet",)
SMALLEST = {"InceptionResNetV2": 96, "InceptionV3": 96, "Xception": 96, "NASNetLarge": 331}
SMALLEST |= {"NASNetMobile": 224}


def changed(application, size):
    backbone = {"type": "Backbone", "name": "backbone", "application": application}
    layers = [{**backbone, "pooling": "avg", "weights": None}, HEAD]
    return {"input": {"shape": [size, size, 3]}, "layers": layers, "data.scale": None}


@pytest.fixture
def only_elsewhere(backend):
    """Keras does not make these on PyTorch, and says so."""
    return ("NASNetMobile",) if backend == "torch" else ()


def test_no_application_is_forgotten():
    assert len(APPLICATIONS) == 40


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS)
def test_what_check_says_of_its_shape_is_what_keras_makes(name, tiny, only_elsewhere):
    if name in only_elsewhere:
        return  # As the test below has it.
    for size in (SMALLEST.get(name, 32), 224 if name != "NASNetLarge" else 331):
        for pooling in (None, "flatten", "max"):
            changes = changed(name, size)
            changes["layers"][0]["pooling"] = pooling
            spec = tiny(**changes, allow={})
            (backbone, *_) = tabulate_spec(spec).rows
            known = carry(spec).calls[0]
            assert known in (backbone.output_shape, None)
            assert known is not None or (pooling != "max" and size in SMALLEST.values())


def train_one_step(spec):
    model = build(spec)
    model.compile("sgd", "sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    shape = (2, *spec.input.shape)
    loss = model.train_on_batch(
        rng.integers(0, 256, shape).astype("float32"), rng.integers(0, 10, 2)
    )
    keras.utils.clear_session()
    return float(np.ravel(loss)[0])


@pytest.mark.parametrize("name", SMALL)
def test_a_small_one_trains(name, tiny):
    assert np.isfinite(train_one_step(tiny(**changed(name, 32))))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in APPLICATIONS if name not in SMALL])
def test_a_large_one_trains(name, tiny, only_elsewhere):
    if name in only_elsewhere:
        with pytest.raises(BuildError, match="is not available with the torch backend"):
            build(tiny(**changed(name, SMALLEST[name])))
        return
    assert np.isfinite(train_one_step(tiny(**changed(name, SMALLEST.get(name, 32)))))


def test_names_that_keras_gives_do_not_count_on(tiny):
    """ "conv2d_93" of InceptionV3 is a name that a spec can rely on, whatever was made before."""
    spec = tiny(**changed("InceptionV3", 96))
    names = []
    for _ in range(2):
        with not_allocated():
            names.append([layer.name for layer in connect(spec).get_layer("backbone").layers])
    assert names[0] == names[1]
    assert names[0][2:4] == ["conv2d", "batch_normalization"]
