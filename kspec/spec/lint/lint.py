"""Applies the rules to a spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.errors import Problem
from kspec.spec.graph import Graph, wire
from kspec.spec.lint.allow import allowed, allowing_rules
from kspec.spec.lint.augmentation import (
    ALTERNATING_FLIP,
    AUGMENTATION_IN_LAYERS,
    SCALING_IN_AUGMENTATION,
    WEIGHTS_IN_AUGMENTATION,
)
from kspec.spec.lint.averaging import AVERAGED_TWICE
from kspec.spec.lint.backbone import BACKBONE_SCALED_TWICE, BACKBONE_WITHOUT_PREPROCESSING
from kspec.spec.lint.callback import CALLBACK
from kspec.spec.lint.constraint_axes import CONSTRAINT_AXIS
from kspec.spec.lint.data import BATCH_SIZE, MISSING_PATH
from kspec.spec.lint.dropout import DROPOUT_OF_ONE, DROPOUT_OF_ZERO
from kspec.spec.lint.exclusions import EXCLUSION_OF_NONE
from kspec.spec.lint.features import FEATURES_AUGMENTED, FEATURES_LATER, FEATURES_UNTIL
from kspec.spec.lint.groups import DECAY_OF_NOTHING, GROUP_OF_NONE
from kspec.spec.lint.initializers import HE_BEFORE_SATURATION, HE_ON_OUTPUT
from kspec.spec.lint.layer_names import NAME_OF_SOME_BACKENDS
from kspec.spec.lint.learning_rate import LEARNING_RATE
from kspec.spec.lint.linear_rows import LINEAR_ROWS
from kspec.spec.lint.losses import LOSS_RULES
from kspec.spec.lint.metrics import METRIC_RULES
from kspec.spec.lint.monitor import (
    KEPT_EPOCH,
    MODE_NEEDED,
    MONITOR_WITHOUT_VALIDATION,
    UNKNOWN_MONITOR,
)
from kspec.spec.lint.normalization import (
    BIAS_BEFORE_NORMALIZATION,
    DROPOUT_BEFORE_NORMALIZATION,
    NORMALIZATION_AXIS,
)
from kspec.spec.lint.patience import PATIENCE, PLATEAU_PATIENCE
from kspec.spec.lint.regularizers import (
    REGULARIZER_BEFORE_NORMALIZATION,
    REGULARIZER_ON_OUTPUT,
)
from kspec.spec.lint.rule import Rule
from kspec.spec.lint.scaling import TWO_SCALINGS
from kspec.spec.lint.schedule_end import SCHEDULE_ENDS_EARLY
from kspec.spec.lint.shares import SHARE_OUT_OF_RANGE
from kspec.spec.lint.test_time import TEST_TIME
from kspec.spec.lint.trainable import TRAINABLE_LAYER
from kspec.spec.lint.trained import AUGMENTATION_MISFIT, SEVERAL_OUTPUTS
from kspec.spec.lint.value_range import VALUE_RANGE
from kspec.spec.models import Spec
from kspec.spec.node import Node

__all__ = ["RULES", "lint"]

_NO_END = (float("inf"), 0)

_RULES = (
    UNKNOWN_MONITOR,
    MONITOR_WITHOUT_VALIDATION,
    MODE_NEEDED,
    KEPT_EPOCH,
    CALLBACK,
    MISSING_PATH,
    *LOSS_RULES,
    *METRIC_RULES,
    PATIENCE,
    PLATEAU_PATIENCE,
    BATCH_SIZE,
    LEARNING_RATE,
    SCHEDULE_ENDS_EARLY,
    SHARE_OUT_OF_RANGE,
    GROUP_OF_NONE,
    CONSTRAINT_AXIS,
    DECAY_OF_NOTHING,
    EXCLUSION_OF_NONE,
    TRAINABLE_LAYER,
    TWO_SCALINGS,
    BACKBONE_SCALED_TWICE,
    BACKBONE_WITHOUT_PREPROCESSING,
    SCALING_IN_AUGMENTATION,
    WEIGHTS_IN_AUGMENTATION,
    ALTERNATING_FLIP,
    AUGMENTATION_IN_LAYERS,
    VALUE_RANGE,
    DROPOUT_OF_ONE,
    DROPOUT_OF_ZERO,
    DROPOUT_BEFORE_NORMALIZATION,
    BIAS_BEFORE_NORMALIZATION,
    NORMALIZATION_AXIS,
    REGULARIZER_BEFORE_NORMALIZATION,
    REGULARIZER_ON_OUTPUT,
    HE_BEFORE_SATURATION,
    HE_ON_OUTPUT,
    LINEAR_ROWS,
    NAME_OF_SOME_BACKENDS,
    SEVERAL_OUTPUTS,
    AUGMENTATION_MISFIT,
    FEATURES_AUGMENTED,
    FEATURES_UNTIL,
    FEATURES_LATER,
    TEST_TIME,
    AVERAGED_TWICE,
)

RULES: tuple[Rule, ...] = (*_RULES, *allowing_rules(_RULES))
"""Every rule, each with a code of its own."""


def lint(spec: Spec, node: Node) -> Iterator[Problem]:
    """Problems of a spec whose parts are valid alone but make no sense together.

    `node` is where the values of `spec` were written. Rules that the spec turns off are skipped.
    """
    graph, faults = wire(spec.layers, spec.entering, spec.outputs)
    silent = allowed(spec, _RULES)
    rules = [
        rule for rule in RULES if rule.code not in silent and not (faults and rule.reads_graph)
    ]
    phases = [
        [each for rule in rules for each in _told(rule, spec.in_phase(number), graph, node)]
        for number in range(len(spec.phases))
    ]
    # A rule is turned off in vain only if it finds nothing in any phase.
    in_vain = {each for each in phases[0] if all(each in told for told in phases)}
    # A fault that phases share is reported once.
    found: set[Problem] = set()
    for number, told in enumerate(phases):
        for problem in told:
            if problem in found or (problem.code == "unused-allow" and problem not in in_vain):
                continue
            found.add(problem)
            if number and not _within(problem, node, number):
                # An inherited value is written in another phase, where it may be right.
                problem = replace(problem, message=f"in phase {number + 1}: {problem.message}")
            yield problem


def _within(problem: Problem, node: Node, number: int) -> bool:
    """Whether a problem points into the text of the phase `number`, from 0."""
    phase = node.at(("training", number))
    later = [each.place for each in node.at(("training",)).value[number + 1 :]]
    ends = [(each.line, each.column) for each in later if each.file == phase.place.file]
    place = problem.place
    if place is None or place.file != phase.place.file:
        return False
    here = (place.line, place.column)
    return (phase.place.line, phase.place.column) <= here < min(ends, default=_NO_END)


def _told(rule: Rule, spec: Spec, graph: Graph, node: Node) -> Iterator[Problem]:
    """The problems that a rule finds in a spec of one phase."""
    findings = list(rule.find(spec, graph))
    told = findings[:1] if rule.gathered else findings
    for finding in told:
        message = finding.message
        if len(findings) > len(told):
            message += f" ({len(findings) - 1} more like it)"
        path = finding.path
        if path[:1] == ("training",):
            path = (*spec.training_path, *path[1:])
        place = node.key_place(path) if finding.on_key else node.at(path).place
        yield Problem(place, message, rule.code, level=rule.level)
