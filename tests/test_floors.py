"""The house: a module imports only from its own floor or below, and the language no framework."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kspec

PACKAGE = Path(kspec.__file__).parent
FLOORS = {
    "cli": 7,
    "api": 6,
    "bench": 6,
    "training": 5,
    "parity": 5,
    "notebook": 6,
    "experiment": 4,
    "view": 4,
    "cataloguing": 3,
    "model": 3,
    "data": 3,
    "reports": 3,
    "plugins": 2,
    "spec": 2,
    "runs": 2,
    "backends": 1,
    "children": 1,
    "compiled": 1,
    "later": 1,
    "errors": 1,
    "formats": 1,
    "machine_memory": 1,
    "sizes": 1,
    "heap": 1,
    "initializers": 1,
    "layers": 1,
    "optimizers": 1,
    "pages": 1,
    "places": 1,
    "processors": 1,
    "schedules": 1,
    "seeds": 1,
    "spelling": 1,
    "xla": 1,
}
SIDE_BY_SIDE = {("api", "notebook"), ("plugins", "spec"), ("spec", "plugins")}
FRAMEWORKS = {"keras", "tensorflow", "torch", "jax"}
LANGUAGE = ("plugins/", "runs/", "spec/")


def imports(path):
    """Every module that a file imports, wherever in it, but not for type checking alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(module):
    return module.split(".")[1] if module.startswith("kspec.") else None


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith("__")])
def test_imports_run_downward(module):
    own = module.split("/")[0].removesuffix(".py")
    for imported in imports(PACKAGE / module):
        other = part_of(imported)
        if other is None or other not in FLOORS:
            continue
        assert FLOORS[other] <= FLOORS[own], f"{module} imports {imported}, which is above it"
        if FLOORS[other] == FLOORS[own] > 1 and (own, other) not in SIDE_BY_SIDE:
            assert own == other, f"{module} imports {imported}, which stands beside it"


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith(LANGUAGE)])
def test_the_language_and_the_runs_import_no_framework(module):
    forbidden = FRAMEWORKS | (set() if module.startswith("runs/") else {"numpy"})
    roots = {imported.split(".")[0] for imported in imports(PACKAGE / module)}
    assert not roots & forbidden


def test_every_part_has_a_floor():
    parts = {module.split("/")[0].removesuffix(".py") for module in MODULES}
    assert {part for part in parts if not part.startswith("__")} <= set(FLOORS)


@pytest.mark.parametrize(
    "code",
    [
        "import kspec",
        "import kspec; kspec.load; kspec.check; kspec.Spec; kspec.Run",
        "import kspec.cli.main",
        "import kspec.view.server, kspec.notebook.shell",
        "import kspec.data.load, kspec.data.override",
        "import kspec.parity.compare, kspec.cli.parity_table",
        "import kspec.bench.bench, kspec.bench.answers, kspec.cli.bench_table",
        "import kspec.spec.changes, kspec.spec.cost, kspec.cli.diff_view, kspec.cli.ablate_view",
    ],
)
def test_no_framework_is_loaded(code):
    check = f"{code}\nimport sys\nprint(sorted({FRAMEWORKS!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
