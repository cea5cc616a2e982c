"""Servers behind nginx, as docs/scaling.md has them: a tenant always reaches the same one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.packaging.conftest import Serving

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
CONF = Path(__file__).parents[2] / "docs" / "nginx.conf"
TEMPLATE = "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"
CSV = b"RecipientsEmail,RecipientsName\nana@example.com,Ana\n"
TENANTS = [f"team-{number}" for number in range(8)]

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The address of nginx, and those of the two servers behind it."""
    place = tmp_path_factory.mktemp("nginx")
    sealbox = Path(sys.executable).with_name("sealbox")
    assert NGINX is not None, "without it these tests are skipped"
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(sealbox, "serve", cwd=place))[0] for _ in range(2)]
        front, conf = free_port(), CONF.read_text("utf-8")
        for port, url in zip(("4781", "4782"), urls, strict=True):
            conf = conf.replace(f"127.0.0.1:{port}", url.removeprefix("http://"))
        conf = conf.replace("127.0.0.1:4780", f"127.0.0.1:{front}")
        (place / "nginx.conf").write_text(conf, "utf-8")
        command = [NGINX, "-p", str(place), "-c", "nginx.conf", "-e", "stderr"]
        subprocess.run(command, check=True, timeout=20)  # it comes back once it listens
        stack.callback(subprocess.run, [*command, "-s", "stop"], check=True, timeout=20)
        yield f"http://127.0.0.1:{front}", urls


@pytest.fixture(scope="module")
def opened(served: tuple[str, list[str]]) -> str:
    """The address, with every tenant opened through it."""
    front, _ = served
    for tenant in TENANTS:
        answer = httpx2.post(f"{front}/_sandbox/tenants?tenant={tenant}", json={"tenant": tenant})
        assert answer.status_code == 201, answer.text
    return front


def test_both_servers_have_tenants_and_none_has_two_homes(opened: str, served: tuple[str, list[str]]) -> None:
    homes = [
        {one["tenant"] for one in httpx2.get(f"{url}/_sandbox/tenants").json()["tenants"]} - {"demo"}
        for url in served[1]
    ]

    assert opened == served[0]
    assert all(homes)
    assert homes[0] | homes[1] == set(TENANTS)
    assert not homes[0] & homes[1]


@pytest.mark.parametrize("tenant", ["demo", *TENANTS])
def test_a_tenant_finds_again_what_it_has_made(opened: str, tenant: str) -> None:
    vec = {"Authorization": f"Bearer sealbox_vec_{tenant}"}

    def batches() -> int:
        total: int = httpx2.get(f"{opened}/vec/business/batches", headers=vec).json()["meta"]["total"]
        return total

    before = batches()
    for number in range(3):
        answer = httpx2.post(
            f"{opened}/vec/business/batches",
            headers=vec,
            data={"name": f"Turma {number}", "template_id": TEMPLATE},
            files={"csv_file": ("a.csv", CSV, "text/csv")},
        )
        assert answer.status_code == 201
        assert batches() == before + number + 1
    events = httpx2.get(
        f"{opened}/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8",
        headers={"x-api-token": f"sealbox_certifiqi_{tenant}"},
    )
    assert events.status_code == 200
    exchanges = httpx2.get(f"{opened}/_sandbox/journal", params={"tenant": tenant}).json()["entries"]
    assert {one["operation"] for one in exchanges} == {"listBatches", "createBatch", "getBatchGroup"}
    verified = httpx2.get(f"{opened}/vec/verify/@{tenant}/VEC-IC-202567DAE48425BAD")
    assert verified.status_code == 200
    exchanges = httpx2.get(f"{opened}/_sandbox/journal", params={"tenant": tenant}).json()["entries"]
    assert exchanges[0]["request"]["path"].startswith(f"/vec/verify/@{tenant}/"), (
        "it went where the tenant lives"
    )


def test_links_lead_back_to_the_address_that_was_asked(opened: str) -> None:
    answer = httpx2.get(
        f"{opened}/vec/business/batches", headers={"Authorization": "Bearer sealbox_vec_team-1"}
    )

    assert answer.json()["links"]["first"].startswith(f"{opened}/vec/business/batches")


def test_a_tenant_is_closed_where_it_lives(opened: str) -> None:
    httpx2.post(f"{opened}/_sandbox/tenants?tenant=short", json={"tenant": "short"}).raise_for_status()

    assert httpx2.delete(f"{opened}/_sandbox/tenants/short").status_code == 200
    assert httpx2.get(f"{opened}/_sandbox/info", params={"tenant": "short"}).status_code == 404
