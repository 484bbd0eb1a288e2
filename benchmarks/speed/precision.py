"""The effect of `training.precision` and `training.compile`: kspec against itself.

python benchmarks/speed/precision.py specs/arch2.json --backend torch --batch 128 --steps 8
"""

from __future__ import annotations

import argparse
import statistics

from race import race, short, start

WAYS = {
    "float32": ["training.precision=float32"],
    "as it is": [],
    "mixed_bfloat16": ["training.precision=mixed_bfloat16"],
    "mixed_float16": ["training.precision=mixed_float16"],
    "compile": ["training.compile=true"],
    "not compiled": ["training.compile=false"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--backend", required=True)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["float32", "mixed_bfloat16"])
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=8, help="steps per turn")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--clock", choices=["clock", "cpu"], default="clock")
    given = parser.parse_args()
    settings = short(given.steps, given.batch)
    turns = race(
        {
            way: start("kspec", [given.backend, given.spec, *settings, *WAYS[way]])
            for way in given.ways
        },
        given.repeats,
    )
    first = [each[given.clock] for each in turns[given.ways[0]]]
    for way, measured in turns.items():
        ratios = [one / each[given.clock] for one, each in zip(first, measured, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        memory = measured[-1]["peak_mb"] / turns[given.ways[0]][-1]["peak_mb"]
        print(
            f"{given.spec}, {given.backend}, batch {given.batch}: {way} is {middle:.2f} times as "
            f"fast as {given.ways[0]} ({low:.2f} to {high:.2f}), with {memory:.2f} of its memory; "
            f"loss {measured[-1]['loss']:.4f}"
        )


if __name__ == "__main__":
    main()
