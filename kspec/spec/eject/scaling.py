"""How samples are scaled before the network sees them, as in `kspec.data.pixels`."""

from __future__ import annotations

from fractions import Fraction

from kspec.spec.eject.code import Call, Row, lines
from kspec.spec.eject.literals import literal, quote
from kspec.spec.models import Spec, Standardize

__all__ = ["fits_scaling", "scaled_inputs", "write_scaling"]


def scaled_inputs(spec: Spec) -> list[str]:
    """The inputs that are not integers."""
    return [
        name for name, each in spec.entering.items() if not each.dtype.startswith(("int", "uint"))
    ]


def fits_scaling(spec: Spec) -> bool:
    """Whether the scaling is fitted to the training set, by the function `fit_scaling`."""
    return spec.data.standardize is True and bool(scaled_inputs(spec))


def write_scaling(spec: Spec) -> tuple[list[str], list[str]]:
    """Constants, and the function `scale` or `fit_scaling`; empty if nothing is scaled."""
    names = scaled_inputs(spec)
    if not names:
        return [], []
    if fits_scaling(spec):
        return [], _fitted(spec, names)
    constants = []
    given = spec.data.standardize
    if isinstance(given, Standardize):
        for name, values in (("MEAN", given.mean), ("STD", given.std)):
            shown = Row(tuple(map(literal, values)))
            constants += lines(Call("np.array", (shown, quote("float32"))), f"{name} = ")
    if len(spec.entering) == 1:
        return constants, [
            "def scale(x):",
            '    """Samples as the network takes them."""',
            f"    return {_scaled(spec, 'x')}",
        ]
    head = [
        "def scale(x):",
        '    """The samples of each input as the network takes them."""',
    ]
    if len(names) == len(spec.entering):
        scaled = _scaled(spec, "each")
        return constants, [*head, f"    return {{name: {scaled} for name, each in x.items()}}"]
    changed = [f"    x[{quote(name)}] = {_scaled(spec, f'x[{quote(name)}]')}" for name in names]
    return constants, [*head, "    x = dict(x)", *changed, "    return x"]


def _scaled(spec: Spec, x: str) -> str:
    text = f'{x}.astype("float32"){_factor(spec.data.scale)}'
    return f"({text} - MEAN) / STD" if spec.data.standardize else text


def _factor(scale: float | str | None) -> str:
    """The scaling that is appended to the samples: " / 255"."""
    if scale is None:
        return ""
    fraction = Fraction(scale)
    near = fraction.limit_denominator(1000)
    if float(near) == float(fraction):
        if near.denominator == 1:
            return "" if near == 1 else f" * {near.numerator}"
        if near.numerator == 1:
            return f" / {near.denominator}"
        return f" * ({near.numerator} / {near.denominator})"
    return f" * {literal(float(fraction))}"


def _fitted(spec: Spec, names: list[str]) -> list[str]:
    """`fit_scaling`; a positive `scale` before it has no effect, a negative one flips the sign."""
    negative = spec.data.scale is not None and Fraction(spec.data.scale) < 0
    change = "({x} - mean) / std" if not negative else "(mean - {x}) / std"
    change = change.format(x='{x}.astype("float32")')
    if len(spec.entering) == 1:
        return f'''
def fit_scaling(x):
    """How to standardize samples: by mean and deviation of each channel."""
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axes, dtype="float64").astype("float32")
    std = x.std(axes, dtype="float64").astype("float32")
    std[std == 0] = 1  # what never changes becomes 0
    return lambda x: {change.format(x="x")}
'''.strip().splitlines()
    return f'''
def fit_scaling(x):
    """How to standardize each input: by mean and deviation of its channels."""
    statistics = {{}}
    for name in ({", ".join(map(quote, names))}{"," * (len(names) == 1)}):
        axes = tuple(range(x[name].ndim - 1))
        mean = x[name].mean(axes, dtype="float64").astype("float32")
        std = x[name].std(axes, dtype="float64").astype("float32")
        std[std == 0] = 1  # what never changes becomes 0
        statistics[name] = mean, std

    def scale(x):
        scaled = {{}}
        for name, (mean, std) in statistics.items():
            scaled[name] = {change.format(x="x[name]")}
        return {{**x, **scaled}}

    return scale
'''.strip().splitlines()
