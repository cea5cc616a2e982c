"""Acting in people's place: `sign`, `reject`, `approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import REFUSED, USAGE, end
from .remote import Server, on_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@on_server
def sign(
    server: Server,
    targets: Annotated[
        list[str],
        typer.Argument(help="Numbers of signers, in order; with --until or --all-but the key of an event."),
    ],
    *,
    until: Annotated[
        str | None, typer.Option(help="quorum: the fewest that finish it; all: everybody.")
    ] = None,
    all_but: Annotated[int | None, typer.Option(help="Everybody of the event but this signer.")] = None,
    certificate: Annotated[str | None, typer.Option(help="valid, expired or revoked.")] = None,
) -> None:
    """Sign in CertifiQI signers' place."""
    if until and all_but is not None:
        end("--until and --all-but are two ways to say who: take one", USAGE)
    if until or all_but is not None:
        if len(targets) > 1:
            end("one event at a time", USAGE)
        (key,) = targets
        found = _until(server, key, until) if until else _all_but(server, key, all_but)
        server.show(found, event_line(found))
        return
    for target in targets:
        if not target.isdecimal():
            end(f"a signer is a number; for an event say --until quorum {target}", USAGE)
    body = {"certificate": certificate} if certificate else {}
    for signer in targets:
        found = server.post(f"/certifiqi/signers/{signer}/sign", body)
        server.show(found, event_line(found))


@on_server
def reject(server: Server, signer: Annotated[int, typer.Argument(help="Number of a signer.", min=0)]) -> None:
    """Reject in a CertifiQI signer's place."""
    found = server.post(f"/certifiqi/signers/{signer}/reject")
    server.show(found, event_line(found))


@on_server
def approve(
    server: Server,
    batch: Annotated[str, typer.Argument(help="Id of a VEC batch.")],
    *,
    user: Annotated[str | None, typer.Option(help="UUID of one signatory; without it all of them.")] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse instead.")] = False,
) -> None:
    """Approve a VEC batch in its signatories' place."""
    act = "refuse" if refuse else "approve"
    found = server.post(f"/vec/batches/{batch}/{act}", {"user_uuid": user} if user else {})
    outstanding = sum(signature["approved_at"] is None for signature in found["signatures"])
    server.show(found, f"{found['name']}: {found['status']}, {outstanding} signatures outstanding")


def _until(server: Server, key: str, until: str) -> Any:
    return server.post(f"/certifiqi/events/{key}/sign", {"until": until})


def _all_but(server: Server, key: str, kept: int | None) -> Any:
    """Sign for whoever is in turn until only `kept` is left, or those who wait for them."""
    event = server.get(f"/certifiqi/events/{key}")
    if kept not in {signer["id"] for signer in signers(event)}:
        end(f"{key} has no signer {kept}", REFUSED)
    happened: list[str] = []
    while able := [one["id"] for one in signers(event, _may_sign) if one["id"] != kept]:
        event = server.post(f"/certifiqi/signers/{able[0]}/sign", {})
        happened += event["happened"]
    if not happened:
        end("nobody else of this event may sign now", REFUSED)
    return {**event, "happened": happened}


def _may_sign(signer: Mapping[str, Any]) -> bool:
    return signer["status"] == "pending" and bool(signer["in_turn"])


def signers(
    event: Mapping[str, Any], wanted: Callable[[Mapping[str, Any]], bool] = bool
) -> Iterator[Mapping[str, Any]]:
    """The signers of an event, in the order of its document."""
    for batch in event["batches"]:
        for party in batch["parties"]:
            for group in party["groups"]:
                yield from filter(wanted, group["signers"])


def event_line(event: Mapping[str, Any]) -> str:
    happened = "; ".join(event["happened"]) or "nothing new"
    missing = event["missing"]
    if missing is None:
        left = "no group can ever be complete"
    elif missing:
        left = f"missing: {', '.join(map(str, missing))}"
    else:
        left = "nobody is missing"
    return f"{event['name']}: {happened}. {event['signature_status']} ({event['internal_status']}), {left}"
