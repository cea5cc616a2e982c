"""What wrk is told and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.inprocess import Call, post_batch
from bench.peers import wrk
from bench.peers.cases import CASES, anew, script, turns

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT = """\
Running 6s test @ http://127.0.0.1:4780
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.36ms    1.10ms  33.01ms   91.20%
    Req/Sec     6.90k   511.93     7.55k    83.33%
  41206 requests in 6.00s, 70.10MB read
Requests/sec:   6866.59
measured {"requests":41206,"microseconds":6001000,"connect":1,"read":2,"write":3,"status":4,"timeout":5,\
"p50":2.260000,"p99":45.600000}
"""


def test_figures_are_read_from_the_scripts_own_line() -> None:
    load = wrk.parse(OUTPUT)

    assert load == wrk.Load(requests=41206, seconds=6.001, errors=15, p50=2.26, p99=45.6)
    assert load.per_second == pytest.approx(41206 / 6.001)


def test_output_without_figures_is_an_error_that_shows_its_end() -> None:
    with pytest.raises(wrk.UnusableError, match="unable to connect"):
        wrk.parse("unable to connect to 127.0.0.1:1 Connection refused\n")


def test_nothing_done_in_no_time_is_no_rate() -> None:
    assert wrk.Load(0, 0.0, 0, 0.0, 0.0).per_second == 0


def test_a_missing_wrk_is_said_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(wrk.UnusableError, match="apt-get install wrk"):
        wrk.version()


def test_a_script_names_method_path_and_headers(tmp_path: Path) -> None:
    written = script(CASES["GET event"], tmp_path)

    assert 'wrk.method = "GET"' in written
    assert 'wrk.path = "/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8"' in written
    assert 'wrk.headers["x-api-token"] = "sealbox_certifiqi_demo"' in written
    assert "wrk.body" not in written


def test_a_body_goes_through_a_file_byte_by_byte(tmp_path: Path) -> None:
    call = Call("POST", "/", body=b'\x00"]]\r\n')

    written = script(call, tmp_path)

    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == call.body
    assert f'wrk.body = kept("{kept}")' in written


def test_bodies_of_two_cases_do_not_meet(tmp_path: Path) -> None:
    for rows in (1, 1000):
        script(post_batch(rows), tmp_path)

    assert len(list(tmp_path.iterdir())) == 2


def test_connections_pause_only_when_told_to(tmp_path: Path) -> None:
    assert "function delay()" not in script(CASES["GET event"], tmp_path)
    assert "* 3.5" in script(CASES["GET event"], tmp_path, mean_delay_ms=3.5)


def test_a_script_of_turns_writes_each_request_out_once(tmp_path: Path) -> None:
    calls = [post_batch(1, tenant="a"), Call("GET", "/b", (("x-api-token", "b"),))]

    written = turns(calls, tmp_path)

    assert written.count("wrk.format(") == 2
    assert '["authorization"] = "Bearer sealbox_vec_a"' in written
    assert 'wrk.format("GET", "/b", {["x-api-token"] = "b"}, nil)' in written
    assert "function request()" in written
    assert "function done(" in written
    assert f'kept("{tmp_path}/body-{len(calls[0].body)}")' in written
    assert "file:close()" in written, "many requests would leave no files for connections"
    assert (tmp_path / f"body-{len(calls[0].body)}").read_bytes() == calls[0].body


def test_each_upload_of_such_a_script_is_another(tmp_path: Path) -> None:
    call = post_batch(2)

    written = anew(call, tmp_path)

    pieces = [(tmp_path / name).read_bytes() for name in ("before", "after")]
    assert b"7".join(pieces) == call.body.replace(b"person0@", b"person07@")
    assert "before .. number .. after" in written
    assert 'wrk.headers["authorization"]' in written
    assert "function done(" in written
    assert "wrk.body" not in written


def test_what_uploads_nothing_is_sent_as_ever(tmp_path: Path) -> None:
    assert anew(CASES["GET event"], tmp_path) == script(CASES["GET event"], tmp_path)
