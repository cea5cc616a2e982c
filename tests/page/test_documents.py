"""The API documents, and the files of others that the pages bring along."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sealbox import contract
from sealbox import page as package

VENDOR = Path(str(package.__file__)).parent / "static" / "vendor"
ROW = re.compile(r"^\| ([\w.-]+) \| ([\d.]+) \| .+ \| `([^`]+)` \| ([0-9a-f]{64}) \|$", re.MULTILINE)


@pytest.mark.parametrize("api", ["vec", "certifiqi", "_sandbox"])
def test_a_document_leads_to_this_server_and_is_the_contract_otherwise(live: Any, api: str) -> None:
    shown = live.get(f"/_sandbox/docs/{api}/openapi.json").json()

    assert [server["url"] for server in shown["servers"]] == [f"/{api}"]
    assert shown["paths"].keys() == contract.document(api)["paths"].keys()
    assert shown["info"]["title"] == contract.document(api)["info"]["title"]


@pytest.mark.parametrize(
    ("api", "scheme", "credential"),
    [
        ("vec", "bearerToken", "sealbox_vec_other"),
        ("certifiqi", "apiToken", "sealbox_certifiqi_other"),
        ("_sandbox", "", ""),
    ],
)
def test_the_tenant_s_credential_is_filled_in(live: Any, api: str, scheme: str, credential: str) -> None:
    live.control("POST", "/tenants", tenant="other")
    page = live.html(f"/_sandbox/docs/{api}", tenant="other")

    assert f'data-scheme="{scheme}" data-credential="{credential}"' in page


@pytest.mark.parametrize("path", ["/_sandbox/docs/nowhere", "/_sandbox/docs/nowhere/openapi.json"])
def test_a_document_that_is_not_there_is_not_found(live: Any, path: str) -> None:
    assert live.get(path).status_code == 404


def test_every_file_of_others_is_named_with_its_licence_and_its_sum() -> None:
    rows = ROW.findall((VENDOR / "README.md").read_text(encoding="utf-8"))
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    beside = {"LICENSE", "NOTICE", "README.md", "swagger-ui-bundle.js.LICENSE.txt"}

    assert {file for _, _, file, _ in rows} == {file for file in files if Path(file).name not in beside}
    assert [sha256((VENDOR / file).read_bytes()).hexdigest() for _, _, file, _ in rows] == [
        digest for *_, digest in rows
    ]
    assert all((VENDOR / file).parent.joinpath("LICENSE").is_file() for _, _, file, _ in rows)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("page.css", "text/css"),
        ("page.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
        ("vendor/htmx/htmx.min.js", "text/javascript"),
    ],
)
def test_what_a_page_needs_is_served(live: Any, path: str, media_type: str) -> None:
    answer = live.get(f"/_sandbox/ui/static/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)


@pytest.mark.parametrize("path", ["", "nothing.js", "../app.py", "%2e%2e/app.py", "vendor"])
def test_nothing_else_is_served(live: Any, path: str) -> None:
    assert live.get(f"/_sandbox/ui/static/{path}").status_code == 404
