"""What a checkpoint costs, compared with the epoch that it ends.

    python benchmarks/checkpoints.py --backend torch [SPEC]

Training steps and checkpoints alternate in one process, and each is timed; the epoch's time is that
of its steps, without the validation. The figures are medians of all rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

STEPS, ROUNDS = 2, 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("spec", nargs="?", default="specs/arch1_improved.json")
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--samples", type=int, default=40_000, help="of a real epoch")
    arguments = parser.parse_args()
    os.environ["KERAS_BACKEND"] = arguments.backend

    import numpy as np

    import kspec
    from kspec.experiment.prepare import prepare
    from kspec.runs.checkpoints import Position, save
    from kspec.training.best_epoch import BestEpoch
    from kspec.training.state import Training

    loaded = kspec.load(arguments.spec)
    size = loaded.training.batch_size
    with tempfile.TemporaryDirectory() as folder:
        shape = next(iter(loaded.entering.values())).shape
        rng = np.random.default_rng(0)
        count = size * STEPS
        np.savez(
            Path(folder) / "data.npz",
            x_train=rng.integers(0, 256, (count + size, *shape), dtype=np.uint8),
            y_train=np.arange(count + size) % 10,
        )
        data = loaded.data.model_copy(
            update={"source": "npz", "path": "data.npz", "validation": size / (count + size)}
        )
        spec = loaded.with_data(data)
        prepared = prepare(spec, Path(folder))
        best = BestEpoch(spec.training.early_stopping[-1])
        training = Training(prepared.model, {"best": best})
        best.set_model(prepared.model)
        batches = prepared.train_batches()
        prepared.model.fit(batches, epochs=1, verbose=0)
        best.on_epoch_end(0, {best.monitor: 0.5})
        steps, checkpoints = [], []
        for number in range(ROUNDS):
            began = time.perf_counter()
            prepared.model.fit(batches, epochs=1, verbose=0)
            steps.append((time.perf_counter() - began) / len(batches))
            began = time.perf_counter()
            path = save(Path(folder), training.capture(Position(number, 0)))
            checkpoints.append(time.perf_counter() - began)
        megabytes = path.stat().st_size / 1e6
    step, checkpoint = statistics.median(steps), statistics.median(checkpoints)
    epoch = step * -(-arguments.samples // size)
    print(
        f"{arguments.backend}: {megabytes:.1f} MB in {checkpoint * 1000:.0f} ms "
        f"({checkpoint * 1000 / megabytes:.1f} ms a MB); an epoch of {epoch:.0f} s: "
        f"{100 * checkpoint / epoch:.2f} %"
    )


if __name__ == "__main__":
    main()
