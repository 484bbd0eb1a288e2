"""Batches that lie ready: what training would take if nothing had to be done for its input."""

from __future__ import annotations

from typing import Any

import keras

from kspec.data.batches import Batches

__all__ = ["Ready"]


class Ready(keras.utils.PyDataset):  # type: ignore[misc]
    """The first batch of `batches`, over and over again, so many times an epoch."""

    def __init__(self, batches: Batches, steps: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False)
        self.batch = batches[0]
        self.steps = steps

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, index: int) -> Any:
        return self.batch
