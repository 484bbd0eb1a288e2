"""From a run's folder to a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kspec.pages.environment import environment
from kspec.reports.ours import require_html, require_ours
from kspec.reports.run_page import facts, words
from kspec.reports.run_page.classes import class_names, classes
from kspec.reports.run_page.curves import curves, history_table, seconds_curve
from kspec.reports.run_page.drawing import drawing
from kspec.reports.run_page.ending import how_it_ended
from kspec.reports.run_page.evidence import Evidence, gather, values
from kspec.reports.run_page.measures import measures
from kspec.reports.run_page.numbers import numbers
from kspec.reports.run_page.pictures import augmented_rows
from kspec.reports.run_page.spec_text import spec_text
from kspec.reports.run_page.timings import timings
from kspec.runs import atomic
from kspec.runs.read import Run

__all__ = ["REPORT", "make_page", "write_report"]

REPORT = "report.html"
"""The report in a run's own folder."""

TEMPLATES = Path(__file__).parent / "templates"
# A page with this in its head may be overwritten.
MARK = b'<meta name="generator" content="kspec report">'


def write_report(run: Run, path: Path | None = None) -> Path:
    """Write the report of `run` to `path`, or into the run's own folder, and return its path.

    An older report there is replaced. Raises RunError for any other existing file, which is kept,
    and if the page cannot be written, and UsageError for a name that does not end in `.html`.
    """
    path = path or run.path / REPORT
    require_html(path, "report")
    require_ours(path, (MARK,), "report")
    # (A name may contain half of a surrogate pair, which cannot be encoded.)
    atomic.write_bytes(path, make_page(run).encode("utf-8", "replace"))
    return path


def make_page(run: Run, *, home: str | None = None, live: str | None = None) -> str:
    """The report of `run` as self-contained HTML.

    Anything missing or damaged in the folder is reported on the page. In `kspec view`, `home` is
    the target of a link back, and `live` the script that keeps the page of a running run current.
    """
    evidence = gather(run)
    templates = environment(TEMPLATES)
    templates.filters |= {"shown": words.shown, "percent": words.percent, "told": words.told}
    return templates.get_template("report.html").render(
        _content(evidence), home=home, live=None if evidence.is_over else live
    )


def _content(evidence: Evidence) -> dict[str, Any]:
    description = evidence.resolved.get("description")
    kept = class_names(evidence, _class_count(evidence))
    return {
        "name": evidence.name,
        "description": description if isinstance(description, str) else "",
        "status": evidence.status,
        "trouble": evidence.trouble,
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "facts": facts.facts(evidence),
        "ending": how_it_ended(evidence),
        "resumptions": facts.resumptions(evidence),
        "measures": measures(evidence),
        "curves": curves(evidence),
        "history": history_table(evidence),
        "learned": evidence.labels,
        "classes": None if evidence.labels == "numbers" else classes(evidence),
        "numbers": numbers(evidence) if evidence.labels == "numbers" else None,
        "augmentation": bool(evidence.resolved.get("augmentation")),
        "augmented": augmented_rows(evidence, kept),
        "spec": spec_text(evidence),
        "identity": facts.identity(evidence),
        "parameters": facts.parameters(evidence),
        "drawing": drawing(evidence),
        "parameter_totals": evidence.parameters,
        "why_no_parameters": facts.why_no_parameters(evidence),
        "timings": timings(evidence),
        "seconds": seconds_curve(evidence),
        "environment": facts.environment(evidence),
    }


def _class_count(evidence: Evidence) -> int:
    names = values(evidence.environment.get("data")).get("class_names")
    return len(names) if isinstance(names, list) else 0
