"""Arguments that have another name in Keras 3, and arguments without meaning there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["LEFTOVERS", "with_new_names"]

_NEW = {
    "alpha": ("negative_slope",),
    "atrous_rate": ("dilation_rate",),
    "b_constraint": ("bias_constraint",),
    "b_regularizer": ("bias_regularizer",),
    "beta_init": ("beta_initializer",),
    "bias": ("use_bias",),
    "border_mode": ("padding",),
    "dim_ordering": ("data_format",),
    "drop_path_rate": ("rate",),
    "dropout_U": ("recurrent_dropout",),
    "dropout_W": ("dropout",),
    "filter_length": ("kernel_size",),
    "gamma_init": ("gamma_initializer",),
    "init": (
        *("kernel_initializer", "embeddings_initializer", "alpha_initializer"),
        *("depthwise_initializer", "pointwise_initializer"),
    ),
    "inner_activation": ("recurrent_activation",),
    "inner_init": ("recurrent_initializer",),
    "length": ("size",),
    "max_tokens": ("num_tokens",),
    "nb_filter": ("filters",),
    "output_dim": ("units",),
    "p": ("rate",),
    "pool_length": ("pool_size",),
    "sigma": ("stddev",),
    "stride": ("strides",),
    "subsample": ("strides",),
    "subsample_length": ("strides",),
    "theta": ("threshold",),
    "U_constraint": ("recurrent_constraint",),
    "U_regularizer": ("recurrent_regularizer",),
    "W_constraint": ("kernel_constraint", "embeddings_constraint"),
    "W_regularizer": ("kernel_regularizer", "embeddings_regularizer"),
}
"""Old names with the new ones; a layer gets those new ones that it has."""

_SIZES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
"""Keras 1's arguments for `kernel_size`."""

_ORDERINGS = {"th": "channels_first", "tf": "channels_last", "default": None}

LEFTOVERS = frozenset(
    {
        *("autocast", "batch_input_shape", "batch_shape", "batch_size", "build_input_shape"),
        *("cache_enabled", "consume_less", "custom_name", "dynamic", "fused", "implementation"),
        *("input_dim", "input_dtype", "input_length", "input_shape", "input_spec", "key_shape"),
        *("query_shape", "unit_norm", "use_cudnn", "value_shape", "vocabulary_size"),
        *("has_input_vocabulary", "node_indices", "tensor_indices", "supports_masking"),
    }
)
"""Arguments about the implementation, or that follow from the network itself."""


def with_new_names(config: dict[str, Any], arguments: Iterable[str]) -> dict[str, Any]:
    """`config` with Keras 3's names; `arguments` are those of the layer in Keras 3.

    A name that the layer still has is kept: `output_dim` of Embedding, `alpha` of ELU.
    """
    known = set(arguments)
    values: dict[str, Any] = {}
    for old, value in config.items():
        if old == "dim_ordering" and isinstance(value, str):
            value = _ORDERINGS.get(value, value)
        new = () if old in known else [name for name in _NEW.get(old, ()) if name in known]
        if not new:
            values[old] = value
        values |= {name: value for name in new if name not in config}
    for sizes in _SIZES:
        if "kernel_size" in known and all(size in values for size in sizes):
            values["kernel_size"] = [values.pop(size) for size in sizes]
    return values
