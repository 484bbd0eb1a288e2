"""A run reopened: its model, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import is_zipfile

import keras

import kspec.layers  # noqa: F401  # registers the layers that a saved model may hold
from kspec.backends import without_noise
from kspec.data.batches import is_one_hot
from kspec.data.dataset import LabelKind
from kspec.data.scaling import Scaling
from kspec.errors import RunError, keras_says
from kspec.model.brought import named_classes
from kspec.model.compile import compile_to_measure
from kspec.model.lower import lower
from kspec.model.memory import weights_within_memory
from kspec.model.views import at_test_time
from kspec.plugins.recorded import require
from kspec.runs.read import Run
from kspec.spec.load import load
from kspec.spec.models import Spec

__all__ = ["Trained", "numbered", "open_trained"]


@dataclass(frozen=True)
class Trained:
    """The model of a run on the active backend, whichever backend trained it.

    `spec` is the run's; if it has several phases, that of the last one. `pixels` is the scaling
    that it was trained with, `class_names` is empty if it has learned numbers, `class_count` is as
    in `kspec.experiment.prepared.Prepared`, `fingerprint` is that of the data, `root` is the folder
    that relative data paths start from.
    """

    spec: Spec
    model: keras.Model
    pixels: Scaling
    class_names: tuple[str, ...]
    class_count: int | None
    fingerprint: str
    root: Path

    @property
    def labels(self) -> LabelKind:
        """What kind of label the model has learned."""
        return self.spec.data.labels

    def at_test_time(self, *, views: bool) -> Trained:
        """The same, for testing; with `views`, `model` averages over the views of the spec's
        `test_time`, and batches are smaller."""
        if not views or self.spec.test_time is None:
            without = self.spec.model_copy(update={"test_time": None})
            return replace(self, spec=without)
        one_hot = is_one_hot(self.class_count)
        model, batch_size = at_test_time(self.model, self.spec, one_hot=one_hot)
        training = self.spec.training.model_copy(update={"batch_size": batch_size})
        return replace(self, spec=self.spec.with_training(training), model=model)

    @property
    def logits(self) -> bool:
        """Whether the model gives logits, as its loss expects."""
        return self.spec.training.logits


def open_trained(run: Run) -> Trained:
    """Load the model of `run`.

    Raises RunError if there is none yet, or it cannot be read, and PluginError if it needs a plugin
    that is missing.
    """
    if not run.model_path.is_file():
        had_one = run.has_history or run.is_finished
        why = "it is gone" if had_one else "the run ended before its first epoch did"
        raise RunError(f"{run.path} has no model.keras: {why}")
    if not is_zipfile(run.model_path):
        raise RunError(f"{run.model_path} is damaged: it is not an archive")
    require(run.environment, run.path)
    try:
        # Not compiled: Keras saves with the model whether the backend that trained it uses
        # jit_compile, which may be wrong for another.
        with without_noise(), weights_within_memory():
            model = keras.saving.load_model(
                run.model_path, named_classes(), compile=False, safe_mode=True
            )
    except Exception as error:
        made, here = run.environment.get("keras"), keras.__version__
        versions = "" if made == here else f" (made with Keras {made}, and this is Keras {here})"
        message = f"{run.model_path} cannot be opened{versions}: {keras_says(error)}"
        raise RunError(message) from error
    data = run.recorded("data", "class_names", "class_count", "pixels", "fingerprint", "root")
    names = tuple(data["class_names"])
    spec = load(run.path / "resolved.json", confined=False)
    spec = spec.in_phase(len(spec.phases) - 1)
    compile_to_measure(model, spec, one_hot=is_one_hot(data["class_count"]))
    lower(model)
    return Trained(
        spec=spec,
        model=model,
        pixels=Scaling.from_json(data["pixels"]),
        class_names=_padded(names, int(model.output_shape[-1])) if names else (),
        class_count=data["class_count"],
        fingerprint=data["fingerprint"],
        root=Path(data["root"]),
    )


def numbered(count: int) -> tuple[str, ...]:
    """The names of classes that have no names: "0", "1", …"""
    return tuple(str(number) for number in range(count))


def _padded(names: tuple[str, ...], outputs: int) -> tuple[str, ...]:
    """A name for each output: the network may have more outputs than the data has classes."""
    return names + numbered(outputs)[len(names) :]
