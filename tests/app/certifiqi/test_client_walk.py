"""A client that knows only the vendor's pages, a server as people start it, and verifiers by others."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import httpx2
import pytest
from asn1crypto import crl, pem, x509  # type: ignore[import-untyped]  # ships no py.typed
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pyhanko.sign.validation.status import PdfSignatureStatus

    from tests.app.certifiqi.conftest import Json, Pdfs, Receiver

COMMAND = [sys.executable, "-c", "from sealbox.cli import main; main()"]
URL = re.compile(rb"(http://127\.0\.0\.1:\d+)/_sandbox/info")
DURING = datetime(2025, 6, 1, tzinfo=UTC)
ON_DEMAND = RevocationCheckingPolicy(RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.NO_CHECK)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `sealbox serve`."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--clock", "manual"],
        stderr=subprocess.PIPE,
        cwd=tmp_path_factory.mktemp("server"),
        env={
            **os.environ,
            "COLUMNS": "120",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },  # the sealbox tested here
        start_new_session=True,
    )
    assert process.stderr
    try:
        screen = b""
        while b"Ctrl-C" not in screen:
            line = process.stderr.readline()
            assert line, screen.decode()
            screen += line
        found = URL.search(screen)
        assert found, screen.decode()
        yield found[1].decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.stderr.close()
        process.wait(timeout=20)


@pytest.fixture
def vendor(server: str) -> Iterator[httpx2.Client]:
    """All that a client is given: the base address and the key."""
    httpx2.post(f"{server}/_sandbox/reset", timeout=60, trust_env=False)
    key = {"x-api-token": "sealbox_certifiqi_demo"}
    with httpx2.Client(base_url=f"{server}/certifiqi", headers=key, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def sandbox(server: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"{server}/_sandbox", timeout=60, trust_env=False) as client:
        yield client


def person(name: str, email: str = "") -> Json:
    return {
        "name": name,
        "document_number": "85653681067",
        "email": email or f"{name.lower()}@example.com",
        "is_group_mandatory": False,
        "signer_control_number": "1",
    }


def event_of(documents: Sequence[Json], parties: Sequence[Json], *hooks: str, kind: str = "pades") -> Json:
    return {
        "main_related_party": "Fundo",
        "name": "Evento",
        "webhook_url": hooks[0] if hooks else "",
        "webhook_url_list": list(hooks[1:]),
        "send_to_fund_administrator": False,
        "is_asynchronous": False,
        "total_value": 0,
        "attached_document_number": "74766848000162",
        "send_emails": False,
        "batches": [
            {
                "signature_type": kind,
                "document_type": "term_of_endorsement",
                "name": "Termo de Endosso",
                "related_parties": list(parties),
                "documents": [document],
            }
            for document in documents
        ],
    }


def party(position: int, people: Sequence[Json], needs: int = 1) -> Json:
    return {
        "name": "nome da empresa ",
        "role": "assignor",
        "signature_position": position,
        "signer_groups": [{"minimum_required_signers": needs, "signers": list(people)}],
    }


def uploaded(vendor: httpx2.Client, pdf: bytes, name: str = "teste_of.pdf") -> Json:
    files = {"file": (name, pdf, "application/pdf")}
    answer = vendor.post("/document", files=files, data={"control_number": "999"})
    assert answer.status_code == 200, answer.text
    (document,) = answer.json()
    return dict(document)


def created(vendor: httpx2.Client, event: Json) -> Json:
    answer = vendor.post("/batch_group", json=event)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def read(vendor: httpx2.Client, event: Json) -> Json:
    return dict(vendor.get(f"/batch_group/{event['batch_group_key']}").json())


def signers(event: Json) -> dict[str, int]:
    return {
        one["name"]: one["id"]
        for batch in event["batches"]
        for related in batch["related_parties"]
        for group in related["signer_groups"]
        for one in group["signers"]
    }


def finished(vendor: httpx2.Client, sandbox: httpx2.Client, event: Json) -> Json:
    sandbox.post(f"/certifiqi/events/{event['batch_group_key']}/sign", json={"until": "quorum"})
    sandbox.post("/clock/advance", json={"by": "30s"})
    shown = read(vendor, event)
    assert shown["internal_status"] == "finished"
    return shown


def verdicts(vendor: httpx2.Client, pdf: bytes) -> list[PdfSignatureStatus]:
    """What pyHanko says of each signature, trusting the root that the server publishes and nothing else."""
    pki = {name: vendor.get(f"/storage/pki/{name}.pem").content for name in ("root", "chain", "crl")}
    chain = [x509.Certificate.load(one) for *_, one in pem.unarmor(pki["chain"], multiple=True)]
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(pem.unarmor(pki["root"])[2])],
        other_certs=chain[:1],
        crls=[crl.CertificateList.load(pem.unarmor(pki["crl"])[2])],
        revinfo_policy=CertRevTrustPolicy(ON_DEMAND),
        moment=DURING,
        allow_fetching=False,
    )
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return [validate_pdf_signature(one, context) for one in found]


def openssl(vendor: httpx2.Client, p7s: bytes, content: bytes, folder: Path, *options: str) -> str:
    """What `openssl cms -verify` says of a detached signature."""
    trusted = vendor.get("/storage/pki/root.pem").content + vendor.get("/storage/pki/crl.pem").content
    for name, written in {"content": content, "a.p7s": p7s, "root.pem": trusted}.items():
        (folder / name).write_bytes(written)
    command = (
        "openssl cms -verify -binary -inform DER -in a.p7s -content content -CAfile root.pem -out /dev/null"
    )
    done = subprocess.run(
        [*command.split(), *options], cwd=folder, capture_output=True, text=True, check=False
    )
    return "verified" if done.returncode == 0 else done.stderr


def test_a_client_walks_from_the_upload_to_verified_signatures(
    vendor: httpx2.Client, sandbox: httpx2.Client, receiver: Receiver, pdfs: Pdfs, tmp_path: Path
) -> None:
    parties = [
        party(1, [person("Ana")]),
        party(2, [person("Bia"), person("Caio"), person("Davi")], needs=2),
    ]
    documents = [uploaded(vendor, pdfs.drawn(text), f"{text}.pdf") for text in ("um", "dois")]
    body = event_of(documents, parties, receiver.url("/one"), receiver.url("/two"))
    body["batches"][1] |= {"signature_type": "cades", "related_parties": [party(1, [person("Eva")])]}
    event = created(vendor, body)
    ids = signers(event)
    early = sandbox.post(f"/certifiqi/signers/{ids['Caio']}/sign", json={})
    for name in ("Ana", "Davi", "Bia", "Eva"):
        sandbox.post("/clock/advance", json={"by": "1s"})
        answer = sandbox.post(f"/certifiqi/signers/{ids[name]}/sign", json={})
        assert answer.status_code == 200, answer.text
    waiting = read(vendor, event)
    receiver.wait_for(8)
    sandbox.post("/clock/advance", json={"by": "30s"})
    done = read(vendor, event)
    told = receiver.wait_for(10)

    assert early.status_code == 400
    assert (waiting["signature_status"], waiting["internal_status"]) == ("signed", "waiting_zip_file")
    assert (done["signature_status"], done["internal_status"]) == ("signed", "finished")
    assert len(told) == 10
    assert {one.path for one in receiver.heard} == {"/one", "/two"}
    assert told[-1] == done | {"control_number": None}

    urls = vendor.get(f"/batch_group/{event['batch_group_key']}/url").json()
    (pades,), (cades,) = (batch["documents"] for batch in urls["batches"])
    signed = httpx2.get(pades["signed_file_url"], trust_env=False).content
    found = verdicts(vendor, signed)

    assert [one.signing_cert.subject.native["common_name"] for one in found] == [
        f"{name}:85653681067" for name in ("ANA", "DAVI", "BIA")
    ]
    assert all(one.bottom_line for one in found)

    content = httpx2.get(cades["signed_file_url"], trust_env=False).content
    p7s = httpx2.get(cades["file_url"], trust_env=False).content
    with ZipFile(BytesIO(httpx2.get(urls["all_files_url"], trust_env=False).content)) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}

    assert packed == {"um.pdf": signed, "dois.pdf": content, "dois.pdf.p7s": p7s}
    if shutil.which("openssl"):
        assert openssl(vendor, p7s, content, tmp_path) == "verified"
        assert "Verification failure" in openssl(vendor, p7s, content + b" ", tmp_path)


@pytest.mark.parametrize(
    ("kind", "problem"), [("expired", "OUT_OF_BOUNDS"), ("revoked", "REVOKED"), ("plain", "None")]
)
def test_a_magic_address_gives_a_pdf_that_a_verifier_refuses(
    vendor: httpx2.Client, sandbox: httpx2.Client, pdfs: Pdfs, kind: str, problem: str
) -> None:
    people = [person("Ana", f"{kind}+x@example.com")]
    event = created(vendor, event_of([uploaded(vendor, pdfs.drawn())], [party(1, people)]))
    (document,) = finished(vendor, sandbox, event)["batches"][0]["documents"]
    (found,) = verdicts(vendor, httpx2.get(document["signed_file_url"], trust_env=False).content)

    assert found.intact
    assert found.bottom_line == (kind == "plain")
    assert problem in str(found.trust_problem_indic)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("kind", "says"), [("expired", "expired"), ("revoked", "revoked"), ("plain", "verified")]
)
def test_a_magic_address_gives_a_p7s_that_openssl_refuses(
    vendor: httpx2.Client, sandbox: httpx2.Client, pdfs: Pdfs, tmp_path: Path, *, kind: str, says: str
) -> None:
    people = [person("Ana", f"{kind}+x@example.com")]
    body = event_of([uploaded(vendor, pdfs.drawn())], [party(1, people)], kind="cades")
    (document,) = finished(vendor, sandbox, created(vendor, body))["batches"][0]["documents"]
    content, p7s = (
        httpx2.get(document[name], trust_env=False).content for name in ("signed_file_url", "file_url")
    )

    assert says in openssl(vendor, p7s, content, tmp_path, "-crl_check")


def test_a_server_sends_by_itself_once_its_clock_has_moved(
    vendor: httpx2.Client, sandbox: httpx2.Client, receiver: Receiver, pdfs: Pdfs
) -> None:
    receiver.answers = [500]
    people = [party(1, [person("Ana")]), party(2, [person("Bia")])]
    body = event_of([uploaded(vendor, pdfs.drawn())], people, receiver.url())
    sandbox.post(f"/certifiqi/signers/{signers(created(vendor, body))['Ana']}/sign", json={})
    first = receiver.wait_for(1)
    sandbox.post("/clock/advance", json={"by": "60s"})

    assert first * 2 == receiver.wait_for(2)
