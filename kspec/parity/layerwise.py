"""A network layer by layer, each with the same input as in the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
from numpy.typing import NDArray

from kspec.parity.calls import Call, looked_at
from kspec.parity.ledger import Ledger
from kspec.parity.network import loss_gradients, loss_of
from kspec.parity.replay import Replay, array_of, results
from kspec.parity.supply import Supply

__all__ = ["Layerwise"]

Array = NDArray[Any]
Result = dict[str, Any]

# A layer's gradients are judged by a scale of at least this share of its largest gradient: one that
# should be zero has no scale of its own.
SHARE = 1e-3


class Layerwise:
    """Compares the calls of layers; `rows` has the results, as plain values.

    Args:
        ledger: The results of the reference, to write or to compare with.
        supply: The source of random numbers.
        paths: The path of a layer by its `id`.
        seed: For the numbers that weight the outputs (`kspec.parity.replay`).
    """

    def __init__(self, ledger: Ledger, supply: Supply, paths: Mapping[int, str], seed: int) -> None:
        self.ledger = ledger
        self.supply = supply
        self.paths = paths
        self.seed = seed
        self.rows: list[Result] = []

    @contextmanager
    def looking(self, mode: str) -> Iterator[None]:
        """Compare every layer that is called within the context, in the given `mode`.

        That is "augmentation", "inference" or "training"; gradients are compared only in the last.
        """

        def look(call: Call, run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            return self._look(mode, call, run, args, kwargs)

        self.supply.begin(0)
        with looked_at(look, self.paths):
            yield

    def _look(self, mode: str, call: Call, run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """One layer: compared on the reference's input, then run on its own for those after it."""
        ledger, key = self.ledger, f"{mode}/{call.index}"
        replay = Replay(call, run, args, kwargs, self.supply)
        inputs = ledger.given(f"{key}/in", replay.inputs)
        masks = ledger.given(f"{key}/masks", replay.masks)
        outputs, state = replay.outputs(inputs, masks)
        row: Result = {
            "mode": mode,
            "index": call.index,
            "name": call.name,
            "type": call.type,
            "forward": ledger.differences(f"{key}/out", outputs),
            "state": ledger.differences(f"{key}/state", state) if mode == "training" else {},
            "gradient": {},
        }
        if mode == "training":
            found = replay.gradients(inputs, masks, outputs, self.seed)
            row["gradient"] = ledger.differences(f"{key}/gradient", found, share=SHARE)
        result = run(*args, **kwargs)
        row["handed_on"] = ledger.differences(f"{key}/out", results(result))
        self.rows.append(row)
        return result

    def loss(self, model: keras.Model, y: Array, given: Any) -> Result:
        """The loss, and its gradient, for the output of the reference's network."""
        (reference,) = self.ledger.given("loss/in", [array_of(given)])
        assert reference is not None
        loss = array_of(loss_of(model, y, keras.ops.convert_to_tensor(reference)))
        gradient = loss_gradients(model, y, reference)
        return {
            "forward": self.ledger.differences("loss/out", {"loss": loss}),
            "gradient": self.ledger.differences("loss/gradient", {"input": gradient}),
        }
