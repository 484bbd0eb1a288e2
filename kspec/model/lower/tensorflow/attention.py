"""Attention as plain matrix products, for TensorFlow on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.tensorflow.device import on_processor

__all__ = ["MultiHeadAttention"]

MASKED = -0.7 * 3.38953e38
"""The logit of masked positions, as in `keras.ops.dot_product_attention`."""


@stands_for(keras.layers.MultiHeadAttention)
class MultiHeadAttention(StandIn, keras.layers.MultiHeadAttention):  # type: ignore[misc]
    """Transposes heads before positions and scales the query, which is small: Keras multiplies the
    tensors in another order, for which TensorFlow transposes large ones."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        # With dropout Keras computes it differently, and as fast.
        one_axis = tuple(layer._attention_axes) == (1,)
        return on_processor() and one_axis and not layer._dropout and not layer._flash_attention

    def _compute_attention(
        self,
        query: Any,
        key: Any,
        value: Any,
        attention_mask: Any = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
    ) -> tuple[Any, Any]:
        """For queries (n, t, heads, size), keys and values (n, s, heads, …), a mask (n, t, s).

        Since Keras sees that this method is overridden, the mask includes the causal one.
        """
        if return_attention_scores or query.dtype != tf.float32 or query.shape.rank != 4:
            return super()._compute_attention(  # type: ignore[no-any-return]
                query, key, value, attention_mask, training, return_attention_scores
            )
        query, key, value = (tf.transpose(each, [0, 2, 1, 3]) for each in (query, key, value))
        logits = tf.matmul(query * self._inverse_sqrt_key_dim, key, transpose_b=True)
        if attention_mask is not None:
            mask = tf.cast(attention_mask, tf.bool)
            while mask.shape.rank < 4:
                mask = tf.expand_dims(mask, -3)
            logits = tf.where(mask, logits, MASKED)
        return tf.transpose(tf.matmul(tf.nn.softmax(logits), value), [0, 2, 1, 3]), None
