"""Views at test time that the data do not allow."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec
from kspec.spec.views import views_fault

__all__ = ["TEST_TIME"]


def _views(spec: Spec, graph: Graph) -> Iterator[Finding]:
    fault = views_fault(spec)
    if fault is not None:
        key, message = fault
        path = ("test_time",) if key is None else ("test_time", key)
        yield Finding(path, message, on_key=key is None)


TEST_TIME = Rule(
    code="test-time",
    level="error",
    title="Test-time views that these samples do not allow",
    reason=(
        "At test time the network sees a picture mirrored, shifted, or both, and its outputs are "
        "averaged. That is for a network with one input of (height, width, channels) that predicts "
        "classes or numbers; predictions for single pixels would have to be mirrored or shifted "
        "back first."
    ),
    wrong='{"test_time": {"flip": "horizontal", "shift": 8}}',
    right='{"test_time": {"flip": "horizontal", "shift": 1}}',
    find=_views,
    may_be_allowed=False,
    reads_graph=False,
)
