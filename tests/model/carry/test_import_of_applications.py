"""Every network of keras.applications: Keras's JSON to a spec, and to the same network again."""

import inspect

import keras
import numpy as np
import pytest
from foreign_models import filled, imported, weighted_rows
from keras.src.applications.convnext import ConvNeXt
from keras.src.applications.densenet import DenseNet
from keras.src.applications.efficientnet import EfficientNet
from keras.src.applications.efficientnet_v2 import DEFAULT_BLOCKS_ARGS, EfficientNetV2
from keras.src.applications.nasnet import NASNet
from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1, stack_residual_blocks_v2

from kspec.model.table import tabulate, tabulate_spec
from kspec.spec.foreign import read_foreign
from kspec.spec.imported import make_spec

ALL = [
    name
    for name in dir(keras.applications)
    if inspect.isfunction(getattr(keras.applications, name))
]
SMALLEST = {"InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71}
# Without a softmax, which would hide small differences.
PLAIN = {"weights": None, "classes": 10, "classifier_activation": None}
OPTIONS = {**PLAIN, "input_shape": (32, 32, 3)}


def make(name):
    size = SMALLEST.get(name, 32)
    return getattr(keras.applications, name)(input_shape=(size, size, 3), **PLAIN)


def pictures(model):
    """Large squares of colour; noise would look the same to a network, whatever it is."""
    height, width = model.input_shape[1:3]
    squares = np.random.default_rng(0).uniform(0, 255, (4, 3, 3, 3))
    large = squares.repeat(-(-height // 3), axis=1).repeat(-(-width // 3), axis=2)
    return large[:, :height, :width].astype("float32")


def blocks(stack):
    def build(x):
        x = stack(x, 8, 2, stride1=1, name="conv2")
        return stack(x, 12, 2, name="conv3")

    return build


# Networks of each family that are made the same way, with fewer and narrower layers.
SMALL = {
    "ConvNeXt": lambda: ConvNeXt((1, 2, 1, 1), (8, 12, 16, 20), drop_path_rate=0.2, **OPTIONS),
    "DenseNet": lambda: DenseNet([1, 2, 1, 1], **OPTIONS),
    "EfficientNet": lambda: EfficientNet(0.25, 0.3, 32, **OPTIONS),
    "EfficientNetV2": lambda: EfficientNetV2(
        0.25, 0.3, 32, blocks_args=DEFAULT_BLOCKS_ARGS["efficientnetv2-b0"], **OPTIONS
    ),
    "MobileNet": lambda: keras.applications.MobileNet(alpha=0.25, **OPTIONS),
    "MobileNetV2": lambda: keras.applications.MobileNetV2(alpha=0.35, **OPTIONS),
    "MobileNetV3": lambda: keras.applications.MobileNetV3Small(alpha=0.25, **OPTIONS),
    "ResNet": lambda: ResNet(blocks(stack_residual_blocks_v1), False, True, **OPTIONS),
    "ResNetV2": lambda: ResNet(blocks(stack_residual_blocks_v2), True, True, **OPTIONS),
}


# Of these nothing small is made in moments; their layers are those of the others.
OTHERS = {
    **{name: lambda name=name: make(name) for name in ("InceptionV3", "VGG16", "Xception")},
    "InceptionResNetV2": lambda: make("InceptionResNetV2"),
    "NASNet": lambda: NASNet(
        penultimate_filters=96, num_blocks=1, stem_block_filters=4, default_size=32, **OPTIONS
    ),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_of_each_family_give_the_same(name, tmp_path):
    check(SMALL[name], tmp_path)


@pytest.mark.parametrize("name", OTHERS)
def test_networks_of_other_families_have_the_same_parameters(name):
    with keras.StatelessScope(initialize_variables=False):
        model = OTHERS[name]()
        theirs = tabulate(model)
        text = model.to_json()
    keras.utils.clear_session()
    made = make_spec(read_foreign(text), "model.json")
    ours = tabulate_spec(made.spec)
    assert weighted_rows(ours) == weighted_rows(theirs)
    assert ours.total_params == theirs.total_params > 0
    assert ours.trainable_params == theirs.trainable_params
    assert len(made.text) <= 0.2 * len(text)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_every_network_gives_the_same(name, tmp_path):
    print(f"\n{name:18}{check(lambda: make(name), tmp_path)}")


def check(maker, folder):
    """Import a network with its weights, and compare; returns the figures."""
    model = filled(maker)
    made, own = imported(model, folder)
    (folder / "model.weights.h5").unlink()  # Pytest would keep gigabytes.
    assert weighted_rows(tabulate(own)) == weighted_rows(tabulate(model))
    x = pictures(model)
    wanted, found = (each.predict(x, verbose=0).astype("float64") for each in (model, own))
    # In units of the outputs themselves, which nobody has scaled.
    difference = np.abs(wanted - found).max() / np.abs(wanted).max()
    spread = np.ptp(wanted, axis=0).max() / np.abs(wanted).max()
    assert difference <= 1e-5
    assert spread > 1e-3
    size = (folder / "model.json").stat().st_size
    assert len(made.text) <= 0.2 * size
    return (
        f"outputs differ by {difference:.1e}, from picture to picture by {spread:.1e}; "
        f"{model.count_params():,} parameters; {len(made.text):,} of {size:,} characters, "
        f"{len(made.text) / size:.1%}"
    )
