"""The script's `load_data`: training, validation and test set, split as kspec splits them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.spec.eject.code import Call, indented, lines
from kspec.spec.eject.files import DRAWN, Files
from kspec.spec.eject.literals import literal, quote
from kspec.spec.eject.sources import read_source
from kspec.spec.models import Spec

__all__ = ["DataCode", "write_data"]

# As in `kspec.data.load`, for sources without a test set of their own.
_TEST_FRACTION = 0.2

_DRAW = '''
def draw(y, size, name, keep=1):
    """The places of `size` samples, the classes in proportion; each class keeps some.

    The same samples as kspec draws: from (SEED, name) alone.
    """
    digest = hashlib.sha256(repr((SEED, "split", name)).encode()).digest()
    rng = np.random.Generator(np.random.Philox(key=np.frombuffer(digest[:16], "<u8")))
    counts = np.bincount(y)
    room = np.maximum(counts - keep, 0)
    shares = np.minimum(counts * size // len(y), room)
    order = np.argsort(-(counts * size % len(y)), kind="stable")
    while (missing := min(size, room.sum()) - shares.sum()) > 0:
        shares[order[(shares < room)[order]][:missing]] += 1
    drawn = [
        rng.permutation(np.flatnonzero(y == label))[:share]
        for label, share in enumerate(shares)
        if share
    ]
    return np.sort(np.concatenate(drawn))
'''

_TAKE = '''
def take(x, places):
    """The samples at these places, for each input."""
    return {name: each[places] for name, each in x.items()}
'''


@dataclass
class DataCode:
    """Constants, functions (the last is `load_data`), and the parts that it returns, in order."""

    constants: list[str]
    functions: list[list[str]] = field(default_factory=list)
    parts: tuple[str, ...] = ("train", "test")

    @property
    def targets(self) -> str:
        """The targets to which the result of `load_data` is unpacked."""
        if len(self.parts) == 1:
            return "x_train, y_train"
        return ", ".join(f"(x_{part}, y_{part})" for part in self.parts)


def write_data(spec: Spec, files: Files) -> DataCode:
    """The functions that load the data of `spec`."""
    data = spec.data
    reading = read_source(spec, files)
    body, parts = list(reading.body), list(reading.parts)
    split = _Split(spec)
    if data.source not in DRAWN:
        if "test" not in parts and data.source in ("images", "csv"):
            body += split.hold_out("test", "test", _TEST_FRACTION)
            parts.append("test")
        for part, size in (("train", data.train_samples), ("test", data.test_samples)):
            if size is not None and part in parts:
                body += split.take(part, size)
        if isinstance(data.validation, float):
            if "val" in parts:
                parts.remove("val")
            if data.validation:
                body += split.hold_out("val", "validation", data.validation)
                parts.append("val")
    ordered = tuple(part for part in ("train", "val", "test") if part in parts)
    code = DataCode(reading.constants, reading.functions, ordered)
    used = "\n".join(body)
    if "draw(" in used:
        code.functions.append(_DRAW.strip().splitlines())
    if "take(" in used:
        code.functions.append(_TAKE.strip().splitlines())
    code.functions.append(
        ["def load_data():", *indented(_docstring(code)), *body, f"    return {code.targets}"]
    )
    return code


@dataclass
class _Split:
    spec: Spec

    @property
    def classes(self) -> str:
        """The classes for a stratified draw; masks and numbers have none."""
        if self.spec.data.labels == "classes":
            return "y_train"
        return "np.zeros(len(y_train), int)"

    def hold_out(self, part: str, name: str, fraction: float) -> list[str]:
        size = f"round({literal(fraction)} * len(y_train))"
        body = lines(Call("draw", (self.classes, size, quote(name))), "held = ", depth=1)
        if len(self.spec.entering) > 1:
            rest = [
                "kept = np.delete(np.arange(len(y_train)), held)",
                f"x_train, x_{part} = take(x_train, kept), take(x_train, held)",
                f"y_train, y_{part} = y_train[kept], y_train[held]",
            ]
        else:
            rest = [
                f"x_{part}, y_{part} = x_train[held], y_train[held]",
                "x_train = np.delete(x_train, held, axis=0)",
                "y_train = np.delete(y_train, held, axis=0)",
            ]
        return [*body, *indented(rest)]

    def take(self, part: str, size: int) -> list[str]:
        classes = self.classes.replace("y_train", f"y_{part}")
        draw = Call("draw", (classes, str(size), quote(f"{part}_samples")), (("keep", "0"),))
        several = len(self.spec.entering) > 1
        x = f"take(x_{part}, taken)" if several else f"x_{part}[taken]"
        return [
            *lines(draw, "taken = ", depth=1),
            f"    x_{part}, y_{part} = {x}, y_{part}[taken]",
        ]


def _docstring(code: DataCode) -> list[str]:
    called = {"train": "training", "val": "validation", "test": "test"}
    names = [called[part] for part in code.parts]
    text = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return [f'"""The {text} set: samples as they are stored, and labels."""']
