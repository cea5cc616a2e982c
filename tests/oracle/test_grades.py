"""What a sandbox's journal tells about its client, over journals written by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sealbox_conformance.grades import HABITS, Grade, Probe, Rating, grade, read

START = datetime(2025, 4, 1, 12, tzinfo=UTC)


class Journal:
    """Writes entries as the sandbox does; `after` are seconds since the entry before."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.now = START
        self._numbers = count(1)

    def saw(self, method: str, path: str, status: int = 200, **more: Any) -> str:
        self.now += timedelta(seconds=more.pop("after", 1))
        name = f"req-{next(self._numbers)}"
        sent, answer = more.pop("sent", None), more.pop("answer", None)
        entry = {
            "id": name,
            "tenant": "demo",
            "at": self.now.isoformat(),
            "took_ms": 1.0,
            "api": path.split("/")[1],
            "operation": more.pop("operation", None),
            "request": {
                "method": method,
                "path": path,
                "query": "",
                "headers": more.pop("headers", []),
                "body": sent,
            },
            "response": {"status": status, "headers": [], "body": json.dumps(answer)},
            **more,
        }
        self.entries.append(entry)
        return name

    def grades(self, *deliveries: dict[str, Any], probes: tuple[Probe, ...] = ()) -> dict[str, Grade]:
        answered = {"entries": self.entries[::-1], "dropped": 0}
        return {one.id: one for one in grade(read(answered, deliveries, probes))}

    def poll(self, status: str, after: float) -> str:
        return self.saw(
            "GET",
            "/vec/business/batches/b1",
            operation="getBatch",
            answer={"data": {"status": status}},
            after=after,
        )


def delivery(name: str, state: str = "delivered", *faults: str, latency: float = 5.0) -> dict[str, Any]:
    status = 200 if state == "delivered" else 500
    return {
        "delivery": {
            "id": name,
            "url": "http://127.0.0.1:3000/hooks",
            "state": state,
            "faults": list(faults),
        },
        "headers": [["x-api-token", "token"]],
        "body": '{"all_files_url": "http://127.0.0.1/certifiqi/storage/e1/all.zip"}',
        "attempts": [{"number": 1, "status": status, "latency_ms": latency}],
    }


def test_an_empty_journal_shows_no_habit() -> None:
    grades = Journal().grades()

    assert set(grades) == set(HABITS)
    assert {one.rating for one in grades.values()} == {Rating.NOT_SEEN}


def test_what_is_not_the_vendors_api_is_not_graded() -> None:
    journal = Journal()
    for _ in range(2):
        journal.saw("POST", "/_sandbox/clock/advance", 422)
        journal.entries[-1]["api"] = None

    assert journal.grades()["refusals"].rating is Rating.NOT_SEEN


# -------------------------------------------------------------------- 422 and 401


def test_a_refused_request_that_comes_again_fails() -> None:
    journal = Journal()
    names = [
        journal.saw("POST", "/certifiqi/batch_group", 422, sent='{"name": ""}', operation="createBatchGroup")
        for _ in range(2)
    ]

    found = journal.grades()["refusals"]

    assert found.rating is Rating.FAIL
    assert list(found.evidence) == names


def test_a_refused_request_that_comes_changed_passes() -> None:
    journal = Journal()
    journal.saw("POST", "/certifiqi/batch_group", 422, sent='{"name": ""}')
    journal.saw("POST", "/certifiqi/batch_group", 422, sent='{"name": "a"}')

    assert journal.grades()["refusals"].rating is Rating.PASS


def test_a_new_boundary_makes_no_new_request() -> None:
    journal = Journal()
    for boundary in ("one", "two"):
        journal.saw(
            "POST",
            "/vec/business/batches",
            422,
            sent=f"--{boundary}\r\nname\r\n--{boundary}--",
            headers=[["Content-Type", f'multipart/form-data; boundary="{boundary}"']],
        )

    assert journal.grades()["refusals"].rating is Rating.FAIL


def test_a_credential_that_was_turned_away_and_comes_again_fails() -> None:
    journal = Journal()
    for _ in range(2):
        journal.saw("GET", "/vec/business/batches", 401, headers=[["Authorization", "Bearer old"]])

    assert journal.grades()["credentials"].rating is Rating.FAIL


def test_another_credential_after_a_401_passes() -> None:
    journal = Journal()
    for token in ("old", "older"):
        journal.saw("GET", "/vec/business/batches", 401, headers=[["Authorization", f"Bearer {token}"]])
    journal.saw("GET", "/vec/business/batches", 200, headers=[["Authorization", "Bearer new"]])

    assert journal.grades()["credentials"].rating is Rating.PASS


# -------------------------------------------------------------------- polling


