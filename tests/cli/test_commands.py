"""The commands as a user types them: what they print, how they exit."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from kspec.cli.main import kspec

SPEC = "specs/quickstart.json"


def call(*words):
    """Run a command in this process; returns its result (exit_code, stdout, stderr)."""
    return CliRunner().invoke(kspec, [str(word) for word in words])


def fails(code, says, *words):
    """The command exits with `code` and says one clear thing, without a traceback."""
    result = call(*words)
    output = result.stdout + result.stderr
    assert result.exit_code == code, output
    assert says in output, output
    assert "Traceback" not in output


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of the tiny spec, made by the command; returns (folder of runs, output)."""
    from tiny_spec import TINY

    folder = tmp_path_factory.mktemp("commands")
    (folder / "tiny.json").write_text(
        json.dumps({**TINY, "reference": {"source": "report", "test_accuracy": 0.5}})
    )
    result = call("train", folder / "tiny.json", "--run-dir", folder / "runs")
    assert result.exit_code == 0, result.output
    return folder / "runs", result.stdout


def test_train_says_what_it_does_and_ends_with_the_accuracy(trained, backend):
    _, output = trained
    assert f"backend     {backend} (" in output
    assert "epoch 1/2" in output and "val_loss" in output
    last = output.splitlines()[-1]
    assert last.startswith("test accuracy 0.") and "(report 0.5000, 2 epochs" in last


@pytest.mark.any_backend
def test_train_warns_of_what_check_warns_of(write_spec, tmp_path):
    path = write_spec(**{"training.batch_size": 5000})
    assert "warning[batch-larger-than-data]" in call("check", path).stdout
    result = call("train", path, "--run-dir", tmp_path / "runs")
    assert result.exit_code == 0, result.output
    assert result.stderr.count("warning[batch-larger-than-data]") == 1
    quiet = call("train", path, "--run-dir", tmp_path / "runs", "--quiet")
    assert "warning" not in quiet.stderr


@pytest.mark.any_backend
def test_quiet_prints_the_last_line_only(write_spec, tmp_path):
    result = call("train", write_spec(), "-q", "--run-dir", tmp_path, "--set", "training.epochs=1")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.startswith("test accuracy 0.")


def test_ls_evaluate_predict_summary_of_a_run(trained, tmp_path):
    runs, _ = trained
    listed = call("ls", "--run-dir", runs)
    assert listed.exit_code == 0 and "tiny" in listed.stdout and "completed" in listed.stdout
    (listed,) = json.loads(call("ls", "--run-dir", runs, "--json").stdout)
    assert listed["epochs"] == 2

    evaluated = call("evaluate", "tiny", "--run-dir", runs)
    assert evaluated.exit_code == 0 and "accuracy" in evaluated.stdout
    assert "circle" in evaluated.stdout
    evaluated = json.loads(call("evaluate", "latest", "--run-dir", runs, "--json").stdout)
    assert evaluated["metrics"]["accuracy"] == pytest.approx(listed["test"]["accuracy"], abs=1e-6)

    Image.new("RGB", (12, 12), "blue").save(tmp_path / "blue.png")
    named = call("predict", "tiny", tmp_path / "blue.png", "--run-dir", runs, "--top", "2")
    assert named.exit_code == 0 and named.stdout.count("%") == 2
    (named,) = json.loads(
        call("predict", "tiny", tmp_path / "blue.png", "--run-dir", runs, "--json").stdout
    )
    assert len(named["classes"]) == 3

    assert "174" in call("summary", "tiny", "--run-dir", runs).stdout


@pytest.mark.any_backend
def test_a_bad_picture_among_good_ones_is_named_and_the_others_are_told(trained, tmp_path):
    runs, _ = trained
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.new("RGB", (12, 12), "blue").save(good)
    bad.write_bytes(b"no picture")
    words = ("predict", "tiny", bad, good, tmp_path / "missing.png", good, "--run-dir", runs)
    result = call(*words)
    assert result.exit_code == 1
    assert [line.partition(": ")[0] for line in result.stdout.splitlines()] == [str(good)] * 2
    told = [line for line in result.stderr.splitlines() if "backend" not in line]
    assert [line.partition(": ")[0] for line in told[1:3]] == [
        str(bad),
        str(tmp_path / "missing.png"),
    ]
    assert told[3:] == ["2 of 4 pictures could not be read"]
    assert [each["image"] for each in json.loads(call(*words, "--json").stdout)] == [str(good)] * 2
    alone = call("predict", "tiny", bad, "--run-dir", runs, "--json")
    assert (alone.exit_code, json.loads(alone.stdout)) == (1, [])


