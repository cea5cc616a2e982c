"""Upload requests as real HTTP clients wrote them, judged by what PHP made of the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Client, Raw

WIRE = Path(__file__).parents[2] / "fixtures" / "wire"
SEEN_BY_PHP: dict[str, Any] = json.loads((WIRE / "php.json").read_text("utf-8"))
DOCUMENTED = "9e3b101f-c264-4f97-945f-20dfa7163768"  # the template of the captures: it needs signatories
PLAIN = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"  # the same number of bytes, and needs none
FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"
GOOD_CSV = hashlib.md5(b"RecipientsEmail,RecipientsName\r\nana@example.com,Ana\r\n").hexdigest()
SENT_ANEW = {"host", "content-length", "authorization"}


def send(client: Client, name: str, *, template: str = DOCUMENTED) -> Raw:
    """The capture with a demo token, chunked when it has no Content-Length."""
    _, *lines = (WIRE / f"{name}.head").read_bytes().strip().splitlines()
    headers = [(key.strip(), value.strip()) for key, _, value in (line.partition(b":") for line in lines)]
    kept = [(key, value) for key, value in headers if key.decode().lower() not in SENT_ANEW]
    body = (WIRE / f"{name}.body").read_bytes().replace(DOCUMENTED.encode(), template.encode())
    chunked = any(key.lower() == b"transfer-encoding" for key, _ in headers)
    if not chunked:
        kept.append((b"Content-Length", str(len(body)).encode()))
    kept += [(b"Host", b"127.0.0.1:4780"), (b"Authorization", b"Bearer sealbox_vec_demo")]
    chunks = [body[start : start + 97] for start in range(0, len(body), 97)] if chunked else [body]
    return client.raw("POST", b"/vec/business/batches", headers=kept, chunks=chunks)


def can_sign(signatories: Any) -> bool:
    """Whether PHP read positions 1, 2 and so on, each with another user who can sign."""
    if not isinstance(signatories, list) or not all(isinstance(one, dict) for one in signatories):
        return False
    users = [one.get("user_uuid") for one in signatories]
    places = sorted(str(one.get("index")) for one in signatories)
    return users == [FAIZAN] and places == ["1"]


def refused_fields(name: str, *, needs_signatories: bool) -> set[str]:
    """The fields with a fault, as far as PHP's reading tells; empty means that a batch is made."""
    post, files = (dict(SEEN_BY_PHP[name][part] or {}) for part in ("post", "files"))
    if name == "json_body":  # PHP leaves JSON alone, Laravel reads it
        post = json.loads((WIRE / "json_body.body").read_bytes())
    file: list[Any] = files.get("csv_file", [])
    faults = {
        "name": not post.get("name"),
        "template_id": post.get("template_id") != DOCUMENTED,
        "csv_file": not file or file[2] != 0,
        "signatories": not can_sign(post["signatories"])
        if "signatories" in post
        else needs_signatories and bool(post.get("template_id")),
    }
    if not faults["csv_file"]:
        faults["csv_file"] = file[4] != GOOD_CSV
    return {field for field, fault in faults.items() if fault}


@pytest.mark.parametrize("template", [DOCUMENTED, PLAIN], ids=["needs signatories", "needs none"])
@pytest.mark.parametrize("name", sorted(SEEN_BY_PHP))
def test_an_upload_is_accepted_exactly_when_php_reads_a_whole_request(
    client: Client, name: str, template: str
) -> None:
    faults = refused_fields(name, needs_signatories=template == DOCUMENTED)
    before = client.batches()
    answer = send(client, name, template=template)
    body = json.loads(answer.body)

    assert answer.status == (422 if faults else 201)
    assert client.batches() == before + (not faults)
    if faults:
        assert {field.partition(".")[0] for field in body["errors"]} == faults
        return
    php_name = SEEN_BY_PHP[name]["post"]["name"]
    assert body["data"]["total_certificates"] == 1
    assert "\ufffd" in php_name or body["data"]["name"] == php_name


def test_the_captures_hold_both_outcomes_many_times() -> None:
    accepted = [name for name in SEEN_BY_PHP if not refused_fields(name, needs_signatories=False)]

    assert len(SEEN_BY_PHP) > 35
    assert len(accepted) > 20
    assert len(SEEN_BY_PHP) - len(accepted) > 8


def test_every_capture_has_all_its_pieces() -> None:
    for suffix in ("head", "body"):
        assert {path.stem for path in WIRE.glob(f"*.{suffix}")} == SEEN_BY_PHP.keys()


@pytest.mark.parametrize("name", ["curl_jsonpart", "superagent"])
def test_json_text_in_signatories_is_refused_with_advice(client: Client, name: str) -> None:
    answer = send(client, name)

    assert json.loads(answer.body)["errors"] == {"signatories": ["The signatories field must be an array."]}
    assert "signatories[0][user_uuid]" in answer.headers["x-sandbox-why"]


def test_a_file_without_a_plain_file_name_is_refused_with_advice(client: Client) -> None:
    answer = send(client, "urllib3_old_filenamestar", template=PLAIN)

    assert json.loads(answer.body)["errors"] == {"csv_file": ["The csv file field must be a file."]}
    assert "filename" in answer.headers["x-sandbox-why"]
