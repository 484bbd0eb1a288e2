"""`extends` and `--set`: what lies over what."""

import json

import pytest

from kspec.errors import SpecError, UsageError
from kspec.spec.extends import inherit
from kspec.spec.overrides import apply
from kspec.spec.source import parse, read


@pytest.fixture
def write(tmp_path):
    def write(name, value):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
        return path

    return write


def inherited(path):
    return inherit(read(path, shown=path.name), path, shown=path.name).plain()


def test_objects_merge_and_lists_replace(write):
    write("base.json", {"a": {"x": 1, "y": 2}, "l": [1, 2], "k": 0})
    path = write("s.json", {"extends": "base.json", "a": {"y": 3}, "l": [9]})
    assert inherited(path) == {"a": {"x": 1, "y": 3}, "l": [9], "k": 0}


def test_another_type_replaces_the_whole_object(write):
    write(
        "base.json", {"o": {"type": "Adam", "beta_1": 0.8}, "p": "adam", "q": {"type": "A", "a": 1}}
    )
    path = write(
        "s.json",
        {"extends": "base.json", "o": {"type": "SGD"}, "p": {"type": "SGD"}, "q": {"b": 2}},
    )
    assert inherited(path) == {
        "o": {"type": "SGD"},
        "p": {"type": "SGD"},
        "q": {"type": "A", "a": 1, "b": 2},
    }


def test_the_base_is_sought_beside_the_file_that_names_it(write):
    write("a/base.json", {"extends": "../c.json", "x": 1})
    write("c.json", {"x": 0, "y": 2})
    path = write("s.json", {"extends": "a/base.json", "z": 3})
    assert inherited(path) == {"x": 1, "y": 2, "z": 3}


def test_a_missing_base_is_blamed_on_the_line_that_names_it(write):
    path = write("s.json", {"extends": "bsae.json"})
    with pytest.raises(SpecError) as caught:
        inherited(path)
    assert str(caught.value).startswith("s.json:1:13: error[no-file]: there is no file bsae.json")


def test_a_name_too_long_for_a_file_is_a_missing_base(write):
    path = write("s.json", {"extends": "b" * 5000})
    with pytest.raises(SpecError) as caught:
        inherited(path)
    assert str(caught.value).startswith("s.json:1:13: error[unreadable]: cannot read bbbb")


def test_what_a_spec_extends_is_not_set(write):
    from kspec.errors import UsageError

    with pytest.raises(UsageError, match="what a spec extends is read before"):
        apply(read(write("s.json", {"name": "x"})), "extends=base.json")


def test_a_broken_base_is_blamed_on_itself(write, tmp_path):
    (tmp_path / "base.json").write_text('{"a": 1,}')
    path = write("s.json", {"extends": "base.json"})
    with pytest.raises(SpecError, match=r"^base.json:1:8"):
        inherited(path)


def test_a_circle_is_named(write):
    write("a.json", {"extends": "b.json"})
    write("b.json", {"extends": "a.json"})
    path = write("s.json", {"extends": "a.json"})
    with pytest.raises(SpecError, match=r"circle: a\.json → b\.json → a\.json"):
        inherited(path)
    path = write("self.json", {"extends": "self.json"})
    with pytest.raises(SpecError, match="circle"):
        inherited(path)


@pytest.mark.parametrize("base", [3, ["a.json"], "/etc/passwd", "C:\\a.json", "~/a.json"])
def test_extends_names_one_relative_file(write, base):
    with pytest.raises(SpecError):
        inherited(write("s.json", {"extends": base}))


def test_extends_stays_within_the_folder_of_the_spec(write):
    write("c.json", {"x": 1})
    with pytest.raises(SpecError, match=r"outside the folder of the spec"):
        inherited(write("b/s.json", {"extends": "../c.json"}))
    write("b/a/base.json", {"extends": "../../c.json"})
    with pytest.raises(SpecError, match=r"base.json:1:13: .* outside the folder of the spec"):
        inherited(write("b/s.json", {"extends": "a/base.json"}))


SPEC = {"training": {"optimizer": "adam", "epochs": 3}, "layers": [{"rate": 0.5}, {"rate": 0.1}]}
NAMED = {"name": "named", "layers": [{"type": "ReLU"}, {"rate": 0.1}]}


def applied(setting, **keys):
    return apply(parse(json.dumps({**SPEC, **keys}), "f"), setting).plain()


def test_set_changes_one_value():
    assert applied("training.epochs=5")["training"]["epochs"] == 5
    assert applied("layers[1].rate=0.9")["layers"] == [{"rate": 0.5}, {"rate": 0.9}]
    assert applied("layers[-1].rate=1")["layers"][1] == {"rate": 1}
    assert applied('layers[0]={"type": "ReLU"}')["layers"][0] == {"type": "ReLU"}


def test_values_are_json_or_else_text():
    assert applied("training.loss=mse")["training"]["loss"] == "mse"
    assert applied("training.x=[1, null]")["training"]["x"] == [1, None]
    assert applied("training.x=NaN")["training"]["x"] == "NaN"
    assert applied("training.x=a=b")["training"]["x"] == "a=b"


def test_a_key_that_only_has_a_default_can_be_set():
    assert applied("seed=7")["seed"] == 7
    assert applied("data.validation=0.1")["data"] == {"validation": 0.1}


def test_a_name_alone_opens_into_an_object():
    changed = applied("training.optimizer.learning_rate=3e-4")
    assert changed["training"]["optimizer"] == {"type": "adam", "learning_rate": 3e-4}


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("layers[2].rate=1", r"layers has 2 items, so there is no \[2\]"),
        ("training[0]=1", r"training is not a list, so it has no \[0\]"),
        ("training.epochs.x=1", 'training.epochs is not an object, so it has no "x"'),
        ("layers.rate=1", r"layers is a list; say which item, as in layers\[0\].rate"),
        ("name.x=1", 'name is "[a-z]+", not an object, so it has no "x"'),
        ("layers[0].type.x=1", r'layers\[0\].type is "\w+", not an object, so it has no "x"'),
    ],
)
def test_a_path_that_is_not_there_is_refused(setting, says):
    with pytest.raises(SpecError, match=says) as caught:
        applied(setting, **NAMED)
    assert str(caught.value).startswith(f"--set {setting}: error[no-such-path]")


@pytest.mark.parametrize("setting", ["training.epochs", "=5", "[0]=1", "a..b=1", "a[x]=1", "a b=1"])
def test_what_is_no_setting_is_refused(setting):
    with pytest.raises(UsageError):
        applied(setting)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("[" * 5000, "too-large"),
        ("[" * 150 + "]" * 150, "too-large"),
        ("1e999", "number"),
        ('{"epochs": 1, "epochs": 2}', "duplicate-key"),
        ("\ud800", "not-json"),
        ('["\\udfff"]', "not-json"),
    ],
)
def test_a_value_that_no_file_may_hold_is_refused(value, code):
    with pytest.raises(SpecError) as caught:
        applied(f"training.x={value}")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file) == (code, f"--set training.x={value}")


@pytest.mark.parametrize("path", ["a" + ".a" * 3000, f"layers[{'9' * 5000}].rate"])
def test_a_path_beyond_all_specs_is_refused(path):
    with pytest.raises(UsageError):
        applied(f"{path}=1")
