"""The features of samples: read if they are kept, otherwise computed and kept."""

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
"""Is called with a progress message."""

# Rows are written to disk whenever they add up to this many bytes.
AT_ONCE = 64 * 2**20
# Seconds between two progress messages, and between two checks of another process's lock.
TELL, LOOK = 10.0, 1.0


def store_for(
    extractor: keras.Model, pixels: Scaling, *, dtype: str, root: Path, network: str
) -> Store:
    """Where the features are kept that `extractor` computes from samples scaled by `pixels`.

    The folder below `root` is named by a hash of everything that determines them except the
    samples: layers, weights, scaling and `dtype`, and also backend, Keras and lowering, which may
    change the last bits.
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
    """`dataset` with its samples replaced by their features, mapped into memory.

    Features that the store lacks are computed in batches of `batch_size` and written along the way,
    so that little of it is in memory and a killed process loses little. `tell` is told what will be
    computed, and the progress from time to time. Raises DataError if the disk has too little room
    or cannot be written, and if a feature is not a finite number in the store's dtype.
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
        # Every batch is full, the last one padded with its first sample: the last bits of a result
        # may depend on the batch size.
        full = np.concatenate([places, np.repeat(places[:1], size - len(places))])
        given = pixels(split.take(full).x)
        rows = keras.ops.convert_to_numpy(extractor.predict_on_batch(given))[: len(places)]
        with np.errstate(over="ignore"):  # Overflow is reported below.
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
    """A hash of the values of each sample (of all its inputs)."""
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
    """Holds the lock on `store`; if another process is computing features into it, waits."""
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
