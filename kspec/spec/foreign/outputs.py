"""Which layers have several outputs, so that a reference must say which."""

from __future__ import annotations

from typing import Any

__all__ = ["gives_several"]

_OPERATIONS = frozenset(
    f"ops.{name}"
    for name in (
        *("array_split", "ctc_decode", "divmod", "eig", "eigh", "fft", "fft2", "frexp", "ifft2"),
        *("lu_factor", "meshgrid", "modf", "moments", "nonzero", "qr", "rfft", "slogdet", "split"),
        *("stft", "svd", "top_k", "unravel_index", "unstack"),
    )
)


def gives_several(item: dict[str, Any], inputs: Any) -> bool:
    """Whether the layer `item`, called with `inputs`, returns more than one tensor."""
    if item["type"] == "Model":
        return isinstance(item.get("outputs"), list)
    if item["type"] in _OPERATIONS or item.get("return_state") is True:
        return True
    if item["type"] == "Bidirectional":
        inner = item.get("layer", {})
        return item.get("merge_mode", "") is None or inner.get("return_state") is True
    return isinstance(inputs, dict) and inputs.get("return_attention_scores") is True
