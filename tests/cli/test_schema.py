"""`kspec schema`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec

COMMITTED = Path("docs/kspec.schema.json")


@pytest.mark.parametrize("options", [[], ["-o", "schema.json"]], ids=["printed", "written"])
def test_the_committed_schema_is_current(options, tmp_path, monkeypatch):
    """If not: `kspec schema -o docs/kspec.schema.json`."""
    committed = COMMITTED.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(kspec, ["schema", *options])
    assert result.exit_code == 0, result.output
    made = Path("schema.json").read_text(encoding="utf-8") if options else result.stdout
    assert made == committed, "write it anew: kspec schema -o docs/kspec.schema.json"


def test_it_is_json_of_the_draft_that_it_names():
    schema = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_loads_no_framework():
    code = (
        "import sys; from kspec.cli.main import kspec; "
        "kspec(['schema'], standalone_mode=False); "
        "assert not {'keras', 'numpy', 'jax', 'torch', 'tensorflow'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == COMMITTED.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    result = CliRunner().invoke(kspec, ["schema", "-o", str(tmp_path / "no" / "s.json")])
    assert result.exit_code == 1
    assert "s.json cannot be written" in result.output
