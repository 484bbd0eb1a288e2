"""The parameter table: the network, layer by layer, without allocating its weights."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any

import keras

from kspec.model.connect import connect
from kspec.model.memory import bytes_of
from kspec.spec.models import Spec

__all__ = ["Row", "Table", "not_allocated", "row_of", "tabulate", "tabulate_spec"]


@dataclass(frozen=True)
class Row:
    """One layer: its output shape without the batch axis, and its parameters.

    If a layer has several outputs, its shape is a tuple of their shapes.
    """

    name: str
    type: str
    output_shape: tuple[Any, ...]
    params: int
    trainable_params: int


@dataclass(frozen=True)
class Table:
    """The layers of a network in order, without the input layer, and their totals.

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
        """A header line, then one for each layer; an output shape is written `32x32x3`."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        columns = [field.name for field in fields(self.rows[0] if self.rows else Row)]
        writer.writerow(columns)
        for row in self.rows:
            cells = {column: getattr(row, column) for column in columns}
            cells["output_shape"] = _text(row.output_shape)
            writer.writerow(_cell(value) for value in cells.values())
        return text.getvalue()


def tabulate(model: keras.Model) -> Table:
    """The table of a built model."""
    rows = tuple(
        row_of(operation)
        for operation in model.operations
        if not isinstance(operation, keras.layers.InputLayer)
    )
    return Table(
        rows=rows,
        total_params=_count(model.weights),
        trainable_params=_count(model.trainable_weights),
        total_bytes=_bytes(model.weights),
        trainable_bytes=_bytes(model.trainable_weights),
    )


def row_of(operation: Any) -> Row:
    """The row of a layer, or of an operation of `keras.ops`, which has no weights."""
    return Row(
        name=operation.name,
        type=type(operation).__name__,
        # A shared layer has one output for each call; they differ only in the batch.
        output_shape=_shape(operation._inbound_nodes[0].outputs),
        params=_count(getattr(operation, "weights", [])),
        trainable_params=_count(getattr(operation, "trainable_weights", [])),
    )


def _shape(outputs: Any) -> tuple[Any, ...]:
    tensors = keras.tree.flatten(outputs)
    shapes = [tuple(tensor.shape[1:]) for tensor in tensors]
    return shapes[0] if len(shapes) == 1 else tuple(shapes)


def tabulate_spec(spec: Spec) -> Table:
    """The table of the network that `spec` describes; no weight is allocated.

    Raises BuildError as `kspec.model.build.build` does.
    """
    with not_allocated():
        return tabulate(connect(spec))


@contextmanager
def not_allocated() -> Iterator[None]:
    """Within the context networks are built without their weights.

    In a `StatelessScope` Keras only notes that a variable would be created.
    """
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        # Otherwise the next scope would allocate the variables noted in this one.
        keras.utils.clear_session()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, tuple) else value


def _text(shape: tuple[Any, ...]) -> str:
    if any(isinstance(size, tuple) for size in shape):
        return " ".join(_text(each) for each in shape)
    return "x".join("?" if size is None else str(size) for size in shape)


def _count(variables: list[keras.Variable]) -> int:
    return sum(math.prod(variable.shape) for variable in variables)


def _bytes(variables: list[keras.Variable]) -> int:
    return sum(bytes_of(variable.shape, variable.dtype) for variable in variables)
