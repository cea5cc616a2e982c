"""Bytes that are hardly HTTP, over a real socket: the server answers or hangs up, and goes on serving."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.packaging.conftest import Serving

POST = b"POST /vec/business/batches HTTP/1.1\r\nHost: 127.0.0.1\r\n"
EVENT = b"/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"
TOKEN = b"x-api-token: sealbox_certifiqi_demo\r\n"
HOST = b"Host: 127.0.0.1\r\n"
HOSTILE = {
    "no http": b"hello\r\n\r\n",
    "tls": bytes.fromhex("16030100a5010000a10303"),
    "asterisk": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "no slash": b"GET vec HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "absolute": b"GET http://127.0.0.1"
    + EVENT
    + b" HTTP/1.1\r\n"
    + HOST
    + TOKEN
    + b"Connection: close\r\n\r\n",
    "connect": b"CONNECT 127.0.0.1:1 HTTP/1.1\r\n" + HOST + b"\r\n",
    "bare line feeds": b"GET " + EVENT + b" HTTP/1.1\nHost: x\n\n",
    "header without colon": b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    "zero in a header": b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "half a body": POST + b"Content-Length: 100\r\n\r\nab",
    "endless header": b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000,
    "upgrade": b"GET " + EVENT + b" HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n",
}


@pytest.fixture(scope="module")
def url(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sealbox = Path(sys.executable).with_name("sealbox")
    with serving(sealbox, "serve", cwd=tmp_path_factory.mktemp("wire")) as (url, _):
        yield url


def sent(url: str, content: bytes, *, patience: float = 0.7) -> bytes:
    """What comes back until the server hangs up or is silent for a moment."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        connection.sendall(content)
        answer = b""
        with suppress(ConnectionResetError, TimeoutError):
            while part := connection.recv(65536):
                answer += part
    return answer


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_are_no_server_error_and_no_end(url: str, content: bytes) -> None:
    answer = sent(url, content)

    assert not answer.startswith(b"HTTP/1.1 5")
    assert httpx2.get(f"{url}/_sandbox/ready").status_code == 200


def test_requests_in_one_go_are_answered_in_their_order(url: str) -> None:
    one = b"GET %b HTTP/1.1\r\n" + HOST + TOKEN
    both = (one + b"\r\n") % EVENT + (one + b"Connection: close\r\n\r\n") % b"/certifiqi/nowhere"
    answer = sent(url, both, patience=20)

    assert answer.index(b"HTTP/1.1 200") < answer.index(b"HTTP/1.1 404")


def test_a_proxys_word_for_the_client_is_not_taken(url: str) -> None:
    headers = {
        "x-api-token": "sealbox_certifiqi_demo",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "1.2.3.4",
    }
    answer = httpx2.get(f"{url}{EVENT.decode()}/url", headers=headers)

    assert answer.status_code == 200
    assert "https://127.0.0.1" not in answer.text
