"""A shell script of curl commands that ask again what was asked."""

from __future__ import annotations

import re
from base64 import encodebytes
from shlex import quote
from typing import TYPE_CHECKING

from .calls import bases, call_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealbox.exchanges.exchange import Exchange
    from sealbox.exports.multipart_bodies import Part

    from .calls import Call, Text

_HEAD = """\
#!/bin/sh
# What Sealbox's journal holds, asked again. Each answer is followed by its status, and what it was before.
set -eu
"""
_FILES = 'files="$(mktemp -d)"; trap \'rm -rf "$files"\' EXIT\n'
_LONG = 16 * 1024  # a single argument may have eight times as many bytes
_PLAIN = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f]*")  # no control characters but line ends


def script(exchanges: Iterable[Exchange], *, tokens: Mapping[str, str], host: str) -> str:
    """From the oldest to the newest of `exchanges`; `tokens` as in `call_of`, `host` where none is set."""
    calls = [call_of(exchange, tokens) for exchange in exchanges]
    addresses = bases(calls, host)
    wanted = sorted({name for call in calls for name in call.variables} - addresses.keys())
    lines = [_HEAD]
    lines += [f': "${{{name}:={address}}}"\n' for name, address in addresses.items()]
    lines += [f': "${{{name}:?' + 'is not set; sealbox env prints it}"\n' for name in wanted]
    commands = [_command(call) for call in calls]
    if any('"$files"' in command for command in commands):
        lines.append(_FILES)
    return "".join([*lines, *commands])


def _command(call: Call) -> str:
    if call.left_out:
        return f"\n# {call.title}\n# left out: {call.left_out}\n"
    files, options = _body(call)
    was = f"\\n%{{http_code}} (was {call.status})\\n"
    words = [
        f"curl -sS -g --path-as-is -X {call.method}" if call.method != "HEAD" else "curl -sS -g -I",
        *(f"-H {_header(name, text)}" for name, text in call.headers),
        *options,
        f"-w {quote(was)}",
        f'"${call.base}"{quote(call.path) if call.path else ""}',
    ]
    return f"\n# {call.title}\n{files}" + " \\\n  ".join(words) + "\n"


def _header(name: str, text: Text) -> str:
    if text.variable:
        before, after = _in_double_quotes(text.before), _in_double_quotes(text.after)
        return f'"{name}: {before}${{{text.variable}}}{after}"'
    return quote(f"{name}: {text.before}" if text.before else f"{name};")


def _in_double_quotes(text: str) -> str:
    return re.sub(r'(["$`\\])', r"\\\1", text)


def _body(call: Call) -> tuple[str, list[str]]:
    """What writes the files that the command needs, and the options which send them."""
    if not call.body:
        return "", [f"-H {quote(f'content-type: {call.content_type}')}"] if call.content_type else []
    if call.parts is None:
        kind = f"content-type: {call.content_type}" if call.content_type else "content-type:"
        text = _text(call.body)
        if text is not None and len(text) < _LONG:
            return "", [f"-H {quote(kind)}", f"--data-raw {quote(text)}"]
        file = f'"$files"/{call.id}'
        return _file(call.body, file), [f"-H {quote(kind)}", f"--data-binary @{file}"]
    made = [_field(part, f'"$files"/{call.id}-{number}') for number, part in enumerate(call.parts, start=1)]
    return "".join(file for file, _ in made), [option for _, option in made]


def _field(part: Part, file: str) -> tuple[str, str]:
    names = part.names
    assert names is not None, "a call has no other parts"
    name, filename = names
    text = _text(part.content)
    if filename is None and part.content_type is None and text is not None:
        return "", f"--form-string {quote(f'{name}={text}')}"
    more = f';filename="{filename}"' if filename is not None else ""
    # curl says text/plain or octet-stream of its own accord, which no API here looks at
    more += f";type={part.content_type}" if part.content_type else ""
    sign = "@" if filename is not None else "<"
    return _file(part.content, file), f"-F {quote(f'{name}={sign}')}{file}{quote(more) if more else ''}"


def _text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if _PLAIN.fullmatch(text) else None


def _file(content: bytes, file: str) -> str:
    """A command that makes `file`: readable where a here-document can have the very bytes, else base64."""
    text = _text(content.replace(b"\r\n", b"\n"))
    if text is not None and text.endswith("\n"):
        end = _end(text)
        if content.count(b"\r\n") == content.count(b"\n"):
            return f"awk '{{ printf \"%s\\r\\n\", $0 }}' > {file} <<'{end}'\n{text}{end}\n"
        if b"\r" not in content:
            return f"cat > {file} <<'{end}'\n{text}{end}\n"
    elif text is not None and b"\r" not in content:
        return f"printf %s {quote(text)} > {file}\n"
    return f"base64 -d > {file} <<'END'\n{encodebytes(content).decode()}END\n"


def _end(text: str) -> str:
    lines, end = text.split("\n"), "END"
    while end in lines:
        end += "_"
    return end
