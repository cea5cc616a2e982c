"""What a target's owner is promised: what is sent, how much of it, how fast, and what is never told."""

from __future__ import annotations

import html
import http.server
import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import yaml
from sealbox.app import create_app
from sealbox_conformance import cli, contract, target, worlds
from sealbox_conformance.profile import TargetError

if TYPE_CHECKING:
    from pathlib import Path


def _select(*ids: str) -> list[str]:
    return [word for one in ids for word in ("--select", one)]


SIGNING = _select(
    "CERTIFIQI-CANCEL-02", "CERTIFIQI-SEND-01", "CERTIFIQI/cancelSignature", "CERTIFIQI-AUTH-02"
)
SECRET = 's3cr3t/+"<x>'


class Recorded:
    """An application with a list of what it was asked, and when."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seen: list[tuple[str, str]] = []
        self.times: list[float] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append((scope["method"], scope["path"]))
        self.times.append(time.perf_counter())
        await self.app(scope, receive, send)


@pytest.fixture
def recorded(serve: Any) -> Any:
    app = Recorded(create_app())
    app.url = serve(app)  # type: ignore[attr-defined]  # where it is served
    return app


def _profile(folder: Path, **changes: Any) -> Path:
    profile = {**contract.read("fixtures", "targets", "sealbox.yaml"), **changes}
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(profile), encoding="utf-8")
    return path


def test_a_read_only_run_only_reads(judge: Any, recorded: Any) -> None:
    run = judge(recorded.url, "--read-only", "--max-examples", 2, "--seed", 1)

    assert run.code == cli.PASS, run.stdout
    assert {method for method, _ in recorded.seen} == {"GET"}
    assert run.result["mode"] == "read-only"
    assert len(run.having("passed")) > 50
    assert run.rows["VEC-BATCH-03"]["verdict"] == "not_claimed"
    assert "read-only" in run.rows["VEC-BATCH-03"]["message"]


def test_a_profile_that_is_read_only_stays_so(judge: Any, recorded: Any, tmp_path: Path) -> None:
    path = _profile(tmp_path, limits={"read_only": True})
    judge(recorded.url, "--target", path, "--api", "vec", "--select", "VEC-BATCH-03", "--seed", 1)

    assert {method for method, _ in recorded.seen} == {"GET"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_is_sent_than_the_profile_allows(
    judge: Any, recorded: Any, tmp_path: Path, jobs: int
) -> None:
    path = _profile(tmp_path, limits={"requests": 40})
    run = judge(
        recorded.url, "--target", path, "--api", "vec", "--max-requests", 9999, "--jobs", jobs, "--seed", 1
    )

    assert 20 < len(recorded.seen) <= 40
    assert run.result["requests"] <= 40
    assert run.result["cut"]
    assert any("budget" in row["message"] for row in run.rows.values() if row["verdict"] == "not_concluded")


def test_no_faster_than_the_rate(judge: Any, recorded: Any) -> None:
    judge(recorded.url, "--api", "vec", "--rate", 20, "--max-requests", 21, "--seed", 1)
    _probe, *times = recorded.times

    assert len(times) == 20
    assert times[-1] - times[0] >= 19 / 20 * 0.9  # what a request takes on its way differs a little


def test_no_api_waits_until_another_one_is_done(judge: Any, recorded: Any) -> None:
    judge(recorded.url, "--max-requests", 100, "--seed", 1)
    asked = Counter(path.split("/")[1] for _, path in recorded.seen)

    assert asked["vec"] >= 20
    assert asked["certifiqi"] >= 20


def test_nothing_is_cancelled_or_sent_without_a_claim(judge: Any, recorded: Any, tmp_path: Path) -> None:
    claims = set(contract.read("fixtures", "targets", "sealbox.yaml")["claims"]) - {"cancels", "sends"}
    path = _profile(tmp_path, claims=sorted(claims))
    run = judge(recorded.url, "--target", path, "--max-examples", 2, "--seed", 1, *SIGNING)

    assert run.code == cli.PASS, run.stdout
    assert [
        path for _, path in recorded.seen if path.endswith(("cancel_signature", "send_to_signature"))
    ] == []
    assert run.rows["CERTIFIQI-CANCEL-02"]["verdict"] == "not_claimed"
    assert "does not claim cancels" in run.rows["CERTIFIQI-CANCEL-02"]["message"]


def test_what_is_made_carries_the_name_of_the_run(judge: Any, serve: Any, changed: Any) -> None:
    names: dict[str, set[str]] = {"total_certificates": set(), "main_related_party": set()}
    app = create_app()
    for key, found in names.items():
        app = changed(app, key, lambda one, found=found: found.add(one.get("name", "")))
    run = judge(
        serve(app),
        *("--seed", 1, "--max-examples", 2, "--level", "docs"),
        *("--select", "VEC-BATCH-03", "--select", "CERTIFIQI-CANCEL-02"),
    )

    for found in names.values():
        assert any(run.result["run"] in name for name in found), found


def test_each_process_has_a_world_of_its_own(judge: Any, recorded: Any) -> None:
    """In one world they would move each other's clock, and take that for the target's fault."""
    tokens: set[str] = set()
    app = recorded.app

    async def listen(scope: Any, receive: Any, send: Any) -> None:
        tokens.update(value.decode() for name, value in scope["headers"] if name == b"authorization")
        await app(scope, receive, send)

    recorded.app = listen
    files = ("VEC-BATCH-01", "VEC-CSV-01", "VEC-SIGNATORY-04", "VEC-LIST-01")
    run = judge(recorded.url, "--api", "vec", "--jobs", 2, "--seed", 1, *_select(*files))

    assert run.code == cli.PASS, run.stdout + run.stderr
    assert recorded.seen.count(("POST", "/_sandbox/tenants")) == 2
    assert not any("sealbox_vec_demo" in token for token in tokens)
    assert {token[-3:] for token in tokens} >= {"gw0", "gw1"}


def test_a_sandbox_that_opens_no_world_is_a_faulty_profile(serve: Any) -> None:
    found = target.load(url=serve(_tells_all))

    with pytest.raises(TargetError, match=r"control\.tenant opens no world"):
        worlds.own(found, "gw0")


# ---------------------------------------------------------------- time


def test_a_run_ends_when_its_time_is_up(judge: Any, serve: Any) -> None:
    began = time.perf_counter()
    run = judge(serve(create_app()), "--time", "6s", "--seed", 1)

    assert run.code == cli.PASS, run.stdout
    assert run.result["time"] == 6
    assert time.perf_counter() - began < 6 + 6  # to start and to write takes a moment on a busy machine
    for row in run.rows.values():
        if row["message"].startswith("cut:"):
            assert row["verdict"] == "not_concluded"


def test_more_time_is_more_examples(judge: Any, serve: Any) -> None:
    url = serve(create_app())
    # One check draws for it, and is done long before the minute is over.
    one = ("--api", "certifiqi", "--select", "CERTIFIQI-PARTY-06", "--seed", 1)
    short = judge(url, *one, "--max-examples", 4).result["requests"]
    long = judge(url, *one, "--time", "60s", "--max-examples", 40).result["requests"]

    assert long > 3 * short


def test_a_run_without_time_for_anything_is_no_pass(judge: Any, serve: Any) -> None:
    run = judge(serve(create_app()), "--time", "0.01s", "--seed", 1, "--api", "vec")

    assert run.code == cli.HARNESS
    assert run.having("passed") == []
    assert run.result["requests"] == 0
    assert run.result["cut"]


# ---------------------------------------------------------------- targets in trouble


class Busy:
    """Refuses the first requests of each operation, and says when to come again."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.left = 2

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST" and self.left:
            self.left -= 1
            await send({"type": "http.response.start", "status": 429, "headers": [(b"retry-after", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send)


def test_a_busy_target_is_asked_again(judge: Any, serve: Any) -> None:
    app = Busy(create_app())
    run = judge(serve(app), "--api", "vec", "--select", "VEC-BATCH-01", "--max-examples", 1, "--seed", 1)

    assert app.left == 0
    assert run.having("passed") == ["VEC-BATCH-01"], run.stdout


def test_a_target_that_goes_away_is_not_reachable(judge: Any) -> None:
    class Dying(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.end_headers()
            if next(left, None) is None:
                server.socket.close()
                threading.Thread(target=server.shutdown).start()

        def log_message(self, *_: Any) -> None:
            pass

    left = iter(range(2))
    server = http.server.HTTPServer(("127.0.0.1", 0), Dying)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    run = judge(f"http://127.0.0.1:{server.server_port}", "--read-only", "--api", "vec", "--seed", 1)
    server.shutdown()
    thread.join()

    assert run.code == cli.UNREACHABLE, run.stdout + run.stderr
    assert run.result["unanswered"]


# ---------------------------------------------------------------- secrets


async def _tells_all(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with the credential that it was sent, in several writings."""
    given = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    sent = given.get("authorization", given.get("x-api-token", "")).removeprefix("Bearer ")
    body = json.dumps({"message": sent, "link": f"/?token={quote(sent, safe='')}", "raw": sent}).encode()
    await send(
        {"type": "http.response.start", "status": 500, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": body})


def test_no_credential_stands_in_any_report(
    judge: Any, serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET", SECRET)
    path = tmp_path / "mine.yaml"
    path.write_text("name: Mine\napis: {vec: {credentials: {full: {env: MY_SECRET}}}}\n", encoding="utf-8")
    some = ("--select", "VEC-BATCH-01", "--select", "VEC/listBatches", "--select", "VEC-AUTH-01")
    run = judge(serve(_tells_all), "--target", path, "--seed", 1, "--max-examples", 2, *some)

    written = {file.name: file.read_text("utf-8") for file in run.folder.iterdir() if file.is_file()}
    assert run.code == cli.NONCONFORMANCE
    assert "$VEC_TOKEN" in written["verdicts.json"]
    for name, text in {**written, "stdout": run.stdout, "stderr": run.stderr}.items():
        for form in (SECRET, quote(SECRET, safe=""), json.dumps(SECRET)[1:-1], html.escape(SECRET), "s3cr3t"):
            assert form not in text, name


def test_an_address_holds_no_credential(judge: Any) -> None:
    run = judge("http://user:hush@127.0.0.1:9")

    assert run.code == cli.USAGE
    assert "an address holds no credentials" in run.stderr
    assert "hush" not in run.stderr
