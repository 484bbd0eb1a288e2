"""Modules that wait for their first use, in processes of their own."""

import subprocess
import sys

import pytest

START = """
import sys
from kspec.later import later
with later("matplotlib", "matplotlib.patches", "matplotlib.pyplot"):
"""


def said_by(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.any_backend
def test_a_module_is_loaded_at_its_first_use():
    code = """
    import matplotlib.pyplot as plt
    from matplotlib import patches
print(any(name.startswith("matplotlib") for name in sys.modules), end=" ")
circle = patches.Circle((0, 0), 1)
plt.switch_backend("agg")
import matplotlib.patches, matplotlib.pyplot
print(type(circle) is matplotlib.patches.Circle, end=" ")
print(plt.figure() is matplotlib.pyplot.gcf())
"""
    assert said_by(START + code) == "False True True"


@pytest.mark.any_backend
def test_who_needs_more_within_has_it_at_once():
    code = """
    from matplotlib.figure import Figure
    from matplotlib.pyplot import figure
    import matplotlib.patches
print(Figure.__name__, figure.__name__, matplotlib.patches is sys.modules["matplotlib.patches"])
"""
    assert said_by(START + code) == "Figure figure True"


@pytest.mark.any_backend
def test_a_submodule_can_be_used_within():
    code = """
    import matplotlib.pyplot as plt
    plt.switch_backend("agg")
    plt.figure()
import matplotlib, matplotlib.pyplot
print(matplotlib.pyplot.get_fignums(), matplotlib.get_backend().lower())
"""
    assert said_by(START + code) == "[1] agg"


@pytest.mark.any_backend
def test_the_package_alone_waits_too():
    code = """
    import matplotlib as first
print("matplotlib" in sys.modules, end=" ")
import matplotlib
print(first is not matplotlib and first.rcParams is matplotlib.rcParams)
"""
    assert said_by(START + code) == "False True"


@pytest.mark.any_backend
def test_what_is_loaded_is_left_alone():
    code = """
import json.decoder, sys
from kspec.later import later
loaded = sys.modules["json.decoder"]
with later("json.decoder"):
    import json.decoder as decoder
print(decoder is loaded, sys.modules["json.decoder"] is loaded)
"""
    assert said_by(code) == "True True"


def test_keras_draws_as_ever(tmp_path):
    code = f"""
from kspec import backends
backends.activate(backends.choose())
import sys, numpy
print("matplotlib" in sys.modules, end=" ")
import keras
gallery = dict(rows=1, cols=2, value_range=(0, 255), path={str(tmp_path / "gallery.png")!r})
keras.visualization.plot_image_gallery(numpy.zeros((2, 8, 8, 3)), **gallery)
print("matplotlib.pyplot" in sys.modules)
"""
    assert said_by(code) == "False True"
    assert (tmp_path / "gallery.png").stat().st_size > 0
