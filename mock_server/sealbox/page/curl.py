"""An exchange's request as a line for a shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealbox.exchanges.exchange import Exchange

BY_ITSELF = frozenset({"host", "content-length", "user-agent", "accept-encoding", "connection", "accept"})
"""Headers that curl writes itself, or that say nothing about the request."""


def curl(exchange: Exchange, base: str) -> str:
    """For bash, whose `$'…'` holds any byte. A body that was cut is told of in a comment."""
    query = f"?{exchange.query}" if exchange.query else ""
    parts = ["curl -i"]
    if exchange.method != ("POST" if exchange.body else "GET"):
        parts.append("--head" if exchange.method == "HEAD" else f"-X {shlex.quote(exchange.method)}")
    parts.append(shlex.quote(f"{base}{exchange.path}{query}"))
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.headers]
    written = (f"{name}: {value}" for name, value in headers if name.lower() not in BY_ITSELF)
    parts += [f"-H {shlex.quote(line)}" for line in written]
    if exchange.body:
        parts.append(f"--data-binary {_quoted(exchange.body)}")
    cut = f"  # the first {len(exchange.body)} of {exchange.size} bytes"
    return " \\\n  ".join(parts) + (cut if len(exchange.body) < exchange.size else "")


def _quoted(body: bytes) -> str:
    text = body.decode("latin-1")
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    shown = (_BYTES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in body)
    return f"$'{''.join(shown)}'"


_BYTES = {ord("\n"): r"\n", ord("\r"): r"\r", ord("\t"): r"\t", ord("'"): r"\'", ord("\\"): r"\\"}
