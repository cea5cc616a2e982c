"""A control plane that a profile claims has to work: a run without it is no pass, and says what it lacked."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sealbox.app import create_app
from sealbox_conformance import cli, contract, target
from sealbox_conformance.exchange import Wire
from sealbox_conformance.witness import NotConcluded, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PLACES: Mapping[str, tuple[str, str, str, str]] = {
    "advance": ("virtual_clock", "/clock/advance", "VEC-CSV-05", "test_csv.py::test_an_issue_date_is"),
    "approve": ("approvals", "/approve", "VEC-LIFECYCLE-13", "test_readings.py::test_a_batch_waits_for"),
    "sign": ("signs", "/sign", "CERTIFIQI-STATE-08", "test_lifecycle.py::test_the_life_of_an_event"),
    "sign_one": ("signers", "/sign", "CERTIFIQI-SIGN-04", "test_quorum.py::test_who_has_to_sign"),
    "reject_one": ("signers", "/reject", "CERTIFIQI-ZIP-12", "test_files.py::test_an_event_that_ends"),
}
"""By act: the feature that claims it, where its address ends, a promise that needs it, one of its checks."""

BESIDE = {"vec": "VEC-BATCH-02", "certifiqi": "CERTIFIQI-AUTH-03"}
"""Promises that need no control plane: without the broken act, something was judged."""

UPSET = b"<p>An error\x1b</p>\nat line 3"


def _without(app: Any, ending: str, status: int) -> Any:
    """The application with `status` in place of an act of its control plane."""

    async def changed(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if not (path.startswith("/_sandbox") and path.endswith(ending)):
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/html"), (b"location", b"/elsewhere")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if status == 204 else UPSET})

    return changed


def _profile(folder: Path, *, unclaimed: str = "", **control: str) -> Path:
    found = contract.read("fixtures", "targets", "sealbox.yaml")
    claims = [claim for claim in found["claims"] if claim != unclaimed]
    path = folder / "target.yaml"
    written = {**found, "claims": claims, "control": {**found["control"], **control}}
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    return path


def _options(act: str) -> list[object]:
    _, _, promise, _ = PLACES[act]
    api = promise.partition("-")[0].lower()
    chosen = ("--select", promise, "--select", BESIDE[api])
    return ["--api", api, *chosen, "--level", "all", "--seed", 1, "--max-examples", 1]


@pytest.mark.parametrize("act", PLACES)
def test_a_run_without_an_act_that_is_claimed_is_no_pass(serve: Any, judge: Any, act: str) -> None:
    claim, ending, promise, check = PLACES[act]
    run = judge(serve(_without(create_app(), ending, 500)), *_options(act))

    assert run.code == cli.HARNESS, run.stdout
    assert run.rows[BESIDE[promise.partition("-")[0].lower()]]["verdict"] == "passed"
    (told,) = (one for one in run.result["broken_acts"] if one["act"] == act)
    assert told["claim"] == claim
    assert told["seen"].startswith("status 500: <p>An error")
    assert any(check in one for one in told["checks"])


@pytest.mark.parametrize("act", PLACES)
def test_the_mock_breaks_no_act(serve: Any, judge: Any, act: str) -> None:
    run = judge(serve(create_app()), *_options(act))

    assert run.code == cli.PASS, run.stdout
    assert run.result["broken_acts"] == []
    assert "control" not in run.stdout


@pytest.mark.parametrize("act", ["advance", "sign_one"])
def test_an_act_that_is_not_claimed_may_be_broken(serve: Any, judge: Any, tmp_path: Path, act: str) -> None:
    claim, ending, promise, _ = PLACES[act]
    path = _profile(tmp_path, unclaimed=claim)
    run = judge(serve(_without(create_app(), ending, 500)), "--target", path, *_options(act))

    assert run.code == cli.PASS, run.stdout
    assert run.result["broken_acts"] == []
    assert run.rows[promise]["verdict"] in {"not_concluded", "not_claimed"}


def test_a_promise_that_needs_a_broken_act_says_so(serve: Any, judge: Any) -> None:
    run = judge(serve(_without(create_app(), "/clock/advance", 500)), *_options("advance"))
    row = run.rows["VEC-CSV-05"]

    assert row["verdict"] == "not_concluded"
    assert "control.advance does not work: status 500" in row["message"]


def test_an_act_that_nothing_needs_may_be_broken(serve: Any, judge: Any) -> None:
    _, ending, _, _ = PLACES["sign"]
    run = judge(serve(_without(create_app(), ending, 500)), *_options("advance"))

    assert run.code == cli.PASS, run.stdout


def test_a_broken_promise_is_graver_than_a_broken_act(serve: Any, judge: Any, changed: Any) -> None:
    app = changed(create_app(), "total_certificates", lambda one: one.update(name="Another"))
    url = serve(_without(app, "/clock/advance", 500))
    run = judge(url, *_options("advance"), "--select", "VEC-BATCH-03")

    assert run.code == cli.NONCONFORMANCE, run.stdout
    assert [one["act"] for one in run.result["broken_acts"]] == ["advance"]


def test_every_report_tells_of_a_broken_act(serve: Any, judge: Any) -> None:
    run = judge(serve(_without(create_app(), "/clock/advance", 500)), *_options("advance"))
    files = {file.name: file.read_text("utf-8") for file in run.folder.iterdir() if file.is_file()}
    *badges, words = ("badge.svg", "badge.json", "control plane broken")

    assert all(words in files.pop(name) for name in badges)
    for name, text in {**files, "stdout": run.stdout}.items():
        assert "advance" in text, name
        assert "virtual_clock" in text, name
        assert "status 500" in text, name
        assert "vec/test_csv.py::test_an_issue_date_is_the_date_of_issue" in text, name


def test_jobs_tell_of_one_broken_act_together(serve: Any, judge: Any) -> None:
    url = serve(_without(create_app(), "/clock/advance", 500))
    run = judge(url, *_options("advance"), "--select", "VEC-CSV-04", "--jobs", 2)

    assert run.code == cli.HARNESS, run.stdout
    (told,) = run.result["broken_acts"]
    assert len(told["checks"]) >= 2


# ---------------------------------------------------------------- which answers are none

DONE, REFUSED, BROKEN = "done", "refused", "broken"


@pytest.fixture
def wired() -> Iterator[Callable[..., Wire]]:
    """A wire to an address, by which one signer signs; the claims of its profile."""
    with ExitStack() as stack:

        def made(url: str, *claims: str) -> Wire:
            api = target.ApiTarget("certifiqi", url, {"full": "0123456789ab"})
            control = {"sign_one": f"{url}/_sandbox/{{signer}}/sign"}
            wire = Wire(target.Target("x", {"certifiqi": api}, frozenset(claims), control), api, Witness())
            stack.callback(wire.close)
            return wire

        yield made


def _needed(wire: Wire) -> str:
    """How an act ends that a check has to have."""
    try:
        wire.control("sign_one", {}, signer=1)
    except NotConcluded:
        return BROKEN if wire.witness.drain()["broken_acts"] else REFUSED
    return DONE


def _tried(wire: Wire) -> str:
    """How an act ends that may be refused."""
    try:
        return DONE if wire.attempt("sign_one", {}, signer=1) else REFUSED
    except NotConcluded:
        return BROKEN if wire.witness.drain()["broken_acts"] else REFUSED


@pytest.mark.parametrize(
    ("status", "needed", "tried"),
    [
        (200, DONE, DONE),
        (204, DONE, DONE),
        (302, BROKEN, BROKEN),
        (400, REFUSED, REFUSED),
        (409, REFUSED, REFUSED),
        (422, REFUSED, REFUSED),
        (401, BROKEN, REFUSED),
        (404, BROKEN, REFUSED),
        (405, BROKEN, REFUSED),
        (500, BROKEN, BROKEN),
        (501, BROKEN, BROKEN),
        (503, BROKEN, BROKEN),
    ],
)
def test_a_status_tells_whether_an_act_works(
    serve: Any, wired: Any, status: int, needed: str, tried: str
) -> None:
    wire = wired(serve(_without(create_app(), "/sign", status)), "signers")

    assert _needed(wire) == needed
    assert _tried(wire) == tried


def test_an_address_at_which_nobody_listens_is_a_broken_act(wired: Any, free_port: int) -> None:
    wire = wired(f"http://127.0.0.1:{free_port}", "signers")

    assert (_needed(wire), _tried(wire)) == (BROKEN, BROKEN)


def test_without_the_claim_nothing_is_broken(serve: Any, wired: Any) -> None:
    wire = wired(serve(_without(create_app(), "/sign", 500)), "signs", "virtual_clock")

    assert (_needed(wire), _tried(wire)) == (REFUSED, REFUSED)


def test_every_act_of_a_profile_has_its_claim() -> None:
    """But `tenant`: without it no run with several processes begins."""
    schema = json.loads(Path(cli.__file__).with_name("profile.schema.json").read_text(encoding="utf-8"))

    assert {*target.CLAIMED, "tenant"} == schema["properties"]["control"]["properties"].keys()
    assert set(target.CLAIMED.values()) <= target.FEATURES.keys()
