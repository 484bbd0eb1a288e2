"""How templates become pages."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

__all__ = ["SHARED", "environment"]

CHARTS = Path(__file__).parent / "charts"
SHARED = Path(__file__).parent / "templates"
"""Where those are that all pages share."""


def environment(templates: Path) -> Environment:
    """The templates of the folder `templates`, and besides them those that all pages share.

    Whatever is put into one is text and never HTML, unless it is Markup; a name that is not given
    is an error.
    """
    return Environment(
        loader=FileSystemLoader([templates, SHARED, CHARTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
