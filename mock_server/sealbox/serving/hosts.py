"""Who may ask the control plane: pages and names of this machine, against DNS rebinding.

A page on the web can have its own name resolve to 127.0.0.1 and so reach a server on loopback as if it were
its own. Its requests then carry that name in Host, or the page's address in Origin.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable


class Hosts:
    """The host names that the control plane answers to, beside loopback and addresses of any kind.

    An address cannot be rebound. `allowed` are names of containers and services, as in `sealbox:4780`.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(name.lower().rstrip(".") for name in allowed)

    def why_not(self, host: str | None, origin: str | None) -> str:
        """Why a request with these headers is refused; empty when it is not."""
        name = _name(f"//{host or ''}")
        if host is not None and not (self._is_known(name) or _is_address(name)):
            return f"the host {name or host!r} is not this machine: --allow-host {name or 'NAME'} if it is"
        if origin is None:
            return ""
        page = _name(origin)
        if not page or not (self._is_known(page) or page == name):
            return f"the page at {origin} is none of this server's: --allow-host {page or 'NAME'} if it is"
        return ""

    def _is_known(self, name: str) -> bool:
        return (
            name in self._allowed
            or name == "localhost"
            or name.endswith(".localhost")
            or (_is_address(name) and ip_address(name).is_loopback)
        )


def _name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
