"""What check says of an augmentation's sizes is what the augmentation itself says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kspec
from kspec.data.augment import Augmentation
from kspec.errors import DataError
from kspec.model.build import build_augmentation
from kspec.spec.graph import graph_of
from kspec.spec.lint.trained import AUGMENTATION_MISFIT

SIZES = st.sampled_from([4, 6, 8, 10])


def sized(kind):
    return st.fixed_dictionaries({"type": st.just(kind), "height": SIZES, "width": SIZES})


augmentations = st.lists(
    st.one_of(
        sized("RandomCrop"),
        sized("CenterCrop"),
        sized("Resizing"),
        st.just({"type": "RandomFlip"}),
        st.just({"type": "Pipeline", "layers": [{"type": "Resizing", "height": 8, "width": 8}]}),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.keras
@settings(max_examples=40)
@given(augmentations)
def test_a_size_is_refused_if_the_augmentation_refuses_it(augmentation):
    spec = kspec.Spec(
        kspec=1,
        name="sized",
        input={"shape": [8, 8, 3]},
        layers=[{"type": "Flatten"}],
        data={"source": "shapes"},
        augmentation=augmentation,
        training={"optimizer": "sgd", "loss": "mse", "epochs": 1},
    )
    found = [each.message for each in AUGMENTATION_MISFIT.find(spec, graph_of(spec))]
    augment = Augmentation(build_augmentation(spec), seed=0, class_count=4)
    try:
        augment(np.zeros((2, 8, 8, 3), "uint8"), np.zeros(2, "int32"), epoch=0, step=0)
    except DataError as error:
        assert len(found) == 1 and "end with a Resizing to that size" in found[0]
        assert "end with a Resizing to that size" in str(error)
    else:
        assert found == []


@pytest.mark.parametrize(
    ("values", "channels", "fits"),
    [([1, 2, 3], 3, True), ([1, 2], 3, False), ([1, 2, 3], 1, False), (1, 1, True)],
)
def test_a_list_of_values_to_erase_with_is_for_three_channels(values, channels, fits):
    spec = kspec.Spec(
        kspec=1,
        name="erased",
        input={"shape": [8, 8, channels]},
        layers=[{"type": "Flatten"}],
        data={"source": "npz", "path": "data.npz"},
        augmentation=[{"type": "RandomErasing", "fill_value": values}],
        training={"optimizer": "sgd", "loss": "mse", "epochs": 1},
    )
    found = [(each.path, each.message) for each in AUGMENTATION_MISFIT.find(spec, graph_of(spec))]
    count = len(values) if isinstance(values, list) else 1
    message = (
        'RandomErasing: a list as "fill_value" has 3 numbers, for pictures of 3 channels; here are '
        f"{count} for pictures of (8, 8, {channels})"
    )
    assert found == ([] if fits else [(("augmentation", 0, "fill_value"), message)])
