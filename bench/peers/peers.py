"""What is measured: how each server is started, and why one cannot be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from . import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SOURCE = Path(__file__).resolve().parents[2] / "mock_server"  # comes before the wheel, which is compiled
JAVA = ("java", "-Xmx2g", "-XX:ActiveProcessorCount=1")


class UnavailableError(RuntimeError):
    """A program that is not installed here, with how to get it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one run are. `node_modules` is below `packages`."""

    work: Path
    packages: Path

    def write(self, name: str, content: bytes) -> Path:
        written = self.work / name
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_bytes(content)
        return written

    @property
    def document(self) -> Path:
        return self.write("document.json", orjson.dumps(document.joined(), option=orjson.OPT_NON_STR_KEYS))

    def package(self, path: str) -> Path:
        """The one file that matches `path` below `node_modules`. Raises UnavailableError without one."""
        found = next(iter((self.packages / "node_modules").glob(path)), None)
        if found is None:
            raise UnavailableError(f"npm has not installed {path.partition('/')[0]} (make bench does)")
        return found

    def node(self, script: str) -> list[str]:
        """Node from npm's own package, because Prism wants a newer one than Debian has; else the system's."""
        own = next(iter((self.packages / "node_modules").glob("node-*/bin/node")), None)
        return [str(own or needed("node")), str(self.package(script))]


Command = Callable[[Place, int], "Sequence[str]"]
"""The command that serves on a port, once whatever files it needs are written."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server of the comparison. `kind` is sealbox, peer or ceiling."""

    name: str
    kind: str
    validates: str
    command: Command
    env: Mapping[str, str] = field(default_factory=dict)
    jit: bool = False
    """Whether it is to be warmed up for long, as a JVM has to be."""

    anew: bool = False
    """Whether each upload that it is sent is another: a server may remember those that it has read."""

    reset: str = ""
    """What is posted to before each run, so that no run pays for the objects of an earlier one."""


def needed(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        raise UnavailableError(f"{program} is not installed")
    return found


def sealbox(*arguments: str) -> Command:
    def command(_place: Place, port: int) -> list[str]:
        for flag in arguments:
            if flag.startswith("--") and flag.partition("=")[0] not in _flags():
                raise UnavailableError(f"this Sealbox has no {flag}")
        return [str(BIN / "sealbox"), "serve", "--port", str(port), *arguments]

    return command


def _flags() -> str:
    asked = [str(BIN / "sealbox"), "serve", "--help"]
    env = {"COLUMNS": "200", "PATH": "/usr/bin:/bin", "NO_COLOR": "1"}
    return subprocess.run(asked, capture_output=True, text=True, env=env, check=False).stdout


def uvicorn(app: str, *arguments: str) -> Command:
    return lambda _, port: [
        sys.executable,
        *("-m", "uvicorn", app, "--port", str(port), "--no-access-log", "--log-level", "warning"),
        *arguments,
    ]


def granian(app: str, interface: str) -> Command:
    def command(_place: Place, port: int) -> list[str]:
        if not (BIN / "granian").exists():
            raise UnavailableError("granian is not installed (make bench does)")
        options = ["--interface", interface, "--workers", "1", "--runtime-threads", "1", "--no-ws"]
        return [str(BIN / "granian"), *options, "--host", "127.0.0.1", "--port", str(port), app]

    return command


def prism(*arguments: str) -> Command:
    return lambda place, port: [
        *place.node("@stoplight/prism-cli/dist/index.js"),
        *("mock", "-h", "127.0.0.1", "-p", str(port), *arguments, str(place.document)),
    ]


def mockoon(place: Place, port: int) -> list[str]:
    script = place.node("@mockoon/cli/bin/run.js")
    served = ["--data", str(place.document), "--port", str(port), "--hostname", "127.0.0.1"]
    return [*script, "start", *served, "--disable-log-to-file", "--disable-admin-api"]


def openapi_backend(place: Place, port: int) -> list[str]:
    place.package("openapi-backend/package.json")
    node = place.node("express/package.json")[0]
    script = str(HERE / "node" / "openapi_backend.cjs")
    return [node, script, str(place.document), str(port), str(place.packages)]


def _mapping(request: dict[str, Any], status: int, body: Any) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"request": request, "response": {"status": status, "headers": headers, "jsonBody": body}}


def wiremock(*arguments: str) -> Command:
    """Stubs by hand, which look at the path, the credential and that the parts are there."""

    def command(place: Place, port: int) -> list[str]:
        get = _mapping(
            {
                "method": "GET",
                "urlPathPattern": "/certifiqi/batch_group/[0-9a-f-]{36}",
                "headers": {"x-api-token": {"equalTo": "sealbox_certifiqi_demo"}},
            },
            200,
            document.example("200", "certifiqi"),
        )
        parts = [
            {"matchingType": "ANY", "headers": {"Content-Disposition": {"contains": f'name="{name}"'}}}
            for name in ("name", "template_id", "csv_file")
        ]
        post = _mapping(
            {
                "method": "POST",
                "urlPath": "/vec/business/batches",
                "headers": {"Authorization": {"equalTo": "Bearer sealbox_vec_demo"}},
                "multipartPatterns": parts,
            },
            201,
            document.example("201", "vec"),
        )
        for name, mapping in (("get", get), ("post", post)):
            place.write(f"wiremock/mappings/{name}.json", orjson.dumps(mapping))
        jar = str(place.package("wiremock/build/wiremock-standalone-*.jar"))
        bound = [
            "--port",
            str(port),
            "--bind-address",
            "127.0.0.1",
            "--root-dir",
            str(place.work / "wiremock"),
        ]
        return [needed(JAVA[0]), *JAVA[1:], "-jar", jar, *bound, "--disable-banner", *arguments]

    return command


