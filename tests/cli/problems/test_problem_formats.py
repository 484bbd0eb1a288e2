"""`check --format json|github|sarif`, `--strict`, and what the exit codes say."""

import json
import re
from urllib.parse import unquote, urlparse

import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec
from kspec.cli.problems import github
from kspec.errors import Place, Problem
from kspec.spec.codes import explain


@pytest.fixture
def folder(tmp_path, monkeypatch, write_spec):
    """A folder with one good spec and one with an error in a block, found in a file it extends."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    block = {
        "parameters": {"units": None},
        "layers": [
            {"type": "Flatten"},
            {"type": "Dense", "activation": "softmax", "units": "$units"},
        ],
    }
    write_spec(blocks={"head": block}, layers=[{"block": "head", "units": 10}])
    text = (
        '{"extends": "tiny.json", "description": "日本", "layers": [{"block": "head", "unis": 3}]}'
    )
    (tmp_path / "a b.json").write_text(text, encoding="utf-8")
    text = '{"extends": "tiny.json", "name": "u",\n "layers": [{"block": "head", "units": "3"}]}'
    (tmp_path / "units.json").write_text(text, encoding="utf-8")
    return tmp_path


def check(*words):
    return CliRunner().invoke(kspec, ["check", *words])


def test_json(folder):
    result = check("--format", "json", "units.json", "tiny.json", "--set", "training.epochs=0")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["files"] == ["units.json", "tiny.json"]
    assert found["errors"] == len(found["problems"]) and found["warnings"] == found["notes"] == 0
    by_code = {problem["code"]: problem for problem in found["problems"]}
    (setting, typed) = (by_code["wrong-value"], by_code["wrong-type"])
    assert setting["setting"] == "training.epochs=0"
    assert setting["file"] is setting["line"] is setting["column"] is setting["end_column"] is None
    line = (folder / "units.json").read_text(encoding="utf-8").split("\n")[typed["line"] - 1]
    assert typed["file"] == "units.json" and typed["setting"] is None
    assert line[typed["column"] - 1 : typed["end_column"] - 1] == '"3"'
    assert [place["file"] for place in typed["used_by"]] == ["tiny.json", "units.json"]
    assert typed["level"] == "error" and "must be an integer" in typed["message"]


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_programs_get_a_document_when_all_is_well_too(folder, form):
    result = check("--format", form, "tiny.json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    problems = found["problems"] if form == "json" else found["runs"][0]["results"]
    assert problems == []


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def test_github(folder):
    result = check("--format", "github", "a b.json", "units.json")
    assert result.exit_code == 1
    *commands, summary = result.stdout.splitlines()
    assert summary.startswith("2 specs checked: ")
    for line in commands:
        level, properties, message = COMMAND.fullmatch(line).groups()
        given = dict(each.split("=", 1) for each in properties.split(","))
        assert level == "error" and message
        assert list(given) == ["file", "line", "col", "endColumn", "title"]
        assert given["title"].startswith("kspec ")
        assert int(given["endColumn"]) > int(given["col"])
    typed = next(line for line in commands if "wrong-type" in line)
    assert "%0Aused by tiny.json:" in typed


def test_github_escapes_what_its_commands_are_made_of():
    place = Place("50%,a:b.json", 2, 3, width=4)
    problem = Problem(place, "100% of, a: b", "c", "note", "within")
    assert github.render([problem]) == (
        "::notice file=50%25%2Ca%3Ab.json,line=2,col=3,endColumn=7,title=kspec c"
        "::100%25 of, a: b%0Awithin"
    )
    setting = Problem(Place("--set a=1,2"), "no", "c", "warning")
    assert github.render([setting]) == "::warning title=kspec c::--set a=1,2: no"


def test_github_names_files_from_the_top_of_the_repository(folder, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder.parent))
    assert f"file={folder.name}/units.json," in check("--format", "github", "units.json").stdout


def test_sarif(folder):
    words = ("--format", "sarif", "a b.json", "units.json", "missing.json")
    result = check(*words, "--set", "training.epochs=0")
    assert result.exit_code == 1
    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "kspec" and driver["semanticVersion"] and driver["informationUri"]
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == sorted({each["ruleId"] for each in run["results"]})
    for rule in rules:
        known = explain(rule["id"])
        assert rule["shortDescription"]["text"] == known.title
        assert rule["fullDescription"]["text"] and known.wrong in rule["help"]["text"]
        assert known.right in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] == known.level
        assert rule["helpUri"].endswith(f"/#{rule['id']}")
    base = unquote(urlparse(run["originalUriBaseIds"]["%SRCROOT%"]["uri"]).path)
    assert base == f"{folder}/"
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
        assert each["level"] in ("error", "warning", "note") and each["message"]["text"]
        for number, location in enumerate(each.get("relatedLocations", []), 1):
            assert location["id"] == number and location["message"]["text"]
        for location in (*each["locations"], *each.get("relatedLocations", [])):
            well_formed(location, folder)
    codes = {each["ruleId"] for each in run["results"]}
    assert {"wrong-type", "unknown-key", "no-file", "wrong-value"} <= codes
    typed = next(each for each in run["results"] if each["ruleId"] == "wrong-type")
    assert len(typed["relatedLocations"]) == 2


def well_formed(location, folder):
    if "logicalLocations" in location:
        (logical,) = location["logicalLocations"]
        assert logical["fullyQualifiedName"] == "--set training.epochs=0"
        return
    physical = location["physicalLocation"]
    artifact = physical["artifactLocation"]
    assert artifact["uriBaseId"] == "%SRCROOT%"
    assert " " not in artifact["uri"] and not artifact["uri"].startswith(("/", "file:"))
    path = folder / unquote(artifact["uri"])
    if "region" in physical:
        region = physical["region"]
        line = path.read_text(encoding="utf-8").split("\n")[region["startLine"] - 1]
        assert 1 <= region["startColumn"] < region["endColumn"] <= len(line) + 1
    else:
        assert path.name == "missing.json"


def test_sarif_names_a_file_elsewhere_by_its_full_address(folder, monkeypatch):
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    log = json.loads(check("--format", "sarif", "../units.json").stdout)
    (location,) = log["runs"][0]["results"][0]["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (folder / "units.json").as_uri()


@pytest.fixture
def one_of_each(monkeypatch, tmp_path):
    """Makes the language find a warning and a note in every spec."""
    monkeypatch.chdir(tmp_path)
    problems = (
        Problem(Place("s.json", 1, 1), "beware", "c1", "warning"),
        Problem(Place("s.json", 2, 1), "by the way", "c2", "note"),
    )
    monkeypatch.setattr("kspec.spec.load.check", lambda *_: problems)


def test_strict_takes_warnings_for_errors_but_no_notes(one_of_each):
    result = check("s.json")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "s.json:1:1: warning[c1]: beware",
        "s.json:2:1: note[c2]: by the way",
        "1 spec checked: no errors, 1 warning, 1 note",
    ]
    result = check("--strict", "s.json")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "s.json:1:1: error[c1]: beware",
        "s.json:2:1: note[c2]: by the way",
        "1 spec checked: 1 error, 1 note",
    ]


def test_every_format_knows_the_levels(one_of_each):
    found = json.loads(check("--format", "json", "s.json").stdout)
    assert (found["errors"], found["warnings"], found["notes"]) == (0, 1, 1)
    assert check("--format", "github", "s.json").stdout.startswith("::warning ")
    log = json.loads(check("--format", "sarif", "s.json", "--strict").stdout)
    assert [each["level"] for each in log["runs"][0]["results"]] == ["error", "note"]


def test_a_format_that_does_not_exist_is_a_wrong_word():
    result = check("--format", "xml", "specs")
    assert result.exit_code == 2 and "sarif" in result.stderr
