"""The table of docs/speed.md: kspec against all others, on each backend.

Results are kept in the given folder, so that an interrupted benchmark can be resumed, and the page
can be written again:

    python benchmarks/speed/page.py --keep /tmp/speed --backend torch --batch 128 512
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "speed.md"
BEGIN, END = "<!-- written by benchmarks/speed/page.py -->", "<!-- end -->"
# Per turn: enough that what kspec saves and draws at the end of each weighs little.
SAMPLES = {"arch1_improved": 4096, "arch2": 16384, "arch3": 4096, "resnet18": 2048}
BATCHES = (128, 512)
NAMES = {"torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow"}
PLAIN = ("PyTorch", "PyTorch compiled", "Flax")
RIVALS = {
    "torch": ("kspec", "Keras fit", "PyTorch", "PyTorch compiled"),
    "jax": ("kspec", "Keras fit", "Flax"),
    "tensorflow": ("kspec", "Keras fit"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True, help="folder for what was measured")
    parser.add_argument("--backend", nargs="*", choices=NAMES, default=[], help="to measure now")
    parser.add_argument("--batch", nargs="*", type=int, choices=BATCHES, default=list(BATCHES))
    parser.add_argument("--spec", nargs="*", choices=SAMPLES, default=list(SAMPLES))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--clock", choices=["clock", "cpu"], default="clock")
    parser.add_argument("--samples", type=int, help="per turn, instead of what suits the spec")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    for backend in given.backend:
        for spec in given.spec:
            for batch in given.batch:
                kept = given.keep / f"{spec}-{backend}-{batch}.json"
                if not kept.exists():
                    kept.write_text(measured(spec, backend, batch, given), encoding="utf-8")
                    print(kept.read_text(encoding="utf-8"), flush=True)
    found = [json.loads(path.read_text(encoding="utf-8")) for path in given.keep.glob("*.json")]
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{PAGE} has no place for the table: {BEGIN} … {END}")
    table = "\n".join(rows(found))
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def measured(spec: str, backend: str, batch: int, given: argparse.Namespace) -> str:
    """A race between all rivals that can train `spec`, as JSON."""
    race = [sys.executable, HERE, ROOT / "specs" / f"{spec}.json", "--backend", backend]
    steps = (given.samples or SAMPLES[spec]) // batch
    lengths = ["--batch", batch, "--steps", steps, "--repeats", given.repeats]
    how = ["--clock", given.clock, "--json", "--set", "augmentation=[]"]
    how += ["--rivals", *RIVALS[backend]]
    return subprocess.check_output([str(word) for word in (*race, *lengths, *how)], text=True)


def rows(found: list[dict]) -> Iterator[str]:
    """The rows of the table: how many times as fast kspec is, with quartiles, and its memory."""
    heads = "spec, batch", "backend", "than `fit`", "than plain", "memory of `fit`'s"
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    order = list(NAMES)
    yield from map(
        row,
        sorted(found, key=lambda each: (each["spec"], each["batch"], order.index(each["backend"]))),
    )


def row(race: dict) -> str:
    found = race["rows"]
    plain = min((found[name] for name in PLAIN if name in found), key=ratio_of, default=None)
    cells = map(ratio, (found["Keras fit"], plain))
    memory = f"{found['kspec']['peak_mb'] / found['Keras fit']['peak_mb']:.2f}"
    backend = NAMES[race["backend"]]
    return f"| `{race['spec']}`, {race['batch']} | {backend} | {' | '.join(cells)} | {memory} |"


def ratio_of(rival: dict) -> float:
    return rival["ratio"]


def ratio(rival: dict | None) -> str:
    if rival is None:
        return ""
    low, high = rival["quartiles"]
    return f"{rival['ratio']:.2f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
