"""How a server begins, what it prints meanwhile, and how it ends: `serve` in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.packaging.conftest import Run

SEALBOX = Path(sys.executable).with_name("sealbox")
BATCHES = "/vec/business/batches"
TOKEN = {"Authorization": "Bearer sealbox_vec_demo"}


class Served:
    """A server that runs, and what it has printed on stderr once it has ended."""

    def __init__(self, process: subprocess.Popen[str], screen: str) -> None:
        self._process = process
        self.screen = screen
        found = re.search(r"(http://\S+)/_sandbox/info", screen)
        assert found, screen
        self.url = found[1]
        self.printed = ""

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", headers=TOKEN | headers, trust_env=False)

    def end(self, by: signal.Signals = signal.SIGINT) -> int:
        if self._process.poll() is None:
            self._process.send_signal(by)
        assert self._process.stderr
        if not self._process.stderr.closed:
            self.printed, _ = self._process.stderr.read(), self._process.stderr.close()
        return self._process.wait(timeout=20)


@contextmanager
def served(cwd: Path, *flags: str, **environment: str) -> Iterator[Served]:
    process = subprocess.Popen(
        [SEALBOX, "serve", "--port", "0", "--clock", "manual", *flags],
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "120", **environment},
    )
    assert process.stderr
    screen = ""
    while "Ctrl-C" not in screen:
        line = process.stderr.readline()
        assert line, screen
        screen += line
    process.stderr.readline()  # the empty line below the screen
    server = Served(process, screen)
    try:
        yield server
    finally:
        server.end()
    assert "Traceback" not in server.printed


def test_the_first_screen_says_where_everything_is(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        lines = {line[:17].strip(): line[17:].strip() for line in server.screen.splitlines()}

        assert lines["Page"] == f"{server.url}/"
        assert lines["Docs"] == f"{server.url}/_sandbox/docs"
        assert server.get(lines["Mails"].removeprefix(server.url)).status_code == 200
        assert lines["For your shell"].endswith(f'env --url {server.url})"')
        assert re.search(
            r"Ready in \d+\.\d s +State is in memory \(--state keeps it\)\. Ctrl-C stops\.", server.screen
        )
        assert "\x1b" not in server.screen, "no colours where nobody sees them"


def test_a_refusal_is_one_line_and_what_to_do_on_the_next(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.get(BATCHES)
        server.get(BATCHES, Authorization="Bearer nobody")
        server.end()

    refused = server.printed.splitlines()[0]
    assert refused.startswith(f"GET {BATCHES} 401 — nobody issued this credential")
    assert "200" not in server.printed


def test_everything_is_printed_or_nothing(tmp_path: Path) -> None:
    for log, expected in (("all", [f"GET {BATCHES} 200", "GET /vec/nothing 404"]), ("none", [])):
        with served(tmp_path, "--log", log) as server:
            server.get(BATCHES)
            server.get("/vec/nothing")
            server.end()
        lines = [
            line.partition(" — ")[0] for line in server.printed.splitlines() if not line.startswith("  ")
        ]
        assert lines == expected


def test_a_path_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.get("/vec/%1b%5b31mred%0a")
        server.end()

    assert "GET /vec/?[31mred? 404" in server.printed


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_world_outlives_its_server_in_a_file(tmp_path: Path, by: signal.Signals) -> None:
    file = tmp_path / "state.json"
    with served(tmp_path, "--state", str(file)) as server:
        signed = httpx2.post(f"{server.url}/_sandbox/certifiqi/signers/65062/sign", json={}, trust_env=False)
        httpx2.post(f"{server.url}/_sandbox/clock/advance", json={"by": "1h"}, trust_env=False)
        server.end(by)
    with served(tmp_path, "--state", str(file), "--seed", "9") as again:
        clock = again.get("/_sandbox/clock").json()
        event = again.get(f"/_sandbox/certifiqi/events/{signed.json()['batch_group_key']}").json()
        info = again.get("/_sandbox/info").json()

    assert json.loads(file.read_text())["format"] == 1
    assert (event["internal_status"], clock["now"]) == ("finished", "2025-04-01T13:00:00+00:00")
    assert info["seed"] == "1", "the file's"
    assert "State is kept in" in again.screen
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "Expecting property name"), ("[]", "a snapshot is a JSON object"), (None, "no folder")],
)
def test_a_state_that_cannot_be_used_is_a_sentence_and_stays_as_it_is(
    run: Run, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "state.json" if content else tmp_path / "none" / "state.json"
    if content:
        file.write_text(content)
    ended = run("serve", "--port", "0", "--state", str(file))

    assert ended.returncode == 2
    assert f"sealbox: state: {file}: " in ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert content is None or file.read_text() == content


def test_the_port_is_in_its_file_for_as_long_as_the_server_runs(tmp_path: Path) -> None:
    with served(tmp_path, "--port-file", "port") as server:
        assert server.url.endswith(f":{(tmp_path / 'port').read_text().strip()}")
        server.end()

    assert not (tmp_path / "port").exists()


def test_what_no_page_states_is_501_when_only_pages_count(tmp_path: Path) -> None:
    with served(tmp_path, "--only", "seed,docs") as server:
        assert server.get("/vec/nothing").status_code in {404, 501}
        assert server.get("/_sandbox/assumptions").json()["only"] == ["seed", "docs"]
        assert "seed, docs: anything else is answered with 501" in server.screen


def test_a_name_is_let_in_when_it_is_allowed(tmp_path: Path) -> None:
    with served(tmp_path, "--allow-host", "sandbox.example", "--allow-host", "other.example") as server:
        statuses = [
            server.get("/_sandbox/info", Host=host).status_code
            for host in ("sandbox.example", "other.example", "evil.example")
        ]

    assert statuses == [200, 200, 403]


def test_quiet_answers_say_whose_they_are_and_no_more(tmp_path: Path) -> None:
    with served(tmp_path, SEALBOX_QUIET_HEADERS="true") as quiet:
        answer = quiet.get(BATCHES)

    assert [name for name in answer.headers if name.startswith("x-sandbox")] == ["x-sandbox"]


def test_lists_come_from_the_file_and_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "sealbox.toml").write_text('only = ["docs"]\nallow_host = ["a.example"]\nlog = "none"\n')
    with served(tmp_path, SEALBOX_ALLOW_HOST="b.example,c.example") as server:
        only = server.get("/_sandbox/assumptions").json()["only"]
        statuses = [server.get("/_sandbox/info", Host=f"{name}.example").status_code for name in "abc"]

    assert (only, statuses) == (["docs"], [403, 200, 200])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--only", "rumour"], "only.0: Input should be 'seed' or 'docs' (not 'rumour')"),
        (["--port-file", "/nowhere/port"], "port_file: there is no folder /nowhere"),
        (["--log", "some"], "log: Input should be 'refusals', 'all' or 'none' (not 'some')"),
    ],
)
def test_a_flag_that_is_wrong_is_named(run: Run, flags: list[str], said: str) -> None:
    ended = run("serve", *flags)

    assert (ended.returncode, ended.stderr) == (2, f"sealbox: {said}\n")
