"""`kspec schema`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec
from kspec.spec.catalog.files import known_versions

COMMITTED = Path("docs/kspec.schema.json")


CODE = """
import sys
from kspec.cli.main import kspec
kspec(sys.argv[1:], standalone_mode=False)
assert not {"keras", "numpy", "jax", "torch", "tensorflow"} & set(sys.modules)
"""


@pytest.fixture
def run_on_the_newest(tmp_path):
    """Run `kspec` in a process of its own as if the newest Keras of the catalogue were there."""
    version = f"{known_versions()[-1]}.0"
    info = tmp_path / "site" / f"keras-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: keras\nVersion: {version}\n", encoding="utf-8")
    paths = [str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-c", CODE, *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_committed_schema_is_current_and_needs_no_framework(run_on_the_newest, tmp_path):
    """If not: `kspec schema -o docs/kspec.schema.json`, with the newest Keras installed."""
    committed = COMMITTED.read_text(encoding="utf-8")
    assert run_on_the_newest("schema") == committed
    written = tmp_path / "schema.json"
    run_on_the_newest("schema", "-o", str(written))
    assert written.read_text(encoding="utf-8") == committed


def test_it_is_json_of_the_draft_that_it_names():
    schema = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    result = CliRunner().invoke(kspec, ["schema", "-o", str(tmp_path / "no" / "s.json")])
    assert result.exit_code == 1
    assert "s.json cannot be written" in result.output


def test_only_a_schema_is_replaced(tmp_path):
    """The spec beside it, named by a slip, is not."""
    schema, spec = tmp_path / "s.json", tmp_path / "spec.json"
    spec.write_text("{}", encoding="utf-8")
    for _ in range(2):
        assert CliRunner().invoke(kspec, ["schema", "-o", str(schema)]).exit_code == 0
    result = CliRunner().invoke(kspec, ["schema", "-o", str(spec)])
    assert result.exit_code == 1
    assert "spec.json exists and is not a schema made by kspec" in result.output
    assert spec.read_text(encoding="utf-8") == "{}"
