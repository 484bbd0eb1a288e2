"""Numbers and lists as a reader wants them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

__all__ = ["duration", "flat", "percent", "shown", "size", "told"]


def shown(value: object) -> str:
    """A measured value, with four decimals where they are meaningful."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–" if value is None else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0 or 0.001 <= abs(value) < 100_000:
        return f"{value:,.4f}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def percent(share: float) -> str:
    """A percentage, with a non-breaking space."""
    return f"{100 * share:.1f}\u00a0%"


def duration(seconds: object) -> str:
    """Seconds as hours, minutes and seconds."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return "–"
    if not math.isfinite(seconds):
        return shown(float(seconds))
    if seconds < 60:
        return f"{seconds:.3g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min {rest} s" if hours else f"{minutes} min {rest} s"


def size(shape: object) -> str:
    """A shape from JSON as `32×32×3`; those of several tensors one after the other."""
    if not isinstance(shape, list):
        return "–"
    if any(isinstance(each, list) for each in shape):
        return ", ".join(size(each) for each in shape)
    return "×".join("?" if each is None else str(each) for each in shape) or "one number"


def told(sentence: str) -> Markup:
    """A sentence as HTML; text between backticks is code."""
    parts = sentence.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part
        for index, part in enumerate(parts)
    )


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value within `value` with its path; short lists stay together."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from flat(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for index, child in enumerate(value):
            yield from flat(child, f"{path}[{index}]")
    elif isinstance(value, list):
        yield path, ", ".join(_plain(each) for each in value) or "none"
    else:
        yield path, _plain(value)


def _plain(value: object) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
