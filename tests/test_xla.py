"""What XLA is told for JAX: once, and not over what the user says."""

import importlib.metadata
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.any_backend  # It runs where JAX is.

FLAG = "--xla_cpu_experimental_ynn_fusion_type="
TOLD = f"{FLAG}individual_dot"

CODE = """
import os
from dataclasses import replace
from kspec.backends import activate, choose
activate(replace(choose("jax"), lowering={lowering}))
import keras
assert float(keras.ops.sum(keras.ops.ones((3,)))) == 3  # It starts with these flags.
print(os.environ.get("XLA_FLAGS"))
"""


def flags(lowering=True, code=CODE, **environment):
    kept = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    done = subprocess.run(
        [sys.executable, "-c", code.format(lowering=lowering)],
        env=kept | environment,
        text=True,
        capture_output=True,
        check=True,
    )
    return done.stdout.strip()


def where_it_is_known(text, otherwise):
    return text if importlib.metadata.version("jaxlib").startswith("0.10.") else otherwise


def test_what_is_said_stays():
    other = "--xla_cpu_enable_fast_math=false"
    assert flags(XLA_FLAGS=f"{FLAG}LIBRARY_FUSION_TYPE_DOT") == f"{FLAG}LIBRARY_FUSION_TYPE_DOT"
    assert flags(XLA_FLAGS=other) == where_it_is_known(f"{other} {TOLD}", other)


def test_it_is_not_said_where_nobody_hears_it():
    """JAX has made an array before, and with that read its flags."""
    assert flags(code=f"import jax; jax.numpy.ones(3){CODE}") == "None"


def test_it_belongs_to_lowering():
    assert flags() == where_it_is_known(TOLD, "None")
    assert flags(lowering=False) == "None"
