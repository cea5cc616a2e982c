"""A request as a line for a shell, to see a breach again without this suite."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx2

    from .exchange import Part

OWN_HEADERS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding"}
)


def command(request: httpx2.Request, parts: Sequence[Part] | None, redact: Callable[[str], str]) -> str:
    """`request` as curl would send it, with credentials as shell variables."""
    words = ["curl", "-sS", "-i"]
    if request.method != "GET":
        words += ["-X", request.method]
    for name, text in request.headers.items():
        written_by_curl = name.lower() in OWN_HEADERS or (
            parts is not None and name.lower() == "content-type"
        )
        if not written_by_curl:
            words += ["-H", _quoted(f"{_known(name)}: {text}", redact)]
    piped = ""
    if parts is None:
        body = request.read()
        if body:
            words += ["--data-binary", _quoted(body.decode("utf-8", "backslashreplace"), redact)]
    for name, value in parts or ():
        if isinstance(value, str):
            words += ["--form-string", _quoted(f"{name}={value}", redact)]
            continue
        filename, content, media_type = value
        inside = content if isinstance(content, str) else content.decode("utf-8", "backslashreplace")
        piped = f"printf %s {_quoted(inside, redact)} | "
        words += ["-F", quote(f"{name}=@-;filename={filename};type={media_type}")]
    return f"{piped}{' '.join(words)} {quote(redact(str(request.url)))}"


def _known(name: str) -> str:
    """Httpx keeps header names as given; curl sends them so too."""
    return {"authorization": "Authorization", "content-type": "Content-Type"}.get(name.lower(), name)


def _quoted(text: str, redact: Callable[[str], str]) -> str:
    """Single quotes, except around a credential's variable, which the shell has to see."""
    hidden = redact(text)
    if hidden == text:
        return quote(text)
    before, _, after = hidden.partition("$")
    name = "".join(letter for letter in after.split(" ")[0] if letter.isalnum() or letter == "_")
    return f'{quote(before)}"${name}"{quote(after[len(name) :]) if after[len(name) :] else ""}'
