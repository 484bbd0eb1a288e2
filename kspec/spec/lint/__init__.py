"""The recipe lint: rules against valid but inadvisable specs, each with a reason.

A spec turns a rule off with `"allow": {"bias-before-batch-normalization": "the report has it so"}`.
"""

from kspec.spec.lint.lint import RULES, lint
from kspec.spec.lint.rule import Finding, Rule

__all__ = ["RULES", "Finding", "Rule", "lint"]
