"""Features that are computed once, and settings that are incompatible with them."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.automatic_names import layer_names
from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.lint.trainable import well_named
from kspec.spec.models import Spec
from kspec.spelling import nearest

__all__ = ["FEATURES_AUGMENTED", "FEATURES_LATER", "FEATURES_UNTIL", "FIRST"]


FIRST = (("training",), ("training", 0))


def _augmented(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if spec.training.features is not None and spec.augmentation:
        message = (
            "features are computed once from each picture, so none would be augmented; leave "
            'out "augmentation" or "features"'
        )
        yield Finding(("training", "features"), message, on_key=True)


def _until(spec: Spec, graph: Graph) -> Iterator[Finding]:
    features = spec.training.features
    if features is None or not well_named(spec.layers):
        return
    names = layer_names(spec.layers)
    if features.until not in names:
        close = nearest(features.until, names)
        meant = f' Did you mean "{close}"?' if close else ""
        message = f'the network has no layer "{features.until}".{meant}'
        yield Finding(("training", "features", "until"), message)
    elif features.until == names[-1]:
        message = f'"{features.until}" is the last layer: nothing is left to learn from features'
        yield Finding(("training", "features", "until"), message)


def _later(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if spec.training.features is not None and spec.training_path not in FIRST:
        message = "features belong to the first phase; a later one trains the network itself"
        yield Finding(("training", "features"), message, on_key=True)


FEATURES_AUGMENTED = Rule(
    code="features-augmented",
    level="error",
    title="Augmentation together with features that are computed once",
    reason=(
        "Augmentation changes every picture anew in every epoch, but features are computed once, "
        "from the unchanged pictures, and used in all epochs. A spec with both would promise "
        "augmentation and train without it."
    ),
    wrong=(
        '{"augmentation": [{"type": "RandomFlip", "mode": "horizontal"}],\n'
        ' "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}],\n'
        ' "training": {"features": {"until": "flatten"}}}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}],\n'
        ' "training": {"features": {"until": "flatten"}}}'
    ),
    find=_augmented,
    may_be_allowed=False,
    reads_graph=False,
)

FEATURES_UNTIL = Rule(
    code="features-until",
    level="error",
    title="Features of a layer that does not exist or is the last",
    reason=(
        '"until" names the layer whose outputs are kept, by the name given in the spec or shown by '
        "`kspec summary`. Behind it there must be a layer left that learns."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}],\n'
        ' "training": {"features": {"until": "flaten"}}}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}],\n'
        ' "training": {"features": {"until": "flatten"}}}'
    ),
    find=_until,
    may_be_allowed=False,
    reads_graph=False,
)

FEATURES_LATER = Rule(
    code="features-later",
    level="error",
    title="Features in a later phase of the training",
    reason=(
        "Features are the outputs of a part of the network that no longer changes, which is how "
        "transfer learning begins: first the head learns from them, then layers before it learn "
        "too, from pictures. A later phase that freezes these layers again trains well enough "
        "without features."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}],\n'
        ' "training": [{"optimizer": "adam", "loss": "sparse_categorical_crossentropy",\n'
        '               "epochs": 3},\n'
        '              {"epochs": 3, "features": {"until": "flatten"}}]}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}],\n'
        ' "training": [{"optimizer": "adam", "loss": "sparse_categorical_crossentropy",\n'
        '               "epochs": 3, "features": {"until": "flatten"}},\n'
        '              {"epochs": 3}]}'
    ),
    find=_later,
    may_be_allowed=False,
    reads_graph=False,
)
