"""How fast kspec trains, compared with what its users would otherwise use.

Each rival has a process of its own, which trains one epoch per turn; they take turns, and the
result is the median of the ratios of adjacent turns. A busy machine affects all of them alike.

    python benchmarks/speed specs/arch2.json --backend torch --batch 512 --steps 4 --repeats 9
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path

from race import race, short, start

DEFAULT = {
    "torch": ["kspec", "kspec --no-lowering", "Keras fit", "PyTorch", "PyTorch compiled"],
    "jax": ["kspec", "kspec --no-lowering", "Keras fit", "Flax"],
    "tensorflow": ["kspec", "kspec --no-lowering", "Keras fit"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--backend", required=True, choices=DEFAULT)
    parser.add_argument("--rivals", nargs="+")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=4, help="steps per turn")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--clock", choices=["clock", "cpu"], default="clock")
    parser.add_argument("--set", nargs="*", default=[])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rivals = given.rivals or DEFAULT[given.backend]
    arguments = [given.backend, given.spec, *short(given.steps, given.batch), *given.set]
    turns = race({rival: start(rival, arguments) for rival in rivals}, given.repeats)
    samples = given.steps * given.batch
    rows = {}
    for rival in rivals:
        seconds = [each[given.clock] for each in turns[rival]]
        ours = [each[given.clock] for each in turns[rivals[0]]]
        ratios = [theirs / own for theirs, own in zip(seconds, ours, strict=True)]
        rows[rival] = {
            "images_per_second": samples / statistics.median(seconds),
            "ratio": statistics.median(ratios),
            "quartiles": statistics.quantiles(ratios, n=4)[::2],
            "peak_mb": turns[rival][-1].get("peak_mb"),
            "loss": turns[rival][-1]["loss"],
        }
    if given.json:
        print(json.dumps({**vars(given), "spec": Path(given.spec).stem, "rows": rows}))
        return
    print(f"{Path(given.spec).stem}, {given.backend}, batch {given.batch}, by {given.clock}:")
    for rival, row in rows.items():
        low, high = row["quartiles"]
        print(
            f"  {rival:22} {row['images_per_second']:8.1f} images/s; {rivals[0]} is "
            f"{row['ratio']:.2f} times as fast ({low:.2f} to {high:.2f}); loss {row['loss']:.4f}"
        )


if __name__ == "__main__":
    main()
