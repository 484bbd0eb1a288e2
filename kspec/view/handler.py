"""Handling requests: which are allowed, and the headers of every answer."""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from kspec.view.hosts import is_ours
from kspec.view.site import Answer

if TYPE_CHECKING:
    from kspec.view.server import Server

__all__ = ["Handler"]

READING = ("GET", "HEAD")
ALWAYS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "kspec"
    sys_version = ""
    # Seconds: browsers keep connections open that they may never use again.
    timeout = 60

    def handle_read(self) -> None:
        """Answer a GET or HEAD request."""
        site = self.server.site
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # The body is not read, nor taken for a request.
        if not is_ours(self.headers.get("Host"), self.server.host):
            answer = site.message(
                403, "This server goes by another name; open it by the address that it printed."
            )
        elif not self.path.startswith("/"):
            answer = site.message(400, "This address is not valid.")
        else:
            try:
                answer = site.answer(self.path, self.headers.get("If-None-Match"))
            except OSError as error:
                answer = site.message(500, f"{error.filename}: {error.strerror or error}.")
            except Exception as error:
                # A failure on one page must not end the server.
                print(
                    f"kspec view: {self.path!a}: {type(error).__name__}: {error}", file=sys.stderr
                )
                answer = site.message(500, "kspec failed to make this page: a bug in kspec.")
        self._send(answer)

    def handle_other(self) -> None:
        """Reject any other method: the server is read-only."""
        self.close_connection = True  # As above.
        text = "This server is read-only."
        self._send(self.server.site.message(405, text), Allow=", ".join(READING))

    do_GET = do_HEAD = handle_read  # noqa: N815
    do_POST = do_PUT = do_PATCH = do_DELETE = handle_other  # noqa: N815
    do_OPTIONS = do_TRACE = do_CONNECT = handle_other  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer something that is not a valid request."""
        self.close_connection = True
        self.request_version = self.protocol_version  # The version in the request may be unknown.
        self._send(self.server.site.message(code, f"{HTTPStatus(code).phrase}."))

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: nobody needs a list of requests."""

    def _send(self, answer: Answer, **more: str) -> None:
        self.send_response(answer.status)
        headers = ALWAYS | {"Content-Security-Policy": answer.policy} | more
        if answer.tag is not None:
            headers["ETag"] = answer.tag
        if answer.status != HTTPStatus.NOT_MODIFIED:
            headers |= {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
