"""`kspec explain`."""

from __future__ import annotations

import click

__all__ = ["explain"]


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain CODE, the word in brackets after "error"; without CODE, list all codes."""
    from kspec.cli.explanations import all_codes, one_code
    from kspec.errors import UsageError
    from kspec.spec.catalog import suggest
    from kspec.spec.codes import explain as known
    from kspec.spec.codes import explanations

    if code is None:
        all_codes(explanations())
        return
    found = known(code)
    if found is None:
        close = suggest(code, [each.code for each in explanations()])
        hint = f'did you mean "{close}"?' if close else "`kspec explain` lists all"
        raise UsageError(f'there is no code "{code}"; {hint}')
    one_code(found)
