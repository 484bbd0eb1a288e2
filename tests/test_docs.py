"""The README and the documentation, done as they say, on the backend under test.

A page is done from top to bottom in a folder of its own that has the specs in it:

- In a console block, a line after `$ ` is a command and what follows is its output. The output of
  `ablate`, `check`, `diff`, `show` and `summary` must be just that, where it is given, but for the
  line that names the backend; `…` alone on a line stands for any lines. A command must succeed,
  unless its output shows an error; `diff` exits with 1 where it shows a difference.
- A JSON block with a title in `specs/` is an excerpt, and each of its lines stands in that file.
  With another title it is a file, which is written. Without one it is a spec, which must be right,
  or a part of one, which must be JSON.
- A Python block is executed; one with a title is a file, which is written.

To be quick, `kspec` runs within this process, and `train` and `preview` get more words than the
page has: `--set training.epochs=1`, in each of several phases; unless the page brings data of its
own, `--data shapes --set data.train_samples=60 --set data.test_samples=20`; and in the training of
the large `specs/arch*` one dense layer in the place of theirs, which have a test of their own. Of
several `--seeds` two are taken. Of `--tracker` those are taken whose packages are there. A run that
is gone on with keeps what it was begun with. After `--backend` and `KERAS_BACKEND=` stands the
backend under test. `parity` and `bench` need several backends: of these only the words are looked
at, and the spec that they name; and of `view`, which would go on. `ablate` trains nothing. What
installs something is not run: `pip`, `nox` and the like are held against pyproject.toml, noxfile.py
and .ci/run.
"""

