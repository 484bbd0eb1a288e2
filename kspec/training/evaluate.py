"""Evaluates a run's model on a test set."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.batches import Batches
from kspec.data.dataset import Split
from kspec.data.labels import check_split
from kspec.data.load import load, load_test
from kspec.data.override import override
from kspec.errors import DataError
from kspec.reports.per_class import ClassRow, per_class
from kspec.runs.numbers import to_json
from kspec.runs.read import Run
from kspec.spec.models import Views
from kspec.spec.monitors import in_order
from kspec.training.probabilities import probabilities
from kspec.training.trained import Trained, numbered, open_trained

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found: the data, the number of samples, loss and metrics, results per class.

    For masks the classes are those of the pixels; if the labels are numbers, there are none.
    `views` are the views of each picture that were averaged, if any.
    """

    run_path: Path
    data: str
    samples: int
    metrics: dict[str, float]
    per_class: tuple[ClassRow, ...]
    views: Views | None = None

    def to_json(self) -> dict[str, Any]:
        views = None if self.views is None else self.views.model_dump(mode="json")
        plain = asdict(replace(self, views=None)) | {"run_path": str(self.run_path)}
        del plain["views"]
        values: dict[str, Any] = to_json(plain | {"test_time": views})
        return values


def evaluate(run: Run, *, data: str | None = None, test_time: bool = True) -> Evaluation:
    """Evaluate the model of `run` on its test set, or on `data` (a path or a source).

    If the spec has a `test_time`, the mean over its views is used, unless `test_time` is False.
    Other data is evaluated on its test set, or on all pictures of a folder that has none. Pixels
    are scaled exactly as in training. Raises DataError for data without a test set and for data
    whose classes are not those that the model knows.
    """
    trained = open_trained(run).at_test_time(views=test_time)
    split, class_names, source = _samples(trained, data)
    outputs = int(trained.model.output_shape[-1])
    check_split(split, outputs, f"{source}: the test labels", trained.labels)
    _require_same_classes(trained, class_names, source)
    batches = Batches(
        split,
        batch_size=trained.spec.training.batch_size,
        pixels=trained.pixels,
        class_count=trained.class_count,
    )
    metrics = trained.model.evaluate(batches, return_dict=True, verbose=0)
    return Evaluation(
        run_path=run.path,
        data=source,
        samples=len(split),
        metrics=in_order(metrics, trained.spec),
        per_class=_per_class(trained, split, batches),
        views=trained.spec.test_time,
    )


def _per_class(trained: Trained, split: Split, batches: Batches) -> tuple[ClassRow, ...]:
    if trained.labels == "numbers":
        return ()
    outputs = np.asarray(trained.model.predict(batches, verbose=0))
    shares = probabilities(outputs, logits=trained.logits)
    return tuple(per_class(split.y, shares.argmax(axis=-1), trained.class_names))


def _samples(trained: Trained, data: str | None) -> tuple[Split, tuple[str, ...], str]:
    spec = trained.spec
    if data is not None:
        wanted = override(spec.data, data)
        if wanted.labels != trained.labels:
            raise DataError(
                f"--data {data}: its labels are {wanted.labels}, but the model has learned "
                f"{trained.labels}"
            )
        return load_test(wanted, inputs=spec.entering, root=trained.root)
    dataset = load(spec.data, seed=spec.seed, inputs=spec.entering, root=trained.root)
    if dataset.test is None:
        raise DataError(f"{dataset.source} has no test set to evaluate on")
    if dataset.fingerprint != trained.fingerprint:
        raise DataError(
            f"{dataset.source} is not what it was when the run was trained, so its test set may "
            "hold training samples; --data PATH measures on other data"
        )
    return dataset.test, dataset.class_names, dataset.source


def _require_same_classes(trained: Trained, names: tuple[str, ...], source: str) -> None:
    known = trained.class_names
    # Numbers that stand for themselves, as in a CSV file, name other classes if they differ.
    all_numbers = all(name.isdecimal() for name in (*names, *known))
    unnamed = not all_numbers and any(
        classes == numbered(len(classes)) for classes in (names, known)
    )
    if names != known[: len(names)] and not unnamed:
        raise DataError(
            f"{source} has the classes {', '.join(names)}, but the model was trained on "
            f"{', '.join(known)}"
        )
