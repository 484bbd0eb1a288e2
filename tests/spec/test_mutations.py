"""`kspec check` finds what one slip of the hand makes wrong, on its line, and says what was meant.

The figures are printed: `pytest -s tests/spec/test_mutations.py`.
"""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from mutations import mutations

import kspec

SPECS = sorted(path.name for path in Path("specs").glob("*.json"))
MEANT = re.compile(r'Did you mean "([^"]+)"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return shutil.copytree("specs", tmp_path_factory.mktemp("mutations") / "specs")


def judged(mutation, path):
    """Whether a mutation is flagged on its line, and its word suggested first."""
    path.write_text(mutation.text, encoding="utf-8")
    problems = kspec.check(path)
    here = [
        problem
        for problem in problems
        if problem.level != "note"
        and any(
            place.file == str(path) and place.line in mutation.lines
            for place in problem.place.chain()
        )
    ]
    meant = [MEANT.search(problem.message) for problem in here]
    return bool(here), any(found and found[1] == mutation.right for found in meant), problems


def test_what_one_slip_makes_wrong_is_found_where_it_is(folder):
    made, flagged, meant, missed = Counter(), Counter(), Counter(), []
    for name in SPECS:
        text = (folder / name).read_text(encoding="utf-8")
        path = folder / f"mutated-{name}"
        path.write_text(text, encoding="utf-8")
        assert [each for each in kspec.check(path) if each.level == "error"] == []
        for mutation in mutations(text):
            found, suggested, problems = judged(mutation, path)
            made[mutation.kind] += 1
            flagged[mutation.kind] += found
            meant[mutation.kind] += suggested
            if not found or (mutation.right and not suggested):
                missed.append(f"{name} {mutation.what}: {[str(problem) for problem in problems]}")
        path.unlink()
    for kind in made:
        print(f"{kind:8} {made[kind]:5} made, {flagged[kind]:5} flagged on their line", end="")
        print(f", {meant[kind]:5} put right" if kind in ("key", "word") else "")
    typos = made["key"] + made["word"]
    assert made.total() > 3000
    assert flagged.total() >= 0.98 * made.total(), missed
    assert meant.total() >= 0.95 * typos, missed
