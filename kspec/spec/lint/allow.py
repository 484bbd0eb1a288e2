"""`"allow": {code: reason}`: rules that a spec turns off, and the rules for doing so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kspec.spec.catalog import suggest
from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["allowed", "allowing_rules"]

_SHORTEST_REASON = 3

Find = Callable[[Spec, Graph], Iterator[Finding]]


def allowed(spec: Spec, rules: Sequence[Rule]) -> frozenset[str]:
    """The codes of the rules that `spec` turns off, as far as these may be turned off."""
    return frozenset(rule.code for rule in rules if _reason(spec, rule) and _is_optional(rule))


def allowing_rules(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules about "allow" itself, which turns `rules` off."""
    wrong = {
        "unknown-rule": '{"allow": {"bias-before-batchnorm": "the report has it so"}}',
        "allow-reason": '{"allow": {"bias-before-batch-normalization": " - "}}',
        "not-allowed": '{"allow": {"unknown-monitor": "it is there, I hope"}}',
        "unused-allow": '{"allow": {"dropout-of-zero": "for comparison"}}',
    }
    # Only a rule with findings may be allowed, so the example includes one.
    right = (
        '{"allow": {"bias-before-batch-normalization": "the report has it so"},\n'
        ' "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 32},\n'
        '  {"type": "BatchNormalization"}, {"type": "ReLU"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    )
    return (
        Rule(
            code="unknown-rule",
            level="error",
            title="A rule that does not exist cannot be allowed",
            reason=(
                'The keys of "allow" are the codes of rules, which messages show in brackets. A '
                "misspelt code would turn nothing off."
            ),
            wrong=wrong["unknown-rule"],
            right=right,
            find=_unknown(rules),
            may_be_allowed=False,
            reads_graph=False,
        ),
        Rule(
            code="allow-reason",
            level="error",
            title="A rule is turned off without a reason",
            reason=(
                "Whoever reads the spec later wants to know whether the rule was considered or "
                f"just silenced. A reason has at least {_SHORTEST_REASON} characters."
            ),
            wrong=wrong["allow-reason"],
            right=right,
            find=_unreasoned,
            may_be_allowed=False,
            reads_graph=False,
        ),
        Rule(
            code="not-allowed",
            level="error",
            title="Not every rule can be turned off",
            reason=(
                "Some rules report what cannot work at all, such as a monitor that does not exist: "
                "the training would fail, with or without a reason."
            ),
            wrong=wrong["not-allowed"],
            right=right,
            find=_forbidden(rules),
            may_be_allowed=False,
            reads_graph=False,
        ),
        Rule(
            code="unused-allow",
            level="note",
            title="A rule is allowed that reports nothing",
            reason=(
                "The spec turns off a rule that finds nothing in it. The problem may have been "
                'fixed since; then the line can be removed from "allow".'
            ),
            wrong=wrong["unused-allow"],
            right=right,
            find=_unused(rules),
            may_be_allowed=False,
        ),
    )


def _reason(spec: Spec, rule: Rule) -> bool:
    return len(spec.allow.get(rule.code, "").strip()) >= _SHORTEST_REASON


def _is_optional(rule: Rule) -> bool:
    return rule.level != "error" or rule.may_be_allowed


def _unknown(rules: Sequence[Rule]) -> Find:
    def find(spec: Spec, graph: Graph) -> Iterator[Finding]:
        codes = [rule.code for rule in rules]
        for code in spec.allow:
            if code not in codes:
                close = suggest(code, codes)
                hint = f'. Did you mean "{close}"?' if close else ""
                message = f'there is no rule "{code}" to allow{hint}'
                yield Finding(("allow", code), message, on_key=True)

    return find


def _unreasoned(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for code, reason in spec.allow.items():
        if len(reason.strip()) < _SHORTEST_REASON:
            message = f'say why "{code}" is allowed, in at least {_SHORTEST_REASON} characters'
            yield Finding(("allow", code), message)


def _forbidden(rules: Sequence[Rule]) -> Find:
    def find(spec: Spec, graph: Graph) -> Iterator[Finding]:
        for rule in rules:
            if rule.code in spec.allow and not _is_optional(rule):
                message = f'"{rule.code}" cannot be allowed: what it finds cannot work'
                yield Finding(("allow", rule.code), message, on_key=True)

    return find


def _unused(rules: Sequence[Rule]) -> Find:
    def find(spec: Spec, graph: Graph) -> Iterator[Finding]:
        for rule in rules:
            if rule.code in spec.allow and not any(rule.find(spec, graph)):
                message = f'"{rule.code}" is allowed, but it finds nothing here'
                yield Finding(("allow", rule.code), message, on_key=True)

    return find
