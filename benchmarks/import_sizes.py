"""The length of the specs of Keras's networks, compared with Keras's own JSON.

    python benchmarks/import_sizes.py [NAME ...]

For every network of keras.applications, or those named. The seconds are those of `kspec import`. No
weights are created.
"""

from __future__ import annotations

import argparse
import inspect
import time

import keras

from kspec.spec.foreign import read_foreign
from kspec.spec.imported import make_spec

ROW = "{:20} {:>7} {:>10} {:>7} {:>7} {:>6} {:>8}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=networks())
    print(ROW.format("network", "layers", "to_json", "spec", "share", "names", "seconds"))
    whole = short = 0
    for name in parser.parse_args().names:
        text, layers = json_of(name)
        start = time.perf_counter()
        imported = make_spec(read_foreign(text), "model.json")
        seconds = time.perf_counter() - start
        show(name, layers, len(text), len(imported.text), imported.is_named, seconds)
        whole, short = whole + len(text), short + len(imported.text)
    show("all", 0, whole, short, None, 0)


def networks() -> list[str]:
    found = keras.applications
    return [name for name in dir(found) if inspect.isfunction(getattr(found, name))]


def json_of(name: str) -> tuple[str, int]:
    """Keras's JSON of a network, and its number of layers."""
    with keras.StatelessScope(initialize_variables=False):
        model = getattr(keras.applications, name)(weights=None)
        text, layers = model.to_json(), len(model.layers)
    keras.utils.clear_session()
    return text, layers


def show(
    name: str, layers: int, theirs: int, ours: int, is_named: bool | None, seconds: float
) -> None:
    """Print a row; `is_named` says whether the names of the layers are in the spec."""
    named = "" if is_named is None else "kept" if is_named else "left"
    time_ = f"{seconds:.1f}" if seconds else ""
    cells = (layers or "", f"{theirs:,}", f"{ours:,}", f"{ours / theirs:.1%}", named, time_)
    print(ROW.format(name, *cells))


if __name__ == "__main__":
    main()
