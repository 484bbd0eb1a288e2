"""The schema, made once."""

import jsonschema
import pytest

from kspec.spec.schema import schema


@pytest.fixture(scope="session")
def whole():
    return schema()


# Functions, and not the validator: pytest would print all of it where a test fails.
@pytest.fixture(scope="session")
def errors_of(whole):
    """What the schema finds in a spec."""
    validator = jsonschema.Draft202012Validator(whole)
    return lambda spec: list(validator.iter_errors(spec))


@pytest.fixture(scope="session")
def takes(whole):
    """Whether a definition of the schema takes a value."""
    validator = jsonschema.Draft202012Validator(whole)
    return lambda name, value: validator.evolve(schema={"$ref": f"#/$defs/{name}"}).is_valid(value)
