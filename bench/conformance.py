"""What finds more, and how fast: Sealbox's suite, plain Schemathesis, Dredd and Specmatic, on one server.

    .venv/bin/python -m bench.conformance [--mutants 12] [--npm build/npm] [--json FILE]

Each tool gets the same documents and the same Sealbox over loopback: first the sound one, then broken ones.
What a tool reports on the sound server is a false alarm; what it reports beside that kills a mutant. Times
are those of a tool's whole command. Dredd and Specmatic are installed from npm into `--npm`, and left out
with the reason where that does not work.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import uvicorn
from sealbox.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
TOKENS = {
    "vec": ("Authorization", "Bearer sealbox_vec_demo"),
    "certifiqi": ("x-api-token", "sealbox_certifiqi_demo"),
}
SCHEMES = {"vec": {"bearerToken": "sealbox_vec_demo"}, "certifiqi": {"apiToken": "sealbox_certifiqi_demo"}}
DREDD_FAIL = re.compile(r"^\W*fail\W*: (.+?) duration", re.MULTILINE)
SPECMATIC_FAIL = re.compile(r"^\s*(Scenario: .+?) has FAILED", re.MULTILINE)


@dataclass(slots=True)
class Task:
    """One API of one server, and a folder to write into."""

    api: str
    url: str
    folder: Path
    options: argparse.Namespace

    @property
    def document(self) -> str:
        return str(ROOT / "openapi" / self.api / "openapi.yaml")

    def run(self, *line: str, env: dict[str, str] | None = None) -> str:
        """What the command printed. Empty when it did not end in time."""
        try:
            done = subprocess.run(
                line,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=self.options.patience,
                check=False,
                cwd=self.folder,
                env={**os.environ, **(env or {})},
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout + done.stderr


@dataclass(slots=True)
class Score:
    """What one tool did with all servers."""

    seconds: float = 0.0
    requests: int = 0
    alarms: int = 0
    tried: int = 0
    kills: dict[str, float] = field(default_factory=dict)

    def line(self, name: str) -> str:
        times = sorted(self.kills.values())
        first, middle = (f"{times[0]:.1f} s", f"{median(times):.1f} s") if times else ("none", "none")
        rate = self.requests / self.seconds if self.seconds else 0.0
        found = f"{len(self.kills)} of {self.tried}"
        return f"| {name} | {found} | {self.alarms} | {first} | {middle} | {rate:.0f} |"


# -------------------------------------------------------------------- the tools


def sealbox(task: Task) -> set[str]:
    report = task.folder / "verdicts"
    arguments = ["--api", task.api, "--seed", "1", "--max-examples", str(task.options.examples)]
    task.run(
        *(sys.executable, "-m", "sealbox_conformance.cli", task.url, *arguments, "--report", str(report))
    )
    rows = json.loads((report / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    return {row["id"] for row in rows if row["verdict"] == "failed"}


def schemathesis(task: Task) -> set[str]:
    """As it comes: its own phases, checks and numbers of examples, with the credential and a seed."""
    report = task.folder / "st.xml"
    name, secret = TOKENS[task.api]
    task.run(
        *(str(Path(sys.executable).with_name("st")), "run", task.document, "--url", f"{task.url}/{task.api}"),
        *("-H", f"{name}: {secret}", "--seed", "1", "--report", "junit", "--report-junit-path", str(report)),
    )
    try:
        cases = ET.parse(report).iter("testcase")
    except (OSError, ET.ParseError):
        return set()  # it was given up before it had written anything
    found = set()
    for case in cases:
        for failure in case.iter("failure"):
            codes = re.findall(r"ST\d{3}", f"{failure.get('message')} {failure.text}")
            found |= {f"{case.get('name')} {code}" for code in codes}
    return found


def dredd(task: Task) -> set[str]:
    name, secret = TOKENS[task.api]
    printed = task.run(
        *(_npm(task, "dredd"), task.document, f"{task.url}/{task.api}", "--header", f"{name}: {secret}")
    )
    return set(DREDD_FAIL.findall(re.sub(r"\x1b\[\d+m", "", printed)))


def specmatic(task: Task) -> set[str]:
    line = (_npm(task, "specmatic"), "test", task.document, f"--testBaseURL={task.url}/{task.api}")
    return set(SPECMATIC_FAIL.findall(task.run(*line, env=SCHEMES[task.api])))


def _npm(task: Task, name: str) -> str:
    return str((task.options.npm / name / "node_modules" / ".bin" / name).absolute())


TOOLS: dict[str, Callable[[Task], set[str]]] = {
    "sealbox-conformance": sealbox,
    "schemathesis": schemathesis,
    "dredd": dredd,
    "specmatic": specmatic,
}


def unusable(name: str, folder: Path) -> str:
    """Why a tool cannot be used; installs it where npm can."""
    if name not in {"dredd", "specmatic"}:
        return ""
    place = folder / name
    if (place / "node_modules" / ".bin" / name).exists():
        return ""
    if not shutil.which("npm"):
        return "not installable: there is no npm"
    place.mkdir(parents=True, exist_ok=True)
    (place / "package.json").write_text("{}", encoding="utf-8")
    line = ["npm", "install", "--no-audit", "--no-fund", name]
    try:
        done = subprocess.run(line, cwd=place, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return "not installable: npm took more than 300 s"
    return "" if done.returncode == 0 else f"not installable: {done.stderr.strip()[-200:]}"


# -------------------------------------------------------------------- the broken servers


@dataclass(frozen=True, slots=True)
class Mutant:
    """A server whose answers to `method` and `path` with `status` are changed on their way out."""

    name: str
    path: str
    method: str
    status: int
    change: Callable[[Any], object]
    answered: int | None = None
    """The status instead."""

    @property
    def api(self) -> str:
        return self.path.split("/")[1]

    def meets(self, scope: Any) -> bool:
        return scope["method"] == self.method and bool(re.fullmatch(self.path, scope["path"]))


def _one_too_many(batch: dict[str, Any]) -> None:
    batch["processed_certificates"] = batch["total_certificates"] + 1


def _local(batch: dict[str, Any]) -> None:
    batch["created_at"] = batch["created_at"].removesuffix("Z")


def _all_signed(event: dict[str, Any]) -> None:
    for batch in event["batches"]:
        for party in batch["related_parties"]:
            for group in party["signer_groups"]:
                group["signature_status"] = "signed"


BATCHES, EVENT = "/vec/business/batches", "/certifiqi/batch_group/[^/]+"
MUTANTS = (
    Mutant("progress is text", BATCHES, "POST", 201, lambda it: it["data"].update(progress="0")),
    Mutant("an event without its batches", EVENT, "GET", 200, lambda it: it.pop("batches")),
    Mutant("201 becomes 200", BATCHES, "POST", 201, lambda _: None, 200),
    Mutant("more processed than there are", BATCHES, "POST", 201, lambda it: _one_too_many(it["data"])),
    Mutant("another event", EVENT, "GET", 200, lambda it: it.update(name=it["name"] + " ")),
    Mutant("a refusal in other words", BATCHES, "POST", 422, lambda it: it.update(message="Invalid.")),
    Mutant("401 becomes 403", BATCHES, "GET", 401, lambda _: None, 403),
    Mutant("a time without a zone", BATCHES, "POST", 201, lambda it: _local(it["data"])),
    Mutant("nobody has to sign", EVENT, "GET", 200, _all_signed),
    Mutant(
        "a page that leaves one out", BATCHES, "GET", 200, lambda it: it["data"].pop() if it["data"] else 0
    ),
    Mutant("another name", BATCHES, "POST", 201, lambda it: it["data"].update(name="A batch")),
    Mutant("another key", EVENT, "GET", 200, lambda it: it.update(batch_group_key=it["client_key"])),
)


class Broken:
    """An ASGI application that is a mutant."""

    def __init__(self, app: Any, mutant: Mutant) -> None:
        self.app = app
        self.mutant = mutant

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        mutant, messages = self.mutant, list[Any]()

        async def keep(message: Any) -> None:
            messages.append(message)

        if scope["type"] != "http" or not mutant.meets(scope):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, keep)
        start, body = messages[0], b"".join(one.get("body", b"") for one in messages[1:])
        if start["status"] == mutant.status:
            answer = json.loads(body)
            mutant.change(answer)
            body = json.dumps(answer).encode()
            start = {**start, "status": mutant.answered or mutant.status}
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


# -------------------------------------------------------------------- the servers


@contextmanager
def served(app: Any) -> Iterator[tuple[str, list[int]]]:
    """The address of `app` on a free port, and a counter of its requests."""
    counted = [0]

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        counted[0] += scope["type"] == "http"
        await app(scope, receive, send)

    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    config = uvicorn.Config(counting, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", counted
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def measure(name: str, options: argparse.Namespace) -> Score:
    tool, score = TOOLS[name], Score()
    broken = MUTANTS[: options.mutants]
    apis = sorted({one.api for one in broken}) or ["vec"]
    alarms: dict[str, set[str]] = {}
    for api in apis:
        alarms[api], _ = _once(tool, api, create_app(), score, options)
        score.alarms += len(alarms[api])
    for mutant in broken:
        found, seconds = _once(tool, mutant.api, Broken(create_app(), mutant), score, options)
        score.tried += 1
        if found - alarms[mutant.api]:
            score.kills[mutant.name] = seconds
    return score


def _once(
    tool: Callable[[Task], set[str]], api: str, app: Any, score: Score, options: argparse.Namespace
) -> tuple[set[str], float]:
    with TemporaryDirectory(prefix="sealbox-bench-") as scratch, served(app) as (url, counted):
        began = time.perf_counter()
        found = tool(Task(api, url, Path(scratch), options))
        seconds = time.perf_counter() - began
        score.seconds += seconds
        score.requests += counted[0]
    return found, seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mutants", type=int, default=len(MUTANTS), help="broken servers to try")
    parser.add_argument("--examples", type=int, default=12, help="of each property of Sealbox's suite")
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--patience", type=float, default=240.0, help="seconds for one command")
    parser.add_argument("--npm", type=Path, default=Path("build/npm"), help="where npm's tools are")
    parser.add_argument("--json", type=Path, help="the figures, for programs")
    options = parser.parse_args()
    print("| tool | killed | false alarms | first kill | median kill | requests a second |")
    print("|---|---|---|---|---|---|")
    figures: dict[str, Any] = {}
    for name in options.tools:
        if why := unusable(name, options.npm):
            print(f"| {name} | {why} | | | | |", flush=True)
            figures[name] = why
            continue
        score = measure(name, options)
        print(score.line(name), flush=True)
        figures[name] = {
            "killed": score.kills,
            "tried": score.tried,
            "alarms": score.alarms,
            "requests": score.requests,
            "seconds": round(score.seconds, 1),
        }
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
