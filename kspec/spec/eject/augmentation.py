"""Batches that the script makes itself: augmented before they are scaled, or counted in steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.eject.code import Call, Row, lines
from kspec.spec.eject.objects import made
from kspec.spec.models import KerasObject, Spec
from kspec.spec.precision import OUTPUT

__all__ = ["counts_steps", "draws_batches", "mixes_labels", "write_batches"]

_MIXING = ("CutMix", "MixUp")
_ALTERNATING = "AlternatingFlip"


def draws_batches(spec: Spec) -> bool:
    """Whether the script makes its batches itself."""
    return bool(spec.augmentation) or counts_steps(spec)


def counts_steps(spec: Spec) -> bool:
    """Whether `TrainingBatches` takes the batch size and the number of steps for each phase."""
    if any(phase.steps_per_epoch is not None for phase in spec.phases):
        return True
    return bool(spec.augmentation) and len({phase.batch_size for phase in spec.phases}) > 1


def mixes_labels(spec: Spec) -> bool:
    """Whether labels must be one-hot, because MixUp or CutMix is among the layers."""
    return any(_mixes(layer.type, layer.arguments) for layer in spec.augmentation)


def _mixes(kind: str, arguments: Mapping[str, Any]) -> bool:
    if kind in _MIXING:
        return True
    inner = arguments.get("layers") or ()
    return any(
        _mixes(each["type"], each) for each in inner if isinstance(each, Mapping) and "type" in each
    )


def write_batches(spec: Spec) -> list[str]:
    """The class `TrainingBatches(x, y)`; with augmentation it also takes `scale`, and if steps are
    counted `batch_size` and `steps`."""
    makes: list[str] = []
    calls: list[str] = []
    halves: list[str] = []
    for number, (alone, layers) in enumerate(_steps(spec.augmentation)):
        name = "self.augment" if not number else f"self.augment_{number + 1}"
        each = [_layer(layer) for layer in layers]
        step = each[0] if alone else Call("layers.Pipeline", (Row(tuple(each)),))
        makes += lines(step, f"{name} = ", depth=2)
        if alone and layers[0].type == _ALTERNATING:
            half = f"self.half_{len(halves) + 1}" if halves else "self.half"
            halves.append(f"        {half} = self.rng.permutation(len(y)) < len(y) // 2")
            calls.append(f"        mirrored = {half}[places] ^ odd")
            calls.append(f"        x = {name}(x, mirrored, training=True)")
        elif alone:
            calls += [
                f'        mixed = {name}({{"images": x, "labels": y}}, training=True)',
                '        x, y = mixed["images"], mixed["labels"]',
            ]
        else:
            calls.append(f"        x = {name}(x, training=True)")
    precision = spec.training.precision
    if precision != OUTPUT:  # Pictures change in 32 bits; 16 are for the network.
        policies = [
            f'        keras.config.set_dtype_policy("{name}")' for name in (OUTPUT, precision)
        ]
        makes = [policies[0], *makes, policies[1]] if makes else []
    counts = counts_steps(spec)
    given = {"@makes": makes, "@halves": halves, "@calls": calls}
    turns = _COUNTED_TURNS if counts else _TURNS
    given |= turns if halves else {line: [] for line in turns}
    text = _COUNTED if counts else _PASSES
    text = text.replace("@taken", _taken(spec)).replace("@given", _given(spec))
    if not spec.augmentation:
        text = text.replace(", scale", "").replace(", self.scale", "")
        text = text.replace("; pictures change before they are scaled", "")
    return [
        line for template in text.strip().splitlines() for line in given.get(template, [template])
    ]


_PASSES = '''
class TrainingBatches(keras.utils.PyDataset):
    """Batches in a new order every epoch; pictures change before they are scaled."""
@number

    def __init__(self, x, y, scale):
        super().__init__()
        self.x, self.y, self.scale = x, y, scale
@makes
        self.rng = np.random.default_rng(SEED)
@halves
@begin
        self.on_epoch_end()

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.y))
@next

    def __len__(self):
        return math.ceil(len(self.y) / BATCH_SIZE)

    def __getitem__(self, index):
        places = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        x, y = @taken, self.y[places]
@odd
@calls
        return @given
'''

_COUNTED = '''
class TrainingBatches(keras.utils.PyDataset):
    """Pass after pass in a new order; pictures change before they are scaled.

    An epoch is a pass, or so many full batches, and the next one goes on behind them.
    """
@number

    def __init__(self, x, y, scale, batch_size, steps):
        super().__init__()
        self.x, self.y, self.scale = x, y, scale
        self.batch_size, self.steps = batch_size, steps
@makes
        self.rng = np.random.default_rng(SEED)
@halves
@begin
        self.order = np.empty(0, int)
        self.on_epoch_end()

    def on_epoch_end(self):
        size = self.steps * self.batch_size if self.steps else len(self.y)
        self.order = self.order[size:]
        while len(self.order) < size:
            self.order = np.append(self.order, self.rng.permutation(len(self.y)))
@next

    def __len__(self):
        return self.steps or math.ceil(len(self.y) / self.batch_size)

    def __getitem__(self, index):
        places = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        x, y = @taken, self.y[places]
@odd
@calls
        return @given
'''

# Which half is mirrored depends on the number of the pass, counted across all phases.
_TURNS = {
    "@number": ["", "    number = 0  # Of the pass that comes next, in all phases."],
    "@begin": ["        self.number = TrainingBatches.number - 1"],
    "@next": ["        self.number += 1", "        TrainingBatches.number = self.number"],
    "@odd": ["        odd = self.number % 2 == 1"],
}
_COUNTED_TURNS = {
    "@number": ["", "    number = 0  # Of the pass that the next phase begins with."],
    "@begin": ["        self.first, self.begin = TrainingBatches.number, None"],
    "@next": [
        "        self.begin = 0 if self.begin is None else self.begin + size",
        "        TrainingBatches.number = self.first + math.ceil(self.begin / len(self.y))",
    ],
    "@odd": [
        "        at = self.begin + index * self.batch_size + np.arange(len(places))",
        "        odd = (self.first + at // len(self.y)) % 2 == 1",
    ],
}


def _taken(spec: Spec) -> str:
    """The expression for the samples at `places`."""
    if spec.augmentation:
        return 'self.x[places].astype("float32")'
    if len(spec.entering) == 1:
        return "self.x[places]"
    return "{name: each[places] for name, each in self.x.items()}"


def _given(spec: Spec) -> str:
    """The expression for what the model gets."""
    if not spec.augmentation:
        return "x, y"
    labels = "keras.ops.convert_to_numpy(y)" if mixes_labels(spec) else "y"
    return f"self.scale(keras.ops.convert_to_numpy(x)), {labels}"


def _steps(layers: tuple[KerasObject, ...]) -> Iterator[tuple[bool, list[KerasObject]]]:
    """Runs of layers; one that mixes labels, or is told which pictures to change, stands alone."""
    run: list[KerasObject] = []
    for layer in layers:
        if layer.type == _ALTERNATING or _mixes(layer.type, layer.arguments):
            if run:
                yield False, run
            yield True, [layer]
            run = []
        else:
            run.append(layer)
    if run:
        yield False, run


def _layer(layer: KerasObject) -> Any:
    return made("layers", layer.type, layer.arguments)
