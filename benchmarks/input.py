"""What an augmented batch of a spec costs, compared with the training step that takes it.

Each backend has a process of its own; in it kspec, the layers as Keras runs them, Keras's older
ImageDataGenerator, torchvision's transforms (on torch) and the step itself take turns. CPU time is
measured, so that a busy machine disturbs less. kspec makes a batch during the previous step; how
long an epoch of four batches still waits is shown beside it.

    python benchmarks/input.py specs/arch3_augmented.json --batch 512
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "speed"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--backends", nargs="+", default=["torch", "jax", "tensorflow"])
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        measure(given.spec, given.backends[0], given.batch, given.repeats)
        return
    print(f"{Path(given.spec).stem}, batch {given.batch}, processor time:")
    for backend in given.backends:
        found = json.loads(in_child(backend))
        step = found["seconds"].pop("step")
        print(f"  {backend}: a step {step * 1000:.0f} ms")
        for name, seconds in found["seconds"].items():
            share = seconds / (seconds + step)
            waits = found["waits"].get(name)
            beside = "" if waits is None else f"; of an epoch {waits:.2%} is waiting for batches"
            print(f"    {name:18} {seconds * 1000:6.1f} ms a batch, {share:.2%} of both{beside}")


def in_child(backend: str) -> str:
    arguments = [*sys.argv, "--child", "--backends", backend]
    env = os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, env=env, check=True)
    return done.stdout.decode().splitlines()[-1]


def measure(path: str, backend: str, batch: int, repeats: int) -> None:
    import kspec
    from kspec import backends

    backends.activate(backends.choose(backend))
    import keras
    from augmented import image_data_generator, torchvision_transforms

    from kspec.experiment.prepare import prepare

    settings = ["data.source=shapes", "data.validation=0", f"data.train_samples={batch}"]
    settings += ["data.test_samples=10", f"training.batch_size={batch}"]
    settings += ["training.early_stopping=[]"]
    prepared = prepare(kspec.load(path, settings), Path())
    spec, train = prepared.spec, prepared.dataset.train
    ours = prepared.train_batches()
    by_keras = replace(prepared, augmentation=prepared.augmentation.by_keras()).train_batches()
    flow = image_data_generator(spec).flow(train.x.astype("float32"), train.y, batch_size=batch)
    x, y = ours[0]

    def step() -> None:
        prepared.model.train_on_batch(x, y)
        for variable in prepared.model.variables:  # JAX returns before it has finished.
            keras.ops.convert_to_numpy(variable)

    makers = {
        "kspec": lambda: ours[0],
        "Keras's layers": lambda: by_keras[0],
        "ImageDataGenerator": lambda: flow[0],
        "step": step,
    }
    if backend == "torch":
        import torch

        change = torchvision_transforms(spec)
        pictures = torch.from_numpy(train.x).permute(0, 3, 1, 2)
        makers["torchvision"] = lambda: torch.stack([change(each) for each in pictures[:batch]])
    seconds: dict[str, list[float]] = {name: [] for name in makers}
    for turn in range(repeats + 2):
        for name, make in makers.items():
            time.sleep(0.3)  # The step's threads busy-wait for more work for a while.
            began = time.process_time()
            make()
            if turn > 1:  # The first turns compile.
                seconds[name].append(time.process_time() - began)
    found = {name: statistics.median(each) for name, each in seconds.items()}
    waits = {}
    if backend != "tensorflow":  # TensorFlow requests batches in its own thread.
        longer = (*settings, f"data.train_samples={4 * batch}")
        prepared = replace(prepared, dataset=load_for(kspec.load(path, longer)))
        slow = replace(prepared, augmentation=prepared.augmentation.by_keras())
        waits = {
            "kspec": waiting(prepared.model, prepared.train_batches()),
            "Keras's layers": waiting(prepared.model, slow.train_batches()),
        }
    print(json.dumps({"seconds": found, "waits": waits}))


def load_for(spec):
    from kspec.data.load import load

    return load(spec.data, seed=spec.seed, inputs=spec.entering, root=Path())


def waiting(model, batches) -> float:
    """The fraction of an epoch's time in which the training waits for its batches."""
    import keras

    class Watched(keras.utils.PyDataset):
        waited = 0.0

        def __len__(self):
            return len(batches)

        def __getitem__(self, index):
            began = time.perf_counter()
            batch = batches[index]
            self.waited += time.perf_counter() - began
            return batch

    watched = Watched()
    began = time.perf_counter()
    model.fit(watched, epochs=1, shuffle=False, verbose=0)
    return watched.waited / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
