"""One webhook attempt over the real network, and the guard on where it may go."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import perf_counter
from typing import TYPE_CHECKING

import httpx2

from . import __version__
from .webhooks import ANSWER_LIMIT, REFUSED, Attempt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from .webhooks import Delivery, Headers

    Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
    """Gives the addresses of a host name. OSError when there are none."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

RESOLVING = 1.0  # seconds: the name of a receiver near by is known at once

OWN_HEADERS = (
    ("Content-Type", "application/json"),
    ("User-Agent", f"Sealbox/{__version__}"),
    ("Connection", "close"),
)
FRAMING = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that say how the message is read: a delivery that brought its own could be read as two."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")


class RefusedError(Exception):
    """The attempt must not be made; the text says why."""


async def ask_system(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Guard:
    """Knows where webhooks may go: to loopback, and to the host names and networks that the user listed."""

    def __init__(self, allowed_hosts: Iterable[str] = (), *, resolve: Resolve = ask_system) -> None:
        self._resolve = resolve
        listed = [(entry, _network(entry)) for entry in allowed_hosts]
        self._networks = tuple(network for _, network in listed if network is not None)
        self._names = frozenset(_listed_name(entry) for entry, network in listed if network is None)

    async def addresses(self, url: httpx2.URL) -> tuple[Address, ...]:
        """Where `url` may be reached: every address was looked at, and no other may be connected to.

        Raises RefusedError, and OSError for a host that nobody knows.
        """
        host, port = _host(url), _port(url)
        try:
            texts = await asyncio.wait_for(self._resolve(host, port), RESOLVING)
        except TimeoutError as error:
            raise socket.gaierror(socket.EAI_AGAIN, f"nobody knows {host!r} within a second") from error
        except UnicodeError as error:
            raise RefusedError(f"{host!r} is not a host name") from error
        found = tuple(dict.fromkeys(map(_address, texts)))
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, f"{host!r} has no address")
        if host.lower() not in self._names:
            for address in found:
                self._check(host, address)
        return found

    def _check(self, host: str, address: Address) -> None:
        if address.is_loopback or any(address in network for network in self._networks):
            return
        raise RefusedError(
            f"{host} is at {address}, which is not this machine; allow the host or its network to send there"
        )


def read_url(text: str) -> httpx2.URL:
    """`text` as an address to send to; one without a scheme, as in a vendor's sample, is read as https."""
    try:
        url = httpx2.URL(text if _SCHEME.match(text) else f"https://{text}")
    except httpx2.InvalidURL as error:
        raise RefusedError(f"not an address: {error}") from error
    if url.scheme not in {"http", "https"}:
        raise RefusedError(f"{url.scheme} is neither http nor https")
    return url


def _host(url: httpx2.URL) -> str:
    """The name to ask for: without the dot that ends an absolute name, and never with an IPv6 zone."""
    host = url.raw_host.decode("ascii").removesuffix(".")
    if not _HOST.fullmatch(host):
        raise RefusedError(f"{host!r} is not a host name")
    return host


def _port(url: httpx2.URL) -> int:
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    if url.port == 0 or port > 65535:
        raise RefusedError(f"there is no port {url.port}")
    return port


def _address(text: str) -> Address:
    address = ip_address(text.partition("%")[0])
    # 127.0.0.1 and 10.0.0.1 keep their meaning when they are written as IPv6.
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def _listed_name(entry: str) -> str:
    with suppress(httpx2.InvalidURL):
        url = httpx2.URL(f"https://{entry}")
        name = url.raw_host.decode("ascii").removesuffix(".")
        if _HOST.fullmatch(name) and str(url) in {f"https://{name}", f"https://{name}."}:
            return name
    raise ValueError(f"{entry!r} is neither a host name nor a network such as 10.0.0.0/8")


@dataclass(slots=True)
class _Exchange:
    """What is known of an attempt so far, kept outside of it because it may be cut short at any line."""

    request: httpx2.Request | None = None
    answer: httpx2.Response | None = None
    body: bytearray = field(default_factory=bytearray)
    error: str | None = None


