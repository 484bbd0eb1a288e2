"""A model and the data that it is to learn from, and its batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import keras

from kspec.data.augment import Augmentation
from kspec.data.batches import NOTHING, Batches, Before, is_one_hot
from kspec.data.dataset import Dataset, Split
from kspec.data.scaling import Scaling
from kspec.errors import Problem
from kspec.experiment.features.cut import cut
from kspec.experiment.features.extract import Progress, extract, store_for
from kspec.model.backbone.fill import WeightsFile
from kspec.model.compile import compile_model
from kspec.model.phase import Flags, enter_phase
from kspec.model.views import at_test_time
from kspec.places import features_folder
from kspec.spec.models import Spec

__all__ = ["Prepared"]


@dataclass(frozen=True)
class Prepared:
    """A compiled model and the data it is to learn from.

    `whole` is the network of the spec, and so is `model`, unless the training has features: then
    `model` is the part after the `extractor`, and `features` are what it is trained on.
    `class_count` is for `Batches`: the length of one-hot labels, 1 for a single output, or None if
    the model is given class numbers or numbers to predict. `own_flags` are the layers' own settings
    of whether they are trained, `lowering` says whether steps are computed as is best for the
    backend. `broken_claims` are the expectations of the spec that the network does not meet.
    `weights` are the files that backbones started with, `networks` the folders of the runs whose
    networks they are, by the names in the spec.
    """

    spec: Spec
    whole: keras.Model
    model: keras.Model
    extractor: keras.Model | None
    dataset: Dataset
    pixels: Scaling
    augmentation: Augmentation | None
    class_count: int | None
    own_flags: Flags
    lowering: bool
    weights: tuple[WeightsFile, ...] = ()
    networks: Mapping[str, Path] = field(default_factory=dict)
    features: Dataset | None = None
    broken_claims: tuple[Problem, ...] = ()

    def in_phase(self, number: int) -> Prepared:
        """The same, with the phase `number` (from 0) as its only one: the one model there is,
        compiled for that phase. Raises BuildError if that is not possible."""
        spec = self.spec.in_phase(number)
        how: dict[str, Any] = {
            "one_hot": self.one_hot,
            "samples": len(self.dataset.train),
            "lowering": self.lowering,
        }
        enter_phase(self.whole, spec, self.own_flags, **how)
        features = spec.training.features
        if features is None:
            return replace(self, spec=spec, model=self.whole, extractor=None)
        parts = cut(self.whole, spec, features.until)
        compile_model(parts.head, spec, **how)
        return replace(self, spec=spec, model=parts.head, extractor=parts.extractor)

    def with_features(self, tell: Progress) -> Prepared:
        """The same, with the features for its first phase, if that uses any: those that are not
        kept yet are computed, and `tell` is told the progress.

        Raises DataError if they cannot be kept.
        """
        first = self.in_phase(0)
        wanted = first.spec.training.features
        if first.extractor is None or wanted is None:
            return self
        store = store_for(
            first.extractor,
            self.pixels,
            dtype=wanted.dtype,
            root=features_folder(),
            network=self.spec.name,
        )
        features = extract(
            first.extractor,
            self.dataset,
            self.pixels,
            store,
            batch_size=first.spec.training.batch_size,
            tell=tell,
        )
        return replace(self, features=features)

    def at_test_time(self) -> Prepared:
        """The same, for testing. If the spec has a `test_time`, `model` is a network that looks at
        several views of each picture; features are not used then."""
        if self.spec.test_time is None:
            return self
        model, batch_size = at_test_time(self.whole, self.spec, one_hot=self.one_hot)
        training = self.spec.training.model_copy(update={"batch_size": batch_size})
        return replace(self, spec=self.spec.with_training(training), model=model, extractor=None)

    @property
    def one_hot(self) -> bool:
        """Whether labels are passed to the model one-hot."""
        return is_one_hot(self.class_count)

    @property
    def given(self) -> Dataset:
        """The input of the model: the data, or its features."""
        if self.extractor is None:
            return self.dataset
        assert self.features is not None, "`with_features` comes first"
        return self.features

    def train_batches(self, before: Before = NOTHING) -> Batches:
        """The training split, in an order drawn anew for every pass, augmented; passes are counted
        from those `before`."""
        return Batches(
            self.given.train,
            batch_size=self.spec.training.batch_size,
            pixels=self._scaling,
            shuffle_seed=self.spec.seed,
            steps_per_epoch=self.spec.training.steps_per_epoch,
            before=before,
            augment=self.augmentation,
            augment_in_any_thread=self.augmentation is not None and self.augmentation.in_numpy,
            class_count=self.class_count,
        )

    def batches(self, split: Split) -> Batches:
        """Another split of the model's input, in its own order, never augmented."""
        return Batches(
            split,
            batch_size=self.spec.training.batch_size,
            pixels=self._scaling,
            class_count=self.class_count,
        )

    @property
    def _scaling(self) -> Scaling:
        return self.pixels if self.extractor is None else Scaling({"features": None})