import ast
import json
import pkgutil
import re
import shlex
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kspec
from kspec.backends import BACKENDS
from kspec.cli.main import kspec as command_line
from kspec.training.trackers.names import TRACKERS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# What is told of a backend; what the other pages do has a test of its own on each.
OF_BACKENDS = ("docs/howto/backends.md", "docs/howto/resume.md")
BLOCK = re.compile(r'^```(\w+)(?: title="(.+?)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:kspec|nox) [^`]+)`")
CHOICE = re.compile(r"backend \w+ \(.+\)$")
EXACT = ("ablate", "check", "diff", "show", "summary")
FEW = ("--data", "shapes", "--set", "data.train_samples=60", "--set", "data.test_samples=20")
SMALL = '[{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]'

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def name_of(page):
    return page.relative_to(ROOT).as_posix()


@dataclass
class Command:
    text: str
    output: list[str] = field(default_factory=list)


def commands(console):
    """The commands of a console block, each with the output that the page shows."""
    found = []
    continued = False
    for line in console.splitlines():
        if continued:
            found[-1].text += " " + line.strip()
        elif line.startswith("$ "):
            found.append(Command(line[2:]))
        else:
            found[-1].output.append(line)
            continue
        continued = found[-1].text.endswith("\\")
        found[-1].text = found[-1].text.removesuffix("\\").strip()
    return found


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def done_on(page):
    everywhere = name_of(page) in OF_BACKENDS
    marks = () if everywhere else (pytest.mark.any_backend,)
    return pytest.param(page, id=name_of(page), marks=marks)


@pytest.mark.parametrize("page", map(done_on, PAGES))
def test_a_page_does_what_it_says(page, folder, backend, monkeypatch):
    text = page.read_text(encoding="utf-8")
    files = []
    for language, title, body in BLOCK.findall(text):
        if language == "console":
            for command in commands(body):
                run(command, backend, monkeypatch)
        elif language == "python" and title:
            (folder / title).write_text(body, encoding="utf-8")
        elif language == "python":
            exec(compile(body, name_of(page), "exec"), {"__name__": "__main__"})
        elif language == "json" and title.startswith("specs/"):
            missing = lines_of(body) - lines_of((ROOT / title).read_text(encoding="utf-8"))
            assert not missing, f"{title} has no such lines"
        elif language == "json" and title:
            (folder / title).write_text(body, encoding="utf-8")
            files.append(title)
        elif language == "json":
            check_fragment(body, folder)
    for file in files:
        assert re.search(
            rf"^\$ .*{re.escape(file)}|load\(\"{file}|\"extends\": \"{file}", text, re.M
        )


def lines_of(text):
    return {line.strip().removesuffix(",") for line in text.splitlines()}


def check_fragment(body, folder):
    try:
        value = json.loads(body)
    except ValueError:
        json.loads(f"{{{body}}}")
        return
    if isinstance(value, dict) and ("kspec" in value or "extends" in value):
        path = folder / "fragment.json"
        path.write_text(body, encoding="utf-8")
        assert [p for p in kspec.check(path) if p.level == "error"] == []


def run(command, backend, monkeypatch):
    """Run a command, or look at it; all of its parts between `&&`."""
    *first, last = command.text.split(" && ")
    for text in first:
        run_one(text, [], backend, monkeypatch)
    run_one(last, command.output, backend, monkeypatch)


def run_one(text, output, backend, monkeypatch):
    words = shlex.split(text)
    if words[0].startswith("KERAS_BACKEND="):
        monkeypatch.setenv("KERAS_BACKEND", backend)
        del words[0]
    match words:
        case ["kspec", *arguments]:
            run_kspec(arguments, output, backend)
        case ["ls", *_]:
            subprocess.run(text, shell=True, check=True)
        case ["pip", "install", *arguments]:
            check_pip(arguments)
        case ["nox", *arguments]:
            check_nox(arguments)
        case ["python3", "-m", "venv", ".venv"] | ["source", ".venv/bin/activate"]:
            pass
        case _:
            pytest.fail(f"nobody knows how to test `{text}`")


def run_kspec(words, output, backend):
    if words[0] in ("bench", "parity"):
        check_words(*words)
        return
    if words[0] == "view":
        assert command_line.commands["view"].make_context("view", words[1:])
        return
    words = shortened(words, backend)
    result = CliRunner().invoke(command_line, words)
    expected = 0
    if any("error[" in line or line.startswith("::error ") for line in output):
        expected = 1 if words[0] == "check" else 2
    if any(line.startswith("--allow-change") or line.endswith("to resume") for line in output):
        expected = 1
    if words[0] == "diff" and "the same experiment" not in output:
        expected = 1
    assert result.exit_code == expected, f"kspec {shlex.join(words)}\n{result.output}"
    output = [line for line in output if not CHOICE.match(line)]
    if output and words[0] in EXACT:
        assert matches(output, result.stdout), f"kspec {shlex.join(words)}\n{result.output}"


def check_words(verb, *words):
    """What is said before a backend is started; tests/parity and tests/bench have the rest."""
    context = command_line.commands[verb].make_context(verb, list(words))
    assert kspec.load(context.params["spec"], context.params["settings"])
    assert set(context.params["backends"] or ()) <= set(BACKENDS)


def shortened(words, backend):
    if words[0] == "ablate" and "--train" in words:
        start = command_line.commands["ablate"].make_context("ablate", words[1:]).params
        return ["ablate", start["before"], start["after"], "-o", "elsewhere"]
    if "--backend" in words:
        words[words.index("--backend") + 1] = backend
    if words[0] not in ("train", "preview"):
        return words
    if "--resume" in words and words[words.index("--resume") + 1] != "auto":
        return words
    if "--seeds" in words:
        words[words.index("--seeds") + 1] = "2"
    for name, module in TRACKERS.items():
        if find_spec(module) is None and name in words:
            place = words.index(name)
            assert words[place - 1] == "--tracker"
            del words[place - 1 : place + 1]
    data = words[words.index("--data") + 1] if "--data" in words else None
    brought = data is not None and Path(data).exists()
    if (
        not brought
        and "--plugin" not in words
        and kspec.load(words[1]).data.source not in ("npz", "images")
    ):
        words = [*words, *FEW]
    if words[0] == "train" and words[1].startswith("specs/arch"):
        words = [*words, "--set", f"layers={SMALL}"]
    phases = len(kspec.load(words[1]).phases)
    several = [f"training[{number}].epochs=1" for number in range(phases)]
    for setting in several if phases > 1 else ["training.epochs=1"]:
        words = [*words, "--set", setting]
    return words


def matches(shown, printed):
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(line.rstrip()) + r" *\n" for line in shown
    )
    return re.fullmatch(pattern, printed) is not None


