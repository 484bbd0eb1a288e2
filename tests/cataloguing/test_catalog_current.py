"""The committed catalogue against the Keras that is installed."""

import importlib.util
import inspect
import json
import warnings

import keras
import pytest

import kspec.initializers
import kspec.layers
import kspec.optimizers
import kspec.schedules
from kspec.cataloguing import corrections, generate, refusals
from kspec.spec import catalog
from kspec.spec.catalog import files

OWN = {
    "initializers": kspec.initializers,
    "layers": kspec.layers,
    "optimizers": kspec.optimizers,
    "schedules": kspec.schedules,
}
pytestmark = pytest.mark.keras


def classes():
    """Every class of the catalogue: its entry, and what Keras has under that name."""
    for kind in catalog.OBJECT_KINDS:
        module = keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)
        for name in catalog.names(kind):
            entry = catalog.find(kind, name)
            if not entry.is_function and name not in ("Backbone", "Model", "Shared"):
                yield entry, getattr(module, name, None) or getattr(OWN[kind], name)


@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None,
    reason="a few layers can only be made, and so tried out, with TensorFlow installed",
)
def test_the_files_are_what_the_generator_writes(capsys, tmp_path, monkeypatch):
    fresh = generate.catalogue()
    monkeypatch.setattr(generate, "catalogue", lambda: fresh)
    code, told = generate.main(["--check"]), capsys.readouterr().out
    assert code == 0, told
    assert "what this Keras says" in told
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    assert generate.main(["--check"]) == 1
    main = files.file_name(generate.installed_minor())
    assert f"{main} is missing" in capsys.readouterr().out
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    text = (tmp_path / main).read_text(encoding="utf-8")
    (tmp_path / main).write_text(text.replace('"filters":', '"fliters":'), encoding="utf-8")
    capsys.readouterr()
    assert generate.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert '-   "Conv2D": ' in told
    assert '+   "Conv2D": ' in told
    assert '"Dense"' not in told


def test_names_and_defaults_are_those_of_the_signatures():
    for entry, cls in classes():
        if entry.name in ("CSVLogger", "CategoryEncoding"):
            continue  # what kspec asks for differs from the signature on purpose
        for name, parameter in inspect.signature(cls).parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD or name in ("args", "kwargs"):
                continue
            argument = entry.arguments[name]
            assert argument.required == (parameter.default is parameter.empty), (entry.name, name)
            if not argument.required and argument.default is not None:
                assert argument.default == json.loads(json.dumps(parameter.default))


@pytest.mark.parametrize(
    "kind", ["initializers", "regularizers", "constraints", "losses", "metrics", "activations"]
)
def test_every_other_name_is_a_string_that_keras_takes(kind):
    module = getattr(keras, kind)
    chosen_by_shapes = refusals.FUNCTIONS.get(kind, ())
    own = dir(OWN.get(kind))
    for name in set(catalog.spellings(kind)) - set(dir(module)) - set(own) - set(chosen_by_shapes):
        # Everything else is a public name of the module.
        entry = catalog.find(kind, name)
        if not any(argument.required for argument in entry.arguments.values()):
            assert module.get(name) is not None


def test_constructors_take_every_argument_of_the_catalogue():
    for entry, cls in classes():
        for argument in entry.arguments.values():
            if not argument.required and argument.default is not None:
                made(cls, **{argument.name: argument.default})


def test_no_layer_takes_an_argument_of_a_base_that_the_catalogue_lacks():
    for entry, cls in classes():
        if entry.kind != "layers" or entry.name == "HashedCrossing":
            continue  # HashedCrossing takes anything and ignores it
        if made(cls) is None:
            continue
        for base in cls.__mro__:
            if base.__module__.startswith("keras."):
                for name in inspect.signature(base.__init__).parameters:
                    known = name in entry.arguments or name in corrections.IGNORED
                    if not known and name not in ("self", "args", "kwargs", "object"):
                        with pytest.raises((TypeError, ValueError)):
                            made(cls, **{name: None})


def test_what_keras_says_of_its_own_objects_passes():
    """`get_config` gives valid arguments, so none of them may be a finding."""
    for entry, cls in classes():
        thing = made(cls)
        if not hasattr(thing, "get_config"):
            continue
        config = json.loads(json.dumps(thing.get_config(), default=lambda value: None))
        plain = {
            name: value
            for name, value in config.items()
            if name in entry.arguments and not _has_config(value)
        }
        findings = catalog.check_object(entry.kind, {"type": entry.name, **plain})
        assert [found for found in findings if found.code != "missing-argument"] == []


def made(cls, **arguments):
    """An instance of `cls`; None where it needs TensorFlow and that is not installed."""
    samples = {**corrections.samples(keras), "init_values": 0.1, "projection_dim": 2}
    samples["PiecewiseLinear.boundaries"] = [1, 2]
    given = {
        name: samples.get(f"{cls.__name__}.{name}", samples.get(name))
        for name, parameter in inspect.signature(cls).parameters.items()
        if (parameter.default is parameter.empty and name not in ("args", "kwargs"))
        or f"{cls.__name__}.{name}" in samples
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return cls(**{**given, **arguments})
        except ImportError:
            assert importlib.util.find_spec("tensorflow") is None
            return None


def _has_config(value):
    if isinstance(value, dict):
        return "class_name" in value or any(map(_has_config, value.values()))
    return isinstance(value, list) and any(map(_has_config, value))
