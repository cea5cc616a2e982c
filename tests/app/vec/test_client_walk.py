"""A client written from the vendor's pages alone, against the server as a developer starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SEALBOX = Path(sys.executable).with_name("sealbox")
PEOPLE = (
    "RecipientsEmail,RecipientsName,IssueDate,CourseTitle,CompletionDate\r\n"
    "john@example.com,John Smith,15-02-2025,Advanced Web Development,2025-02-15\r\n"
    'mary@example.com,"Johnson, Mary",,Advanced Web Development,2025-02-16\r\n'
    "nobody at all,Sam,,Advanced Web Development,2025-02-17\r\n"
)


@contextmanager
def serving(cwd: Path) -> Iterator[str]:
    """The base URL of `sealbox serve`, which ends with the block."""
    process = subprocess.Popen(
        [SEALBOX, "serve", "--port", "0", "--clock", "manual"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "120"},
        start_new_session=True,
    )
    assert process.stderr
    try:
        screen = b""
        while b"Ctrl-C" not in screen:
            line = process.stderr.readline()
            assert line, screen.decode()
            screen += line
        match = re.search(rb"(http://127\.0\.0\.1:\d+)/_sandbox/info", screen)
        assert match, screen.decode()
        yield match[1].decode()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.stderr.close()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("walk")) as url:
        yield url


@dataclass(frozen=True, slots=True)
class Vendor:
    """What the pages tell: a base URL, a token, and the operations that they list."""

    base: str
    token: str

    def call(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return httpx2.request(
            method, f"{self.base}/business{path}", headers=headers, trust_env=False, **kwargs
        )

    def get(self, path: str, **params: str) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def template_to_sign(self) -> Mapping[str, Any]:
        """A template whose signatories have to be named, found by its flags."""
        page = self.get("/certificate-templates", per_page="100")
        assert page["meta"]["total"] == len(page["data"])
        found = next(
            one
            for one in page["data"]
            if one["requires_signature_setup"] and len(one["signatory_fields"]) == 2
        )
        whole: Mapping[str, Any] = self.get(f"/certificate-templates/{found['id']}")["data"]
        return whole

    def who_may_sign(self) -> list[Mapping[str, Any]]:
        found = self.get("/user-management/users", sort_field="created_at")["data"]
        users = [self.get(f"/user-management/users/{one['uuid']}")["user"] for one in found]
        return [user for user in users if user["has_signature"] and not user["is_archived"]]

    def upload(self, template: str, users: list[str]) -> Mapping[str, Any]:
        form = {"name": "Web Development Graduates 2025", "template_id": template}
        for number, user in enumerate(users):
            form[f"signatories[{number}][user_uuid]"] = user
            form[f"signatories[{number}][index]"] = str(number + 1)
        files = {"csv_file": ("recipients.csv", PEOPLE.encode(), "text/csv")}
        answer = self.call("POST", "/batches", data=form, files=files)
        assert answer.status_code == 201, answer.text
        made: Mapping[str, Any] = answer.json()["data"]
        return made


def advance(url: str, by: str) -> None:
    answer = httpx2.post(f"{url}/_sandbox/clock/advance", json={"by": by}, trust_env=False)
    assert answer.status_code == 200, answer.text


def test_a_client_of_the_vendor_walks_from_a_template_to_signed_certificates(url: str) -> None:
    vendor = Vendor(f"{url}/vec", "sealbox_vec_demo")
    template, users = vendor.template_to_sign(), vendor.who_may_sign()[:2]
    batch = vendor.upload(template["id"], [user["uuid"] for user in users])
    status = f"/batches/{batch['id']}/status"
    seen = [vendor.get(status)["status"]]
    advance(url, "2s")
    seen.append(vendor.get(status)["status"])

    answer = httpx2.post(f"{url}/_sandbox/vec/batches/{batch['id']}/approve", json={}, trust_env=False)
    assert answer.status_code == 200, answer.text
    seen.append(vendor.get(status)["status"])
    advance(url, "1m")
    ended = vendor.get(f"/batches/{batch['id']}")["data"]
    seen.append(ended["status"])

    assert seen == ["pending", "waiting_for_approval", "processing", "partially_completed"]
    assert (ended["total_certificates"], ended["processed_certificates"], ended["failed_certificates"]) == (
        3,
        2,
        1,
    )
    assert vendor.get(status) == {key: ended[key] for key in vendor.get(status)}

    made = vendor.get("/certificates", batch_id=batch["id"], status="generated", sort_field="name")["data"]
    assert [one["name"] for one in made] == ["John Smith", "Johnson, Mary"]
    assert [one["issue_date"][:10] for one in made] == ["2025-02-15", "2025-04-01"]
    for one, day in zip(made, ("2025-02-15", "2025-02-16"), strict=True):
        answer = httpx2.get(one["pdf_path"], trust_env=False)
        said = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())

        assert answer.headers["content-type"] == "application/pdf"
        for text in (one["name"], "Advanced Web Development", day, template["name"], one["reference_id"]):
            assert text in said
        for user in users:
            assert user["signatory_name"] in said
        assert "SANDBOX, no legal value" in said


def test_the_base_url_is_all_that_a_client_changes(url: str) -> None:
    vendor = Vendor(f"{url}/vec", "sealbox_vec_demo")
    [one] = vendor.get("/certificates", search="VEC-IC-202567DAE48425BAD")["data"]
    template = vendor.template_to_sign()

    assert vendor.get(f"/certificates/{one['id']}")["data"] == one
    assert vendor.get("/batches")["meta"]["path"] == f"{url}/vec/business/batches"
    assert httpx2.get(
        template["institution"]["logo"].replace("https://api.vec.digital", f"{url}/vec"), trust_env=False
    ).is_success


@pytest.mark.parametrize(
    ("token", "status"),
    [("sealbox_vec_demo_no_permissions", 403), ("wrong", 401), ("sealbox_vec_demo_server_error", 500)],
)
def test_a_token_that_does_not_open_is_told_so_over_a_socket_too(url: str, token: str, status: int) -> None:
    answer = Vendor(f"{url}/vec", token).call("GET", "/batches")

    assert answer.status_code == status
    assert set(answer.json()) <= {"message", "required_permission", "error_code"}