@pytest.mark.any_backend
@pytest.mark.parametrize("verb", ["evaluate", "predict"])
def test_which_run_was_taken_is_said_where_the_words_leave_it_open(verb, trained, tmp_path):
    runs, _ = trained
    (run,) = runs.glob("tiny/*")
    Image.new("RGB", (12, 12), "blue").save(tmp_path / "blue.png")
    words = [tmp_path / "blue.png"] if verb == "predict" else []
    for text, told in (("latest", [f"run {run}"]), (runs, [f"run {run}"]), (run, [])):
        result = call(verb, text, *words, "--run-dir", runs)
        assert result.exit_code == 0, result.output
        assert [line for line in result.stderr.splitlines() if "backend" not in line] == told


@pytest.mark.any_backend
def test_a_run_without_an_epoch_has_no_trained_weights(trained, tmp_path):
    runs, _ = trained
    (run,) = runs.glob("tiny/*")
    early = shutil.copytree(run, tmp_path / "early")
    for name in ("history.json", "history.csv", "result.json"):
        (early / name).unlink(missing_ok=True)
    result = call("evaluate", early)
    assert result.exit_code == 0, result.output
    note = f"note: no epoch of {early} has ended; its weights are the initial ones, or those of a "
    assert f"{note}few steps\n" in result.stderr
    assert "note: no epoch" not in call("evaluate", run).stderr


@pytest.fixture
def another(trained, tmp_path):
    """A copy of the run of the tiny spec; returns (folder of runs, the run)."""
    shutil.copytree(trained[0], tmp_path / "runs")
    (folder,) = (tmp_path / "runs" / "tiny").iterdir()
    return tmp_path / "runs", folder


@pytest.mark.any_backend
def test_a_run_that_is_over_goes_on_only_with_a_change(another):
    runs, folder = another
    (before,) = json.loads(call("ls", "--json", "--run-dir", runs).stdout)
    fails(1, "is completed: there is nothing to resume", "train", "--resume", folder)
    more = ("train", "--resume", "latest", "--run-dir", runs, "--set", "training.epochs=3")
    fails(1, "  training.epochs: 2 → 3\n--allow-change", *more)
    result = call(*more, "--allow-change")
    assert result.exit_code == 0, result.output
    assert f"going on after epoch 2, from {folder / 'checkpoints'}" in result.stdout
    assert "epoch 3/3" in result.stdout and "epoch 2/3" not in result.stdout
    (run,) = json.loads(call("ls", "--json", "--run-dir", runs).stdout)
    assert run["epochs"] == 3
    assert run["identity"] != before["identity"]


@pytest.mark.any_backend
def test_auto_begins_a_run_where_there_is_none_to_go_on_with(another):
    runs, folder = another
    auto = ("train", folder / "spec.json", "--resume", "auto", "--run-dir", runs, "--quiet")
    result = call(*auto)
    assert result.exit_code == 0
    assert result.stdout == f"{folder} is completed: there is nothing to resume\n"
    result = call(*auto, "--set", "training.epochs=1")
    assert result.exit_code == 0, result.output
    assert len(list((runs / "tiny").iterdir())) == 2
    unfinished = next(path for path in (runs / "tiny").iterdir() if path != folder)
    (unfinished / "result.json").unlink()
    result = call(*auto, "--set", "training.epochs=1")
    assert result.exit_code == 0, result.output
    assert len(list((runs / "tiny").iterdir())) == 2 and (unfinished / "result.json").exists()


@pytest.mark.any_backend
def test_auto_says_which_damaged_run_it_passes_over(another):
    runs, folder = another
    newer = folder.with_name(f"9{folder.name[1:]}")
    shutil.copytree(folder, newer)
    (newer / "environment.json").write_text("{")
    result = call("train", folder / "spec.json", "--resume", "auto", "--run-dir", runs, "--quiet")
    assert result.exit_code == 0 and "there is nothing to resume" in result.stdout
    assert f"{newer} is damaged and is skipped; --resume {newer} says why" in result.stderr


