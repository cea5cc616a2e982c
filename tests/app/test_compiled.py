"""The compiled path: what it takes, what it leaves to Connexion, and that no answer breaks the contract."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sealbox import contract
from sealbox.apis.vec import handlers as vec
from sealbox.app import create_app
from sealbox.contract.blueprints import blueprints
from sealbox.sandbox import Plan
from sealbox.serving.answers import ok
from sealbox.serving.compiled import TAKEN
from sealbox.timing.clock import ClockMode

from tests.app.conftest import Client, sample_event

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

VEC = {"Authorization": "Bearer sealbox_vec_demo"}
CERTIFIQI = {"x-api-token": "sealbox_certifiqi_demo"}
EVENT = "/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"
BATCH = "9e7860e3-7c0a-401f-98f6-b98e316934f4"
APIS = (*contract.apis(), "_sandbox")


class ConnexionAsked(BaseException):
    """No Exception: those are answered."""


@pytest.fixture
def alone(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An application that has no Connexion to fall back on."""

    def build(*_: object, **__: object) -> Any:
        raise ConnexionAsked

    monkeypatch.setattr("sealbox.app._connexion", build)
    return Client(create_app(Plan(clock=ClockMode.MANUAL)), runner)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", EVENT, CERTIFIQI, 200),
        ("GET", f"{EVENT}/", CERTIFIQI, 200),
        ("GET", EVENT, {}, 401),
        ("GET", EVENT, {"x-api-token": "nobody"}, 401),
        ("GET", "/certifiqi/batch_group/none", CERTIFIQI, 404),
        ("PUT", f"{EVENT}/send_to_signature", CERTIFIQI, 200),
        ("GET", f"/vec/business/batches/{BATCH}", VEC, 200),
        ("GET", f"/vec/business/batches/{BATCH}", {"Authorization": "Basic x"}, 401),
        ("GET", "/vec/business/batches?page=x", VEC, 422),
        ("POST", "/vec/business/batches", VEC, 422),
        ("GET", "/_sandbox/ready", {}, 200),
        ("GET", "/_sandbox/clock?tenant=demo", {}, 200),
        ("GET", "/_sandbox/clock?tenant=nobody", {}, 404),
        ("GET", "/_sandbox/journal?limit=5", {}, 200),
        ("POST", "/_sandbox/reset", {}, 200),
    ],
)
def test_what_is_usual_is_answered_without_connexion(
    alone: Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert alone.send(method, path, headers=headers).status_code == status


def test_json_that_fits_is_taken_and_json_that_does_not_is_left(alone: Client) -> None:
    assert alone.create_event().status_code == 200
    wrongs: tuple[Any, ...] = (sample_event() | {"batches": "none"}, [], {})
    for wrong in wrongs:
        with pytest.raises(ConnexionAsked):
            alone.certifiqi("POST", "/batch_group", json=wrong)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("HEAD", EVENT, {}),
        ("DELETE", EVENT, {}),
        ("GET", "/certifiqi/nowhere", {}),
        ("GET", EVENT, {"Content-Type": "application/x-www-form-urlencoded"}),
        ("POST", "/certifiqi/batch_group", {"Content-Type": "text/plain"}),
        ("POST", "/certifiqi/document", {"Content-Type": "application/json"}),
        ("GET", "/_sandbox/journal?limit=0", {}),
        ("GET", "/_sandbox/journal?limit=x", {}),
        ("GET", "/_sandbox/journal?limit=%2B5", {}),
        ("GET", "/_sandbox/clock?tenant=demo&tenant=demo", {}),
        ("GET", "/_sandbox/clock?tenant=", {}),
        ("GET", "/_sandbox/clock?unknown=1", {}),
        ("GET", "/_sandbox/snapshots/%20", {}),
    ],
)
def test_what_is_odd_is_left_to_connexion(
    alone: Client, method: str, path: str, headers: dict[str, str]
) -> None:
    with pytest.raises(ConnexionAsked):
        alone.send(method, path, headers={**CERTIFIQI, **headers}, content=b"x" if method == "POST" else b"")


