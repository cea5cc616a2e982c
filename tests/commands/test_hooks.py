"""Webhooks are received, passed on, listed and sent again: `hooks`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import httpx2
import pytest
from sealbox.commands.hook_receiver import passed_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands.conftest import Sealbox

BIN = Path(sys.executable).with_name("sealbox")


@contextmanager
def listening(sealbox: Sealbox, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A receiver on a port of its own; its address, and the process."""
    process = subprocess.Popen(
        [BIN, "hooks", *arguments, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SEALBOX_URL": sealbox.url, "SEALBOX_TENANT": sealbox.tenant},
    )
    assert process.stderr
    try:
        said = process.stderr.readline()
        address = re.search(r"http://\S+?(?=[ ;])", said)
        assert address, said
        yield address[0], process
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def target() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """Somebody's own receiver, which answers 418, and what it got."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers.items()), body))
            self.send_response(418)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"teapot")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks", got
    server.shutdown()
    thread.join()
    server.server_close()


def signed_event(sealbox: Sealbox, webhook: str) -> str:
    key = str(sealbox.data("demo", "event", "--webhook", webhook)["batch_group_key"])
    assert sealbox("sign", "--until", "quorum", key).exit_code == 0
    return key


def test_what_arrives_is_printed_with_its_header_held_against_the_server(sealbox: Sealbox) -> None:
    with listening(sealbox, "listen", "--count", "3") as (address, process):
        key = signed_event(sealbox, f"{address}/in")
        sealbox("clock", "advance", "idle")
        printed, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    heads = [line for line in printed.splitlines() if line.startswith("POST")]
    assert [line.split()[1:3] for line in heads] == [["/in", key]] * 3
    assert "signed finished" in heads[-1]
    assert printed.count("header matches: x-api-token") == 3
    assert re.search(r"^  x-api-token: [0-9a-f-]{36}$", printed, re.MULTILINE)


def test_what_somebody_else_sends_is_not_taken_for_the_servers(sealbox: Sealbox) -> None:
    with listening(sealbox, "listen", "--count", "3", "--json") as (address, process):
        key = signed_event(sealbox, "http://127.0.0.1:1/")
        sealbox("clock", "advance", "1s")
        for body in (b"nothing", json.dumps({"batch_group_key": key}).encode(), b'{"batch_group_key": "x"}'):
            httpx2.post(address, content=body, headers={"x-api-token": "guessed"}, trust_env=False)
        printed, _ = process.communicate(timeout=30)

    verdicts = [json.loads(line)["header"] for line in printed.splitlines()]
    unknown = "not checked: the server knows no such webhook"
    assert verdicts == [unknown, "does not match: x-api-token", unknown]


def test_the_status_to_answer_with_is_a_choice(sealbox: Sealbox) -> None:
    with listening(sealbox, "listen", "--answer", "503", "--count", "1") as (address, process):
        signed_event(sealbox, address)
        sealbox("clock", "advance", "1s")
        process.communicate(timeout=30)

    assert {one["state"] for one in sealbox.data("hooks", "list")["deliveries"]} == {"pending"}
    assert (
        "503"
        in sealbox("hooks", "show", "last").stdout + sealbox("watch", "--for", "0", "--from-start").stdout
    )


def test_what_is_passed_on_is_the_same_and_so_is_the_answer(
    sealbox: Sealbox, target: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    url, got = target
    with listening(sealbox, "forward", url, "--count", "1", "--json") as (address, process):
        answer = httpx2.post(address, content=b'{"a": 1}', headers={"x-api-token": "k"}, trust_env=False)
        arrived = json.loads(process.communicate(timeout=30)[0])
    (headers, body) = got[0]

    assert (answer.status_code, answer.text) == (418, "teapot")
    assert (body, headers["x-api-token"]) == (b'{"a": 1}', "k")
    assert f"http://{headers['Host']}/hooks" == url, "what belongs to one connection is not passed on"
    assert arrived["answered"] == 418


def test_listen_passes_on_too_and_says_so(sealbox: Sealbox) -> None:
    nowhere = "http://127.0.0.1:1/"
    with listening(sealbox, "listen", "--forward-to", nowhere, "--count", "1") as (address, process):
        answer = httpx2.post(address, content=b"{}", trust_env=False)
        printed, _ = process.communicate(timeout=30)

    assert answer.status_code == 502
    assert "not passed on: nobody answers there" in printed
    assert passed_on("no address", (), b"")[0] == 0


def test_a_port_in_use_is_a_sentence(sealbox: Sealbox) -> None:
    port = sealbox.url.rpartition(":")[2]
    ended = sealbox("hooks", "listen", "--port", port)

    assert ended.exit_code == 2
    assert "--port 0 takes a free one" in ended.stderr


def test_a_webhook_is_listed_shown_and_sent_again(sealbox: Sealbox) -> None:
    key = signed_event(sealbox, "http://127.0.0.1:1/hooks")
    sealbox("clock", "advance", "1s")
    listed = sealbox.data("hooks", "list", "--about", key)["deliveries"]
    newest = listed[0]["id"]
    again = sealbox.data("hooks", "replay", newest)
    shown = sealbox("hooks", "show", "last")

    assert newest in sealbox("hooks", "list").stdout
    assert "http://127.0.0.1:1/hooks  pending, 2 attempts, next at 2025-" in sealbox("hooks", "list").stdout
    assert len(again["attempts"]) == listed[0]["attempts"] + 1
    assert "attempt 2: " in shown.stdout
    assert f'"batch_group_key":"{key}"' in shown.stdout
    assert "attempt 3: " in sealbox("hooks", "replay", "last").stdout


def test_without_a_webhook_there_is_none_to_send_again(sealbox: Sealbox) -> None:
    assert sealbox("hooks", "list").stdout == "no webhooks yet\n"
    ended = sealbox("hooks", "replay", "last")

    assert (ended.exit_code, ended.stderr) == (1, "sealbox: there has been no webhook yet\n")
    assert sealbox("hooks", "replay", "nothing").exit_code == 1


def test_something_goes_wrong_with_webhooks_until_it_is_cleared(sealbox: Sealbox) -> None:
    added = sealbox("hooks", "fault", "delay", "--nth", "2", "--by", "1m")
    listed = sealbox.data("hooks", "fault")["faults"]
    cleared = sealbox("hooks", "fault", "--forget")

    assert "kind delay" in added.stdout
    assert [(one["kind"], one["by"]) for one in listed] == [("delay", "60000ms")]
    assert cleared.stdout == "nothing goes wrong\n"
    assert sealbox("hooks", "fault", "drop", "--forget").exit_code == 2
    assert sealbox("hooks", "fault", "burn").exit_code == 1
