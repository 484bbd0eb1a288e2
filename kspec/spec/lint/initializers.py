"""He initialization before an activation that it is not made for."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.names import activation_of, named
from kspec.spec.lint.network import Site, heads, pairs, sites
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Spec

__all__ = ["HE_BEFORE_SATURATION", "HE_ON_OUTPUT"]

_SATURATING = ("hard_sigmoid", "hard_tanh", "sigmoid", "softsign", "tanh")
_OUTPUT = ("hard_sigmoid", "sigmoid", "softmax", "tanh")
_KEYS = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer")


def _before_saturation(spec: Spec, graph: Graph) -> Iterator[Finding]:
    outputs = _outputs(graph)
    following = {site.path: follower for site, follower in pairs(graph)}
    for site in sites(graph):
        if site.path in outputs:
            continue
        activation = activation_of(site.layer)
        follower = following.get(site.path)
        if activation == "linear" and follower is not None and follower.is_activation:
            activation = activation_of(follower.layer)
        if activation not in _SATURATING or site.is_activation:
            continue
        for key, name in _he(site):
            message = (
                f"{name} of {site.title} is made for ReLU and its kin, and too large before "
                f'{activation}; use "glorot_uniform"'
            )
            yield Finding((*site.path, key), message)


def _on_output(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for found in heads(graph):
        if found is None or found.weights is None or found.activation not in _OUTPUT:
            continue
        for key, name in _he(found.weights):
            message = (
                f"{name} of the output layer {found.weights.title} is made for ReLU; before "
                f'{found.activation} the default, "glorot_uniform", starts less confident'
            )
            yield Finding((*found.weights.path, key), message)


def _outputs(graph: Graph) -> set[Path]:
    return {found.weights.path for found in heads(graph) if found and found.weights}


def _he(site: Site) -> Iterator[tuple[str, str]]:
    """The arguments of a layer that are He initializers, with the name of each."""
    for key in _KEYS:
        found = named("initializers", site.layer.arguments.get(key))
        if found is not None and found[0] in ("HeNormal", "HeUniform"):
            yield key, found[0]


_DENSE = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 32, "activation": "%s"%s},\n'
    '  {"type": "Dense", "units": 10, "activation": "softmax"%s}]}'
)
_HE = ', "kernel_initializer": "he_normal"'

HE_BEFORE_SATURATION = Rule(
    code="he-before-saturation",
    level="warning",
    title="He initialization before tanh or sigmoid",
    reason=(
        "he_normal and he_uniform double the variance to compensate for the half that ReLU sets to "
        "0 (He et al. 2015). tanh and sigmoid set nothing to 0: with the larger weights they start "
        "closer to their flat parts, where gradients vanish. glorot_uniform, Keras's default, is "
        "made for them (Glorot & Bengio 2010)."
    ),
    wrong=_DENSE % ("tanh", _HE, ""),
    right=_DENSE % ("relu", _HE, ""),
    find=_before_saturation,
    gathered=True,
)

HE_ON_OUTPUT = Rule(
    code="he-on-output",
    level="note",
    title="He initialization on the output layer",
    reason=(
        "Nothing is set to 0 after the last layer, so there is nothing to compensate for. With the "
        "larger weights the network starts out too sure of its predictions, and the first steps "
        "unlearn that. The effect is small."
    ),
    wrong=_DENSE % ("relu", "", _HE),
    right=_DENSE % ("relu", _HE, ""),
    find=_on_output,
)
