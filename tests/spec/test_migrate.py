"""Specs of an older version of the language."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.errors import SpecError
from kspec.spec.migrate import VERSION, migrate


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{\n  "name": "a"\n}\n', '{\n  "kspec": 1,\n  "name": "a"\n}\n'),
        ('{"name": "a"}', '{"kspec": 1, "name": "a"}'),
        ("{}", '{"kspec": 1 }'),
        ('{\r\n\t"name": "a"\r\n}', '{\r\n\t"kspec": 1,\r\n\t"name": "a"\r\n}'),
        ('{"name": "a",  "kspec" : 0 }', '{"name": "a",  "kspec" : 1 }'),
        ('{"kspec": 1,\n\n\n"name":"a"}', '{"kspec": 1,\n\n\n"name":"a"}'),
    ],
)
def test_only_the_version_changes(before, after):
    assert migrate(before, "f") == after


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.text().filter(lambda key: key != "kspec"), VALUES), st.integers(0, 4))
def test_the_rest_of_the_spec_stays_as_it_is(values, indent):
    text = json.dumps(values, indent=indent or None)
    migrated = migrate(text, "f")
    assert json.loads(migrated) == values | {"kspec": VERSION}
    assert migrate(migrated, "f") == migrated


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"kspec": 2}', r"f:1:11: error\[version\]: this is version 2 .* a newer kspec is needed"),
        ('{"kspec": "1"}', r'"kspec" is the version of the language, 1'),
        ('{"kspec": true}', r'"kspec" is the version of the language, 1'),
        ('{"kspec": -1}', r'"kspec" is the version of the language, 1'),
        ('{"kspec": 1,}', r"f:1:12"),
        ("[]", r"a spec is a JSON object"),
    ],
)
def test_what_cannot_be_migrated_is_named(text, says):
    with pytest.raises(SpecError, match=says):
        migrate(text, "f")
