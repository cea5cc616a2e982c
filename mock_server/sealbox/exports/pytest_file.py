"""A pytest file that asks again what was asked, and holds the answers to what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from .calls import bases, call_of, identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sealbox.exchanges.exchange import Exchange
    from sealbox.exports.multipart_bodies import Part

    from .calls import Call, Text

_HEAD = '''\
"""What Sealbox's journal holds, asked again: `pytest` with the variables of `sealbox env` set."""

import os

import httpx2
import pytest

'''
_CLIENT = """

@pytest.fixture(scope="module")
def client():
    with httpx2.Client(timeout=30, trust_env=False) as client:
        yield client
"""


def source(
    exchanges: Iterable[Exchange],
    *,
    tokens: Mapping[str, str],
    host: str,
    documented: Callable[[Exchange], Any],
) -> str:
    """As `curl.script`. `documented` gives the body that the contract shows for an exchange, None without."""
    pairs = [(exchange, call_of(exchange, tokens)) for exchange in exchanges]
    addresses = bases([call for _, call in pairs], host)
    wanted = sorted({name for _, call in pairs for name in call.variables} - addresses.keys())
    lines = [f'{name} = os.environ.get("{name}", "{address}")\n' for name, address in addresses.items()]
    lines += [f'{name} = os.environ["{name}"]\n' for name in wanted]
    tests = (_test(call, _keys(exchange, documented(exchange))) for exchange, call in pairs)
    return _HEAD + "".join(lines) + _CLIENT + "".join(tests)


def _test(call: Call, keys: Iterable[tuple[str, list[str]]]) -> str:
    name = identifier(f"{call.id} {call.name} {call.status}")
    lines = ["", "", f"def test_{name}(client):"]
    if call.left_out:
        return "\n".join([*lines, f"    pytest.skip({call.left_out!r})", ""])
    lines += [
        "    answer = client.request(",
        f"        {call.method!r},",
        f"        {call.base} + {call.path!r},",
        *_headers(call),
        *_body(call),
        "    )",
        f"    assert answer.status_code == {call.status}, answer.text",
    ]
    lines += [
        f"    assert answer.json(){place}.keys() >= {{{', '.join(map(repr, found))}}}"
        for place, found in keys
    ]
    return "\n".join([*lines, ""])


def _headers(call: Call) -> list[str]:
    headers = [(name, _text(text)) for name, text in call.headers]
    if call.content_type and call.parts is None:
        headers.append(("content-type", repr(call.content_type)))
    if not headers:
        return []
    return [
        "        headers=[",
        *(f"            ({name!r}, {text})," for name, text in headers),
        "        ],",
    ]


def _text(text: Text) -> str:
    if not text.variable:
        return repr(text.before)
    words = [repr(text.before)] * bool(text.before) + [text.variable] + [repr(text.after)] * bool(text.after)
    return " + ".join(words)


def _body(call: Call) -> list[str]:
    if not call.body:
        return []
    if call.parts is None:
        return [f"        content={call.body!r},"]
    files = (f"            {_file(part)}," for part in call.parts)
    return ["        files=[", *files, "        ],"]


def _file(part: Part) -> str:
    name, filename = part.names or ("", None)
    more = f", {part.content_type!r}" if part.content_type else ""
    return f"({name!r}, ({filename!r}, {part.content!r}{more}))"


def _keys(exchange: Exchange, example: Any) -> list[tuple[str, list[str]]]:
    """Of the answer and of its `data`: the keys that the contract shows too."""
    no_body = exchange.method == "HEAD" or exchange.answer_size > len(exchange.answer_body)
    if not isinstance(example, dict) or no_body:
        return []
    try:
        answer = orjson.loads(exchange.answer_body)
    except orjson.JSONDecodeError:
        return []
    found = [("", _common(answer, example))]
    if found[0][1] and "data" in found[0][1]:
        found.append(('["data"]', _common(answer["data"], example["data"])))
    return [(place, keys) for place, keys in found if keys]


def _common(answer: Any, example: Any) -> list[str]:
    return (
        sorted(answer.keys() & example.keys())
        if isinstance(answer, dict) and isinstance(example, dict)
        else []
    )
