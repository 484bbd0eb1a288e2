"""What layers compute in, and whether they are compiled, is in the script."""

import keras
import numpy as np
import pytest
from ejecting import require_clean, run_script, script_of
from tiny_spec import TINY

import kspec

pytestmark = pytest.mark.keras


@pytest.fixture(autouse=True)
def _policy_of_before():
    """A script sets it for its whole process."""
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


def test_precision(write_spec, tmp_path):
    path = write_spec(**{"training.precision": "mixed_bfloat16"})
    spec, text = script_of(path)
    (tmp_path / "model.py").write_text(text)
    require_clean(tmp_path / "model.py")
    model, ours = run_script(text, tmp_path / "model.py")["build_model"](), kspec.build(spec)
    assert [layer.compute_dtype for layer in model.layers] == [
        layer.compute_dtype for layer in ours.layers[1:]
    ]
    assert {layer.compute_dtype for layer in model.layers} == {"bfloat16", "float32"}


def test_pictures_change_in_32_bits(write_spec, tmp_path):
    augmentation = [{"type": "RandomRotation", "factor": 0.1}]
    path = write_spec(**{"training.precision": "mixed_bfloat16", "augmentation": augmentation})
    script = tmp_path / "model.py"
    script.write_text(script_of(path)[1])
    require_clean(script)
    names = run_script(script.read_text(), script)
    x, y = np.full((4, 8, 8, 3), 201, "uint8"), np.zeros(4, "int32")
    batches = names["TrainingBatches"](x, y, lambda pictures: pictures)
    pictures = keras.ops.convert_to_numpy(batches[0][0])
    assert pictures.dtype == "float32" and pictures.max() == pytest.approx(201, abs=1e-3)
    assert keras.config.dtype_policy().name == "mixed_bfloat16"


@pytest.mark.parametrize(("said", "written"), [(True, True), (False, True), ("auto", False)])
def test_compilation(write_spec, said, written):
    _, text = script_of(write_spec(**{"training.compile": said}))
    assert (f"jit_compile={said}" in text) is written


def test_without_them_the_script_is_as_it_was(write_spec):
    said = {"training.precision": "float32", "training.compile": "auto"}
    assert TINY["training"].keys().isdisjoint({"precision", "compile"})
    assert script_of(write_spec(**said))[1] == script_of(write_spec())[1]