def test_verify_trains_again_and_compares(another):
    _, folder = another
    result = call("verify", folder, "--tolerance", "0.5")
    assert result.exit_code == 0, result.output
    assert (
        'confirmed within 0.5 (not compared to the last bit: the spec does not say "determ'
        in (result.stdout.splitlines()[-1])
    )
    assert not [line for line in result.stdout.splitlines() if line != line.rstrip()]
    values = json.loads((folder / "result.json").read_text())
    values["test"]["accuracy"] = 0.99
    (folder / "result.json").write_text(json.dumps(values))
    result = call("verify", folder / "spec.json", "--against", folder, "--json")
    assert result.exit_code == 1, result.output
    verdict = json.loads(result.stdout)
    assert not verdict["holds"] and verdict["tolerance"] == 0.02
    (test,) = (one for one in verdict["comparisons"] if one["name"] == "test accuracy")
    assert test["recorded"] == 0.99 and test["now"] < 0.9


def test_verify_takes_a_run_although_a_file_has_its_name(another, tmp_path, monkeypatch):
    runs, _ = another
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latest").touch()
    result = call("verify", "latest", "--run-dir", runs, "--tolerance", "1")
    assert result.exit_code == 0, result.output


@pytest.mark.any_backend
def test_summary_of_a_spec():
    result = call("summary", "specs/arch2.json")
    assert result.exit_code == 0
    for number in ("802,506", "801,034", "1,472"):
        assert number in result.stdout
    table = json.loads(call("summary", "specs/arch2.json", "--json").stdout)
    assert table["total_params"] == 802506 and len(table["rows"]) == 29
    rows = call("summary", "specs/arch2.json", "--csv").stdout.splitlines()
    assert len(rows) == 30 and rows[1].split(",")[1] == "Conv2D"


@pytest.mark.language
def test_check_finds_nothing_wrong_with_the_shipped_specs():
    result = call("check", "specs", "--build")
    assert result.exit_code == 0, result.stdout
    count = len(list(Path("specs").glob("*.json")))
    assert result.stdout.strip() == f"{count} specs checked: no errors"


@pytest.mark.language
def test_check_of_many_files_lists_all_problems(write_spec, tmp_path):
    one = write_spec("one", seed=-1, **{"training.epochs": 0})
    two = write_spec("two", layers=[{"type": "Relu"}])
    fine = write_spec("fine")
    result = call("check", one, two, fine)
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert len(lines) == 4 and lines[-1] == "3 specs checked: 3 errors"
    assert lines[0].startswith(f"{one}:") and lines[2].startswith(f"{two}:")


@pytest.mark.language
def test_check_of_a_folder_without_specs(tmp_path):
    fails(2, "there is no spec in this folder", "check", tmp_path)
    fails(2, "an empty text names no spec", "check", "")


@pytest.mark.parametrize(
    ("command", "formats"),
    [
        (["summary"], ["--json", "--csv"]),
        (["diff", SPEC], ["--json", "--markdown"]),
        (["ablate", SPEC], ["--json", "--markdown"]),
    ],
)
def test_two_formats_at_once_are_refused(command, formats):
    fails(2, f"{' and '.join(formats)}: one at a time", *command, SPEC, *formats)


def test_check_build_holds_a_spec_to_its_claims(write_spec):
    path = write_spec(expect={"total_params": 5})
    fails(1, '"total_params" is expected to be 5', "check", path, "--build")
    unfit = {"type": "STFTSpectrogram", "frame_length": 4, "frame_step": 4}
    path = write_spec(layers=[unfit])
    fails(1, "layers[0] STFTSpectrogram cannot take the shape (8, 8, 3)", "check", path, "--build")


