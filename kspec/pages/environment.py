"""The template environment that renders pages."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

__all__ = ["SHARED", "environment"]

CHARTS = Path(__file__).parent / "charts"
SHARED = Path(__file__).parent / "templates"
"""Where those are that all pages share."""


def environment(templates: Path) -> Environment:
    """The templates in the folder `templates`, and those that all pages share.

    Values are escaped unless they are Markup; an undefined name is an error.
    """
    return Environment(
        loader=FileSystemLoader([templates, SHARED, CHARTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