def answers_wrongly(**changes: Any) -> Callable[..., Any]:
    right = vec.get_batch

    async def wrong(*arguments: Any, **named: Any) -> Any:
        body = orjson.loads((await right(*arguments, **named)).body)
        return ok({"data": body["data"] | changes})

    wrong.__signature__ = inspect.signature(right)  # type: ignore[attr-defined]  # what it asks for
    return wrong


@pytest.mark.parametrize(
    "changes", [{"id": "no uuid"}, {"total_certificates": "2"}, {"status": "nonsense"}, {"created_at": None}]
)
def test_an_answer_that_breaks_the_contract_is_the_vendors_500_and_says_why(
    runner: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
) -> None:
    monkeypatch.setattr(vec, "get_batch", answers_wrongly(**changes))
    answer = Client(create_app(), runner).vec("GET", f"/business/batches/{BATCH}")

    assert (answer.status_code, answer.json()["error_code"]) == (500, "SERVER_ERROR")
    assert "getBatch breaks the contract" in answer.headers["x-sandbox-why"]
    assert f"data.{next(iter(changes))}" in answer.headers["x-sandbox-why"]
    assert "breaks the contract" in caplog.text


def test_answers_can_go_unchecked(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vec, "get_batch", answers_wrongly(id=1))
    client = Client(create_app(check_answers=False), runner)

    assert client.vec("GET", f"/business/batches/{BATCH}").json()["data"]["id"] == 1


def test_plain_connexion_checks_answers_too(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vec, "get_batch", answers_wrongly(id=1))
    answer = Client(create_app(plain=True), runner).vec("GET", f"/business/batches/{BATCH}")

    assert answer.status_code == 500
    assert "does not conform" in answer.headers["x-sandbox-why"]


@pytest.mark.parametrize("api", APIS)
def test_every_operation_has_a_handler_that_asks_for_what_there_is(api: str) -> None:
    app = create_app()
    assert app._compiled is not None
    there = {"sandboxes", "base_url", "meter", "sent", "payload", "world", "caller"}
    found = 0
    for blueprint in blueprints(api):
        path = blueprint.path.replace("{", "").replace("}", "")
        entry = app._compiled.find(blueprint.method, f"/{api}{path}")
        if blueprint.media_types not in TAKEN:
            assert entry is None
            continue
        assert entry is not None
        call, texts = entry
        parameters = {one.argument for one in (*blueprint.in_path, *blueprint.in_query)}
        assert call.blueprint == blueprint
        assert len(texts) == len(blueprint.in_path)
        assert set(call._wanted) <= there | parameters
        found += 1
    assert found


HEAVY = ("connexion", "faker", "httpx2", "jinja2", "jsonschema", "prometheus_client", "pydantic", "requests")


def imported(code: str, **environment: str) -> set[str]:
    """Which of the heavy modules a process has imported after `code`."""
    told = f"{code}\nimport sys\nprint(*(set(sys.modules) & {{*{HEAVY!r}, 'yaml'}}))"
    ended = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, env=environment
    )
    return set(ended.stdout.split())


def test_a_start_imports_neither_connexion_nor_faker_nor_what_few_requests_need(tmp_path: Any) -> None:
    environment = {"PYTHONPATH": ":".join(sys.path), "SEALBOX_CACHE": str(tmp_path)}
    begin = "from sealbox.app import create_app; create_app()"

    assert imported(begin, **environment) == {"faker", "yaml"}  # the first time
    assert imported(begin, **environment) == set()


def test_connexion_comes_with_the_first_request_that_needs_it(tmp_path: Any) -> None:
    environment = {"PYTHONPATH": ":".join(sys.path), "SEALBOX_CACHE": str(tmp_path)}
    ask = """
import asyncio
from sealbox.app import create_app
async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
async def send(message): pass
scope = {"type": "http", "method": "METHOD", "path": "/_sandbox/ready", "headers": [], "query_string": b"",
         "scheme": "http", "http_version": "1.1", "root_path": "", "server": None, "client": None}
asyncio.run(create_app()(scope, receive, send))
"""

    assert "connexion" not in imported(ask.replace("METHOD", "GET"), **environment)
    assert "connexion" in imported(ask.replace("METHOD", "DELETE"), **environment)