def test_check_build_makes_everything_else_too(write_spec, write_plugin):
    write_plugin(
        "unwilling",
        """
        import keras

        @plugins.layer
        class Unwilling(keras.layers.Layer):
            def __init__(self, **kwargs):
                raise ValueError("not today")
        """,
    )
    path = write_spec(
        augmentation=[{"type": "Unwilling"}],
        **{"training.optimizer": {"type": "SGD", "use_ema": True, "ema_overwrite_frequency": -1}},
        expect={"total_params": 5},
    )
    assert call("check", path, "--plugin", "unwilling").exit_code == 0
    result = call("check", path, "--build", "--plugin", "unwilling")
    assert result.exit_code == 1
    assert '"total_params" is expected to be 5' in result.stdout
    assert "augmentation[0]" in result.stdout and "not today" in result.stdout
    assert "training.optimizer: Keras cannot make this SGD" in result.stdout


@pytest.mark.language
def test_show():
    assert call("show", "specs/arch3.json").stdout == Path("specs/arch3.json").read_text()
    resolved = json.loads(call("show", "--resolved", "specs/arch3_augmented.json").stdout)
    assert len(resolved["layers"]) == 37 and resolved["training"]["batch_size"] == 512
    assert resolved["augmentation"][0]["factor"] == 5 / 360
    changed = call("show", "specs/arch3.json", "--resolved", "--set", "training.epochs=7")
    assert json.loads(changed.stdout)["training"]["epochs"] == 7
    origins = call("show", "--resolved", "--origins", "specs/arch3.json", "--set", "seed=4").stdout
    assert "seed = 4    --set seed=4" in origins
    assert "training.batch_size = 512    specs/arch1.json:" in origins
    assert "data.standardize = false    default" in origins


def test_preview_writes_a_picture(write_spec, tmp_path):
    path = write_spec(augmentation=[{"type": "RandomFlip", "mode": "horizontal"}])
    result = call("preview", path, "-o", tmp_path / "sheet.png", "--images", 2, "--variants", 2)
    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
    assert call("preview", path, "-o", tmp_path / "sheet.png").exit_code == 0
    fails(2, "no augmentation", "preview", write_spec("plain"), "-o", tmp_path / "sheet.png")
    fails(2, "must end in .png", "preview", path, "-o", path)
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"mine")
    fails(1, "is not a picture made by kspec", "preview", path, "-o", photo)
    assert photo.read_bytes() == b"mine"


def test_backends_shows_what_is_there(backend):
    infos = {info["name"]: info for info in json.loads(call("backends", "--json").stdout)}
    assert set(infos) == {"tensorflow", "torch", "jax"}
    assert infos[backend]["version"] and infos[backend]["devices"]
    assert infos[backend]["problem"] is None
    for info in infos.values():
        assert info["version"] or f"kspec[{info['name']}]" in info["problem"]


BAD_FILES = {
    "not json": (b'{"kspec": 1,}', "one too many"),
    "empty": (b"", "the file is empty"),
    "not utf-8": (b'{"a": "\xff"}', "UTF-8"),
    "an array": (b"[]", "a spec is a JSON object"),
}


@pytest.mark.language
@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("verb", ["train", "check", "show", "summary"])
def test_a_file_that_is_no_spec(verb, kind, tmp_path):
    data, says = BAD_FILES[kind]
    (tmp_path / "s.json").write_bytes(data)
    fails(1 if verb == "check" else 2, says, verb, tmp_path / "s.json")


@pytest.mark.language
@pytest.mark.parametrize("verb", ["train", "check", "show"])
def test_a_missing_file_and_a_folder(verb, tmp_path):
    code = 1 if verb == "check" else 2
    fails(code, "there is no file", verb, tmp_path / "missing.json")
    if verb != "check":
        fails(2, "is a folder", verb, tmp_path)