class Courier:
    """Makes attempts. Whatever the network does is told by the attempt, and nothing is raised.

    `connect_limit` and `total_limit` are real seconds: a receiver is real, whatever the virtual time is.
    """

    def __init__(
        self,
        *,
        guard: Guard | None = None,
        connect_limit: float = 5.0,
        total_limit: float = 10.0,
        monotonic: Callable[[], float] = perf_counter,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard or Guard()
        self._connect_limit = connect_limit
        self._total_limit = total_limit
        self._monotonic = monotonic
        self._tls = tls

    async def attempt(self, delivery: Delivery, number: int, at: datetime) -> Attempt:
        """POST `delivery` once. `at` is the virtual time that the attempt is to bear."""
        begun = self._monotonic()
        seen = _Exchange()
        try:
            async with asyncio.timeout(self._total_limit):
                await self._exchange(delivery, seen)
        except (RefusedError, httpx2.HTTPError, OSError, ValueError) as error:
            seen.error = self._explained(error)
        return Attempt(
            number=number,
            at=at,
            request_headers=tuple(seen.request.headers.multi_items()) if seen.request else (),
            status=seen.answer.status_code if seen.answer else None,
            answer_headers=tuple(seen.answer.headers.multi_items()) if seen.answer else (),
            answer_body=bytes(seen.body),
            latency_ms=round((self._monotonic() - begun) * 1000, 1),
            error=seen.error,
        )

    async def _exchange(self, delivery: Delivery, seen: _Exchange) -> None:
        url = read_url(delivery.url)
        headers = [("Host", url.netloc.decode("ascii")), *_sendable(delivery.headers)]
        *others, last = await self._guard.addresses(url)
        for address in (*others, last):
            # The checked address stands in the URL itself, so that no second look-up can lead elsewhere.
            seen.request = httpx2.Request(
                "POST",
                url.copy_with(host=str(address)),
                headers=headers,
                content=delivery.body,
                extensions={"sni_hostname": _host(url)},
            )
            with suppress(*(_NOT_CONNECTED if address is not last else ())):
                return await self._send(seen.request, seen)
        return None

    async def _send(self, request: httpx2.Request, seen: _Exchange) -> None:
        # One client for each attempt: no cookie, connection or TLS session outlives it.
        async with httpx2.AsyncClient(
            verify=self._context(request.url),
            timeout=httpx2.Timeout(None, connect=self._connect_limit),
            follow_redirects=False,
            trust_env=False,
        ) as client:
            seen.answer = await client.send(request, stream=True)
            # Raw, so that a small compressed body stays small.
            async with aclosing(seen.answer), aclosing(seen.answer.aiter_raw()) as chunks:
                async for chunk in chunks:
                    seen.body += chunk[: ANSWER_LIMIT - len(seen.body)]
                    if len(seen.body) == ANSWER_LIMIT:
                        return

    def _context(self, url: httpx2.URL) -> ssl.SSLContext:
        if url.scheme == "http":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and costs nothing to make
        self._tls = self._tls or httpx2.create_ssl_context(trust_env=False)
        return self._tls

    def _explained(self, error: Exception) -> str:
        text = next(text for kind, text in _EXPLAINED if isinstance(error, kind))
        return text.format(reason=_reason(error), connect=self._connect_limit, total=self._total_limit)


_NOT_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout)

_EXPLAINED: tuple[tuple[type[Exception], str], ...] = (
    (RefusedError, REFUSED + "{reason}"),
    (TimeoutError, "no whole answer within {total:g} s"),
    (httpx2.ConnectTimeout, "no connection within {connect:g} s"),
    (httpx2.ConnectError, "cannot connect: {reason}"),
    (httpx2.ProtocolError, "no proper HTTP answer: {reason}"),
    (httpx2.NetworkError, "connection lost: {reason}"),
    (socket.gaierror, "cannot find the host: {reason} (hosts beside loopback need --allow-webhooks-to)"),
    (Exception, "{reason}"),
)


def _reason(error: BaseException) -> str:
    """What the system said first, if it said anything: network libraries wrap it in words that say less."""
    reason = str(error) or type(error).__name__
    cause: BaseException | None = error
    while cause is not None:
        reason = _said(cause) or reason
        cause = cause.__cause__ or cause.__context__
    return reason


def _said(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLError):
        return str(error)
    if isinstance(error, socket.gaierror):
        return error.strerror
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else None


def _sendable(given: Headers) -> Headers:
    """`given` after our own, which it may replace. Raises RefusedError for what is no header."""
    for name, value in given:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise RefusedError(f"{name!r} is not a header that can be sent")
        if name.lower() in FRAMING:
            raise RefusedError(f"{name} is for the HTTP client to set")
    names = {name.lower() for name, _ in given}
    return (*((name, value) for name, value in OWN_HEADERS if name.lower() not in names), *given)
