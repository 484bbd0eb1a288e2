"""`kspec migrate`."""

from click.testing import CliRunner

from kspec.cli.main import kspec


def test_files_are_rewritten_in_place(tmp_path):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(b'{\r\n  "name": "a"\r\n}')
    new.write_text('{"kspec": 1}')
    before = new.stat().st_mtime_ns
    result = CliRunner().invoke(kspec, ["migrate", str(old), str(new)])
    assert result.exit_code == 0, result.output
    assert result.output == f"{old}: now version 1\n{new}: version 1 already\n"
    assert old.read_bytes() == b'{\r\n  "kspec": 1,\r\n  "name": "a"\r\n}'
    assert new.stat().st_mtime_ns == before


def test_one_file_that_cannot_be_migrated_leaves_all_as_they_are(tmp_path):
    old, broken = tmp_path / "old.json", tmp_path / "broken.json"
    old.write_text("{}")
    broken.write_text('{"kspec": 3}')
    result = CliRunner().invoke(kspec, ["migrate", str(old), str(broken)])
    assert result.exit_code == 2
    assert f"{broken}:1:11: error[version]: this is version 3" in result.output
    assert old.read_text() == "{}"


def test_a_folder_stands_for_its_specs(tmp_path):
    (tmp_path / "specs" / "below").mkdir(parents=True)
    files = [tmp_path / "specs" / name for name in ("b.json", "a.json", "notes.txt")]
    for file in (*files, tmp_path / "specs" / "below" / "c.json"):
        file.write_text("{}")
    result = CliRunner().invoke(kspec, ["migrate", str(tmp_path / "specs"), str(files[2])])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        f"{file}: now version 1" for file in (files[1], files[0], files[2])
    ]
    assert (tmp_path / "specs" / "below" / "c.json").read_text() == "{}"


def test_a_folder_without_specs_is_named(tmp_path):
    result = CliRunner().invoke(kspec, ["migrate", str(tmp_path)])
    assert result.exit_code == 2
    assert result.output == f"{tmp_path}: there is no spec in this folder, no *.json\n"
