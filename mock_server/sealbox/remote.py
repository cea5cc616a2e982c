"""Commands that speak to a running server's control plane, at SEALBOX_URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_URL = "http://127.0.0.1:4780"

Url = Annotated[str, typer.Option(help="Where the server is.", envvar="SEALBOX_URL")]
Tenant = Annotated[str, typer.Option(help="Whose world.", envvar="SEALBOX_TENANT")]
AsJson = Annotated[bool, typer.Option("--json", help="The server's answer as it is.")]

clock = typer.Typer(help="Read a tenant's clock, or move it.", no_args_is_help=True)


def call(url: str, method: str, path: str, *, tenant: str, body: Mapping[str, Any] | None = None) -> Any:
    """The answer of `/_sandbox<path>`.

    Ends the command with exit code 3 when nobody answers there, with 1 when the server refuses, each with a
    sentence on stderr.
    """
    import httpx2  # noqa: PLC0415, `--help` need not wait for it

    try:
        answer = httpx2.request(
            method,
            f"{url.rstrip('/')}/_sandbox{path}",
            params={"tenant": tenant},
            json=body,
            timeout=60,
            trust_env=False,
        )
        found = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        typer.echo(f"sealbox: no Sealbox answers at {url}: {error}", err=True)
        raise typer.Exit(3) from error
    if answer.is_error:
        typer.echo(f"sealbox: {found.get('detail', answer.text)}", err=True)
        raise typer.Exit(1)
    return found


def show(found: Any, text: str, *, as_json: bool) -> None:
    """Data for programs on stdout, or one line for people."""
    if as_json:
        import orjson  # noqa: PLC0415, as above

        text = orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
    typer.echo(text)


def sign(  # noqa: PLR0913, PLR0917, one flag a choice
    target: Annotated[str, typer.Argument(help="Number of a signer; with --until the key of an event.")],
    until: Annotated[
        str | None, typer.Option(help="quorum: the fewest that finish it; all: everybody.")
    ] = None,
    certificate: Annotated[str | None, typer.Option(help="valid, expired or revoked.")] = None,
    url: Url = DEFAULT_URL,
    tenant: Tenant = "demo",
    as_json: AsJson = False,  # noqa: FBT002, a flag
) -> None:
    """Sign in a CertifiQI signer's place."""
    if not until and not target.isdecimal():
        typer.echo(f"sealbox: a signer is a number; for an event say --until quorum {target}", err=True)
        raise typer.Exit(2)
    if until:
        path, body = f"/certifiqi/events/{target}/sign", {"until": until}
    else:
        path, body = f"/certifiqi/signers/{target}/sign", {"certificate": certificate} if certificate else {}
    found = call(url, "POST", path, tenant=tenant, body=body)
    show(found, event_line(found), as_json=as_json)


def reject(
    signer: Annotated[str, typer.Argument(help="Number of a signer.")],
    url: Url = DEFAULT_URL,
    tenant: Tenant = "demo",
    as_json: AsJson = False,  # noqa: FBT002, a flag
) -> None:
    """Reject in a CertifiQI signer's place."""
    found = call(url, "POST", f"/certifiqi/signers/{signer}/reject", tenant=tenant)
    show(found, event_line(found), as_json=as_json)


def approve(  # noqa: PLR0913, PLR0917, one flag a choice
    batch: Annotated[str, typer.Argument(help="Id of a VEC batch.")],
    user: Annotated[str | None, typer.Option(help="UUID of one signatory; without it all of them.")] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse instead.")] = False,  # noqa: FBT002, a flag
    url: Url = DEFAULT_URL,
    tenant: Tenant = "demo",
    as_json: AsJson = False,  # noqa: FBT002, a flag
) -> None:
    """Approve a VEC batch in its signatories' place."""
    act = "refuse" if refuse else "approve"
    body = {"user_uuid": user} if user else {}
    found = call(url, "POST", f"/vec/batches/{batch}/{act}", tenant=tenant, body=body)
    outstanding = sum(signature["approved_at"] is None for signature in found["signatures"])
    line = f"{found['name']}: {found['status']}, {outstanding} signatures outstanding"
    show(found, line, as_json=as_json)


@clock.command("show")
def clock_show(
    url: Url = DEFAULT_URL,
    tenant: Tenant = "demo",
    as_json: AsJson = False,  # noqa: FBT002, a flag
) -> None:
    """Tell the time, and when something happens next."""
    found = call(url, "GET", "/clock", tenant=tenant)
    show(found, clock_line(found), as_json=as_json)


@clock.command("advance")
def clock_advance(
    by: Annotated[str, typer.Argument(help="How far, as 1h30m, or idle: until nothing more happens.")],
    url: Url = DEFAULT_URL,
    tenant: Tenant = "demo",
    as_json: AsJson = False,  # noqa: FBT002, a flag
) -> None:
    """Move the clock; whatever becomes due on the way happens in order."""
    from .durations import duration  # noqa: PLC0415, as above

    try:
        if by != "idle":
            duration(by)
    except (ValueError, OverflowError) as error:
        typer.echo(f"sealbox: {error}", err=True)
        raise typer.Exit(2) from error
    body = {"until": "idle"} if by == "idle" else {"by": by}
    found = call(url, "POST", "/clock/advance", tenant=tenant, body=body)
    show(found, clock_line(found), as_json=as_json)


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


def clock_line(found: Mapping[str, Any]) -> str:
    due = found["next_due"]
    return f"{found['now']} ({found['mode']}), " + (f"next at {due}" if due else "nothing is due")
