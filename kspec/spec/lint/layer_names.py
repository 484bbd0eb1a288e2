"""Names of layers that some backend cannot use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.spec import catalog
from kspec.spec.graph import Graph
from kspec.spec.lint.network import Site, sites
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["NAME_OF_SOME_BACKENDS"]

# TensorFlow uses the name of a layer as a scope, PyTorch that of a weight as a parameter name.
_NO_SCOPE = re.compile(r"[^A-Za-z0-9_.>-]")
_NO_PARAMETER = "."


def _names(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in sites(graph):
        name = site.layer.arguments.get("name")
        if not isinstance(name, str) or catalog.operation_of(site.layer.type) is not None:
            continue
        if _NO_SCOPE.search(name):
            backend = "TensorFlow"
        elif _NO_PARAMETER in name and _has_weights(site):
            backend = "PyTorch"
        else:
            continue
        message = (
            f'{backend} cannot train a layer called "{name}"; letters, digits, "_" and "-" will do '
            "on every backend"
        )
        yield Finding((*site.path, "name"), message)


def _has_weights(site: Site) -> bool:
    entry = catalog.find("layers", site.name)
    return isinstance(entry, catalog.Entry) and entry.has_weights


NAME_OF_SOME_BACKENDS = Rule(
    code="name-of-some-backends",
    level="warning",
    title="A layer name that not every backend accepts",
    reason=(
        "A spec can train on any backend, but TensorFlow uses the name of a layer as a scope, "
        "which cannot contain spaces, accents or most punctuation, and PyTorch uses the name of "
        'each weight as that of a parameter, which cannot contain ".". Such a layer can be built '
        "there, but not trained."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten", "name": "all in a row"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=(
        '{"layers": [{"type": "Flatten", "name": "all_in_a_row"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    find=_names,
)