def test_looks_within_a_second_fail() -> None:
    journal = Journal()
    journal.poll("pending", 0)
    hasty = journal.poll("pending", 0.2)
    journal.poll("completed", 2)

    found = journal.grades()["polling"]

    assert found.rating is Rating.FAIL
    assert found.evidence == (hasty,)


def test_gaps_that_grow_pass() -> None:
    journal = Journal()
    for gap in (0, 1, 2, 4, 8):
        journal.poll("pending", gap)

    assert journal.grades()["polling"].rating is Rating.PASS


def test_gaps_that_stay_the_same_warn() -> None:
    journal = Journal()
    for _ in range(5):
        journal.poll("processing", 2)

    assert journal.grades()["polling"].rating is Rating.WARN


def test_two_things_that_are_read_at_once_are_no_polling() -> None:
    journal = Journal()
    journal.saw(
        "GET", "/certifiqi/batch_group/k1", operation="getBatchGroup", answer={"internal_status": "pending"}
    )
    journal.saw("GET", "/certifiqi/batch_group/k2", operation="getBatchGroup", answer={}, after=0)

    assert journal.grades()["polling"].rating is Rating.NOT_SEEN


def test_looks_after_the_end_are_no_polling() -> None:
    journal = Journal()
    journal.poll("completed", 0)
    journal.poll("completed", 0.1)

    assert journal.grades()["polling"].rating is Rating.NOT_SEEN


def test_a_clock_that_stands_still_shows_no_gaps() -> None:
    journal = Journal()
    for _ in range(3):
        journal.poll("pending", 0)

    found = journal.grades()["polling"]

    assert found.rating is Rating.NOT_SEEN
    assert "--clock auto" in found.message


# -------------------------------------------------------------------- files


def test_a_file_that_an_answer_spoke_of_passes() -> None:
    journal = Journal()
    address = "http://127.0.0.1:4780/certifiqi/storage/e1/all.zip"
    event = {"internal_status": "finished", "all_files_url": address}
    journal.saw("GET", "/certifiqi/batch_group/e1", operation="getBatchGroup", answer=event)
    journal.saw("GET", "/certifiqi/storage/e1/all.zip")

    assert journal.grades()["files"].rating is Rating.PASS


def test_a_file_that_a_webhook_spoke_of_passes() -> None:
    journal = Journal()
    journal.saw("GET", "/certifiqi/storage/e1/all.zip")

    assert journal.grades(delivery("d1"))["files"].rating is Rating.PASS


def test_a_file_that_nobody_spoke_of_warns() -> None:
    journal = Journal()
    journal.saw("GET", "/certifiqi/storage/e1/all.zip")

    assert journal.grades()["files"].rating is Rating.WARN


def test_a_file_that_is_not_there_yet_fails() -> None:
    journal = Journal()
    early = journal.saw("GET", "/certifiqi/certifier/zip_file/z1/url", 404, operation="getZipFileUrl")

    found = journal.grades()["files"]

    assert found.rating is Rating.FAIL
    assert found.evidence == (early,)


# -------------------------------------------------------------------- webhooks


def test_a_duplicate_that_was_accepted_passes() -> None:
    assert Journal().grades(delivery("d1", "delivered", "duplicate"))["duplicates"].rating is Rating.PASS


def test_a_duplicate_that_was_refused_fails() -> None:
    found = Journal().grades(delivery("d1"), delivery("d2", "failed", "duplicate"))["duplicates"]

    assert found.rating is Rating.FAIL
    assert found.evidence == ("d2",)


def test_unknown_fields_that_were_refused_fail() -> None:
    grades = Journal().grades(delivery("d1", "failed", "extra_fields"))

    assert grades["unknown_fields"].rating is Rating.FAIL
    assert grades["duplicates"].rating is Rating.NOT_SEEN


def test_a_webhook_on_its_way_is_not_seen() -> None:
    grades = Journal().grades(delivery("d1", "pending", "duplicate"))

    assert grades["duplicates"].rating is Rating.NOT_SEEN


def test_a_slow_receiver_fails() -> None:
    grades = Journal().grades(delivery("d1"), delivery("d2", latency=10_000.0))

    assert grades["in_time"].rating is Rating.FAIL
    assert grades["in_time"].evidence == ("d2",)


def _origin(*statuses: int) -> Rating:
    probes = tuple(
        Probe("d1", token, status) for token, status in zip(("wrong", "missing"), statuses, strict=True)
    )
    return Journal().grades(delivery("d1"), probes=probes)["origin"].rating


def test_a_stranger_who_is_turned_away_passes() -> None:
    assert _origin(401, 403) is Rating.PASS


def test_a_stranger_who_is_let_in_fails() -> None:
    assert _origin(401, 204) is Rating.FAIL


def test_a_stranger_who_gets_no_answer_warns() -> None:
    assert _origin(0, 500) is Rating.WARN