@pytest.mark.language
@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        (
            {"layers": [{"type": "Conv3d"}]},
            2,
            'Keras has no layer "Conv3d". Did you mean "Conv3D"?',
        ),
        ({"layers": [{"type": "Dense", "unit": 3}]}, 2, 'Did you mean "units"?'),
        ({"layers": [{"type": "Dense", "units": "3"}]}, 2, "must be an integer"),
        ({"layers": [{"type": "MaxPooling2D", "pool_size": 9}]}, 2, "cannot take (8, 8, 3)"),
        ({"layers": [{"type": "ReLU", "max_value": "$top"}]}, 2, '"$top" is not defined'),
        ({"extends": "missing.json"}, 2, "there is no file"),
        ({"extends": "tiny.json"}, 2, "specs extend each other in a circle"),
        ({"training.epochs": 0}, 2, '"epochs" must be at least 1, not 0'),
        ({"data.validation": 0.001}, 1, "validation"),
        ({"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 5}]}, 1, "5 outputs"),
    ],
)
def test_a_spec_that_is_wrong(write_spec, tmp_path, changes, code, says):
    path = write_spec(**changes)
    fails(code, says, "train", path, "--run-dir", tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.language
def test_train_tells_all_that_check_tells(write_spec, tmp_path):
    layers = [{"type": "Flatten"}, {"type": "Dence", "units": 10}, {"type": "ReLU", "slop": 1}]
    path = write_spec(layers=layers, **{"training.epoch": 3})
    wanted = call("check", path).stdout
    assert wanted.count(": error[") == 3
    result = call("train", path, "--run-dir", tmp_path / "runs")
    assert result.exit_code == 2 and result.stderr.count(": error[") == 3
    assert all(line in wanted for line in result.stderr.splitlines())


@pytest.mark.any_backend
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "training.epoch=3"], 'has no key "epoch". Did you mean "epochs"?'),
        (["--set", "layers[9].rate=3"], "layers has 6 items"),
        (["--set", "training.epochs"], "write PATH=VALUE"),
        (["--backend", "tensorflw"], "tensorflow"),
        (["--data", "missing.npz"], "does not exist"),
        (["--colour"], "No such option"),
        (["--allow-change"], "--allow-change belongs to --resume"),
    ],
)
def test_words_that_make_no_sense(write_spec, tmp_path, words, says):
    fails(2, says, "train", write_spec(), "--run-dir", tmp_path / "runs", *words)
    assert not (tmp_path / "runs").exists()


@pytest.mark.language
def test_resume_verify_and_check_need_to_know_what():
    fails(2, "train needs a SPEC, or --resume RUN", "train")
    fails(2, "--resume auto needs a SPEC", "train", "--resume", "auto")
    fails(2, "--resume needs a run, or auto", "train", "--resume", "")
    fails(2, "--set changes a SPEC", "verify", "latest", "--set", "seed=1")
    fails(2, "arch3.json --against RUN", "verify", "specs/arch3.json")


@pytest.mark.any_backend
@pytest.mark.parametrize("verb", ["evaluate", "predict"])
def test_a_run_that_is_not_there(verb, trained, tmp_path):
    runs, _ = trained
    words = [tmp_path / "picture.png"] if verb == "predict" else []
    fails(1, "there is no run", verb, "nobody", *words, "--run-dir", runs)
    fails(1, "does not exist", verb, "latest", *words, "--run-dir", tmp_path / "runs")


@pytest.mark.any_backend
def test_a_fault_of_kspecs_own_is_one_line_and_debug_shows_it(monkeypatch, write_spec):
    def broken(*_, **__):
        raise ZeroDivisionError("nobody expects this")

    monkeypatch.setattr("kspec.spec.load.inherit", broken)
    fails(1, "nobody expects this", "show", write_spec())
    assert isinstance(call("--debug", "show", write_spec()).exception, ZeroDivisionError)


@pytest.mark.language
@pytest.mark.parametrize(
    "words", [["--help"], ["check", "specs"], ["show", "--resolved", "specs/arch3.json"], ["ls"]]
)
def test_the_light_commands_import_no_framework(words):
    code = (
        "import sys; from kspec.cli.main import kspec; kspec(sys.argv[1:], standalone_mode=False);"
        "print(sorted({'keras', 'numpy', 'jax', 'torch', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done


@pytest.mark.language
@pytest.mark.skipif(os.name == "nt", reason="closed by a POSIX shell")
def test_closed_outputs_are_no_error(tmp_path):
    command = shlex.join([sys.executable, "-m", "kspec", "ls", "--run-dir", str(tmp_path)])
    for closed in (">&-", ">&- 2>&-"):
        done = subprocess.run(
            ["sh", "-c", f"{command} {closed}"], stderr=subprocess.PIPE, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
