"""What a client relied on, and the contract: `assumptions`, `openapi`, `magic`, `env`, `wait`."""

from __future__ import annotations

import json
import socket
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.commands.conftest import Sealbox


def test_a_decision_that_made_a_difference_ends_with_1_when_only_pages_count(sealbox: Sealbox) -> None:
    sealbox.data("demo", "batch")
    listed = sealbox("assumptions")
    strict = sealbox("assumptions", "--only", "seed,docs")

    assert listed.exit_code == 0
    assert "vec.row_faults  decides" in listed.stdout
    assert strict.exit_code == 1
    assert "relied on what no page states: " in strict.stderr
    assert "vec.row_faults" in strict.stderr
    assert sealbox("assumptions", "--only", "seed,docs,inferred").exit_code == 0


def test_what_only_gave_an_answer_its_looks_is_no_reason_to_fail(sealbox: Sealbox) -> None:
    sealbox.get("/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8")
    ended = sealbox("assumptions", "--only", "seed,docs")

    assert ended.exit_code == 0, ended.stderr
    assert "0 assumptions made a difference" in ended.stderr


def test_the_report_is_data_too(sealbox: Sealbox) -> None:
    sealbox.data("demo", "batch")
    ended = sealbox("assumptions", "--only", "seed", "--json")

    assert ended.exit_code == 1
    assert "vec.row_faults" in {one["id"] for one in json.loads(ended.stdout)["assumptions"]}


def test_every_assumption_is_explained(sealbox: Sealbox) -> None:
    sealbox.data("demo", "batch")
    sealbox.data("demo", "event")
    found = [one["id"] for one in sealbox.data("assumptions")["assumptions"]]

    assert len(found) >= 3
    assert [id_ for id_ in found if sealbox("explain", id_).exit_code != 0] == []


def test_a_mark_that_is_none_is_named(sealbox: Sealbox) -> None:
    assert "not rumour" in sealbox("assumptions", "--only", "rumour").stderr


@pytest.mark.parametrize("api", ["vec", "certifiqi", "_sandbox"])
def test_a_contract_is_printed_as_it_is_and_as_json(nowhere: Sealbox, api: str) -> None:
    printed = nowhere("openapi", api).stdout
    as_json = json.loads(nowhere("openapi", api, "--json").stdout)

    assert as_json == json.loads(json.dumps(yaml.safe_load(printed), default=str))
    assert as_json["openapi"] == "3.0.3"


def test_a_contract_that_is_not_there_is_named_with_those_that_are(nowhere: Sealbox) -> None:
    ended = nowhere("openapi", "docusign")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "certifiqi, vec, _sandbox" in ended.stderr


def test_the_exports_name_the_tenant_and_are_data_too(nowhere: Sealbox) -> None:
    lines = nowhere("env", "--tenant", "ci-7").stdout.splitlines()
    found = json.loads(nowhere("env", "--tenant", "ci-7", "--json").stdout)

    assert lines == [f"export {name}={value}" for name, value in found.items()]
    assert found["SEALBOX_TENANT"] == "ci-7"
    assert found["VEC_TOKEN"] == "sealbox_vec_ci-7"


def test_the_exports_open_the_world_that_they_name(sealbox: Sealbox) -> None:
    found = sealbox.data("env")

    assert found["VEC_TOKEN"] == f"sealbox_vec_{sealbox.tenant}"
    assert found["VEC_URL"] == f"{sealbox.url}/vec"


def test_magic_values_are_whole_whatever_the_width(nowhere: Sealbox) -> None:
    rows = json.loads(nowhere("magic", "--json").stdout)
    printed = nowhere("magic", COLUMNS="40").stdout

    assert rows
    assert all(row["value"] in printed for row in rows)


def test_a_server_that_is_ready_is_waited_for_no_longer(sealbox: Sealbox) -> None:
    waited = sealbox("wait", "--timeout", "5")

    assert (waited.exit_code, waited.stdout, waited.stderr) == (0, "", f"ready: {sealbox.url}\n")
    assert json.loads(sealbox("wait", sealbox.url, "--json").stdout)["ready"] is True


def test_a_server_that_never_comes_ends_with_3(nowhere: Sealbox) -> None:
    ended = nowhere("wait", "http://127.0.0.1:1", "--timeout", "100ms")

    assert ended.exit_code == 3
    assert ended.stderr == "sealbox: no Sealbox was ready at http://127.0.0.1:1 within 100ms\n"


def test_something_else_that_answers_there_is_not_taken_for_it(nowhere: Sealbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = Thread(target=_answer_once, args=(other,))
        thread.start()
        ended = nowhere("wait", f"http://127.0.0.1:{other.getsockname()[1]}", "--timeout", "0ms")
        thread.join()

    assert ended.exit_code == 3


def _answer_once(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"ready": "yes"}\n')


@pytest.mark.parametrize("timeout", ["soon", "-1s", ""])
def test_a_time_that_is_none_is_a_usage_error(nowhere: Sealbox, timeout: str) -> None:
    assert nowhere("wait", "--timeout", timeout).exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        ["clock", "show"],
        ["watch", "--for", "0"],
        ["journal", "list"],
        ["journal", "export", "har"],
        ["hooks", "list"],
        ["fault", "list"],
        ["assumptions"],
        ["snapshot", "list"],
        ["tenant", "list"],
        ["reset"],
        ["demo", "batch"],
        ["demo", "event"],
        ["sign", "1"],
    ],
    ids=" ".join,
)
def test_nobody_there_is_a_sentence_and_3(nowhere: Sealbox, command: list[str]) -> None:
    ended = nowhere(*command)

    assert (ended.exit_code, ended.stdout) == (3, "")
    assert ended.stderr.startswith("sealbox: no Sealbox answers at http://127.0.0.1:1: ")


def test_somebody_else_there_is_no_sealbox(nowhere: Sealbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = Thread(target=_answer_html, args=(other,))
        thread.start()
        ended = nowhere("clock", "show", "--url", f"http://127.0.0.1:{other.getsockname()[1]}")
        thread.join()

    assert ended.exit_code == 3


def _answer_html(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<p/>")
