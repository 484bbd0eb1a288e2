"""A script tests with the same views of a picture as kspec."""

import keras
import numpy as np
import pytest
from ejecting import require_clean, run_script, script_of, tiny_spec

from kspec.model.build import build
from kspec.model.views import with_views

pytestmark = pytest.mark.keras

LAYERS = [
    {"type": "Conv2D", "filters": 2, "kernel_size": 3},
    {"type": "Flatten"},
    {"type": "Dense", "units": 1},
]


@pytest.mark.parametrize(
    ("views", "size"),
    [
        ({"flip": "vertical"}, 16),
        ({"shift": 2}, 10),
        ({"flip": "horizontal", "shift": 1}, 5),
        ({"flip": "horizontal", "shift": 1, "directions": 4}, 3),
    ],
)
def test_the_script_gives_the_mean_of_the_same_views(views, size, tmp_path):
    path = tiny_spec(tmp_path, LAYERS, shape=(5, 6, 1), test_time=views)
    arrays = {"x_train": np.zeros((6, 5, 6, 1), "float32"), "y_train": np.zeros((6, 1), "float32")}
    np.savez(tmp_path / "data.npz", **arrays, x_test=arrays["x_train"], y_test=arrays["y_train"])
    spec, text = script_of(path)
    script = tmp_path / "script.py"
    script.write_text(text)
    require_clean(script)
    model = build(spec)
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 1)).astype("float32")
    made = run_script(text)["with_views"](model)
    wanted = with_views(model, spec.test_time)
    np.testing.assert_allclose(
        *(keras.ops.convert_to_numpy(each(x)) for each in (made, wanted)), rtol=1e-5, atol=1e-6
    )
    assert f"viewed.evaluate(x_test, y_test, batch_size={size}, return_dict=True)" in text


def test_without_a_test_set_nothing_is_looked_at_twice(tmp_path):
    _, text = script_of(tiny_spec(tmp_path, LAYERS, shape=(5, 6, 1), test_time={"shift": 1}))
    assert "with_views" not in text
