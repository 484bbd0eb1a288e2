"""A network layer by layer, each fed with what the reference's was fed with."""

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

# A layer's gradients that are a thousand times smaller than its largest are judged by the scale of
# that: what should be zero has none of its own.
SHARE = 1e-3


class Layerwise:
    """Looks at the calls of layers; `rows` are what it saw, as plain values.

    Args:
        ledger: What the reference had, or gets.
        supply: Where random numbers come from.
        paths: The path of a layer by its `id`.
        seed: For the numbers that outputs are weighted with (`kspec.parity.replay`).
    """

    def __init__(self, ledger: Ledger, supply: Supply, paths: Mapping[int, str], seed: int) -> None:
        self.ledger = ledger
        self.supply = supply
        self.paths = paths
        self.seed = seed
        self.rows: list[Result] = []

    @contextmanager
    def looking(self, mode: str) -> Iterator[None]:
        """Every layer that is called within it is looked at, as in `mode`.

        That is "augmentation", "inference" or "training"; gradients are looked at in the last.
        """

        def look(call: Call, run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            return self._look(mode, call, run, args, kwargs)

        self.supply.begin(0)
        with looked_at(look, self.paths):
            yield

    def _look(self, mode: str, call: Call, run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """One layer: on the reference's inputs for itself, then on its own for those after it."""
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
        """The loss, and its gradient, of what the reference's network gave."""
        (reference,) = self.ledger.given("loss/in", [array_of(given)])
        assert reference is not None
        loss = array_of(loss_of(model, y, keras.ops.convert_to_tensor(reference)))
        gradient = loss_gradients(model, y, reference)
        return {
            "forward": self.ledger.differences("loss/out", {"loss": loss}),
            "gradient": self.ledger.differences("loss/gradient", {"input": gradient}),
        }
