"""A client's mistake is named in its own terms beside the vendor's answer, with the code that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealbox import contract

if TYPE_CHECKING:
    from tests.app.conftest import Client

WIRE = contract.root() / "fixtures" / "wire"
EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"


def last(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.control("GET", "/journal/last").json()
    return found


def upload(client: Client, capture: str, **headers: str) -> dict[str, str]:
    """Send a captured upload again, and give what was said of it."""
    lines = (WIRE / f"{capture}.head").read_text().splitlines()
    sent = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    kept = {name: value for name, value in sent.items() if name.lower() in {"content-type", "user-agent"}}
    answer = client.vec(
        "POST",
        "/business/batches",
        content=(WIRE / f"{capture}.body").read_bytes(),
        headers={name.title(): value for name, value in kept.items()} | headers,
    )
    return {"status": str(answer.status_code)} | dict(answer.headers)


@pytest.mark.parametrize(
    ("capture", "headers", "fix"),
    [
        ("java_okhttp3_notype", {}, "setType(MultipartBody.FORM)"),
        ("requests_fileobj", {"Content-Type": "multipart/form-data"}, "Content-Type"),
        ("curl_jsonpart", {}, "signatories[0][user_uuid]"),
        ("urllib3_old_filenamestar", {}, "filename"),
        ("ruby_faraday", {}, "signatories[0][user_uuid]"),
    ],
)
def test_an_upload_that_is_refused_is_mended_in_one_line(
    client: Client, capture: str, headers: dict[str, str], fix: str
) -> None:
    said = upload(client, capture, **headers)

    assert said["status"] == "422"
    assert fix in said["x-sandbox-fix"]
    assert said["x-sandbox-why"]
    assert last(client)["fix"] == said["x-sandbox-fix"]
    assert "VEC_TOKEN" in last(client)["snippet"]


def test_the_client_is_recognized(client: Client) -> None:
    upload(client, "java_okhttp3_notype")

    assert last(client)["client"] == "OkHttp"


def test_the_key_in_the_wrong_header(client: Client) -> None:
    headers = {"Authorization": "Bearer sealbox_certifiqi_demo"}
    answer = client.send("GET", f"/certifiqi/batch_group/{EVENT}", headers=headers)

    assert answer.status_code == 401
    assert "x-api-token" in answer.headers["x-sandbox-fix"]
    assert answer.headers["x-sandbox-doc"].endswith("/forma_de_autenticacao")


@pytest.mark.parametrize("path", ["/business/batches", "/batch_group"])
def test_a_forgotten_base_path(client: Client, path: str) -> None:
    answer = client.send("POST", path)

    assert answer.status_code == 404
    assert "_URL" in answer.headers["x-sandbox-fix"] or "/vec" in answer.headers["x-sandbox-fix"]
    assert answer.headers["x-sandbox-why"]


def test_no_answer_repeats_the_credential_that_was_sent(client: Client) -> None:
    answer = client.vec("GET", "/business/batch", headers={"Authorization": "Bearer some-secret-of-mine"})
    entry = last(client)

    assert "some-secret-of-mine" not in str(answer.headers)
    assert "some-secret-of-mine" not in entry["snippet"] + entry["fix"] + entry["why"]


def test_what_is_right_is_not_mended(client: Client) -> None:
    assert "x-sandbox-fix" not in client.create_batch().headers
    assert last(client)["snippet"] == ""


def test_what_was_asked_for_is_not_mended(client: Client) -> None:
    answer = client.vec("POST", "/business/batches", headers={"Prefer": "code=422"})

    assert answer.status_code == 422
    assert "x-sandbox-fix" not in answer.headers
