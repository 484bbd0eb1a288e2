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
        ('{"a": 1\n "b": 2}', "1:8", "a comma is missing"),
        ('{"a": [1 2]}', "1:9", "a comma is missing"),
        ('{"a": [1, 2}', "1:12", '"]" is missing'),
        ('{"a": [1, 2', "1:12", "never closed"),
        ('{"a": 1', "1:8", "never closed"),
        ('{"a": 1}}', "1:9", "one too many"),
        ("{'a': 1}", "1:2", "double quotes"),
        ("{\"a\": 'b'}", "1:7", "double quotes"),
        ("{a: 1}", "1:2", "double quotes"),
        ('{"a" 1}', "1:5", "colon"),
        ('{"a"\n 1}', "1:5", "colon"),
        ('{"a": }', "1:7", "a value is missing"),
        ('{"a":\n}', "1:6", "a value is missing"),
        ('{"a":', "1:6", "the file ends"),
        ('{"a": 1, 2: 3}', "1:10", "a key in double quotes"),
        ('{"a": ["b": 1]}', "1:11", "only objects"),
        ('{"a": 1: 2}', "1:8", "a colon where a comma should be"),
        ('{"a": 1} "b"', "1:10", "more text follows"),
        ('{"a": True}', "1:7", "true"),
        ('{"a": None}', "1:7", "null"),
        ('{"a": NaN}', "1:7", "NaN"),
        ('{"a": -Infinity}', "1:7", "Infinity"),
        ('{"a": nul}', "1:7", "not a JSON value"),
        ('{"a": 1e999}', "1:7", "too large"),
        ('{"a": 01}', "1:7", "not a number"),
        ('{"a": .5}', "1:7", "not a number"),
        ('{"a": +1}', "1:7", "not a number"),
        ('{"a": 1_000}', "1:7", "not a number"),
        ('{"a": ' + "1" * 401 + "}", "1:7", "400 digits"),
        ('{"a":\u00a01}', "1:6", "U+00A0"),
        ('{"a": "b\tc"}', "1:9", "\\u0009"),
        ('{"a": "C:\\dir"}', "1:10", "a backslash must"),
        ('{\n// a comment\n"a": 1}', "2:1", "no comments"),
        ('{"a": 1 /* b */}', "1:9", "no comments"),
        ('{"a": "b}', "1:7", "no closing double quote"),
        ('{"a": "\\ud800"}', "1:7", "half of a surrogate pair"),
        ('{"a": "b\n"}', "1:7", "on the next line"),
        ('{"a": 1, "a": 2}', "1:10", "twice"),
    ],
)
def test_what_is_not_json_is_named_where_it_stands(text, place, says):
    with pytest.raises(SpecError) as caught:
        parse(text, "f.json")
    assert str(caught.value).startswith(f"f.json:{place}: error[")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ('{"a": NaN}', "NaN"),
        ("{'key': 1}", "'key'"),
        ('{"a": \'b c\', "d": 1}', "'b c'"),
        ('{"a": text}', "text"),
        ('{"a": 0x10}', "0x10"),
        ('{"a": 1, "a": 2}', '"a"'),
        ('{"a": "b\n"}', '"b'),
        ('{"a": 1 // one\n}', "// one"),
        ('{"a": 1,}', ","),
    ],
)
def test_what_is_not_json_is_marked_as_far_as_it_goes(text, marked):
    with pytest.raises(SpecError) as caught:
        parse(text, "f.json")
    (place,) = (problem.place for problem in caught.value.problems)
    line = text.split("\n")[place.line - 1]
    assert line[place.column - 1 :][: place.width] == marked


def test_values_and_keys_know_how_wide_they_are():
    text = '{"a": "b\\u00e9", "long key": [-1.5e3, true], "o": {}}'
    node = parse(text, "f.json")

    def written(place):
        return text[place.column - 1 :][: place.width]

    assert written(node.at(("a",)).place) == '"b\\u00e9"'
    assert written(node.key_place(("long key",))) == '"long key"'
    assert written(node.at(("long key", 0)).place) == "-1.5e3"
    assert written(node.at(("long key", 1)).place) == "true"
    assert written(node.at(("long key",)).place) == "["
    assert written(node.at(("o",)).place) == "{"
    user = node.at(("a",)).place
    assert written(node.at(("long key",)).used_by(user).at((0,)).place) == "-1.5e3"


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


def test_a_byte_that_is_not_utf8_is_found_by_characters(tmp_path):
    (tmp_path / "s.json").write_bytes('\ufeff{"a":\n "éé'.encode() + b'\xff"}')
    with pytest.raises(SpecError) as caught:
        read(tmp_path / "s.json", shown="s.json")
    assert str(caught.value).startswith("s.json:2:5: error[encoding]: the byte 0xff")


def test_a_byte_order_mark_of_utf8_is_no_fault(tmp_path):
    (tmp_path / "s.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read(tmp_path / "s.json").plain() == {"a": 1}


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(SpecError, match="there is no file"):
        read(tmp_path / "s.json")
    with pytest.raises(SpecError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(SpecError, match="null character"):
        read(tmp_path / "s\0.json")


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    with (tmp_path / "s.json").open("wb") as file:
        file.truncate(11_000_000)
    with pytest.raises(SpecError, match="more than 10,000,000 bytes"):
        read(tmp_path / "s.json")


def test_deep_nesting_is_refused_not_a_crash():
    with pytest.raises(SpecError, match="levels of nesting"):
        parse('{"a":' + "[" * 100_000, "f")
