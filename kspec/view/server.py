"""The server itself: its address, and its errors."""

from __future__ import annotations

import errno
import os
import socket
import socketserver
import sys
from http.server import ThreadingHTTPServer
from pathlib import Path

from kspec.errors import KspecError
from kspec.view.handler import Handler
from kspec.view.site import Site

__all__ = ["Server", "open_server"]


class Server(ThreadingHTTPServer):
    """Listens at `host` until it is closed."""

    # (On other systems a second server could take the port of the first.)
    allow_reuse_address = os.name == "posix"
    daemon_threads = True

    def __init__(self, family: socket.AddressFamily, host: str, port: int, site: Site) -> None:
        self.address_family = family
        self.host = host
        self.site = site
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """The URL to open in a browser."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.server_port}/"

    def server_bind(self) -> None:
        # Skips HTTPServer's, which looks up the name of the address on the network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        # A client that disconnects is not worth a message.
        if not isinstance(error, (ConnectionError, TimeoutError)):
            print(f"kspec view: {type(error).__name__}: {error}", file=sys.stderr)


def open_server(root: Path, host: str, port: int) -> Server:
    """A server for the runs below `root` that already listens; with port 0 on any free port.

    Raises KspecError if it cannot listen there.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError):
        raise KspecError(f"{host} is not an address of this machine") from None
    try:
        return Server(family, host, port, Site(root))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = (
                f"port {port} is taken; give another with --port, or --port 0 for any that is free"
            )
        elif error.errno == errno.EADDRNOTAVAIL:
            why = f"{host} is not an address of this machine"
        else:
            why = f"cannot listen at {host}, port {port}: {error.strerror or error}"
        raise KspecError(why) from error
