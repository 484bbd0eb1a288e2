"""How long the commands that load no framework take, as seen from the shell.

The best of several runs of each, interleaved, so that a busy machine affects all alike:

    python benchmarks/commands.py --repeats 7
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

COMMANDS = (
    ("--help",),
    ("check", "specs"),
    ("show", "specs/arch3.json", "--resolved"),
    ("ls",),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    seconds: dict[tuple[str, ...], list[float]] = {command: [] for command in COMMANDS}
    for _ in range(repeats):
        for command, measured in seconds.items():
            measured.append(seconds_of(command))
    for command, measured in seconds.items():
        print(f"kspec {' '.join(command):36} best {min(measured):.3f} s of {repeats}")


def seconds_of(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kspec", *command], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
