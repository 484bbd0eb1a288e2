"""Finds the page for a URL, and renders it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kspec.errors import KspecError
from kspec.pages.environment import environment
from kspec.runs.read import Run
from kspec.view.known import Known, KnownRuns, as_key
from kspec.view.listing import COLUMNS, NEWEST, as_row, chosen

__all__ = ["Answer", "Site"]

TEMPLATES = Path(__file__).parent / "templates"
HTML = "text/html; charset=utf-8"
HOME = "/"
SCRIPT = "/static/live.js"
STYLE = "/static/view.css"
# A longer list is shown on request only: it takes long to draw, and nobody reads it.
SHOWN = 500

# Nothing is loaded from elsewhere, and only this server's one script may run.
_STRICT = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src "
)
OWN_STYLE = f"{_STRICT}'self'"
# A report contains its own style.
INLINE_STYLE = f"{_STRICT}'unsafe-inline'"


@dataclass(frozen=True)
class Answer:
    """A response; for 304 the browser already has the body. `tag` is the ETag, which differs
    whenever the page does."""

    status: int
    body: bytes = b""
    kind: str = HTML
    policy: str = OWN_STYLE
    tag: str | None = None


class Site:
    """The pages of the runs below `root`."""

    def __init__(self, root: Path) -> None:
        self.runs = KnownRuns(root)
        self._templates = environment(TEMPLATES)
        # Part of every tag, so that pages cached from an earlier server are not reused.
        self._own = secrets.token_hex(8)
        script = (TEMPLATES / "live.js").read_bytes()
        style = self._templates.get_template("view.css").render().encode()
        self._files = {
            SCRIPT: ("text/javascript; charset=utf-8", script),
            STYLE: ("text/css; charset=utf-8", style),
        }

    def answer(self, target: str, seen: str | None = None) -> Answer:
        """The page at `target`, a path with or without a query; `seen` is the tag of the page that
        the browser has."""
        try:
            parts = urlsplit(target)
            query = parse_qs(parts.query, errors="surrogateescape")
        except ValueError:
            return self.message(400, "This address is not valid.")
        if parts.path == HOME:
            return self._list(query, seen)
        if parts.path == "/compare":
            return self._comparison(query)
        if parts.path.startswith("/run/"):
            return self._run(parts.path.removeprefix("/run/"), seen)
        if parts.path in self._files:
            kind, body = self._files[parts.path]
            tag = self._tag(body)
            return Answer(304, tag=tag) if tag == seen else Answer(200, body, kind, tag=tag)
        return self.message(404, "There is no such page.")

    def message(self, status: int, text: str) -> Answer:
        """A page with an error message."""
        return Answer(status, self._render("message.html", status=status, text=text))

    def _list(self, query: dict[str, list[str]], seen: str | None) -> Answer:
        words, order = _last(query, "q"), _last(query, "sort") or NEWEST
        ticked = set(query.get("run", ()))
        runs = self.runs.all()
        tag = self._tag([self.runs.hidden, *sorted((run.key, *run.state) for run in runs)])
        if tag == seen:
            return Answer(304, tag=tag)
        kept = chosen(runs, words, order, ticked)
        most = len(kept) if "all" in query else SHOWN
        return Answer(
            200,
            self._render(
                "list.html",
                root=self.runs.root,
                exists=self.runs.root.is_dir(),
                count=len(runs),
                hidden=self.runs.hidden,
                kept=len(kept),
                going=sum(run.summary.status == "running" for run in runs),
                rows=[as_row(run) for run in kept[:most]],
                columns=COLUMNS,
                words=words,
                order=order,
                ticked=ticked,
                all="all" in query,
                each="each" in query,
            ),
            tag=tag,
        )

    def _run(self, key: str, seen: str | None) -> Answer:
        known = self.runs.get(as_key(key))
        if known is None:
            return self.message(404, "There is no such run, or it no longer exists.")
        tag = self._tag(known.state)
        if tag == seen:
            return Answer(304, tag=tag)
        from kspec.reports.run_page.page import make_page  # Loads NumPy, unlike the list.

        html = make_page(Run(known.summary.path), home=HOME, live=SCRIPT)
        return Answer(200, _bytes(html), policy=INLINE_STYLE, tag=tag)

    def _comparison(self, query: dict[str, list[str]]) -> Answer:
        """The comparison of the ticked runs, or else of all that the filter shows."""
        from kspec.reports.compare.page import make_page
        from kspec.runs.compare.comparison import compare
        from kspec.runs.compare.entry import LeftOut

        runs = self.runs.all()
        asked = query.get("run", [])
        there = {run.key: run for run in runs}
        if asked:
            meant = [there[key] for key in asked if key in there]
        else:
            meant = chosen(runs, _last(query, "q"), _last(query, "sort") or NEWEST)
        missing = [LeftOut(key, "there is no such run") for key in asked if key not in there]
        try:
            comparison = compare(_in_order(meant), each="each" in query, left_out=missing)
        except KspecError as error:
            return self.message(400, f"Nothing can be compared: {error}.")
        return Answer(200, _bytes(make_page(comparison, home=HOME)), policy=INLINE_STYLE)

    def _tag(self, state: object) -> str:
        text = repr((self._own, state)).encode("utf-8", "surrogatepass")
        return f'"{sha256(text).hexdigest()[:20]}"'

    def _render(self, name: str, **values: object) -> bytes:
        text = self._templates.get_template(name).render(style=STYLE, script=SCRIPT, **values)
        return _bytes(text)


def _in_order(runs: Sequence[Known]) -> list[list[Path]]:
    """The runs grouped by name; the first run's name comes first, as the baseline."""
    by_name: dict[str, list[Path]] = {}
    for run in runs:
        by_name.setdefault(run.summary.name, []).append(run.summary.path)
    return list(by_name.values())


def _last(query: dict[str, list[str]], name: str) -> str:
    """The last value given: the button's, if a field has the same name."""
    return query.get(name, [""])[-1]


def _bytes(html: str) -> bytes:
    # (A name may contain half of a surrogate pair, which cannot be encoded.)
    return html.encode("utf-8", "replace")
