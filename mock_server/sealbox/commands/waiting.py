"""`sealbox wait`: until a server is ready."""

from __future__ import annotations

from time import perf_counter, sleep
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import UNREACHABLE, USAGE, as_json, end, say
from .remote import DEFAULT_URL, AsJson

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 0.1  # seconds between two tries
ONE_TRY = 2.0  # seconds


def wait(
    url: Annotated[
        str, typer.Argument(help="Where the server is to be.", envvar="SEALBOX_URL")
    ] = DEFAULT_URL,
    *,
    timeout: Annotated[str, typer.Option(help="How long at most, as 30s or 500ms.")] = "30s",
    as_json: AsJson = False,
) -> None:
    """Wait until a server is ready. Exit code 3: it was not in time."""
    from sealbox.timing.durations import duration

    try:
        longest = duration(f"{timeout}s" if timeout.isdecimal() else timeout).total_seconds()
    except (ValueError, OverflowError) as error:
        end(str(error), USAGE)
    ready = _within(longest, lambda: _ready(url.rstrip("/")))
    if ready is None:
        end(f"no Sealbox was ready at {url} within {timeout}", UNREACHABLE)
    _tell(url, ready, json=as_json)


def _tell(url: str, ready: Any, *, json: bool) -> None:
    if json:
        typer.echo(as_json(ready))
    else:
        say(f"ready: {url}")


def _within(seconds: float, attempt: Callable[[], Any]) -> Any:
    """The first thing that `attempt` gives, tried once at least; None when the time is over."""
    end_at = perf_counter() + seconds
    while (found := attempt()) is None and perf_counter() < end_at:
        sleep(EVERY)
    return found


def _ready(url: str) -> Any:
    """The answer of a Sealbox that is ready, else None."""
    import httpx2

    try:
        answer = httpx2.get(f"{url}/_sandbox/ready", timeout=ONE_TRY, trust_env=False)
        found = answer.json()
    except (httpx2.HTTPError, ValueError):
        return None
    except httpx2.InvalidURL as error:
        end(f"{url}: {error}", USAGE)
    return found if isinstance(found, dict) and found.get("ready") is True else None
