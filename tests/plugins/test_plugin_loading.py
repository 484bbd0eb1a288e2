"""Plugins by the names of their modules: what they bring, and what is wrong with others."""

import keras
import pytest

import kspec
from kspec.errors import PluginError
from kspec.spec import catalog

LAYER = """
    import keras

    @plugins.layer
    class Widen(keras.layers.Layer):
        def __init__(self, times: int = 2, **kwargs):
            super().__init__(**kwargs)
            self.times = times
"""


def fails(says, module):
    with pytest.raises(PluginError) as caught:
        kspec.plugins.load(module)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_plugin_brings_names_and_once_is_enough(write_plugin):
    write_plugin("brings_widen", LAYER + "    print('imported')")
    assert catalog.find("layers", "Widen") is None
    kspec.plugins.load("brings_widen")
    kspec.plugins.load("brings_widen")
    found = catalog.find("layers", "Widen")
    assert found.arguments["times"].types == ("int",)
    assert "Widen" in catalog.names("layers")
    (finding,) = catalog.check_object("layers", {"type": "Widen", "tims": 3})
    assert finding.message == 'Widen has no argument "tims". Did you mean "times"?'
    (finding,) = catalog.check_object("layers", "Widn")
    assert finding.message == (
        'neither Keras nor brings_widen has a layer "Widn". Did you mean "Widen"?'
    )


def test_what_it_prints_is_no_output(write_plugin, capsys):
    write_plugin("brings_words", LAYER + "    print('here I am')")
    kspec.plugins.load("brings_words")
    assert capsys.readouterr() == ("", "here I am\n")


def test_a_package_brings_what_its_modules_bring(write_plugin, tmp_path):
    folder = tmp_path / "brings_more"
    folder.mkdir()
    inner = write_plugin("brings_more_inner", LAYER)
    inner.rename(folder / "inner.py")
    write_plugin("brings_more", "from brings_more import inner").rename(folder / "__init__.py")
    kspec.plugins.load("brings_more")
    assert catalog.find("layers", "Widen") is not None
    kspec.plugins.load("brings_more.inner")


def test_a_module_that_was_imported_before_is_a_plugin_too(write_plugin):
    write_plugin("brings_early", LAYER)
    __import__("brings_early")
    kspec.plugins.load("brings_early")
    assert catalog.find("layers", "Widen") is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import nobody_has_this", "ModuleNotFoundError: No module named 'nobody_has_this' (bad"),
        ("x = 1\ny = x['a']", "TypeError: 'int' object is not subscriptable (bad"),
        ("def f(:", "cannot be imported: invalid syntax (bad"),
        ("raise SystemExit(3)", "cannot be imported: SystemExit: 3 (bad"),
        ("raise ValueError", "cannot be imported: ValueError (bad"),
        ("x = 1", "registers nothing: it must mark"),
        ("@plugins.layer\nclass Foo: pass", 'layer "Foo" cannot be used: it is not a subclass of'),
        ("@plugins.loss\ndef off(y_true): pass", "it must take (y_true, y_pred)"),
        ("@plugins.loss\ndef off(y, *, p): pass", "it must take (y_true, y_pred)"),
        ("@plugins.metric\nclass Foo: pass", "it is neither a function of (y_true, y_pred) nor"),
        ("plugins.source(3)", 'source "3" cannot be used: it is not a function'),
        ("@plugins.source\ndef npz(): pass", "kspec has a source of this name"),
        ("@plugins.source\ndef s(a, /): pass", '"a" cannot be given by its name'),
        ("@plugins.loss\ndef mse(a, b): pass", "Keras has a loss of this name"),
        (
            "import keras\n@plugins.layer\nclass Lambda(keras.layers.Layer): pass",
            'layer "Lambda" cannot be used: Keras has a layer of this name; give it another',
        ),
        (
            "import keras\n@plugins.layer\nclass Foo(keras.layers.Layer):\n"
            "    def __init__(self, a): pass",
            'its __init__ takes no "name"; it needs **kwargs, for Layer',
        ),
        (
            "import keras\n@plugins.metric\nclass Foo(keras.metrics.Metric):\n"
            "    def __init__(self, a): pass",
            'its __init__ takes no "name"',
        ),
    ],
)
def test_what_is_wrong_with_a_module(text, says, write_plugin, request):
    module = f"bad_{abs(hash(request.node.name))}"
    write_plugin(module, text)
    before = catalog.names("layers"), catalog.names("losses")
    fails(says, module)
    assert (catalog.names("layers"), catalog.names("losses")) == before


def test_what_came_before_an_error_is_gone(write_plugin):
    write_plugin("breaks_late", LAYER + "    raise ValueError('late')")
    fails("ValueError: late (breaks_late.py:10)", "breaks_late")
    assert catalog.find("layers", "Widen") is None


def test_two_plugins_of_one_name(write_plugin):
    write_plugin("first_widen", LAYER)
    write_plugin("second_widen", LAYER)
    kspec.plugins.load("first_widen")
    fails("the plugin first_widen has a layer of this name, too", "second_widen")


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("nobody_has_this", 'no module "nobody_has_this"; a plugin must be in the current folder'),
        ("json.nothing", 'there is no module "json.nothing"'),
        (
            "pets.py",
            '"pets.py" is not the name of a module; a plugin is named as Python imports it: "p',
        ),
        ("my/pets.py", 'a plugin is named as Python imports it: "my.pets"'),
        (
            "../pets.py",
            '"../pets.py" is not the name of a module; a plugin must be in the current folder',
        ),
        ("", '"" is not the name of a module'),
    ],
)
def test_what_is_no_module(module, says):
    fails(says, module)


def test_it_runs_on_the_backend_that_keras_has(backend):
    other = next(name for name in ("jax", "torch") if name != backend)
    with pytest.raises(
        kspec.KspecError, match=rf"{backend} in this process|{other}.*not installed"
    ):
        kspec.plugins.load("nobody_has_this", backend=other)
    assert keras.config.backend() == backend
