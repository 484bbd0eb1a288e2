"""The parameter table: what the network is, layer by layer, without allocating its weights."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

import keras

from kspec.model.build import connect
from kspec.spec.models import Spec

__all__ = ["Row", "Table", "tabulate", "tabulate_spec"]


@dataclass(frozen=True)
class Row:
    """One layer: its output shape without the batch axis, and its parameters."""

    name: str
    type: str
    output_shape: tuple[int | None, ...]
    params: int
    trainable_params: int


@dataclass(frozen=True)
class Table:
    """The layers of a network in order, the input layer left out, and what they add up to.

    A variable that several layers share counts once in the totals. Sizes are in bytes.
    """

    rows: tuple[Row, ...]
    total_params: int
    trainable_params: int
    total_bytes: int
    trainable_bytes: int

    @property
    def non_trainable_params(self) -> int:
        return self.total_params - self.trainable_params

    @property
    def non_trainable_bytes(self) -> int:
        return self.total_bytes - self.trainable_bytes

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"non_trainable_params": self.non_trainable_params}

    def to_csv(self) -> str:
        """A line of names, then one for each layer; an output shape reads `32x32x3`."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(field.name for field in fields(Row))
        for row in self.rows:
            shape = "x".join("?" if size is None else str(size) for size in row.output_shape)
            writer.writerow((row.name, row.type, shape, row.params, row.trainable_params))
        return text.getvalue()


def tabulate(model: keras.Model) -> Table:
    """The table of a built model."""
    rows = tuple(
        Row(
            name=layer.name,
            type=type(layer).__name__,
            output_shape=tuple(layer.output.shape[1:]),
            params=_count(layer.weights),
            trainable_params=_count(layer.trainable_weights),
        )
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    )
    return Table(
        rows=rows,
        total_params=_count(model.weights),
        trainable_params=_count(model.trainable_weights),
        total_bytes=_bytes(model.weights),
        trainable_bytes=_bytes(model.trainable_weights),
    )


def tabulate_spec(spec: Spec) -> Table:
    """The table of the network that `spec` describes; no weight is allocated.

    Within a `StatelessScope` Keras only notes that a variable would be made. Raises BuildError as
    `kspec.model.build.build` does.
    """
    try:
        with keras.StatelessScope(initialize_variables=False):
            return tabulate(connect(spec))
    finally:
        # Otherwise the next scope would allocate the variables noted here.
        keras.utils.clear_session()


def _count(variables: list[keras.Variable]) -> int:
    return sum(math.prod(variable.shape) for variable in variables)


def _bytes(variables: list[keras.Variable]) -> int:
    return sum(math.prod(variable.shape) * _size(variable.dtype) for variable in variables)


def _size(dtype: str) -> int:
    """Bytes of one element: the digits in Keras's dtype names are bits; bool has none."""
    bits = re.search(r"[0-9]+", dtype)
    return int(bits.group()) // 8 if bits else 1
