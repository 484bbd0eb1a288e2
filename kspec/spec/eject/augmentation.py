"""Augmentation: batches whose pictures are changed before they are scaled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.eject.code import Call, Row, lines
from kspec.spec.eject.objects import made
from kspec.spec.models import KerasObject, Spec

__all__ = ["mixes_labels", "write_augmentation"]

_MIXING = ("CutMix", "MixUp")


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


def write_augmentation(spec: Spec) -> list[str]:
    """The class `TrainingBatches(x, y, scale)`."""
    makes: list[str] = []
    calls: list[str] = []
    for number, (mixes, layers) in enumerate(_steps(spec.augmentation)):
        name = "self.augment" if not number else f"self.augment_{number + 1}"
        each = [_layer(layer) for layer in layers]
        step = each[0] if mixes else Call("layers.Pipeline", (Row(tuple(each)),))
        makes += lines(step, f"{name} = ", depth=2)
        if mixes:
            calls += [
                f'        mixed = {name}({{"images": x, "labels": y}}, training=True)',
                '        x, y = mixed["images"], mixed["labels"]',
            ]
        else:
            calls.append(f"        x = {name}(x, training=True)")
    scaled = "keras.ops.convert_to_numpy(x)"
    labels = "keras.ops.convert_to_numpy(y)" if mixes_labels(spec) else "y"
    text = f'''
class TrainingBatches(keras.utils.PyDataset):
    """Batches in a new order every epoch; pictures change before they are scaled."""

    def __init__(self, x, y, scale):
        super().__init__()
        self.x, self.y, self.scale = x, y, scale
@makes
        self.rng = np.random.default_rng(SEED)
        self.on_epoch_end()

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.y))

    def __len__(self):
        return math.ceil(len(self.y) / BATCH_SIZE)

    def __getitem__(self, index):
        places = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        x, y = self.x[places].astype("float32"), self.y[places]
@calls
        return self.scale({scaled}), {labels}
'''
    given = {"@makes": makes, "@calls": calls}
    return [
        line for template in text.strip().splitlines() for line in given.get(template, [template])
    ]


def _steps(layers: tuple[KerasObject, ...]) -> Iterator[tuple[bool, list[KerasObject]]]:
    """The layers in runs; one that mixes labels alone."""
    run: list[KerasObject] = []
    for layer in layers:
        if _mixes(layer.type, layer.arguments):
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
