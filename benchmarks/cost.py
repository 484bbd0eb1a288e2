"""What `kspec summary` predicts, compared with PyTorch: the table of docs/howto/cost.md.

Each shipped spec runs in a process of its own, on the CPU, and trains three steps on synthetic
samples, in its last phase without features. FLOPs are those of PyTorch's own counter; "kept" is
what its autograd saves per sample, by storage, without kernels and statistics; the peak is the
maximum resident memory minus what the process had before, including its data. Batches are the
spec's, or smaller if a step is predicted to take more than 3 GB.

    python benchmarks/cost.py            # all specs: about half an hour on one core
    python benchmarks/cost.py --spec specs/arch3.json
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "howto" / "cost.md"
BEGIN, END = "<!-- written by benchmarks/cost.py -->", "<!-- end -->"
LIMIT = 3 * 2**30
ODD = 7  # Batch size for finding saved activations: few kernels have a size divisible by it.
MB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(measured(arguments.one)))
        return
    paths = [arguments.spec] if arguments.spec else sorted((ROOT / "specs").glob("*.json"))
    rows = []
    for path in paths:
        rows.append(in_a_process(path))
        print(line(rows[-1]), flush=True)
    if arguments.spec is None:
        write(rows)


def in_a_process(path: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", str(path)]
    own = {"KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{path}: {done.stderr}")
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def measured(path: Path) -> dict[str, Any]:
    from kspec.bench.made_up import on_made_up
    from kspec.bench.shortened import shortened
    from kspec.experiment.prepare import prepare
    from kspec.model.cost import cost_of_phases
    from kspec.model.steps import steps_of_model
    from kspec.spec.cost import layer_costs
    from kspec.spec.load import load

    spec = last_phase(load(path, confined=False))
    small = spec.with_training(spec.training.model_copy(update={"batch_size": ODD}))
    with tempfile.TemporaryDirectory() as folder:
        first_of_all(Path(folder))
        prepared = prepare(shortened(on_made_up(small, Path(folder)), 3), ROOT, pretrained=False)
        cost = cost_of_phases(prepared.model, prepared.spec)
        layers = layer_costs(steps_of_model(prepared.model)).values()
        x = prepared.train_batches()[0][0]
        row = {
            "name": spec.name,
            "flops": cost.flops,
            "flops_found": flops(prepared.model, x),
            "kept": sum(each.activation_bytes or 0 for each in layers),
            "kept_found": kept(prepared.model, x),
        }
        del prepared, x
        batch = min(spec.training.batch_size, max(1, cost.memories[0].largest_batch(LIMIT) or 1))
        large = spec.with_training(spec.training.model_copy(update={"batch_size": batch}))
        prepared = prepare(shortened(on_made_up(large, Path(folder)), 3), ROOT, pretrained=False)
        memory = cost_of_phases(prepared.model, prepared.spec).memories[0]
        give_back()
        before = resident("VmRSS") - (memory.weights or 0)
        Path("/proc/self/clear_refs").write_text("5")  # Resets the peak.
        prepared.model.fit(prepared.train_batches(), epochs=1, shuffle=False, verbose=0)
        row |= {"batch": batch, "peak": memory.peak, "peak_found": resident("VmHWM") - before}
    return row


def last_phase(spec: Any) -> Any:
    numbers = [n for n, phase in enumerate(spec.phases) if phase.features is None]
    return spec.in_phase(numbers[-1] if numbers else 0)


def first_of_all(folder: Path) -> None:
    """Train something small, so that everything loaded on demand is loaded before."""
    import kspec
    from kspec.bench.made_up import on_made_up
    from kspec.bench.shortened import shortened
    from kspec.experiment.prepare import prepare

    spec = shortened(on_made_up(kspec.load(ROOT / "specs" / "quickstart.json"), folder), 3)
    prepared = prepare(spec, ROOT)
    prepared.model.fit(prepared.train_batches(), epochs=1, shuffle=False, verbose=0)


def flops(model: Any, x: Any) -> float:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(x, training=False)
    return counter.get_total_flops() / ODD


def kept(model: Any, x: Any) -> float:
    import torch

    saved = {}

    def keep(tensor: Any) -> Any:
        if tensor.numel() % ODD == 0:
            saved[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = model(x, training=True)
    weights = {weight.value.untyped_storage().data_ptr() for weight in model.weights}
    found = sum(each.nbytes() for place, each in saved.items() if place not in weights)
    del outputs
    return found / ODD


def give_back() -> None:
    """Return free memory to the system, so that it counts when it is allocated again."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)


def resident(key: str) -> int:
    for text in Path("/proc/self/status").read_text().splitlines():
        if text.startswith(key):
            return int(text.split()[1]) * 1024
    raise KeyError(key)


def line(row: dict[str, Any]) -> str:
    ratio = {key: row[key] / row[f"{key}_found"] for key in ("flops", "kept", "peak")}
    return (
        f"| {row['name']} | {row['flops'] / 1e6:,.2f} | {ratio['flops']:.3f} "
        f"| {row['kept'] / MB:,.3f} | {ratio['kept']:.3f} "
        f"| {row['batch']} | {row['peak'] / MB:,.0f} | {row['peak_found'] / MB:,.0f} "
        f"| {ratio['peak']:.2f} |"
    )


HEAD = """
| spec | MFLOPs | ratio | kept, MB a sample | ratio | batch | peak, MB | found | ratio |
| --- | --: | --: | --: | --: | --: | --: | --: | --: |
"""


def write(rows: list[dict[str, Any]]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    table = HEAD + "\n".join(map(line, rows))
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
