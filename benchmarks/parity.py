"""All shipped specs on every backend: the figures and curves of docs/parity.md.

Each spec runs through `kspec parity` with 50 steps; those for CIFAR-10 on drawn figures. Specs with
a backbone get new weights, smaller pictures, and fewer steps and samples, so that they need no file
and only a few GB. A spec takes some minutes on one core. Results are kept in the given folder, so
that an interrupted benchmark can be resumed, and the page can be written again:

    python benchmarks/parity.py --keep /tmp/parity

Exits with 1 if a spec departs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from PIL import Image

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BEGIN, END = "<!-- written by benchmarks/parity.py -->", "<!-- end -->"
STEPS = 50
# For specs with a backbone. (A DenseNet121 would reduce 32 pixels to a single one.)
SIDE = 64
FEWER = ("--steps", "10", "--batch-size", "4")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True, help="folder for what was measured")
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    reports = []
    for path in sorted((ROOT / "specs").glob("*.json")):
        kept = arguments.keep / f"{path.stem}.json"
        if not kept.exists():
            kept.write_text(measured(path, arguments.steps), encoding="utf-8")
        reports.append(json.loads(kept.read_text(encoding="utf-8")))
        print(reports[-1]["verdict"], flush=True)
    page = DOCS / "parity.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    tables = "\n\n".join((by_spec(reports), by_type(reports)))
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}", encoding="utf-8")
    draw(reports, DOCS / "images" / "parity.png")
    sys.exit(0 if all(report["agree"] for report in reports) else 1)


def measured(path: Path, steps: int) -> str:
    """The report on one spec, as JSON."""
    source = json.loads(subprocess.check_output([*KSPEC, "show", "--resolved", str(path)]))
    words = ["--data", "shapes"] if source["data"]["source"] == "cifar10" else []
    smaller = list(reduced(source["layers"]))
    words += [*smaller, *FEWER] if smaller else ["--steps", str(steps)]
    done = subprocess.run(
        [*KSPEC, "parity", str(path), *words, "--json"],
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(f"{path}: kspec parity ended with {done.returncode}")
    return done.stdout


def reduced(layers: list[dict]) -> Iterator[str]:
    """The options for a spec with backbones: new weights, and pictures of `SIDE` pixels."""
    kinds = [layer["type"] for layer in layers]
    if "Backbone" not in kinds:
        return
    for number, kind in enumerate(kinds):
        if kind == "Backbone":
            yield from ("--set", f"layers[{number}].weights=null")
        elif kind == "Resizing":
            for side in ("height", "width"):
                yield from ("--set", f"layers[{number}].{side}={SIDE}")


KSPEC = (sys.executable, "-m", "kspec")


def by_spec(reports: list[dict]) -> str:
    """A table of each spec's largest differences in layers and losses, and the tolerance."""
    lines = [
        "| spec | backends | layers forward | their gradients | first loss | loss of step 10 "
        "| of step 50 | tolerated in the last | agree |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for report in reports:
        for pair, backend in pairs(report):
            layers = [layer["differences"][backend] for layer in report["layers"]]
            cells = [
                figure(max(map(forward, layers))),
                figure(max(gradient(layer) or 0.0 for layer in layers)),
                *(figure(loss_difference(report, backend, step)) for step in (0, 9, 49)),
                figure(report["tolerated"][-1]),
                "yes"
                if all(found["backend"] != backend for found in report["departures"])
                else "no",
            ]
            lines.append(f"| `{report['name']}` | {pair} | {' | '.join(cells)} |")
    return "\n".join(lines)


def by_type(reports: list[dict]) -> str:
    """A table of the largest difference of each class of layers in all specs."""
    found: dict[tuple[str, str], list[float | None]] = {}
    columns = sorted({pair for report in reports for pair, _ in pairs(report)})
    for report in reports:
        for pair, backend in pairs(report):
            for layer in report["layers"]:
                each = layer["differences"][backend]
                worst = found.setdefault((layer["type"], pair), [None, None])
                worst[:] = larger(worst[0], forward(each)), larger(worst[1], gradient(each))
    heads = [f"{pair}: {what}" for pair in columns for what in ("forward", "gradient")]
    lines = [
        f"| layer | {' | '.join(heads)} |",
        f"| --- | {' | '.join('---:' for _ in heads)} |",
    ]
    for name in sorted({name for name, _ in found}):
        cells = [figure(value) for pair in columns for value in found[name, pair]]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(reports: list[dict], path: Path) -> None:
    """Draw the overlaid losses of all backends, with a panel for each spec."""
    columns = 5
    rows = -(-len(reports) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(12, 2.2 * rows), layout="constrained")
    styles = {"tensorflow": ("C1", 4.5), "torch": ("C3", 2.5), "jax": ("C0", 1)}
    for axis in axes.flat[len(reports) :]:
        axis.axis("off")
    for axis, report in zip(axes.flat, reports, strict=False):
        for backend, losses in report["losses"].items():
            color, width = styles[backend]
            axis.plot(range(1, len(losses) + 1), losses, color=color, lw=width, label=backend)
        axis.set_title(report["name"], fontsize=8)
        axis.tick_params(labelsize=6)
        axis.ticklabel_format(useOffset=False)
    axes.flat[0].legend(fontsize=6)
    figure.supxlabel("step", fontsize=8)
    figure.supylabel("loss", fontsize=8)
    figure.savefig(path, dpi=80)
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)


def pairs(report: dict) -> list[tuple[str, str]]:
    """Each pair of backends as text, and the one that was compared with the reference."""
    reference = report["reference"]
    return [(f"{reference}, {name}", name) for name in report["versions"] if name != reference]


def forward(differences: dict) -> float:
    each = (differences[key] for key in ("inference", "training", "state"))
    return max((found["difference"] for found in each if found), default=0.0)


def gradient(differences: dict) -> float | None:
    return differences["gradient"]["difference"] if differences["gradient"] else None


def larger(one: float | None, other: float | None) -> float | None:
    return max((each for each in (one, other) if each is not None), default=None)


def loss_difference(report: dict, backend: str, step: int) -> float | None:
    if step >= report["steps"]:
        return None
    own, other = report["losses"][report["reference"]][step], report["losses"][backend][step]
    return abs(own - other) / max(abs(own), 1e-6)


def figure(value: float | None) -> str:
    if value is None:
        return "-"
    return "0" if value == 0 else f"{value:.0e}"


if __name__ == "__main__":
    main()
