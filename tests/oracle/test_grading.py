"""The command that grades a client: against a sandbox made of answers, and against Sealbox itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx2
import pytest
import typer
from sealbox.app import create_app
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode
from sealbox_conformance import grading
from sealbox_conformance.suites.certifiqi.client import sample
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

app = typer.Typer()
app.command()(grading.client)


def _entry(name: str, status: int, body: str) -> dict[str, Any]:
    request = {"method": "POST", "path": "/certifiqi/batch_group", "query": "", "headers": [], "body": body}
    answer = {"status": status, "headers": [], "body": "{}"}
    common = {"tenant": "demo", "at": "2025-04-01T12:00:00+00:00", "api": "certifiqi"}
    return {"id": name, "operation": "createBatchGroup", "request": request, "response": answer, **common}


def _delivery(name: str, url: str, *faults: str) -> dict[str, Any]:
    about = {"id": name, "url": url, "state": "delivered", "faults": list(faults)}
    attempt = {"number": 1, "status": 200, "latency_ms": 3.0}
    headers = [["x-api-token", "the-token"], ["content-type", "application/json"]]
    return {"delivery": about, "headers": headers, "body": '{"a": 1}', "attempts": [attempt]}


def _sandbox(entries: list[Any], deliveries: list[Any], dropped: int = 0) -> Starlette:
    async def journal(request: Request) -> Response:
        shown = entries if request.query_params["tenant"] == "demo" else []
        return JSONResponse({"entries": shown, "dropped": dropped})

    async def listed(_: Request) -> Response:
        return JSONResponse({"deliveries": [one["delivery"] for one in deliveries]})

    async def detail(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(next(one for one in deliveries if one["delivery"]["id"] == name))

    return Starlette(
        routes=[
            Route("/_sandbox/journal", journal),
            Route("/_sandbox/deliveries", listed),
            Route("/_sandbox/deliveries/{name}", detail),
        ]
    )


def _receiver(*, verifies: bool) -> tuple[Starlette, list[str | None]]:
    got: list[str | None] = []

    async def hook(request: Request) -> Response:
        got.append(request.headers.get("x-api-token"))
        assert await request.body() == b'{"a": 1}'
        return Response(status_code=401 if verifies and got[-1] != "the-token" else 200)

    return Starlette(routes=[Route("/hooks", hook, methods=["POST"])]), got


def _graded(*arguments: object) -> Any:
    return CliRunner().invoke(app, [*map(str, arguments)])


def _ratings(printed: str) -> dict[str, str]:
    return {one["id"]: one["rating"] for one in json.loads(printed)["grades"]}


GOOD = [_entry("req-2", 200, '{"name": "b"}'), _entry("req-1", 422, '{"name": "a"}')]
BAD = [_entry("req-2", 422, '{"name": "a"}'), _entry("req-1", 422, '{"name": "a"}')]


def test_a_client_without_bad_habits_passes(serve: Any) -> None:
    done = _graded("--journal", serve(_sandbox(GOOD, [])), "--json")

    assert done.exit_code == 0, done.output
    assert _ratings(done.stdout)["refusals"] == "pass"


def test_a_client_with_a_bad_habit_fails_with_its_evidence(serve: Any) -> None:
    url = serve(_sandbox(BAD, [], dropped=7))
    done = _graded("--journal", url)

    assert done.exit_code == 1
    assert "req-1" in done.stdout
    assert "7 older requests" in done.stderr


def test_a_tenant_that_saw_nobody_is_no_pass(serve: Any) -> None:
    done = _graded("--journal", serve(_sandbox(GOOD, [])), "--tenant", "other")

    assert done.exit_code == 2
    assert "nothing to grade" in done.stderr


def test_a_sandbox_that_is_not_there_is_not_reachable(free_port: int) -> None:
    assert _graded("--journal", f"http://127.0.0.1:{free_port}").exit_code == 3


def test_a_server_without_a_journal_is_not_reachable(serve: Any) -> None:
    done = _graded("--journal", serve(Starlette()))

    assert done.exit_code == 3
    assert "404" in done.stderr


def test_the_report_is_json_and_junit(serve: Any, tmp_path: Path) -> None:
    _graded("--journal", serve(_sandbox(BAD, [])), "--report", tmp_path)

    grades = json.loads((tmp_path / "grades.json").read_text(encoding="utf-8"))["grades"]
    suite = ET.parse(tmp_path / "grades.xml").getroot()
    assert suite.get("failures") == "1"
    assert suite.get("tests") == str(len(grades))
    assert len(suite.findall("testcase/skipped")) == sum(one["rating"] == "not_seen" for one in grades)


@pytest.mark.parametrize(("verifies", "rating", "code"), [(True, "pass", 0), (False, "fail", 1)])
def test_a_probe_shows_whether_origins_are_verified(
    serve: Any,
    verifies: bool,  # noqa: FBT001, a value
    rating: str,
    code: int,
) -> None:
    receiver, got = _receiver(verifies=verifies)
    delivery = _delivery("d1", f"{serve(receiver)}/hooks", "duplicate", "extra_fields")
    done = _graded("--journal", serve(_sandbox(GOOD, [delivery])), "--probe", "--json")

    assert done.exit_code == code, done.output
    assert got == ["not-the-token", None]
    assert _ratings(done.stdout)["origin"] == rating
    assert _ratings(done.stdout)["duplicates"] == _ratings(done.stdout)["unknown_fields"] == "pass"


def test_without_a_probe_nothing_is_sent(serve: Any) -> None:
    receiver, got = _receiver(verifies=True)
    done = _graded("--journal", serve(_sandbox([], [_delivery("d1", f"{serve(receiver)}/hooks")])), "--json")

    assert done.exit_code == 0
    assert got == []
    assert _ratings(done.stdout)["origin"] == "not_seen"


def test_strangers_are_not_probed_by_accident(serve: Any) -> None:
    sandbox = serve(_sandbox(GOOD, [_delivery("d1", "https://hooks.example.com/hooks")]))

    assert _graded("--journal", sandbox).exit_code == 0
    done = _graded("--journal", sandbox, "--probe")
    assert done.exit_code == 2
    assert "--yes-i-may-test-this-target" in done.stderr


def test_a_receiver_that_is_gone_is_a_warning(serve: Any, free_port: int) -> None:
    sandbox = serve(_sandbox(GOOD, [_delivery("d1", f"http://127.0.0.1:{free_port}/hooks")]))
    done = _graded("--journal", sandbox, "--probe", "--json")

    assert _ratings(done.stdout)["origin"] == "warn"


def test_it_is_a_command_of_the_conformance_suite() -> None:
    line = [sys.executable, "-m", "sealbox_conformance.cli", "client", "--help"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "--journal" in done.stdout


def _sealbox(serve: Any) -> str:
    url = str(serve(create_app(Plan(clock=ClockMode.MANUAL))))
    if httpx2.get(f"{url}/_sandbox/journal", trust_env=False).status_code == 404:
        pytest.skip("this Sealbox keeps no journal")
    return url


KEY = {"x-api-token": "sealbox_certifiqi_demo"}


def test_a_client_of_sealbox_itself_is_graded(serve: Any) -> None:
    url = _sealbox(serve)
    for _ in range(2):
        httpx2.post(f"{url}/vec/business/batches", headers={"Authorization": "Bearer wrong"}, trust_env=False)
    httpx2.get(f"{url}/certifiqi/certifier/zip_file/none/url", headers=KEY, trust_env=False)

    done = _graded("--journal", url, "--json")

    assert done.exit_code == 1, done.output
    assert _ratings(done.stdout)["credentials"] == "fail"
    assert _ratings(done.stdout)["files"] == "fail"


def test_a_receiver_of_sealboxes_webhooks_is_graded(serve: Any) -> None:
    url = _sealbox(serve)
    right: list[str] = []

    async def hook(request: Request) -> Response:
        known = not right or request.headers.get("x-api-token") == right[0]
        right[:] = right or [request.headers["x-api-token"]]
        return Response(status_code=200 if known else 401)

    body = sample()
    body |= {"webhook_url": f"{serve(Starlette(routes=[Route('/', hook, methods=['POST'])]))}/"}
    body["webhook_url_list"] = []
    with httpx2.Client(base_url=url, trust_env=False) as http:
        for fault in ("duplicate", "extra_fields"):
            http.post("/_sandbox/webhook_faults", json={"kind": fault, "times": 9}).raise_for_status()
        key = http.post("/certifiqi/batch_group", json=body, headers=KEY).json()["batch_group_key"]
        http.post(f"/_sandbox/certifiqi/events/{key}/sign", json={"until": "all"}).raise_for_status()
        http.post("/_sandbox/clock/advance", json={"until": "idle"}).raise_for_status()

    done = _graded("--journal", url, "--json", "--probe")

    assert done.exit_code == 0, done.output
    found = _ratings(done.stdout)
    assert [found[name] for name in ("duplicates", "unknown_fields", "in_time", "origin")] == ["pass"] * 4
