"""The length of specs, and of the Keras scripts that `kspec eject` writes for them.

    python benchmarks/spec_length.py specs/*.json

A spec that extends another is counted both alone and with all that it extends, because the script
is self-contained. Empty lines and indentation are not counted, so that neither JSON nor Python is
charged for its layout.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from kspec.spec.eject import eject, look, read_written
from kspec.spec.load import load

ROW = "{:26} {:>12} {:>14} {:>14} {:>10}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("specs", nargs="*", type=Path, default=sorted(Path("specs").glob("*.json")))
    specs = parser.parse_args().specs
    print(ROW.format("lines/characters", "spec", "with extends", "script", "times"))
    sums = [(0, 0)] * 3
    for path in specs:
        own = count(path.read_text(encoding="utf-8"))
        whole = added(*(count(each.read_text(encoding="utf-8")) for each in extended(path)))
        script = count(script_of(path))
        show(path.stem, own, whole, script)
        sums = [added(*pair) for pair in zip(sums, (own, whole, script), strict=True)]
    show("all", *sums)


def script_of(path: Path) -> str:
    spec = load(path)
    files = look(spec, root=path.parent, script=path.parent)
    return eject(spec, files=files, written=read_written(path))


def extended(path: Path) -> list[Path]:
    """A spec file and all that it extends."""
    base = json.loads(path.read_text(encoding="utf-8")).get("extends")
    return [path, *(extended(path.parent / base) if base else [])]


def count(text: str) -> tuple[int, int]:
    """The numbers of non-empty lines, and of characters in them without indentation."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return len(lines), sum(map(len, lines))


def added(*counts: tuple[int, int]) -> tuple[int, int]:
    return sum(lines for lines, _ in counts), sum(characters for _, characters in counts)


def show(name: str, own: tuple[int, int], whole: tuple[int, int], script: tuple[int, int]) -> None:
    """Print a row; the last column is the ratio of the characters of the script to the spec's."""
    texts = [f"{lines}/{characters}" for lines, characters in (own, whole, script)]
    print(ROW.format(name, *texts, f"{script[1] / own[1]:.1f}"))


if __name__ == "__main__":
    main()
