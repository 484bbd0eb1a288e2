"""Which host names the server accepts.

A foreign site may let its own name resolve to this machine ("DNS rebinding") and then read these
pages, because the browser takes both for the same site. It cannot change the `Host` that the
browser sends, so unknown names are refused.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

__all__ = ["is_loopback", "is_ours"]

LOCAL = "localhost"


def is_loopback(host: str) -> bool:
    """Whether `host` can be reached only from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == LOCAL


def is_ours(header: str | None, host: str) -> bool:
    """Whether the `Host` header of a request is valid for a server that listens at `host`.

    Any IP address is, since it cannot be another site's name. Valid names are `localhost` and
    `host`, and the machine's own name if other machines can reach the server.
    """
    try:
        name = urlsplit(f"//{header or ''}").hostname
    except ValueError:
        return False
    if name is None:
        return False
    try:
        ip_address(name)
    except ValueError:
        own = {LOCAL, host.lower()}
        return name in own or (not is_loopback(host) and name == socket.gethostname().lower())
    return True
