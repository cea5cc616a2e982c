"""The pytest plugin: a sandbox for tests of client code. Nothing is imported before a fixture is used.

Every fixture is asked for by name; `docs/pytest.md` shows them.
"""

from __future__ import annotations

import warnings
from hashlib import blake2b
from os import environ, getpid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .testing.certifiqi import Certifiqi
    from .testing.receiver import Receiver
    from .testing.tenant import Clock, Server, Tenant
    from .testing.vec import Vec

OPENED: pytest.StashKey[Tenant] = pytest.StashKey()
SHOWN = 20  # exchanges in the report of a failed test


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sealbox", "Sealbox, a sandbox for tests of client code")
    group.addoption("--sandbox-url", help="Use the Sealbox that runs there instead of one in this process.")
    group.addoption("--sandbox-seed", default="1", help="The seed of every tenant's world.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sandbox(**plan): what the test's tenant starts from.")


@pytest.fixture(scope="session")
def sandbox_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """The server of all tests: in this process, on loopback once its `url` is asked for, or elsewhere."""
    if url := pytestconfig.getoption("--sandbox-url"):
        from .testing.elsewhere import Elsewhere

        yield Elsewhere(url)
        return
    with warnings.catch_warnings():  # connexion 3.3 still imports what jsonschema is to drop
        warnings.simplefilter("ignore")
        from .app import create_app
        from .sandbox import Plan
        from .testing.local import Local
        from .timing.clock import ClockMode

    with Local(create_app(Plan(clock=ClockMode.MANUAL))) as local:
        yield local


@pytest.fixture
def sandbox(
    sandbox_server: Server, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> Iterator[Tenant]:
    """A world of the test's own, with a clock that moves only when told."""
    from .testing.tenant import Tenant

    plan: dict[str, Any] = {"seed": pytestconfig.getoption("--sandbox-seed")}
    for marker in reversed(list(request.node.iter_markers("sandbox"))):  # the nearest one last
        plan |= marker.kwargs
    shared = bool(pytestconfig.getoption("--sandbox-url"))
    tenant = Tenant(sandbox_server, tenant_name(request.node.nodeid, shared=shared), **plan)
    request.node.stash[OPENED] = tenant
    yield tenant
    tenant.close()


def tenant_name(nodeid: str, *, shared: bool) -> str:
    """The same in every run, so that ids are too; on a `shared` server unlike that of any other run."""
    name = f"t{blake2b(nodeid.encode(), digest_size=6).hexdigest()}"
    return f"{name}-{environ.get('PYTEST_XDIST_WORKER', 'main')}-{getpid()}" if shared else name


@pytest.fixture
def vec(sandbox: Tenant) -> Vec:
    """VEC.digital in the test's own world."""
    return sandbox.vec


@pytest.fixture
def certifiqi(sandbox: Tenant) -> Certifiqi:
    """CertifiQI in the test's own world."""
    return sandbox.certifiqi


@pytest.fixture
def clock(sandbox: Tenant) -> Clock:
    """The time of the test's own world."""
    return sandbox.clock


@pytest.fixture
def webhooks(sandbox: Tenant) -> Iterator[Receiver]:
    """A receiver on loopback; signing events that `certifiqi.event` makes send their webhooks there."""
    from .testing.receiver import Receiver

    receiver = Receiver(catch_up=lambda: sandbox.control("GET", "/timeline"))
    sandbox.certifiqi.webhook_url = receiver.url
    yield receiver
    receiver.close()


@pytest.fixture
def sandbox_env(sandbox: Tenant, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """VEC_URL, VEC_TOKEN, CERTIFIQI_URL, CERTIFIQI_TOKEN, … in the environment, for code that reads them."""
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return sandbox.environment


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    tenant = item.stash.get(OPENED, None)
    if report.when == "call" and report.failed and tenant is not None:
        report.sections.append(("sealbox journal", _journal(tenant)))
    return report


def _journal(tenant: Tenant) -> str:
    """A server that is gone is no reason to hide why the test failed."""
    from .testing.journal import section

    try:
        return section(tenant.journal.all(limit=str(SHOWN))) or "nothing was asked"
    except Exception as error:  # noqa: BLE001, as said above
        return f"could not be read: {error}"
