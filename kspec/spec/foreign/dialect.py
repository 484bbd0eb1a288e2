"""Who wrote a model file: Keras 1, Keras 2 (tf.keras too), Keras 3 or TensorFlow.js."""

from __future__ import annotations

from kspec.spec.foreign.unwrap import Found
from kspec.spec.foreign.values import every

__all__ = ["dialect_of"]

_KERAS_1 = {
    *("W_regularizer", "W_constraint", "b_regularizer", "b_constraint", "border_mode", "nb_filter"),
    *("dim_ordering", "input_dtype", "inner_init", "subsample", "atrous_rate", "concat_axis"),
}
_KERAS_3 = {"batch_shape", "keras_history"}


def dialect_of(found: Found) -> str:
    """ "keras1", "keras2", "keras3" or "tfjs": by the version in the file, or by its vocabulary."""
    version = found.keras_version or ""
    if version.startswith("tfjs") or found.camel:
        return "tfjs"
    if version[:2] in ("0.", "1."):
        return "keras1"
    if version[:2] in ("2.", "3."):
        return f"keras{version[0]}"
    words = {word for each in every(found.values) for word in each}
    classes = {
        name for each in every(found.values) if isinstance(name := each.get("class_name"), str)
    }
    if words & _KERAS_3 or "DTypePolicy" in classes:
        return "keras3"
    if words & _KERAS_1:
        return "keras1"
    return "keras2"
