"""`sealbox-conformance client`: grades whoever used a sandbox, by the sandbox's journal and webhooks."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path  # noqa: TC003, typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from .grades import Grade, Probe, Rating, grade, hosts, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx2

PASS, FAIL, USAGE, UNREACHABLE = range(4)
MOST = 1000  # entries that a journal shows at once: the newest are graded
STYLES: Mapping[Rating, str] = {Rating.PASS: "green", Rating.WARN: "yellow", Rating.FAIL: "bold red"}


class Unreadable(Exception):  # noqa: N818, what it is and not what it does
    """The sandbox's answers are not there or not what they are meant to be."""


def client(  # noqa: PLR0913, one flag a setting
    *,
    journal: Annotated[str, typer.Option(help="Address of the sandbox that was used.")],
    tenant: Annotated[str, typer.Option(help="Whose world was used.")] = "demo",
    probe: Annotated[
        bool,
        typer.Option("--probe", help="Send one webhook again with a wrong x-api-token, and without one."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the grades as JSON.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Folder for grades.json and grades.xml (JUnit).")
    ] = None,
    yes_i_may_test_this_target: Annotated[
        bool,
        typer.Option(
            "--yes-i-may-test-this-target", help="Needed for a probe of what is not on this machine."
        ),
    ] = False,
) -> None:
    """Grade a client by what a sandbox saw of it.

    Exit codes: 0 no grade failed, 1 one did, 2 usage or nothing to grade, 3 not reachable.
    """
    import httpx2  # noqa: PLC0415, --help need not wait for it

    from .target import is_loopback  # noqa: PLC0415, as above

    try:
        with httpx2.Client(timeout=30, trust_env=False) as http:
            entries, deliveries = _fetched(http, journal.rstrip("/"), tenant)
            strangers = sorted(host for host in hosts(deliveries) if not is_loopback(f"http://{host}"))
            if probe and strangers and not yes_i_may_test_this_target:
                _stop(
                    USAGE,
                    f"{strangers[0]} is not on this machine: add --yes-i-may-test-this-target if you may",
                )
            probes = probed(http, deliveries) if probe else []
    except (httpx2.TransportError, httpx2.InvalidURL, Unreadable) as error:
        _stop(UNREACHABLE, f"no journal can be read at {journal}: {error}")
    seen = read(entries, deliveries, probes)
    grades = grade(seen)
    if report:
        write(report, grades)
    _tell(grades, as_json=as_json, dropped=int(entries.get("dropped", 0)))
    if not seen.entries and not seen.deliveries:
        _stop(USAGE, f"tenant {tenant} has seen no client: there is nothing to grade")
    raise typer.Exit(FAIL if any(one.rating is Rating.FAIL for one in grades) else PASS)


def _fetched(http: httpx2.Client, url: str, tenant: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    entries = _get(http, f"{url}/_sandbox/journal", tenant, "entries", limit=MOST)
    listed = _get(http, f"{url}/_sandbox/deliveries", tenant, "deliveries")["deliveries"]
    details = [_get(http, f"{url}/_sandbox/deliveries/{one['id']}", tenant, "delivery") for one in listed]
    return entries, details


def _get(http: httpx2.Client, url: str, tenant: str, wanted: str, **more: int) -> Mapping[str, Any]:
    answer = http.get(url, params={"tenant": tenant, **more})
    try:
        body = answer.json()
    except ValueError as error:
        raise Unreadable(f"{url} answered {answer.status_code} without JSON") from error
    if answer.status_code != 200 or not isinstance(body, dict) or wanted not in body:
        raise Unreadable(f"{url} answered {answer.status_code} without {wanted}: {answer.text[:200]}")
    return body


def probed(http: httpx2.Client, deliveries: Sequence[Mapping[str, Any]]) -> list[Probe]:
    """Send the newest webhook that was accepted twice more: with a wrong x-api-token, and without one."""
    import httpx2 as library  # noqa: PLC0415, --help need not wait for it

    accepted = next((one for one in deliveries if one["delivery"]["state"] == "delivered"), None)
    if accepted is None:
        return []
    others = [
        (name, value) for name, value in accepted["headers"] if name.lower() not in {"x-api-token", "host"}
    ]
    found = []
    for token, more in (("wrong", [("x-api-token", "not-the-token")]), ("missing", [])):
        try:
            status = http.post(
                accepted["delivery"]["url"],
                content=accepted["body"].encode(),
                headers=[*_without_length(others), *more],
            ).status_code
        except library.TransportError:
            status = 0
        found.append(Probe(accepted["delivery"]["id"], token, status))
    return found


def _without_length(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() != "content-length"]


def write(folder: Path, grades: Sequence[Grade]) -> None:
    """`grades.json` for programs, `grades.xml` as JUnit, where what was not seen is skipped."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415, --help need not wait for it

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "grades.json").write_text(_json(grades), encoding="utf-8")
    failed = sum(one.rating is Rating.FAIL for one in grades)
    skipped = sum(one.rating is Rating.NOT_SEEN for one in grades)
    counts = {"tests": str(len(grades)), "failures": str(failed), "skipped": str(skipped)}
    suite = ET.Element("testsuite", {"name": "sealbox-conformance client", **counts})
    for one in grades:
        case = ET.SubElement(suite, "testcase", {"classname": "client", "name": one.habit})
        said = f"{one.message} {' '.join(one.evidence)}".strip()
        if one.rating is Rating.FAIL:
            ET.SubElement(case, "failure", {"message": one.message}).text = said
        elif one.rating is Rating.NOT_SEEN:
            ET.SubElement(case, "skipped", {"message": one.message})
        else:
            ET.SubElement(case, "system-out").text = f"{one.rating}: {said}"
    ET.ElementTree(suite).write(folder / "grades.xml", encoding="utf-8", xml_declaration=True)


def _json(grades: Sequence[Grade]) -> str:
    return json.dumps({"grades": [asdict(one) for one in grades]}, indent=2, ensure_ascii=False) + "\n"


def _tell(grades: Sequence[Grade], *, as_json: bool, dropped: int) -> None:
    if as_json:
        typer.echo(_json(grades), nl=False)
        return
    from rich.console import Console  # noqa: PLC0415, --help need not wait for it
    from rich.table import Table  # noqa: PLC0415, as above
    from rich.text import Text  # noqa: PLC0415, as above

    table = Table("habit", "grade", "why", "seen in", title="the client's habits", title_justify="left")
    for one in grades:
        rating = Text(one.rating.replace("_", " "), STYLES.get(one.rating, ""))
        ids = ", ".join(one.evidence[:4]) + (f" and {len(one.evidence) - 4} more" if one.evidence[4:] else "")
        table.add_row(one.habit, rating, Text(one.message), Text(ids))
    Console().print(table)
    if dropped:
        typer.echo(f"{dropped} older requests are no longer in the journal: they were not graded", err=True)


def _stop(code: int, sentence: str) -> NoReturn:
    typer.echo(f"sealbox-conformance client: {sentence}", err=True)
    raise typer.Exit(code)
