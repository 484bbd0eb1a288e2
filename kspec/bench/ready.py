"""Batches that are ready: how long training would take if preparing its input took no time."""

from __future__ import annotations

from typing import Any

import keras

from kspec.data.batches import Batches

__all__ = ["Ready"]


class Ready(keras.utils.PyDataset):  # type: ignore[misc]
    """The first batch of `batches`, repeated `steps` times per epoch."""

    def __init__(self, batches: Batches, steps: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False)
        self.batch = batches[0]
        self.steps = steps

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, index: int) -> Any:
        return self.batch
