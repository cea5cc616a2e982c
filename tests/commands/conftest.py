"""The commands in this process, against one real server; a tenant for each test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sealbox.cli import app
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer.testing import Result

SEALBOX = Path(sys.executable).with_name("sealbox")
NAMES = count(1)


@dataclass(frozen=True, slots=True)
class Sealbox:
    """A command with the server and the tenant that it is to speak to."""

    url: str
    tenant: str

    def __call__(self, *arguments: str, **environment: str) -> Result:
        own = {"SEALBOX_URL": self.url, "SEALBOX_TENANT": self.tenant, "NO_COLOR": "", "COLUMNS": "200"}
        return CliRunner().invoke(app, [*arguments], env={**own, **environment})

    def complete(self, **environment: str) -> str:
        """What the shell is offered."""
        return CliRunner().invoke(app, [], env=environment, prog_name="sealbox").stdout

    def data(self, *arguments: str) -> Any:
        """What it prints with --json."""
        ended = self(*arguments, "--json")
        assert ended.exit_code == 0, ended.stderr
        return json.loads(ended.stdout)

    def get(self, path: str, **query: str) -> httpx2.Response:
        """What a client of the vendors' APIs gets there with this tenant's credentials."""
        headers = {
            "Authorization": f"Bearer sealbox_vec_{self.tenant}",
            "x-api-token": f"sealbox_certifiqi_{self.tenant}",
        }
        return httpx2.get(f"{self.url}{path}", headers=headers, params=query, trust_env=False)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with (folder / "printed").open("wb") as printed:
        process = subprocess.Popen(
            [SEALBOX, "serve", "--port", "0", "--port-file", "port", "--clock", "manual"],
            stderr=printed,
            cwd=folder,
            env=os.environ | {"COLUMNS": "120"},
        )
        try:
            while "Ctrl-C" not in (said := (folder / "printed").read_text()):
                assert process.poll() is None, said
            yield f"http://127.0.0.1:{(folder / 'port').read_text().strip()}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    assert "Traceback" not in (folder / "printed").read_text()


@pytest.fixture
def sealbox(server_url: str) -> Iterator[Sealbox]:
    """Commands for a world of the test's own, with a manual clock."""
    name = f"c{os.getpid()}-{next(NAMES)}"
    httpx2.post(f"{server_url}/_sandbox/tenants", json={"tenant": name}, trust_env=False).raise_for_status()
    yield Sealbox(server_url, name)
    httpx2.delete(f"{server_url}/_sandbox/tenants/{name}", trust_env=False)


@pytest.fixture(scope="session")
def nowhere() -> Sealbox:
    """Commands where no server is."""
    return Sealbox("http://127.0.0.1:1", "demo")
