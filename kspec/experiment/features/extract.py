"""The features of samples: those that are kept, and the others computed and kept."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np

from kspec.backends import without_noise
from kspec.data.dataset import Dataset, Split
from kspec.data.lazy import parts
from kspec.data.samples import Samples
from kspec.data.scaling import Scaling
from kspec.errors import DataError
from kspec.experiment.features.store import DIGEST_BYTES, Store
from kspec.model.lower.stand_in import StandIn
from kspec.runs.lock import LockedError, RunLock
from kspec.sizes import byte_size

__all__ = ["Progress", "extract", "store_for"]

Progress = Callable[[str], object]
"""Is told in words how far it is."""

# Rows are brought to the disk when there are so many bytes of them.
AT_ONCE = 64 * 2**20
# Seconds between two words about how far it is, and between two looks at somebody else's lock.
TELL, LOOK = 10.0, 1.0


def store_for(
    extractor: keras.Model, pixels: Scaling, *, dtype: str, root: Path, network: str
) -> Store:
    """Where the features are that `extractor` gives for samples scaled by `pixels`.

    The folder below `root` is named by a hash of all that they follow from but the samples: layers,
    weights, scaling, `dtype`, and backend, Keras and lowering, whose last bits may differ.
    """
    shape = tuple(extractor.output_shape[1:])
    if None in shape:
        raise DataError(f"features need a shape that is the same for all samples, not {shape}")
    what = {
        "layers": [_description(layer) for layer in extractor.layers],
        "pixels": pixels.to_json(),
        "dtype": dtype,
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "lowered": any(isinstance(each, StandIn) for each in extractor._flatten_layers()),
    }
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode())
    for variable in extractor.variables:
        digest.update(variable.path.encode())
        digest.update(np.ascontiguousarray(keras.ops.convert_to_numpy(variable)).data)
    until = extractor.layers[-1].name
    about = {"network": network, "until": until, "backend": keras.backend.backend()}
    return Store(root / digest.hexdigest()[:16], shape, dtype, about)


def extract(
    extractor: keras.Model,
    dataset: Dataset,
    pixels: Scaling,
    store: Store,
    *,
    batch_size: int,
    tell: Progress,
) -> Dataset:
    """`dataset` with the features of its samples in their place, mapped into memory.

    What the store lacks is computed in batches of `batch_size` and written as it comes, so that
    memory holds little of it and a killed process loses little. `tell` hears what will be computed,
    and from time to time how far it is. Raises DataError where the disk has no room, cannot be
    written, and where a feature is no finite number of the store's type.
    """
    given = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    splits = {name: split for name, split in given.items() if split is not None}
    digests = {name: _digests(split.x) for name, split in splits.items()}
    together = [digest for each in digests.values() for digest in each]
    if store.missing(together):
        with _alone(store, tell):
            store.look_again()
            missing = len(store.missing(together))
            store.require_room(missing)
            tell(
                f"computing the features of {missing:,} samples once, "
                f"{byte_size(missing * store.row_bytes)} in {store.folder}"
            )
            for name, split in splits.items():
                _compute(extractor, split, digests[name], pixels, store, batch_size, name, tell)
    store.used()
    found = {
        name: Split(cast(Samples, store.rows(digests[name])), split.y)
        for name, split in splits.items()
    }
    return replace(
        dataset,
        train=found["train"],
        validation=found.get("validation"),
        test=found.get("test"),
    )


def _compute(
    extractor: keras.Model,
    split: Split,
    digests: Sequence[bytes],
    pixels: Scaling,
    store: Store,
    size: int,
    name: str,
    tell: Progress,
) -> None:
    missing = store.missing(digests)
    waiting: list[np.ndarray] = []
    written, told = 0, time.monotonic()
    for start in range(0, len(missing), size):
        places = np.array(missing[start : start + size])
        # Every batch is full, the last one with its first sample again: what a sample gives may
        # depend in its last bits on how many are computed together.
        full = np.concatenate([places, np.repeat(places[:1], size - len(places))])
        given = pixels(split.take(full).x)
        rows = keras.ops.convert_to_numpy(extractor.predict_on_batch(given))[: len(places)]
        with np.errstate(over="ignore"):  # What is too large is told below.
            kept = rows.astype(store.dtype)
        if not np.isfinite(kept).all():
            raise DataError(_not_finite(rows, store))
        waiting.append(kept)
        done = start + len(places)
        if sum(each.nbytes for each in waiting) >= AT_ONCE or done == len(missing):
            store.append(
                [digests[place] for place in missing[written:done]], np.concatenate(waiting)
            )
            waiting, written = [], done
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            tell(f"features of {name}: {done:,} of {len(missing):,}")


def _digests(x: Samples) -> list[bytes]:
    """What tells each sample from others: a hash of its values (of all inputs)."""
    inputs = [x[name] for name in sorted(x)] if isinstance(x, dict) else [x]
    found = []
    for together in zip(*map(parts, inputs), strict=True):
        for sample in zip(*together, strict=True):
            digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
            for values in sample:
                digest.update(np.ascontiguousarray(values).data)
            found.append(digest.digest())
    return found


def _description(layer: keras.Layer) -> Any:
    with without_noise():
        return keras.saving.serialize_keras_object(layer)


def _not_finite(rows: np.ndarray, store: Store) -> str:
    if np.isfinite(rows).all():
        largest = float(np.abs(rows).max())
        return f'a feature is {largest:g}, too large for {store.dtype}; use "dtype": "float32"'
    return "the network before the features gives numbers that are not finite"


@contextmanager
def _alone(store: Store, tell: Progress) -> Iterator[None]:
    """While nobody else computes features into `store`; waits for whoever does."""
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{store.folder} cannot be made: {error.strerror}") from error
    told = False
    while True:
        try:
            lock = RunLock(store.folder)
            break
        except LockedError as error:
            if not told:
                tell(f"waiting: {error}")
            told = True
            time.sleep(LOOK)
    try:
        yield
    finally:
        lock.release()
