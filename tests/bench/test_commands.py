"""The commands run, on as little as they take: that figures are there, not what they are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from bench.peers.__main__ import chosen
from bench.peers.cases import CASES
from bench.peers.peers import PEERS, Peer, Place, UnavailableError, mockoon, prism, sealbox, wiremock
from bench.peers.turns import Comparison, Times, middle
from bench.peers.wrk import Load

ROOT = Path(__file__).resolve().parents[2]
needs_wrk = pytest.mark.skipif(
    shutil.which("wrk") is None, reason="wrk is not installed: apt-get install wrk"
)


def bench(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"bench.{module}", *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        cwd=ROOT,
    )


@needs_wrk
def test_sealbox_and_a_bare_server_are_measured_side_by_side(tmp_path: Path) -> None:
    servers = ("--only", "sealbox", "--only", "bare ASGI on uvicorn")
    shortest = ("--case", "GET event", "--seconds", "1", "--warm", "0", "--rounds", "1", "--starts", "1")

    ended = bench("peers", *servers, *shortest, "--out", str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    kept = orjson.loads((tmp_path / "runs.json").read_bytes())
    assert {run["server"] for run in kept["runs"]} == {"sealbox", "bare ASGI on uvicorn"}
    for run in kept["runs"]:
        assert run["requests"] > 0
        assert run["cpu_seconds"] > 0
        assert run["errors"] == 0
    assert {start["server"] for start in kept["starts"]} == {"sealbox", "bare ASGI on uvicorn"}
    assert kept["versions"]["sealbox"]
    table = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert ended.stdout.strip() == table.strip()
    assert "| sealbox is so many times |" in table
    for drawing in ("throughput.svg", "start.svg"):
        assert (tmp_path / drawing).read_text(encoding="utf-8").startswith("<svg")


def test_a_name_that_no_server_has_is_refused() -> None:
    ended = bench("peers", "--only", "nginy")

    assert ended.returncode == 2
    assert "nginy" in ended.stderr or "wrk is not installed" in ended.stderr


def test_parts_are_measured() -> None:
    ended = bench("parts", "--rounds", "1", "--seconds", "0.001", "--case", "GET event")

    assert ended.returncode == 0, ended.stderr
    for part in ("closure: handler", "+ SecurityMiddleware", "Sealbox as it is", "event: orjson"):
        assert f"| {part} |" in ended.stdout


def test_costs_are_measured_against_size(tmp_path: Path) -> None:
    few = ("--only", "events", "--only", "tenants", "--largest", "30", "--seconds", "0.001")

    ended = bench("scale", *few, "--json", str(tmp_path / "scale.json"))

    assert ended.returncode == 0, ended.stderr
    kept = orjson.loads((tmp_path / "scale.json").read_bytes())
    assert {"getBatchGroup", "openTenant"} <= {one["operation"] for one in kept}
    assert "operations grow more than they may" in ended.stdout


def names(peers: list[Peer]) -> list[str]:
    return [peer.name for peer in peers]


def test_everybody_is_measured_unless_some_are_chosen() -> None:
    assert names(chosen(None, [])) == [peer.name for peer in PEERS]
    assert names(chosen(["prism"], [])) == ["prism, quiet", "prism, default log"]


def test_a_whole_name_is_that_server_alone() -> None:
    assert names(chosen(["sealbox"], [])) == ["sealbox"]


def test_a_variant_is_one_more_sealbox() -> None:
    (variant,) = chosen(["sealbox, manual"], ["manual=--clock manual"])

    assert variant.command(Place(Path(), Path()), 4780)[-2:] == ["--clock", "manual"]


def test_a_flag_that_sealbox_has_not_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match="--no-such-flag"):
        sealbox("--no-such-flag")(Place(Path(), Path()), 4780)


@pytest.mark.parametrize("command", [prism(), mockoon, wiremock()])
def test_a_package_that_is_not_there_is_unavailable(command: object, tmp_path: Path) -> None:
    assert callable(command)
    with pytest.raises(UnavailableError, match="npm has not installed"):
        command(Place(tmp_path, tmp_path), 4780)


def test_who_cannot_be_started_is_named_and_left_out(tmp_path: Path) -> None:
    absent = chosen(["mockoon"], [])

    found = Comparison(absent, Place(tmp_path, tmp_path), Times(rounds=1), cases=list(CASES)).measure()

    assert not found.runs
    assert "npm has not installed" in found.missing["mockoon"]


DIES = """
import http.server, os, sys
left = 40
class Answer(http.server.BaseHTTPRequestHandler):
    def answer(self):
        global left
        left -= 1
        if left < 0:
            os._exit(1)
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200 if self.command == "GET" else 201)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    do_GET = do_POST = answer
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@needs_wrk
def test_a_server_that_breaks_down_is_started_anew(tmp_path: Path) -> None:
    frail = Peer("frail", "peer", "no", lambda _, port: [sys.executable, "-c", DIES, str(port)])
    times = Times(measured=1, warm=0, rounds=1, starts=1)

    found = Comparison([frail], Place(tmp_path, tmp_path), times, cases=list(CASES)).measure()

    assert found.broken
    assert all(reason.startswith("frail: ") for reason in found.broken)
    assert len(found.starts) == 1 + len(found.broken)
    assert len(found.runs) == len(CASES) - len(found.broken)


def test_the_time_that_a_comparison_takes_is_known_before() -> None:
    two = chosen(["prism"], [])

    assert Times(measured=6, warm=2, rounds=2).estimate(two) == 2 * 3 * 2 * 8


@pytest.mark.parametrize(("p99s", "taken"), [([9], 9), ([9, 2, 4], 4), ([9, 2], 2), ([9, 2, 4, 3], 3)])
def test_of_several_runs_the_one_in_the_middle_counts(p99s: list[float], taken: float) -> None:
    loads = [Load(requests=1, seconds=1, errors=0, p50=0.5, p99=p99) for p99 in p99s]

    assert middle(loads).p99 == taken


def test_the_middle_is_that_of_p99_over_p50() -> None:
    loads = [Load(requests=1, seconds=1, errors=0, p50=p50, p99=6) for p50 in (1, 2, 3)]

    assert middle(loads).p50 == 2
