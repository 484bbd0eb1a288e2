"""Weights that would be averaged twice."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.names import named
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["AVERAGED_TWICE"]


def _twice(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if spec.training.averaging is None:
        return
    arguments = spec.training.optimizer.arguments
    inner = named("optimizers", arguments.get("inner_optimizer"))
    where = [("use_ema", arguments.get("use_ema"))]
    if inner is not None:
        where.append(("inner_optimizer", inner[1].get("use_ema")))
    for key, said in where:
        if said is True:
            message = (
                'the optimizer averages weights, too ("use_ema"), without those of '
                'BatchNormalization and only at the end; remove that or "averaging"'
            )
            yield Finding(("training", "optimizer", key), message, on_key=True)


AVERAGED_TWICE = Rule(
    code="averaged-twice",
    level="error",
    title="Weights averaged by both the optimizer and the training",
    reason=(
        "With use_ema a Keras optimizer puts its own average into the weights when the training "
        "ends, in place of the weights that training.averaging would keep. That average leaves out "
        "the statistics of BatchNormalization, and is never validated. One of the two is enough."
    ),
    wrong=(
        '{"training": {"optimizer": {"type": "SGD", "use_ema": true},\n'
        '              "averaging": {"momentum": 0.99}}}'
    ),
    right='{"training": {"optimizer": "SGD", "averaging": {"momentum": 0.99}}}',
    find=_twice,
    may_be_allowed=False,
    reads_graph=False,
)
