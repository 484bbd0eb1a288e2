"""Reading JSON: every value knows its place, and what is not JSON is named where it stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.errors import SpecError
from kspec.spec.source import parse, read

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values), st.sampled_from([None, 1, 4]))
def test_reads_what_the_standard_library_writes(value, indent):
    # Hypothesis's texts hold no lone surrogates, which a spec may not hold either.
    assert parse(json.dumps(value, indent=indent), "f").plain() == value


@given(st.text(alphabet="{}[]\",:0123456789.-eE \ntrufalsn\\/x'", max_size=40))
def test_accepts_exactly_what_the_standard_library_accepts(text):
    def refuse(word):
        raise ValueError(word)

    def no_twins(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("twins")
        return dict(pairs)

    try:
        expected = json.loads(text, parse_constant=refuse, object_pairs_hook=no_twins)
    except ValueError:
        expected = None
    if isinstance(expected, dict) and "Infinity" not in repr(expected):
        try:
            assert parse(text, "f").plain() == expected
        except SpecError as error:
            assert "too large" in str(error)
    else:
        with pytest.raises(SpecError):
            parse(text, "f")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_place(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(data)
    try:
        read(path)
    except SpecError as error:
        assert all(problem.place.line >= 1 for problem in error.problems)


def test_places_are_lines_and_columns_from_one():
    node = parse('{\n  "a": [1,\n    {"b": "é"}],\n  "c": true}', "f.json")
    assert str(node.at(("a", 0)).place) == "f.json:2:9"
    assert str(node.at(("a", 1, "b")).place) == "f.json:3:11"
    assert str(node.key_place(("c",))) == "f.json:4:3"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "1:1", "is empty"),
        ("  \n ", "2:2", "is empty"),
        ("[1]", "1:1", "a spec is a JSON object"),
        ('{"a": 1,}', "1:8", "one too many"),
        ('{"a": [1, 2,]}', "1:12", "one too many"),
        ('{"a": 1\n "b": 2}', "2:2", "a comma is missing"),
        ('{"a": [1, 2}', "1:12", '"]" is missing'),
        ('{"a": [1, 2', "1:12", "never closed"),
        ('{"a": 1', "1:8", "never closed"),
        ('{"a": 1}}', "1:9", "a bracket too many"),
        ("{'a': 1}", "1:2", "double quotes"),
        ("{\"a\": 'b'}", "1:7", "double quotes"),
        ("{a: 1}", "1:2", "double quotes"),
        ('{"a" 1}', "1:6", "colon"),
        ('{"a": }', "1:7", "a value is missing"),
        ('{"a": True}', "1:7", "true"),
        ('{"a": None}', "1:7", "null"),
        ('{"a": NaN}', "1:7", "NaN"),
        ('{"a": nul}', "1:7", "not a JSON value"),
        ('{"a": 1e999}', "1:7", "too large"),
        ('{\n// a comment\n"a": 1}', "2:1", "no comments"),
        ('{"a": 1 /* b */}', "1:9", "no comments"),
        ('{"a": "b}', "1:7", "no closing double quote"),
        ('{"a": "\\ud800"}', "1:7", "half of a surrogate pair"),
        ('{"a": "b\n"}', "1:9", "end of its line"),
        ('{"a": 1, "a": 2}', "1:10", "twice"),
    ],
)
def test_what_is_not_json_is_named_where_it_stands(text, place, says):
    with pytest.raises(SpecError) as caught:
        parse(text, "f.json")
    assert str(caught.value).startswith(f"f.json:{place}: error[")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        ('{"a": 1}'.encode("utf-16-le"), "UTF-16"),
        ('{"a": 1}'.encode("utf-32"), "UTF-32"),
        (b'{"a":\n "\xff"}', "UTF-8"),
    ],
)
def test_other_encodings_are_named(tmp_path, data, says):
    (tmp_path / "s.json").write_bytes(data)
    with pytest.raises(SpecError, match=says):
        read(tmp_path / "s.json")


def test_a_byte_order_mark_of_utf8_is_no_fault(tmp_path):
    (tmp_path / "s.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read(tmp_path / "s.json").plain() == {"a": 1}


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(SpecError, match="there is no file"):
        read(tmp_path / "s.json")
    with pytest.raises(SpecError, match="is a folder"):
        read(tmp_path)


def test_deep_nesting_is_refused_not_a_crash():
    with pytest.raises(SpecError, match="levels of nesting"):
        parse('{"a":' + "[" * 100_000, "f")
