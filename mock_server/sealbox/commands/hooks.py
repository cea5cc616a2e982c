"""`sealbox hooks`: receive webhooks, list them, send them again, have something go wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .happenings import moment
from .output import REFUSED, USAGE, as_json, end, painted, say
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .hook_receiver import Arrival

PORT = 4781
QUIET = frozenset({"host", "accept", "accept-encoding", "connection", "content-length", "user-agent"})

hooks = typer.Typer(help="Webhooks: receive, list, send again, break.", no_args_is_help=True)

Port = Annotated[int, typer.Option(help="Where to listen; 0 takes a free one.", min=0, max=65535)]
Count = Annotated[int | None, typer.Option(help="End after so many.", min=1)]
Answer = Annotated[int, typer.Option(help="The status to answer with.", min=200, max=599)]


@hooks.command()
@on_server
def listen(
    server: Server,
    *,
    port: Port = PORT,
    forward_to: Annotated[
        str | None, typer.Option(help="Pass them on to this address, and its answers back.")
    ] = None,
    answer: Answer = 200,
    count: Count = None,
) -> None:
    """Receive webhooks on this machine and print them. Ctrl-C ends it.

    Give its address to events: sealbox demo event --webhook http://127.0.0.1:4781. Its header is held against
    the one that the server says it has sent.
    """
    _receive(server, port, forward_to=forward_to, answer=answer, count=count)


@hooks.command()
@on_server
def forward(
    server: Server,
    target: Annotated[str, typer.Argument(help="Where webhooks are to go, as http://localhost:3000/hooks.")],
    *,
    port: Port = PORT,
    count: Count = None,
) -> None:
    """Receive webhooks, pass them on, and give the answers back: listen --forward-to."""
    _receive(server, port, forward_to=target, answer=200, count=count)


@hooks.command("list")
@on_server
def list_(
    server: Server, *, about: Annotated[str | None, typer.Option(help="Only those about this event.")] = None
) -> None:
    """List webhooks, the newest first."""
    found = server.get("/deliveries", about=about)
    server.show(found, "\n".join(map(_line, found["deliveries"])) or "no webhooks yet")


@hooks.command()
@on_server
def show(server: Server, delivery: Annotated[str, typer.Argument(help="Its id, or last.")]) -> None:
    """Show a webhook with its bytes and every attempt."""
    found = server.get(f"/deliveries/{_id(server, delivery)}")
    server.show(found, "\n".join([_head(found), found["body"], *map(_attempt, found["attempts"])]))


@hooks.command()
@on_server
def replay(server: Server, delivery: Annotated[str, typer.Argument(help="Its id, or last.")]) -> None:
    """Send a webhook again."""
    found = server.post(f"/deliveries/{_id(server, delivery)}/replay")
    server.show(found, f"{_head(found)}\n{_attempt(found['attempts'][-1])}")


@hooks.command()
@on_server
def fault(
    server: Server,
    kind: Annotated[
        str | None, typer.Argument(help="duplicate, drop, delay, reorder, truncate or extra_fields.")
    ] = None,
    *,
    nth: Annotated[int | None, typer.Option(help="Which webhook from now on.", min=1)] = None,
    times: Annotated[int | None, typer.Option(help="How many in a row.", min=1)] = None,
    by: Annotated[str | None, typer.Option(help="How late, as 1m.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Let nothing more go wrong.")] = False,
) -> None:
    """Have something go wrong with webhooks; without KIND, list what is still to go wrong."""
    if forget and kind:
        end("--forget takes no KIND", USAGE)
    if forget:
        found = server.delete("/webhook_faults")
    elif kind:
        asked = {"kind": kind, "nth": nth, "times": times, "by": by}
        found = server.post(
            "/webhook_faults", {name: value for name, value in asked.items() if value is not None}
        )
    else:
        found = server.get("/webhook_faults")
    told = [", ".join(f"{name} {value}" for name, value in one.items()) for one in found["faults"]]
    server.show(found, "\n".join(told) or "nothing goes wrong")


def _id(server: Server, delivery: str) -> str:
    if delivery != "last":
        return delivery
    newest = server.get("/deliveries")["deliveries"]
    if not newest:
        end("there has been no webhook yet", REFUSED)
    return str(newest[0]["id"])


def _line(delivery: Mapping[str, Any]) -> str:
    again = f", next at {delivery['next_at']}" if delivery["next_at"] else ""
    tried = f"{delivery['state']}, {delivery['attempts']} attempts{again}"
    when = moment({"at": delivery["created_at"]})
    return f"{when}  {delivery['id']}  {delivery['moment']} -> {delivery['url']}  {tried}"


def _head(found: Mapping[str, Any]) -> str:
    delivery = found["delivery"]
    return f"{delivery['id']}  {delivery['moment']} -> {delivery['url']}  {delivery['state']}"


def _attempt(attempt: Mapping[str, Any]) -> str:
    came = f"{attempt['status']} ({attempt['latency_ms']:.0f} ms)" if attempt["status"] else attempt["error"]
    return f"{moment(attempt)}  attempt {attempt['number']}: {came}"


def _receive(server: Server, port: int, *, forward_to: str | None, answer: int, count: int | None) -> None:
    from .hook_receiver import Receiver

    try:
        receiver = Receiver(port, forward_to=forward_to, answer=answer)
    except OSError as error:
        end(f"cannot listen on port {port}: {error.strerror}; --port 0 takes a free one", USAGE)
    where = f" and passing on to {forward_to}" if forward_to else ""
    say(f"listening on {receiver.url}{where}; Ctrl-C ends it")
    with receiver:
        for number, arrival in enumerate(receiver, start=1):
            verdict = _held_against_the_server(server, arrival)
            if server.as_json:
                typer.echo(as_json({**arrival.shown(), "header": verdict}, line=True))
            else:
                typer.echo("\n".join(_told(arrival, verdict)))
            if number == count:
                return


def _told(arrival: Arrival, verdict: str) -> list[str]:
    body = arrival.json() or {}
    what = " ".join(
        str(body[name])
        for name in ("batch_group_key", "signature_status", "internal_status")
        if body.get(name)
    )
    answered = f"answered {arrival.answered}" if arrival.answered else "not passed on: nobody answers there"
    lines = [f"{painted('POST', 'bold')} {arrival.path}  {what}  {answered}"]
    lines += [f"  {name}: {value}" for name, value in arrival.headers if name.lower() not in QUIET]
    good = verdict.startswith("matches")
    return [*lines, painted(f"  header {verdict}", "green" if good else "magenta")]


def _held_against_the_server(server: Server, arrival: Arrival) -> str:
    """Whether the request has the header that the server says goes with this event's webhooks."""
    key = (arrival.json() or {}).get("batch_group_key")
    deliveries = server.get("/deliveries", about=key)["deliveries"] if key else []
    if not deliveries:
        return "not checked: the server knows no such webhook"
    expected = server.get(f"/deliveries/{deliveries[0]['id']}")["headers"]
    if not expected:
        return "not checked: the server sends none (switch certifiqi.webhook_header)"
    got = {name.lower(): value for name, value in arrival.headers}
    wrong = [name for name, value in expected if got.get(name.lower()) != value]
    return (
        f"does not match: {', '.join(wrong)}"
        if wrong
        else f"matches: {', '.join(name for name, _ in expected)}"
    )
