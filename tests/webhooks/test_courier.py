"""Attempts over real sockets, at receivers which answer well, badly, slowly, endlessly or not at all."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox import __version__
from sealbox.delivery import FRAMING, Courier, Guard
from sealbox.webhooks import ANSWER_LIMIT, Outbox, State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sealbox.delivery import Resolve

    from tests.webhooks.conftest import Post, Wire

    Hear = Callable[[asyncio.StreamReader], Awaitable[bytes]]

EMPTY = "HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"


def lines_of(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


# ---- what is sent -----------------------------------------------------------------------------------------


def test_the_request_is_the_delivery_and_little_else(wire: Wire) -> None:
    _, (request,) = wire.send(
        url="http://127.0.0.1:{port}/hook?a=b#c", headers=(("x-api-token", "made-up"),), body=b'{"a": 1}'
    )
    first, host, *rest = lines_of(request)

    assert first == "POST /hook?a=b HTTP/1.1"
    assert host.startswith("Host: 127.0.0.1:")
    assert sorted(rest) == [
        "Connection: close",
        "Content-Length: 8",
        "Content-Type: application/json",
        f"User-Agent: Sealbox/{__version__}",
        "x-api-token: made-up",
    ]
    assert request.endswith(b'\r\n\r\n{"a": 1}')


def test_the_attempt_tells_the_headers_that_were_sent(wire: Wire) -> None:
    attempt, (request,) = wire.send(url="http://user:word@127.0.0.1:{port}/", headers=(("x-token", "1"),))
    sent = {tuple(line.lower().split(": ", 1)) for line in lines_of(request)[1:]}

    assert {(name.lower(), value.lower()) for name, value in attempt.request_headers} == sent
    assert ("authorization", "basic dxnlcjp3b3jk") in sent


def test_a_delivery_may_bring_its_own_content_type(wire: Wire) -> None:
    _, (request,) = wire.send(headers=(("content-type", "text/plain"),))

    assert [line for line in lines_of(request) if line.lower().startswith("content-type")] == [
        "content-type: text/plain"
    ]


@given(body=st.binary(max_size=300))
def test_the_body_arrives_byte_for_byte(wire: Wire, body: bytes) -> None:
    _, (request,) = wire.send(body=body)

    assert request.partition(b"\r\n\r\n")[2] == body


def test_a_cookie_is_not_kept(wire: Wire) -> None:
    courier = Courier()
    with_cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
    wire.send(with_cookie, courier=courier)
    _, (request,) = wire.send(courier=courier)

    assert "cookie" not in request.decode().lower()


def test_proxies_of_the_environment_are_not_asked(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    attempt, heard = wire.send()

    assert attempt.status == 200
    assert len(heard) == 1


# ---- what cannot be sent ----------------------------------------------------------------------------------

NAME = st.text("abcdefXYZ-", min_size=1, max_size=8)
SPOILT = st.tuples(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=5),
    st.characters(min_codepoint=0, max_codepoint=31, exclude_characters="\t")
    | st.characters(min_codepoint=127, max_codepoint=0x2FFF),
    st.sampled_from(["", "x", "\nX-More: 1", "\n\n{}"]),
).map("".join)


@given(name=NAME, value=SPOILT)
def test_a_header_value_cannot_become_another_header(wire: Wire, name: str, value: str) -> None:
    attempt, heard = wire.send(headers=((name, value),))

    assert (attempt.error or "").startswith("refused: ")
    assert heard == []


@pytest.mark.parametrize("name", ["", " ", "a b", "a:", "a\r\nb", "a\r\n", "é", *sorted(FRAMING)])
def test_a_header_name_that_would_change_how_the_request_is_read_is_refused(wire: Wire, name: str) -> None:
    attempt, heard = wire.send(headers=((name, "1"),))

    assert (attempt.error or "").startswith("refused: ")
    assert heard == []


@given(
    path=st.text(st.characters(min_codepoint=1, max_codepoint=0x2FF, exclude_characters="\\#{}"), max_size=12)
)
def test_an_address_cannot_become_another_request(wire: Wire, path: str) -> None:
    attempt, heard = wire.send(url="http://127.0.0.1:{port}/" + path + "?\r\nX-More: 1")

    assert (attempt.error or "").startswith("refused: ")
    assert heard == []


# ---- answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204, 299, 304, 400, 404, 410, 429, 500, 503])
def test_the_status_is_told(wire: Wire, status: int) -> None:
    attempt, _ = wire.send(EMPTY.format(status=status).encode())

    assert attempt.status == status
    assert attempt.error is None
    assert attempt.delivered == (status < 300)


def test_the_answer_is_kept(wire: Wire) -> None:
    attempt, _ = wire.send(b"HTTP/1.1 202 Taken\r\nX-Mark: a\r\nX-Mark: b\r\nContent-Length: 2\r\n\r\nok")

    assert attempt.answer_headers == (("x-mark", "a"), ("x-mark", "b"), ("content-length", "2"))
    assert attempt.answer_body == b"ok"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(wire: Wire, status: int) -> None:
    elsewhere = f"HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    attempt, heard = wire.send(elsewhere.encode())

    assert attempt.status == status
    assert not attempt.delivered
    assert len(heard) == 1


@pytest.mark.parametrize("size", [ANSWER_LIMIT - 1, ANSWER_LIMIT, ANSWER_LIMIT + 1, ANSWER_LIMIT * 3])
def test_a_long_answer_is_cut(wire: Wire, size: int) -> None:
    attempt, _ = wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)

    assert len(attempt.answer_body) == min(size, ANSWER_LIMIT)
    assert attempt.delivered


def test_an_endless_answer_ends(wire: Wire, hear: Hear) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            await writer.drain()

    attempt, _ = wire.send(endless)

    assert attempt.answer_body == b"x" * ANSWER_LIMIT
    assert attempt.delivered


def test_a_compressed_answer_is_kept_as_it_came(wire: Wire) -> None:
    attempt, _ = wire.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nnotgzip")

    assert attempt.answer_body == b"notgzip"
    assert attempt.delivered


# ---- trouble ----------------------------------------------------------------------------------------------


def test_a_receiver_that_never_answers_is_given_up(wire: Wire) -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    attempt, _ = wire.send(silent, total_limit=0.05)

    assert attempt.status is None
    assert attempt.error == "no whole answer within 0.05 s"
    assert attempt.latency_ms < 5_000


def test_a_handshake_that_never_ends_is_given_up(wire: Wire) -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    attempt, _ = wire.send(silent, url="https://127.0.0.1:{port}/", connect_limit=0.05)

    assert attempt.error == "no connection within 0.05 s"


def test_a_receiver_that_stops_halfway_has_not_got_it(wire: Wire, hear: Hear) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await asyncio.Event().wait()

    attempt, _ = wire.send(half, total_limit=0.4)

    assert (attempt.status, attempt.answer_body) == (200, b"half")
    assert attempt.error == "no whole answer within 0.4 s"
    assert not attempt.delivered


def test_a_receiver_that_does_not_read_is_given_up(wire: Wire) -> None:
    async def deaf(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        transport = writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        await asyncio.Event().wait()

    attempt, _ = wire.send(deaf, body=b"x" * 20_000_000, total_limit=0.2)

    assert attempt.error == "no whole answer within 0.2 s"


def test_answers_before_the_answer_do_not_go_on_for_ever(wire: Wire, hear: Hear) -> None:
    async def soon(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        while True:
            writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
            await writer.drain()

    attempt, _ = wire.send(soon, total_limit=0.1)

    assert attempt.error == "no whole answer within 0.1 s"


def test_a_reset_connection_is_told(wire: Wire, hear: Hear) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()

    attempt, _ = wire.send(reset)

    assert attempt.status is None
    assert (attempt.error or "").startswith("connection lost: ")


def test_an_address_where_nobody_listens_is_told(wire: Wire) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        attempt, _ = wire.send(url=f"http://127.0.0.1:{bound.getsockname()[1]}/")

    assert attempt.error == f"cannot connect: {os.strerror(errno.ECONNREFUSED)}"


@pytest.mark.parametrize("answer", [b"", b"\r\n", b"SMTP ready\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/9 1"])
def test_what_is_no_answer_is_told(wire: Wire, answer: bytes) -> None:
    attempt, _ = wire.send(answer)

    assert attempt.status is None
    assert (attempt.error or "").startswith("no proper HTTP answer: ")


@given(
    answer=st.binary(max_size=200)
    | st.binary(max_size=100).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail)
    | st.binary(max_size=100).map(
        lambda tail: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + tail
    )
)
def test_whatever_bytes_come_back_the_attempt_is_told(wire: Wire, answer: bytes) -> None:
    attempt, heard = wire.send(answer)

    assert len(heard) == 1
    assert attempt.status is not None or attempt.error


def test_a_name_that_nobody_knows_is_told_and_tried_again(wire: Wire, post: Post) -> None:
    async def unknown(_: str, __: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    attempt, heard = wire.send(url="http://hooks.example.org/", resolve=unknown)
    outbox = post.outbox()

    assert attempt.error == (
        "cannot find the host: Name or service not known (hosts beside loopback need --allow-webhooks-to)"
    )
    assert heard == []
    assert outbox.record(post.add(outbox), attempt).state is State.PENDING


def test_a_slow_name_server_is_given_up(wire: Wire) -> None:
    async def slow(_: str, __: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    attempt, _ = wire.send(url="http://hooks.example.org/", resolve=slow, total_limit=0.02)

    assert attempt.error == "no whole answer within 0.02 s"


def test_an_attempt_that_is_called_off_stops(wire: Wire) -> None:
    async def go() -> None:
        async def never(_: str, __: int) -> Sequence[str]:
            asking.set()
            await asyncio.Event().wait()
            return []

        asking = asyncio.Event()
        courier = Courier(guard=Guard(resolve=never))
        task = asyncio.create_task(courier.attempt(wire.delivery("hooks.example.org"), 1, at))
        await asking.wait()
        task.cancel()
        await task

    at = wire.delivery("").created_at
    with pytest.raises(asyncio.CancelledError):
        wire.runner.run(go())


def test_the_time_taken_is_real_time_and_the_time_borne_is_virtual(wire: Wire) -> None:
    ticks = count()
    attempt, _ = wire.send(monotonic=lambda: next(ticks) * 0.25)

    assert attempt.latency_ms == 250
    assert attempt.at == wire.delivery("").created_at


# ---- the guard is asked, and obeyed -----------------------------------------------------------------------


def test_a_refused_target_hears_nothing_and_ends_the_delivery(wire: Wire, post: Post) -> None:
    attempt, heard = wire.send(url="http://0.0.0.0:{port}/")
    outbox: Outbox = post.outbox()

    assert (attempt.error or "").startswith("refused: 0.0.0.0 is at 0.0.0.0, which is not this machine")
    assert attempt.request_headers == ()
    assert heard == []
    assert outbox.record(post.add(outbox), attempt).state is State.REFUSED


def test_a_name_with_an_address_elsewhere_is_not_tried_even_here(
    wire: Wire, resolver: Callable[..., Resolve]
) -> None:
    both = resolver(hooks_example_org=["127.0.0.1", "10.0.0.7"])
    attempt, heard = wire.send(url="http://hooks.example.org:{port}/", resolve=both)

    assert (attempt.error or "").startswith("refused: ")
    assert heard == []


def test_the_checked_address_is_the_one_connected_to(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def rebinding(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    def system(host: str, *_: object, **__: object) -> None:
        raise AssertionError(f"the system was asked for {host}")

    monkeypatch.setattr(socket, "getaddrinfo", system)
    attempt, (request,) = wire.send(url="http://hooks.example.org:{port}/hook", resolve=rebinding)

    assert attempt.delivered
    assert asked == ["hooks.example.org"]
    assert lines_of(request)[1].startswith("Host: hooks.example.org:")


def test_the_next_address_is_tried_when_one_does_not_listen(
    wire: Wire, resolver: Callable[..., Resolve]
) -> None:
    attempt, heard = wire.send(
        url="http://hooks.example.org:{port}/", resolve=resolver(hooks_example_org=["::1", "127.0.0.1"])
    )

    assert attempt.delivered
    assert len(heard) == 1


def test_a_receiver_that_was_reached_is_not_asked_at_its_other_address(
    wire: Wire, resolver: Callable[..., Resolve]
) -> None:
    attempt, heard = wire.send(
        b"",
        url="http://hooks.example.org:{port}/",
        resolve=resolver(hooks_example_org=["127.0.0.1", "::1"]),
    )

    assert (attempt.error or "").startswith("no proper HTTP answer: ")
    assert len(heard) == 1


def test_tls_asks_for_the_name_and_not_for_the_address(wire: Wire, resolver: Callable[..., Resolve]) -> None:
    hello: list[bytes] = []

    async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.append(await reader.read(4096))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    attempt, _ = wire.send(
        no_tls, url="hooks.example.org.:{port}", resolve=resolver(hooks_example_org=["127.0.0.1"])
    )

    assert b"\x00\x11hooks.example.org\x00" in hello[0]
    assert (attempt.error or "").startswith("cannot connect: ")
