"""Pixels reach the layers of an application as Keras's own `preprocess_input` would have them."""

import importlib

import keras
import numpy as np
import pytest
from small_backbones import changes

import kspec
from kspec.errors import BuildError
from kspec.model.build import build
from kspec.spec import catalog

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")
# One of each way; the module that has its function, and a layer near its beginning.
WAYS = {
    "caffe": ("VGG16", "vgg16", "block1_conv2"),
    "tf": ("MobileNetV2", "mobilenet_v2", "bn_Conv1"),
    "torch": ("DenseNet121", "densenet", "conv1_relu"),
    "none": ("ConvNeXtTiny", "convnext", "backbone_prestem"),
}


def features(model, x):
    return keras.ops.convert_to_numpy(model(keras.ops.convert_to_tensor(x)))


def backbone_of(tiny, **said):
    said = {"alpha": "unsaid", "pooling": "unsaid", **said}
    layers = [*changes(**said)["layers"][:1], {"type": "Flatten"}, changes()["layers"][1]]
    return build(tiny(**changes() | {"layers": layers})).get_layer("backbone")


@pytest.mark.parametrize("way", [way for way in WAYS if way != "none"])
def test_auto_is_what_keras_does_for_the_weights(way, tiny):
    application, module, until = WAYS[way]
    assert catalog.find("applications", application).preprocessing == way
    own = backbone_of(tiny, application=application, until=until)
    rest = keras.Model(own.get_layer("backbone_preprocessing").output, own.output)
    prepared = importlib.import_module(f"keras.applications.{module}").preprocess_input(
        PIXELS.copy()
    )
    np.testing.assert_allclose(features(own, PIXELS), features(rest, prepared), atol=1e-4)


def test_none_and_what_scales_inside_add_no_layer(tiny):
    names = [
        [each.name for each in backbone_of(tiny, **said).layers]
        for said in (
            {"application": "VGG16", "until": "block1_conv1", "preprocessing": "none"},
            {"application": "EfficientNetB0", "until": "stem_conv"},
        )
    ]
    assert names == [
        ["input", "block1_conv1"],
        ["input", "rescaling", "normalization", "stem_conv_pad", "stem_conv"],
    ]


def test_a_way_may_be_named_by_an_application(tiny):
    own = backbone_of(tiny, application="VGG16", until="block1_conv1", preprocessing="ResNet50V2")
    first = own.layers[1]
    assert (first.scale, first.offset) == (1 / 127.5, -1.0)


def test_a_saved_model_takes_pixels_and_needs_no_kspec(tiny, tmp_path):
    model = build(tiny(**changes(application="VGG16", alpha="unsaid", until="block1_pool")))
    model.save(tmp_path / "model.keras")
    import zipfile

    config = zipfile.ZipFile(tmp_path / "model.keras").read("config.json").decode()
    assert "kspec" not in config
    opened = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(features(opened, PIXELS), features(model, PIXELS), atol=1e-6)


@pytest.mark.parametrize(
    ("backbone", "says"),
    [
        ({"application": "VGG16", "alpha": "unsaid"}, "this preprocessing is for 3 channels"),
        ({"weights": "imagenet"}, "ImageNet's weights are for 3 channels"),
    ],
)
def test_pictures_of_one_channel_are_refused_by_check(backbone, says, write_spec):
    path = write_spec(**changes(**backbone) | {"input": {"shape": [32, 32, 1]}})
    problems = [each for each in kspec.check(path) if each.code == "wrong-channels"]
    assert len(problems) == 1 and says in problems[0].message


def test_pictures_that_are_too_small_are_refused_by_keras(write_spec):
    path = write_spec(**changes() | {"input": {"shape": [16, 16, 3]}})
    with pytest.raises(BuildError, match="Input size must be at least 32x32") as caught:
        build(kspec.load(path))
    assert "\n" not in str(caught.value)
