"""The three requests that every server is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.inprocess import Call, get_event, post_batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CASES: Mapping[str, Call] = {
    "GET event": get_event(),
    "POST 1 row": post_batch(1),
    "POST 1,000 rows": post_batch(1000),
}

KEPT = """\
local function kept(path)
  local file = assert(io.open(path, "rb"))
  local all = file:read("*a")
  file:close()
  return all
end
"""
SCRIPT = """\
wrk.method = "{method}"
wrk.path = "{path}"
{headers}
{body}
{delay}
"""
# Written out once for each thread, so that taking turns costs wrk as little as sending one request does.
TURNS = """\
local calls, at = {{}}, 0
function init()
{calls}
end
function request()
  at = at % #calls + 1
  return calls[at]
end
"""
# A row's address has a number of its own each time, so that no two uploads are the same; wrk begins with
# another number in each run.
ANEW = """\
local before, after, number = kept("{before}"), kept("{after}"), os.time() % 100000 * 1000
function request()
  number = number + 1
  return wrk.format(nil, nil, nil, before .. number .. after)
end
"""
FIRST_ADDRESS = b"person0@"
DONE = """\
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'measured {"requests":%d,"microseconds":%d,"connect":%d,"read":%d,"write":%d,"status":%d,' ..
    '"timeout":%d,"p50":%f,"p99":%f}\\n',
    summary.requests, summary.duration, e.connect, e.read, e.write, e.status, e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""
# wrk sends the next request when the delay after an answer is over: drawn anew each time, so that the
# connections do not march in step. It counts in whole milliseconds, hence the random rounding.
DELAY = """\
function delay()
  return math.floor(-math.log(1 - math.random()) * {mean_ms} + math.random())
end
"""


def script(call: Call, folder: Path, *, mean_delay_ms: float = 0.0) -> str:
    """A wrk script that sends `call` again and again. Its body goes to a file in `folder`."""
    body = f"wrk.body = {_kept(call, folder)}" if call.body else ""
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in call.headers)
    delay = DELAY.format(mean_ms=mean_delay_ms) if mean_delay_ms else ""
    sent = SCRIPT.format(method=call.method, path=call.path, headers=headers, body=body, delay=delay)
    return KEPT + sent + DONE


def anew(call: Call, folder: Path) -> str:
    """A wrk script that sends `call` again and again, each time with an upload that was never sent before."""
    before, found, after = call.body.partition(FIRST_ADDRESS)
    if not found:
        return script(call, folder)
    for name, part in (("before", before + FIRST_ADDRESS[:-1]), ("after", FIRST_ADDRESS[-1:] + after)):
        (folder / name).write_bytes(part)
    varied = ANEW.format(before=folder / "before", after=folder / "after")
    return script(Call(call.method, call.path, call.headers), folder).removesuffix(DONE) + varied + DONE


def turns(calls: Sequence[Call], folder: Path) -> str:
    """A wrk script that sends one of `calls` after the other, and then begins again."""
    written = []
    for call in calls:
        headers = ", ".join(f'["{name}"] = "{value}"' for name, value in call.headers)
        body = _kept(call, folder) if call.body else "nil"
        written.append(
            f'  calls[#calls + 1] = wrk.format("{call.method}", "{call.path}", {{{headers}}}, {body})'
        )
    return KEPT + TURNS.format(calls="\n".join(written)) + DONE


def _kept(call: Call, folder: Path) -> str:
    """The Lua that reads the body of `call` from a file in `folder`, which is written."""
    kept = folder / f"body-{len(call.body)}"
    kept.write_bytes(call.body)
    return f'kept("{kept}")'
