"""Which names a browser may know the server by.

A page from elsewhere may have its own name lead to this machine ("DNS rebinding") and then read
what is here, as the browser takes it for one site. It cannot change the name that the browser sends
along, so a name that nobody here has given is refused.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

__all__ = ["is_loopback", "is_ours"]

LOCAL = "localhost"


def is_loopback(host: str) -> bool:
    """Whether `host` is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == LOCAL


def is_ours(header: str | None, host: str) -> bool:
    """Whether the `Host` of a request names a server that listens at `host`.

    An address cannot be anybody else's name. Of names there are `localhost` and `host`; if others
    than this machine may ask, its own name, too.
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
