"""Commands that act in people's place, against a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.packaging.conftest import Run, Serving

    Sealbox = Callable[..., subprocess.CompletedProcess[str]]

SEALBOX = Path(sys.executable).with_name("sealbox")

KEY = "c0394fb2-34f6-4d70-be70-776022fe15b8"  # the documented event: one signer, 65062
CURL = {"x-api-token": "sealbox_certifiqi_demo"}


@pytest.fixture(scope="module")
def server(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(SEALBOX, "serve", "--clock", "manual", cwd=tmp_path_factory.mktemp("served")) as (url, _):
        yield url


@pytest.fixture
def tenant(server: str, request: pytest.FixtureRequest) -> str:
    """A world of the test's own."""
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    httpx2.post(f"{server}/_sandbox/tenants", json={"tenant": name})
    return name


@pytest.fixture
def sealbox(run: Run, server: str, tenant: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    return partial(run, SEALBOX_URL=server, SEALBOX_TENANT=tenant)


def test_a_signer_signs_and_time_finishes_the_event(sealbox: Sealbox, server: str, tenant: str) -> None:
    signed = sealbox("sign", "65062")
    moved = sealbox("clock", "advance", "1h")
    answer = httpx2.get(
        f"{server}/certifiqi/batch_group/{KEY}", headers={"x-api-token": f"sealbox_certifiqi_{tenant}"}
    )

    assert (signed.returncode, moved.returncode) == (0, 0)
    assert "signed (waiting_zip_file), nobody is missing" in signed.stdout
    assert moved.stdout.splitlines() == [
        f"12:00:30  event {KEY[:8]}      event finished",
        "2025-04-01T13:00:00+00:00 (manual), nothing is due",
    ]
    assert answer.json()["internal_status"] == "finished"


def test_until_quorum_takes_the_key_of_an_event(sealbox: Sealbox) -> None:
    ended = sealbox("sign", "--until", "quorum", KEY)

    assert ended.returncode == 0
    assert "related party signed" in ended.stdout


def test_a_rejection_ends_the_event(sealbox: Sealbox) -> None:
    ended = sealbox("reject", "65062", "--json")

    assert json.loads(ended.stdout)["signature_status"] == "rejected"


def test_a_refused_act_exits_with_1_and_says_why(sealbox: Sealbox) -> None:
    sealbox("sign", "65062")
    again = sealbox("sign", "65062")

    assert again.returncode == 1
    assert again.stdout == ""
    assert again.stderr == "sealbox: the event is signed (waiting_zip_file), not pending\n"


def test_signing_out_of_turn_says_whose_turn_it_is(sealbox: Sealbox, server: str, tenant: str) -> None:
    def signer(name: str) -> dict[str, str]:
        return {"name": name, "document_number": "85653681067", "email": "x@example.com"}

    def party(name: str, position: int) -> dict[str, object]:
        group = {"minimum_required_signers": 1, "signers": [signer(name)]}
        return {"name": name, "role": "assignor", "signature_position": position, "signer_groups": [group]}

    batch = {
        "name": "Termo",
        "document_type": "other",
        "signature_type": "cades",
        "related_parties": [party("First", 1), party("Second", 2)],
        "documents": [{"document_key": "k", "name": "a.pdf", "url": "https://example.com/a.pdf"}],
    }
    made = httpx2.post(
        f"{server}/certifiqi/batch_group",
        headers={"x-api-token": f"sealbox_certifiqi_{tenant}"},
        json={"name": "In order", "main_related_party": "First", "batches": [batch]},
    ).json()
    second = made["batches"][0]["related_parties"][1]["signer_groups"][0]["signers"][0]["id"]
    ended = sealbox("sign", str(second))

    assert ended.returncode == 1
    assert "not the turn of position 2: 'First' at position 1 has not signed" in ended.stderr


def test_a_batch_is_approved_or_refused(sealbox: Sealbox, server: str, tenant: str) -> None:
    token = {"Authorization": f"Bearer sealbox_vec_{tenant}"}
    waiting = httpx2.get(
        f"{server}/vec/business/batches", params={"status": "waiting_for_approval"}, headers=token
    ).json()["data"]
    ended = sealbox("approve", waiting[0]["id"])
    again = sealbox("approve", "--refuse", waiting[0]["id"])

    assert ended.stdout == "Class of 2025: processing, 0 signatures outstanding\n"
    assert again.returncode == 1


def test_nobody_there_exits_with_3(run: Run) -> None:
    ended = run("clock", "show", "--url", "http://127.0.0.1:1")

    assert ended.returncode == 3
    assert ended.stderr.startswith("sealbox: no Sealbox answers at http://127.0.0.1:1")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("extra", [["-H", "Expect: 100-continue"], ["-H", "Transfer-Encoding: chunked"]])
def test_a_large_upload_waits_for_its_100_and_may_be_chunked(
    server: str, tmp_path: Path, extra: list[str]
) -> None:
    rows = "".join(f"person{row}@example.com,{'x' * 100}\n" for row in range(20_000))
    (tmp_path / "large.csv").write_text(f"RecipientsEmail,RecipientsName\n{rows}")
    token = ["-H", "Authorization: Bearer sealbox_vec_demo"]
    fields = ["-F", "name=Large", "-F", "template_id=9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"]
    file = ["-F", f"csv_file=@{tmp_path / 'large.csv'}"]
    ended = subprocess.run(
        ["curl", "-sS", "-m", "30", *extra, *token, *fields, *file, f"{server}/vec/business/batches"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ended.stdout)["data"]["total_certificates"] == 20_000


def test_without_the_extra_signed_files_say_what_to_install(serving: Serving, tmp_path: Path) -> None:
    """And everything else still works: the libraries are hidden from a server of its own."""
    hidden = "dict.fromkeys(['pyhanko', 'cryptography', 'asn1crypto'])"
    hide = f"import sys; sys.modules.update({hidden}); from sealbox.cli import main; main()"
    with serving(sys.executable, "-c", hide, "serve", "--clock", "manual", cwd=tmp_path) as (url, _):
        signed = httpx2.post(f"{url}/_sandbox/certifiqi/signers/65062/sign", json={})
        httpx2.post(f"{url}/_sandbox/clock/advance", json={"until": "idle"})
        event = httpx2.get(f"{url}/certifiqi/batch_group/{KEY}", headers=CURL).json()
        file = httpx2.get(event["all_files_url"])

    assert signed.status_code == 200
    assert event["internal_status"] == "finished"
    assert (file.status_code, file.json()["description"]) == (
        501,
        "signed files need the extra: pip install 'sealbox[signatures]'",
    )
