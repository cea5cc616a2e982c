"""What goes wrong with answers, seen by a client at the other end of a real socket: `fault`."""

from __future__ import annotations

import errno
import json
import re
import socket
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands.conftest import Sealbox

TEMPLATES = "/vec/business/certificate-templates"


@pytest.fixture
def wire(sealbox: Sealbox) -> Iterator[socket.socket]:
    """A connection to the server."""
    address = urlsplit(sealbox.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20) as connection:
        yield connection


def ask(wire: socket.socket, sealbox: Sealbox) -> None:
    token = f"Authorization: Bearer sealbox_vec_{sealbox.tenant}"
    wire.sendall(f"GET {TEMPLATES} HTTP/1.1\r\nHost: localhost\r\n{token}\r\n\r\n".encode())


def received(wire: socket.socket) -> bytes:
    """One whole answer, however many pieces it comes in."""
    came = b""
    while b"\r\n\r\n" not in came:
        came += wire.recv(65536)
    length = re.search(rb"content-length: (\d+)", came)
    assert length, came
    while len(came) < came.index(b"\r\n\r\n") + 4 + int(length[1]):
        came += wire.recv(65536)
    return came


def until_closed(wire: socket.socket) -> bytes:
    received = b""
    while piece := wire.recv(65536):
        received += piece
    return received


def test_a_cut_answer_promises_more_than_comes(sealbox: Sealbox, wire: socket.socket) -> None:
    sealbox("fault", "add", "listCertificateTemplates", "--next", "1", "--cut-after", "10")
    ask(wire, sealbox)
    head, _, body = until_closed(wire).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK")
    (promised,) = re.findall(rb"content-length: (\d+)", head)
    assert int(promised) > 10
    assert len(body) == 10
    assert sealbox.get(TEMPLATES).status_code == 200, "the next request works"


def test_a_client_library_notices_the_cut(sealbox: Sealbox) -> None:
    sealbox("fault", "add", "--next", "1", "--cut-after", "10")
    with pytest.raises(httpx2.RemoteProtocolError):
        sealbox.get(TEMPLATES)

    assert sealbox.get(TEMPLATES).status_code == 200


def test_a_reset_connection_is_reset_before_any_answer(sealbox: Sealbox, wire: socket.socket) -> None:
    sealbox("fault", "add", "listCertificateTemplates", "--next", "1", "--reset")
    ask(wire, sealbox)
    with pytest.raises(ConnectionResetError) as raised:
        wire.recv(1)

    assert raised.value.errno == errno.ECONNRESET
    assert sealbox.get(TEMPLATES).status_code == 200, "the next request works"


def test_a_dribbled_body_comes_whole_in_small_pieces(sealbox: Sealbox) -> None:
    whole = sealbox.get(TEMPLATES).content
    size = len(whole) // 4 + 1
    sealbox("fault", "add", "listCertificateTemplates", "--next", "1", "--dribble", f"{size}/50ms")
    started = perf_counter()
    dribbled = sealbox.get(TEMPLATES)

    assert dribbled.content == whole
    assert perf_counter() - started >= 3 * 0.05


def test_a_late_answer_is_late_and_whole(sealbox: Sealbox) -> None:
    sealbox("fault", "add", "listCertificateTemplates", "--next", "1", "--delay", "200ms")
    started = perf_counter()
    late = sealbox.get(TEMPLATES)

    assert perf_counter() - started >= 0.2
    assert late.status_code == 200


def test_the_nth_request_alone_has_the_status_in_the_vendors_body(sealbox: Sealbox) -> None:
    sealbox("fault", "add", "listCertificateTemplates", "--nth", "2", "--status", "401")
    answers = [sealbox.get(TEMPLATES) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 401, 200]
    assert answers[1].json() == {"message": "Unauthorized - Invalid API token"}
    assert answers[1].headers["x-sandbox-fault"].startswith("fault 1")


def test_a_kept_connection_is_used_again_after_a_fault_that_keeps_it(
    sealbox: Sealbox, wire: socket.socket
) -> None:
    sealbox("fault", "add", "listCertificateTemplates", "--next", "1", "--status", "500")
    ask(wire, sealbox)
    first = received(wire)
    ask(wire, sealbox)

    assert first.startswith(b"HTTP/1.1 500")
    assert received(wire).startswith(b"HTTP/1.1 200")


def test_a_rule_says_when_and_what(sealbox: Sealbox) -> None:
    batch = sealbox.data("demo", "batch")["id"]
    conditions = ["--while", "pending", "--of", batch, "--after", "createBatch", "--next", "2"]
    added = sealbox("fault", "add", "getBatch", *conditions, "--delay", "1s", "--reset")
    listed = sealbox("fault", "list").stdout

    assert added.stdout == (
        f"fault 1: getBatch, next 2, after createBatch, while {batch} is pending: delay 1000ms, reset\n"
    )
    assert f"while {batch} is pending" in listed


def test_a_dribble_is_told_in_words(sealbox: Sealbox) -> None:
    assert "dribble 8 bytes every 10ms" in sealbox("fault", "add", "--dribble", "8/10ms").stdout
    assert "every operation" in sealbox("fault", "list").stdout


def test_one_fault_goes_or_all(sealbox: Sealbox) -> None:
    sealbox("fault", "add", "--status", "500")
    sealbox("fault", "add", "--status", "503")

    assert sealbox("fault", "forget", "1").stdout == "left: 1 fault\n"
    assert [one["id"] for one in sealbox.data("fault", "list")["faults"]] == [2]
    assert sealbox("fault", "forget").stdout == "left: 0 faults\n"
    assert sealbox("fault", "forget", "2").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "say what goes wrong"),
        (["--dribble", "fast"], 2, "write --dribble as 64/100ms"),
        (["--status", "500", "--of", "x"], 2, "go together"),
        (["getBetch", "--status", "500"], 1, "there is no operation 'getBetch'"),
        (["--status", "200"], 1, "200"),
        (["--status", "500", "--nth", "1", "--next", "1"], 1, ""),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    sealbox: Sealbox, arguments: list[str], code: int, said: str
) -> None:
    ended = sealbox("fault", "add", *arguments)

    assert ended.exit_code == code
    assert said in ended.stderr
    assert sealbox.data("fault", "list") == {"faults": []}


def test_a_fault_is_data_too(sealbox: Sealbox) -> None:
    ended = sealbox("fault", "add", "getUser", "--cut-after", "0", "--json")

    assert json.loads(ended.stdout)["effect"] == {"cut_after": 0}
