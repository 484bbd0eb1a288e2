"""The network averaged over several views of a picture, as `kspec.model.views` builds it."""

from __future__ import annotations

from kspec.spec.eject.literals import quote
from kspec.spec.models import Spec

__all__ = ["write_views"]


def write_views(spec: Spec) -> list[str]:
    """The function `with_views`."""
    views = spec.test_time
    assert views is not None
    (entering,) = spec.entering.values()
    dtype = "" if entering.dtype == "float32" else f", dtype={quote(entering.dtype)}"
    text = [
        "def with_views(model):",
        '    """A network around `model`: the mean of what it says of several views."""',
        f"    x = keras.Input(model.input_shape[1:]{dtype})",
        "    views = [x]",
    ]
    shares = [1]
    if views.shift is not None:
        by = views.shift
        text += [
            f"    border = (0, 0), ({by}, {by}), ({by}, {by}), (0, 0)",
            '    padded = ops.pad(x, border, mode="reflect")',
            f"    views += [padded[:, {2 * by}:, {2 * by}:], padded[:, :-{2 * by}, :-{2 * by}]]",
        ]
        if views.directions == 4:
            text.append(
                f"    views += [padded[:, {2 * by}:, :-{2 * by}], padded[:, :-{2 * by}, {2 * by}:]]"
            )
        shares = [2] + views.directions * [1]
    if views.flip is not None:
        axis = 2 if views.flip == "horizontal" else 1
        text.append(f"    views += [ops.flip(each, axis={axis}) for each in views]")
        shares = 2 * shares
    text += [
        "    seen = model(ops.concatenate(views, axis=0))",
        f"    seen = ops.reshape(seen, ({len(shares)}, -1, seen.shape[-1]))",
    ]
    if views.shift is None:
        return [*text, "    return keras.Model(x, ops.mean(seen, axis=0))"]
    return [
        *text,
        f"    weights = np.array({shares}).reshape(-1, 1, 1) / {sum(shares)}",
        '    return keras.Model(x, ops.sum(seen * weights.astype("float32"), axis=0))',
    ]
