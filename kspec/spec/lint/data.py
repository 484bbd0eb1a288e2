"""Rules about the data of a spec."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import training_samples
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import FILE_SOURCES, Spec

__all__ = ["BATCH_SIZE", "MISSING_PATH"]


def _missing_path(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if spec.data.source in FILE_SOURCES and spec.data.path is None:
        yield Finding(("data", "source"), f'the source "{spec.data.source}" needs "path"')


def _batch_size(spec: Spec, graph: Graph) -> Iterator[Finding]:
    samples = training_samples(spec)
    size = spec.training.batch_size
    if spec.training.steps_per_epoch is not None:
        return
    # The default was not chosen by the user.
    if samples is None or size <= samples or "batch_size" not in spec.training.model_fields_set:
        return
    message = (
        f"a batch of {size} is more than the {samples} training samples: every epoch is one step "
        "on all of them"
    )
    yield Finding(("training", "batch_size"), message)


MISSING_PATH = Rule(
    code="missing-key",
    level="error",
    title="No path for a source that reads files",
    reason=(
        'The sources "npz", "images" and "csv" read your own files; "path" says where they are, '
        "relative to the folder of the spec."
    ),
    wrong='{"data": {"source": "images"}}',
    right='{"data": {"source": "images", "path": "flowers"}}',
    find=_missing_path,
    may_be_allowed=False,
    reads_graph=False,
)

BATCH_SIZE = Rule(
    code="batch-larger-than-data",
    level="warning",
    title="A batch larger than the training set",
    reason=(
        "Every step takes one batch. If a batch holds more than all the samples that are left "
        "after the validation set is split off, an epoch is a single step, and the usual number of "
        "epochs is far too few steps to learn from."
    ),
    wrong=(
        '{"data": {"source": "shapes", "train_samples": 500, "validation": 0.2},\n'
        ' "training": {"batch_size": 512}}'
    ),
    right=(
        '{"data": {"source": "shapes", "train_samples": 500, "validation": 0.2},\n'
        ' "training": {"batch_size": 32}}'
    ),
    find=_batch_size,
    reads_graph=False,
)
