"""The receiver of webhooks, whatever is sent to it; and how commands reach a server."""

from __future__ import annotations

import inspect
import json
import socket
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

import httpx2
import pytest
import typer
from sealbox.commands.acting import event_line, signers
from sealbox.commands.clock import clock_line
from sealbox.commands.faults import what, when
from sealbox.commands.hook_receiver import Arrival, Receiver
from sealbox.commands.remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Callable


def received(send: Callable[[str], Any], *, answer: int = 200) -> tuple[Any, Arrival]:
    """What `send` got from a receiver, and what that made of it."""
    got: list[Any] = []
    with Receiver(0, forward_to=None, answer=answer) as receiver:
        thread = Thread(target=lambda: got.append(send(receiver.url)))
        thread.start()
        arrival = next(iter(receiver))
        thread.join()
    return got[0], arrival


def raw(head: str, body: bytes = b"") -> Callable[[str], bytes]:
    def send(url: str) -> bytes:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
            return connection.recv(65536)

    return send


def test_a_webhook_arrives_as_it_was_sent() -> None:
    answer, arrival = received(
        lambda url: httpx2.post(
            f"{url}/in?x=1", content=b'{"a": 1}', headers={"x-api-token": "k"}, trust_env=False
        ),
        answer=202,
    )

    assert (answer.status_code, answer.content) == (202, b"")
    assert (arrival.path, arrival.body, arrival.answered) == ("/in?x=1", b'{"a": 1}', 202)
    assert ("x-api-token", "k") in arrival.headers


@pytest.mark.parametrize(
    "head", ["POST / HTTP/1.1", "POST / HTTP/1.1\nContent-Length: many", "POST / HTTP/1.0"]
)
def test_a_length_that_says_nothing_is_no_body(head: str) -> None:
    answer, arrival = received(raw(head))

    assert answer.startswith(b"HTTP/1.0 200")
    assert arrival.body == b""


def test_a_body_that_is_no_text_is_shown_all_the_same() -> None:
    _, arrival = received(raw("POST / HTTP/1.1\nContent-Length: 2", b"\xff\xfe"))

    assert arrival.json() is None
    assert json.loads(json.dumps(arrival.shown()))["body"] == "\ufffd\ufffd"


@pytest.mark.parametrize(
    ("body", "found"), [(b"{}", {}), (b"[]", None), (b"1", None), (b"", None), (b'{"a": 1}', {"a": 1})]
)
def test_a_body_is_an_object_or_none(body: bytes, found: dict[str, int] | None) -> None:
    assert Arrival("/", (), body, 200).json() == found


def test_the_options_of_a_server_come_after_a_commands_own() -> None:
    @on_server
    def command(server: Server, name: Annotated[str, typer.Argument()], *, loud: bool = False) -> None:
        """Do it."""
        raise AssertionError((server, name, loud))

    with pytest.raises(AssertionError) as raised:
        command(name="x", loud=True, url="http://localhost:1/", tenant="ci", as_json=True)

    assert list(inspect.signature(command).parameters) == ["name", "loud", "url", "tenant", "as_json"]
    assert (command.__name__, command.__doc__) == ("command", "Do it.")
    assert raised.value.args[0] == (Server("http://localhost:1", "ci", as_json=True), "x", True)


def test_what_is_not_said_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def answer(method: str, url: str, **details: Any) -> httpx2.Response:
        asked.update(details, method=method, url=url)
        return httpx2.Response(200, json={"good": True})

    monkeypatch.setattr(httpx2, "request", answer)
    found = Server("http://x.example", "ci").get("/journal", path="/vec", status=None)

    assert found == {"good": True}
    assert asked["params"] == {"tenant": "ci", "path": "/vec"}
    assert asked["trust_env"] is False, "no proxy stands before a sandbox"


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (httpx2.Response(404, json={"detail": "there is no tenant 'x'"}), 1, "there is no tenant 'x'"),
        (httpx2.Response(500, json={}), 1, "{}"),
        (httpx2.Response(200, text="<html>"), 3, "no Sealbox answers at http://x.example"),
        (httpx2.ConnectTimeout("too late"), 3, "no Sealbox answers at http://x.example: too late"),
        (httpx2.InvalidURL("no host"), 3, "no Sealbox answers at http://x.example: no host"),
    ],
)
def test_what_does_not_go_well_is_a_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: httpx2.Response | Exception,
    code: int,
    said: str,
) -> None:
    def request(*_: Any, **__: Any) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(httpx2, "request", request)
    with pytest.raises(typer.Exit) as raised:
        Server("http://x.example", "ci").get("/clock")

    assert raised.value.exit_code == code
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "left"),
    [(None, "no group can ever be complete"), ([], "nobody is missing"), ([7, 8], "missing: 7, 8")],
)
def test_an_event_tells_who_is_missing(missing: list[int] | None, left: str) -> None:
    event = {"name": "E", "signature_status": "pending", "internal_status": "pending", "missing": missing}

    assert event_line(event | {"happened": []}) == f"E: nothing new. pending (pending), {left}"


def test_the_signers_of_an_event_are_those_of_every_group() -> None:
    groups = [{"signers": [{"id": 1}, {"id": 2}]}, {"signers": [{"id": 3}]}]
    event = {
        "batches": [{"parties": [{"groups": groups}]}, {"parties": [{"groups": [{"signers": [{"id": 4}]}]}]}]
    }

    assert [signer["id"] for signer in signers(event)] == [1, 2, 3, 4]
    assert [signer["id"] for signer in signers(event, lambda signer: signer["id"] > 2)] == [3, 4]


@pytest.mark.parametrize(
    ("scale", "due", "told"),
    [
        (1, None, "T (auto), nothing is due"),
        (0, "D", "T (auto), next at D"),
        (2.5, None, "T (auto, times 2.5), nothing is due"),
    ],
)
def test_a_clock_is_one_line(scale: float, due: str | None, told: str) -> None:
    assert clock_line({"now": "T", "mode": "auto", "scale": scale, "next_due": due}) == told


def test_a_fault_is_told_by_when_and_what() -> None:
    assert when({}) == "every operation"
    assert when({"operation": "getBatch", "nth": 3}) == "getBatch, request 3"
    assert (
        what({"effect": {"status": 503, "reset": True, "cut_after": 0}}) == "status 503, reset, cut_after 0"
    )