def specmatic(place: Place, port: int) -> list[str]:
    jar = str(place.package("specmatic/specmatic.jar"))
    served = ["stub", str(place.document), "--host", "127.0.0.1", "--port", str(port), "--noConsoleLog"]
    served += ["--hot-reload", "disabled"]  # it would take being held for a change of its files
    return [needed(JAVA[0]), *JAVA[1:], "-jar", jar, *served]


def mockserver(place: Place, port: int) -> list[str]:
    jar = str(place.package("mockserver-node/mockserver-netty-*.jar"))
    expected = {
        "specUrlOrPayload": place.document.as_uri(),
        "operationsAndResponses": {"getBatchGroup": "200", "createBatch": "201"},
    }
    init = place.write("mockserver.json", orjson.dumps([expected]))
    options = [f"-Dmockserver.initializationJsonPath={init}", "-Dmockserver.localBoundIP=127.0.0.1"]
    options.append("-Dmockserver.maxLogEntries=1000")  # by default it keeps what fits, until the heap is full
    started = ["-serverPort", str(port), "-logLevel", "WARN"]
    return [needed(JAVA[0]), *JAVA[1:], *options, "-jar", jar, *started]


NGINX = """\
daemon off; worker_processes 1; pid {work}/nginx.pid; error_log stderr error;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type application/json; keepalive_requests 100000000;
  client_body_temp_path {work}/body; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
  uwsgi_temp_path {work}/u; scgi_temp_path {work}/s; client_max_body_size 64m; client_body_buffer_size 1m;
  server {{
    listen 127.0.0.1:{port};
    location /certifiqi/ {{ return 200 '{event}'; }}
    location /vec/ {{ return 201 '{batch}'; }}
  }}
}}
"""


def nginx(place: Place, port: int) -> list[str]:
    bodies = [orjson.dumps(document.example(*one)).decode() for one in (("200", "certifiqi"), ("201", "vec"))]
    event, batch = (body.replace("'", "") for body in bodies)
    text = NGINX.format(work=place.work, port=port, event=event, batch=batch)
    written = place.write("nginx.conf", text.encode())
    return [needed("nginx"), "-e", "stderr", "-c", str(written)]


RESET = "/_sandbox/reset"
STUBS = "bench.peers.stubs"
PLAIN = ("--loop", "asyncio", "--http", "h11")
FAST = ("--loop", "auto", "--http", "auto")  # uvloop and httptools, which make bench installs

PEERS: tuple[Peer, ...] = (
    Peer("sealbox", "sealbox", "yes", sealbox(), reset=RESET),
    Peer("sealbox, each upload another", "sealbox", "yes", sealbox(), anew=True, reset=RESET),
    Peer("sealbox, interpreted", "sealbox", "yes", sealbox(), {"PYTHONPATH": str(SOURCE)}, reset=RESET),
    Peer("sealbox --plain", "sealbox", "yes", sealbox("--plain"), reset=RESET),
    Peer("wiremock, no journal", "peer", "no", wiremock("--no-request-journal"), jit=True),
    Peer(
        "wiremock, journal of 1,000",
        "peer",
        "no",
        wiremock("--max-request-journal-entries", "1000"),
        jit=True,
    ),
    Peer("openapi-backend (express, multer)", "peer", "yes", openapi_backend),
    Peer("prism, quiet", "peer", "yes", prism("-v", "error")),
    Peer("prism, default log", "peer", "yes", prism()),
    Peer("mockserver", "peer", "partly", mockserver, jit=True),
    Peer("specmatic", "peer", "partly", specmatic, jit=True),
    Peer("mockoon", "peer", "no", mockoon),
    Peer(
        "connexion, stock",
        "peer",
        "yes",
        uvicorn(f"{STUBS}.connexion_stock:app", *PLAIN),
    ),
    Peer("bare ASGI on uvicorn", "ceiling", "no", uvicorn(f"{STUBS}.asgi_constant:app", *FAST)),
    Peer("bare ASGI on granian", "ceiling", "no", granian(f"{STUBS}.asgi_constant:app", "asgi")),
    Peer("bare RSGI on granian", "ceiling", "no", granian(f"{STUBS}.rsgi_constant:app", "rsgi")),
    Peer("nginx, constant body", "ceiling", "no", nginx),
)

CLOSURES = f"{STUBS}.closures"
SERVED: tuple[Peer, ...] = (
    Peer("closures on uvicorn, h11", "probe", "yes", uvicorn(f"{CLOSURES}:asgi", *PLAIN), reset=RESET),
    Peer("closures on uvicorn, httptools", "probe", "yes", uvicorn(f"{CLOSURES}:asgi", *FAST), reset=RESET),
    Peer(
        "closures on uvicorn, httptools, no proxy headers",
        "probe",
        "yes",
        uvicorn(f"{CLOSURES}:asgi", *FAST, "--no-proxy-headers"),
        reset=RESET,
    ),
    Peer("closures on granian, ASGI", "probe", "yes", granian(f"{CLOSURES}:asgi", "asgi"), reset=RESET),
    Peer("closures on granian, RSGI", "probe", "yes", granian(f"{CLOSURES}:rsgi", "rsgi"), reset=RESET),
)
"""One application under several HTTP servers: measured only when asked for by name."""
