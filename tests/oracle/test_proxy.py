"""The proxy passes traffic on as it is, sees where it leaves the contract, and keeps nobody's values."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sealbox.app import create_app
from sealbox_conformance import contract, drift
from sealbox_conformance import proxy as command
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

SECRET = "sealbox_vec_demo"
PERSON = "ana.secret@example.com"


def _upstream(answers: dict[str, Response]) -> Starlette:
    """Answers each path as told."""

    async def answer(request: Request) -> Response:
        await request.body()
        return answers[request.url.path]

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "PUT"])])


def _proxied(to: str, kept: drift.Drift, api: str | None = None) -> Starlette:
    # Nothing stays open: nobody closes this client.
    limits = httpx2.Limits(max_keepalive_connections=0)
    return command.app(httpx2.AsyncClient(trust_env=False, limits=limits), to, api=api, drift=kept)


class Live:
    """A proxy with traffic through it."""

    def __init__(self, serve: Any, upstream: Any, **options: Any) -> None:
        self.drift = drift.Drift()
        self.upstream = serve(upstream)
        address = serve(_proxied(self.upstream, self.drift, **options))
        self.http = httpx2.Client(
            base_url=address, trust_env=False, headers={"Authorization": f"Bearer {SECRET}"}
        )

    def report(self, folder: Path) -> dict[str, Any]:
        self.http.close()
        return command.write(folder, self.drift, self.upstream)

    def found(self) -> set[tuple[str, str, str]]:
        return {
            (one.direction, one.pointer, one.rule) for kept in self.drift.violations.values() for one in kept
        }


@pytest.fixture
def through(serve: Any) -> Iterator[Any]:
    live: list[Live] = []

    def made(upstream: Any, **options: Any) -> Live:
        live.append(Live(serve, upstream, **options))
        return live[-1]

    yield made
    for one in live:
        one.http.close()


def _batch() -> Any:
    operation = contract.read("openapi", "vec", "openapi.yaml")["paths"]["/business/batches"]["post"]
    examples = operation["responses"]["201"]["content"]["application/json"]["examples"]
    return json.loads(json.dumps(examples["documented"]["value"]))


FORM = {"name": "Class", "template_id": "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"}
CSV = {"csv_file": ("r.csv", f"RecipientsEmail,RecipientsName\n{PERSON},Ana\n", "text/csv")}


# -------------------------------------------------------------------- what passes


def test_sealbox_itself_does_not_drift(through: Any, tmp_path: Path) -> None:
    live = through(create_app())
    made = live.http.post("/vec/business/batches", data=FORM, files=CSV)
    read = live.http.get(f"/vec/business/batches/{made.json()['data']['id']}")
    listed = live.http.get("/vec/business/batches", params={"per_page": 5})
    refused = live.http.post("/vec/business/batches", data={}, files=CSV)

    assert [one.status_code for one in (made, read, listed, refused)] == [201, 200, 200, 422]
    report = live.report(tmp_path)
    assert live.drift.clean, report
    assert {(row["operation"], row["status"]): row["seen"] for row in report["rows"]} == {
        ("createBatch", 201): 1,
        ("createBatch", 422): 1,
        ("getBatch", 200): 1,
        ("listBatches", 200): 1,
    }


def test_bytes_and_headers_pass_as_they_are(through: Any) -> None:
    live = through(_upstream({"/elsewhere": Response(b"\x00\xff", 418, {"x-own": "kept"}, "image/png")}))

    answer = live.http.get("/elsewhere")

    assert (answer.status_code, answer.content, answer.headers["x-own"]) == (418, b"\x00\xff", "kept")


def test_an_upstream_that_is_not_there_is_a_bad_gateway(serve: Any, free_port: int) -> None:
    kept = drift.Drift()
    address = serve(_proxied(f"http://127.0.0.1:{free_port}", kept))

    assert httpx2.get(f"{address}/vec/business/batches", trust_env=False).status_code == 502
    assert kept.unanswered == 1
    assert kept.clean


def test_one_api_may_stand_at_the_root(through: Any) -> None:
    live = through(_upstream({"/business/batches": JSONResponse(_batch(), 201)}), api="vec")

    live.http.post("/business/batches", data=FORM, files=CSV)

    assert live.drift.seen["vec", "createBatch", 201] == 1
    assert live.drift.clean


# -------------------------------------------------------------------- what drifts


def test_an_answer_that_drifts_is_told_with_its_place(through: Any, tmp_path: Path) -> None:
    body = _batch()
    body["data"] |= {"total_certificates": "one", "id": PERSON}
    del body["data"]["progress"]
    live = through(_upstream({"/vec/business/batches": JSONResponse(body, 201)}))
    for _ in range(3):
        live.http.post("/vec/business/batches", data=FORM, files=CSV)

    (row,) = live.report(tmp_path)["rows"]

    assert row["seen"] == 3
    assert {(one["pointer"], one["times"]) for one in row["violations"]} == {
        ("/data/total_certificates", 3),
        ("/data/id", 3),
        ("/data", 3),
    }
    assert "a text of 3 characters" in (tmp_path / "drift.md").read_text(encoding="utf-8")


def test_a_status_that_nobody_declared_drifts(through: Any) -> None:
    live = through(_upstream({"/vec/business/batches": JSONResponse({}, 202)}))
    live.http.post("/vec/business/batches", data=FORM, files=CSV)

    assert any(rule.startswith("one of the statuses") for _, _, rule in live.found())


def test_an_answer_that_is_no_json_drifts(through: Any) -> None:
    live = through(_upstream({"/vec/business/batches": PlainTextResponse("made", 201)}))
    live.http.post("/vec/business/batches", data=FORM, files=CSV)

    assert ("response", "", "the media type application/json") in live.found()


def test_a_request_that_drifts_is_told_too(through: Any) -> None:
    live = through(_upstream({"/vec/business/batches": JSONResponse(_batch(), 201)}))
    live.http.post(
        "/vec/business/batches", data={"name": "Class", "csv_file": "a,b"}, files={"x": ("x", b"")}
    )
    live.http.post("/vec/business/batches", json={"name": "Class"})

    assert ("request", "/csv_file", "a file, with a file name") in live.found()
    assert ("request", "", '"template_id" is a required property') in live.found()
    assert ("request", "", "the media type is not multipart/form-data") in live.found()


def test_query_parameters_that_no_page_has_are_told(through: Any) -> None:
    listed = create_app()
    live = through(listed)
    live.http.get("/vec/business/batches", params={"limit": "5", "per_page": "five", PERSON: "1"})

    pointers = {pointer for _, pointer, _ in live.found()}
    assert pointers <= {"?limit", "?per_page", "?…"}


def test_what_was_refused_is_no_drift_of_the_client(through: Any) -> None:
    live = through(create_app())
    live.http.post("/vec/business/batches", data={}, files={"x": ("x", b"")})

    assert live.drift.seen["vec", "createBatch", 422] == 1
    assert live.drift.clean


def test_a_path_that_no_page_has_is_counted_without_its_ids(through: Any) -> None:
    live = through(_upstream({f"/vec/business/people/{PERSON}": JSONResponse({})}))
    live.http.get(f"/vec/business/people/{PERSON}")

    assert list(live.drift.seen) == [("vec", "undocumented GET /business/…/…", 200)]


# -------------------------------------------------------------------- what is never kept


def test_no_value_and_no_credential_is_kept(through: Any, tmp_path: Path) -> None:
    body = _batch()
    body["data"] |= {"name": {PERSON: PERSON}, "status": PERSON, "progress": PERSON, "template": [PERSON]}
    live = through(_upstream({"/vec/business/batches": JSONResponse(body, 201)}))
    live.http.post(
        f"/vec/business/batches?{PERSON}={SECRET}", data={PERSON: PERSON}, files={"csv_file": ("", b"x")}
    )
    live.http.post("/vec/business/batches", data={**FORM, "signatories[0][index]": PERSON}, files=CSV)

    live.report(tmp_path)

    assert not live.drift.clean
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert PERSON not in written
    assert SECRET not in written


# -------------------------------------------------------------------- the pure half


def test_the_most_literal_path_wins() -> None:
    found = drift.find("certifiqi", "GET", "/batch_group/abc/url")

    assert found
    assert found.id == "getBatchGroupUrls"
    assert drift.find("certifiqi", "DELETE", "/batch_group/abc") is None


def test_a_form_is_the_object_that_its_schema_speaks_of() -> None:
    body, files = drift.form(
        [
            ("name", "Class"),
            ("signatories[1][index]", "2"),
            ("signatories[0][index]", "1"),
            ("signatories[0][user_uuid]", "u"),
            ("csv_file", None),
        ]
    )

    assert body == {
        "name": "Class",
        "signatories": [{"index": 1, "user_uuid": "u"}, {"index": 2}],
        "csv_file": "",
    }
    assert files == {"csv_file"}


# -------------------------------------------------------------------- the command


def _runs(*arguments: str) -> Any:
    line = [sys.executable, "-m", "sealbox_conformance.cli", "proxy", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def test_strangers_are_not_proxied_by_accident() -> None:
    done = _runs("--to", "https://vec.example.com")

    assert done.returncode == 2
    assert "--yes-i-may-test-this-target" in done.stderr


@pytest.mark.parametrize("to", ["ftp://127.0.0.1", "http://user:word@127.0.0.1"])
def test_an_address_that_cannot_be_used_is_refused(to: str) -> None:
    assert _runs("--to", to).returncode == 2


def test_the_command_writes_its_report_when_it_ends(serve: Any, tmp_path: Path) -> None:
    upstream = serve(_upstream({"/vec/business/batches": JSONResponse({}, 201)}))
    line = [sys.executable, "-m", "sealbox_conformance.cli", "proxy", "--to", upstream, "--port", "0"]
    running = subprocess.Popen([*line, "--report", str(tmp_path)], stderr=subprocess.PIPE, text=True)
    assert running.stderr
    said = running.stderr.readline()
    address = next(word for word in said.split() if word.startswith("http://127.0.0.1"))
    httpx2.post(f"{address}/vec/business/batches", data=FORM, files=CSV, trust_env=False)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=30)

    assert running.returncode == 1
    assert "\n1 exchange; the report is in " in f"\n{said}"
    (row,) = json.loads((tmp_path / "drift.json").read_text(encoding="utf-8"))["rows"]
    assert (row["operation"], row["status"], row["seen"]) == ("createBatch", 201, 1)
    assert row["violations"]


def test_the_help_names_what_it_does() -> None:
    import typer  # noqa: PLC0415, only here

    app = typer.Typer()
    app.command()(command.proxy)
    assert "report where it leaves the contract" in CliRunner().invoke(app, ["--help"]).stdout