def check_pip(words):
    """Every extra is one of the package, every package one that an extra asks for."""
    asked = {re.split(r"[^\w-]", each)[0] for extra in EXTRAS.values() for each in extra}
    named = [word for word in words if not word.startswith(("-", "https://"))]
    assert named
    for word in named:
        extras = re.fullmatch(r"\.\[(.+)\]", word)
        if extras:
            assert set(extras.group(1).split(",")) <= set(EXTRAS)
        else:
            assert word in asked


def check_nox(words):
    """A session is one of the noxfile, and so are its parameters."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    match words:
        case [] | ["--list"]:
            pass
        case ["-s", session]:
            name, _, parameters = session.partition("(")
            assert name in sessions
            assert set(re.findall(r"'(\w+)'", parameters)) <= texts
        case _:
            pytest.fail(f"nobody knows how to test `nox {shlex.join(words)}`")


@pytest.mark.any_backend
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_the_text_exist(page):
    prose = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for text in INLINE.findall(prose):
        program, *words = shlex.split(text)
        if program == "nox":
            check_nox(words)
            continue
        known = {option for parameter in command_line.params for option in parameter.opts}
        verbs = [word for word in words if word in command_line.commands]
        if verbs:
            verb = command_line.commands[verbs[0]]
            for each in (verb, *getattr(verb, "commands", {}).values()):
                known |= {option for parameter in each.params for option in parameter.opts}
        named = {word for word in words if word.startswith("-")}
        assert verbs or named or words == ["VERB"], f"`{text}` has no verb that kspec knows"
        assert named <= known | {"--help", "-h"}, text


@pytest.mark.any_backend
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_code_that_the_text_names_exists(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"(?:`|^::: )(kspec(?:\.\w+)+)(?:`|$)", text, re.MULTILINE):
        pkgutil.resolve_name(name)
    for path in re.findall(r"`((?:kspec|specs|tests|docs)/[\w./]+)`", text):
        assert (ROOT / path).exists(), path


@pytest.mark.language
def test_the_readme_has_the_two_commands():
    """One installs and trains on embedded data; the other is what .ci/run runs."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert '\n$ pip install -e ".[jax]" && kspec train specs/quickstart.json\n' in readme
    assert kspec.load("specs/quickstart.json").data.source == "shapes"
    assert "\n$ pip install nox && nox\n" in readme
    *_, install, test = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"python -m pip install .*\bnox", install)
    assert test == "nox"


@pytest.mark.language
def test_the_links_of_the_readme_lead_somewhere():
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.language
def test_the_readme_lists_every_spec():
    """With the numbers that the specs have themselves."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \[`(\w+)`\]\(specs/\w+\.json\) \|(.*)\|$", readme, re.MULTILINE))
    specs = {path.stem: kspec.load(path) for path in (ROOT / "specs").glob("*.json")}
    assert set(rows) == set(specs)
    for name, spec in specs.items():
        *_, parameters, accuracy = (cell.strip() for cell in rows[name].split("|"))
        assert parameters == f"{spec.expect.total_params:,}"
        expected = f"{100 * spec.reference.test_accuracy:.4g} %" if spec.reference else "none"
        assert accuracy.removeprefix("about ") == expected


@pytest.mark.language
def test_the_reference_can_be_made_from_the_code(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import generate

    pages = {path: make() for path, make in generate.PAGES.items()}
    for name, verb in command_line.commands.items():
        assert f"## kspec {name}\n" in pages["reference/command-line.md"]
        for option in (p for p in verb.params if isinstance(p, click.Option)):
            assert option.opts[0] in pages["reference/command-line.md"]
    for key in kspec.Spec.model_fields.values():
        assert (key.alias is None) or f"| `{key.alias}` |" in pages["reference/spec.md"]
    assert "`Conv2D(filters, kernel_size, strides=" in pages["reference/keras.md"]
    assert "| `DataError` | 1 |" in pages["reference/errors.md"]
    assert "\n## unknown-argument\n" in pages["reference/codes.md"]


@pytest.mark.language
def test_the_documentation_names_no_page_that_is_missing():
    """mkdocs.yml lists every page there is, but those that are not written by hand."""
    listed = set(re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert there - {"results.md"} <= listed
