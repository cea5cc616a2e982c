"""Certificates: ids that need no index, and rows that agree with what their batch says of itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.apis.vec import render
from sealbox.apis.vec.certificates import (
    FILES,
    CertificateStatus,
    certificate,
    certificate_id,
    certificates,
    reference_id,
    reference_row,
    row_of,
)
from sealbox.apis.vec.lifecycle import stand
from sealbox.apis.vec.model import KnownCertificate, Recipients, Status

if TYPE_CHECKING:
    from sealbox.apis.vec.model import Batch

    from tests.domain.conftest import Life, VecValues

BATCH_IDS = st.uuids(version=4).map(str)
ORDER = list(CertificateStatus)


def statuses(vec: VecValues, batch: Batch, seconds: float, **chosen: str) -> list[str]:
    return [one.status.value for one in certificates(batch, vec.after(seconds), vec.switches(**chosen))]


def known_batch(vec: VecValues) -> Batch:
    """A batch whose first row is a certificate that a world knows."""
    batch = vec.batch("..")
    known = KnownCertificate(
        id="9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15",
        reference_id="VEC-IC-202567DAE48425BAD",
        customer_id=12,
        made_at=vec.after(60),
        files=(("pdf", "https://example.com/one.pdf"),),
    )
    first, second = batch.recipients.rows
    return replace(batch, recipients=Recipients((replace(first, known_as=known), second)))


# ---- ids --------------------------------------------------------------------------------------------------


@given(batch_id=BATCH_IDS, total=st.integers(1, 40))
def test_ids_are_unique_uuids_that_lead_back_to_their_rows(vec: VecValues, batch_id: str, total: int) -> None:
    batch = vec.batch("." * total, id=batch_id)
    ids = [certificate_id(batch, row) for row in range(total)]

    assert len({batch_id, *ids}) == total + 1
    for row, one in enumerate(ids):
        assert str(UUID(one)) == one
        assert UUID(one).version == 4
        assert row_of(one, batch) == row


@pytest.mark.parametrize("tail", ["000000000000", "ffffffffffff", "800000000000"])
def test_ids_of_a_large_batch_are_unique_wherever_they_begin(vec: VecValues, tail: str) -> None:
    batch = vec.batch("." * 20_000, id=f"9e7860e3-7c0a-401f-98f6-{tail}")
    ids = {certificate_id(batch, row) for row in range(batch.total)}

    assert len(ids) == batch.total
    assert {row_of(one, batch) for one in ids} == set(range(batch.total))


@given(batch_id=BATCH_IDS, tail=st.integers(0, 2**48 - 1))
def test_an_id_of_no_row_leads_nowhere(vec: VecValues, batch_id: str, tail: int) -> None:
    batch = vec.batch("..", id=batch_id)
    stranger = f"{batch_id[:24]}{tail:012x}"
    ids = [certificate_id(batch, row) for row in range(2)]

    assert row_of(stranger, batch) == (ids.index(stranger) if stranger in ids else None)
    assert row_of(batch_id, batch) is None
    assert row_of(certificate_id(vec.batch("...", id=batch_id), 2), batch) is None


def test_a_known_certificate_keeps_its_ids_and_its_computed_one_is_nobodys(vec: VecValues) -> None:
    batch = known_batch(vec)
    computed = certificate_id(replace(batch, recipients=vec.batch("..").recipients), 0)

    assert certificate_id(batch, 0) == "9e7860f0-05d1-4fd0-b3e0-e98e19f1cf15"
    assert reference_id(batch, 0) == "VEC-IC-202567DAE48425BAD"
    assert row_of(computed, batch) is None
    assert row_of(certificate_id(batch, 1), batch) == 1


@given(batch_id=BATCH_IDS)
def test_reference_ids_of_a_batch_are_unique_and_shaped_like_the_documented_one(
    vec: VecValues, batch_id: str
) -> None:
    batch = vec.batch("." * 30, id=batch_id)
    references = [reference_id(batch, row) for row in range(30)]

    assert len(set(references)) == 30
    assert [reference_row(batch, one) for one in references] == list(range(30))
    assert all(re.fullmatch(r"VEC-IC-2025[0-9A-F]{13}", one) for one in references)


@pytest.mark.parametrize(
    "reference", ["", "VEC-IC-2025", "VEC-IC-2025B98E316934F4", "VEC-IC-20250B98E316934F6"]
)
def test_a_reference_id_of_no_row_leads_nowhere(vec: VecValues, reference: str) -> None:
    assert reference_row(vec.batch(".."), reference) is None
    assert reference_row(vec.batch("..."), "VEC-IC-20250B98E316934F6") == 2
    assert reference_row(vec.batch("..."), "VEC-IC-20240B98E316934F6") is None


def test_a_known_reference_id_leads_to_its_row(vec: VecValues) -> None:
    batch = known_batch(vec)

    assert reference_row(batch, "VEC-IC-202567DAE48425BAD") == 0
    assert reference_row(batch, reference_id(batch, 1)) == 1
    assert reference_row(batch, "VEC-IC-20250B98E316934F4") is None


# ---- one row at a time ------------------------------------------------------------------------------------


def test_rows_are_made_one_after_the_other(vec: VecValues) -> None:
    batch = vec.batch(".x.")

    assert statuses(vec, batch, 1.9) == ["pending"] * 3
    assert statuses(vec, batch, 2) == ["processing", "pending", "pending"]
    assert statuses(vec, batch, 2.5) == ["generated", "processing", "pending"]
    assert statuses(vec, batch, 3) == ["generated", "failed", "processing"]
    assert statuses(vec, batch, 3.5) == ["generated", "failed", "generated"]


def test_nothing_is_made_while_signatures_are_awaited(vec: VecValues) -> None:
    batch = vec.batch("..", signatures=vec.signed(None))

    assert statuses(vec, batch, 99) == ["pending", "pending"]
    assert statuses(vec, batch, 99, approval="after_generation") == ["generated", "generated"]


def test_what_was_not_made_before_a_refusal_has_failed(vec: VecValues) -> None:
    batch = vec.batch("....", signatures=vec.signed(-3))
    shown = list(certificates(batch, vec.after(99), vec.switches(approval="after_generation")))

    assert [one.status.value for one in shown] == ["generated", "generated", "failed", "failed"]
    assert [one.updated_at for one in shown] == [vec.after(at) for at in (2.5, 3, 3, 3)]


@pytest.mark.parametrize("approval", ["before_generation", "after_generation"])
def test_a_refused_batch_counts_the_certificates_that_failed(vec: VecValues, approval: str) -> None:
    batch, switches = vec.batch("....", signatures=vec.signed(-3)), vec.switches(approval=approval)
    failed = statuses(vec, batch, 99, approval=approval).count("failed")

    assert stand(batch, vec.after(99), switches).failed == failed


def test_files_exist_once_a_certificate_is_made(vec: VecValues) -> None:
    made, failed, waiting = certificates(vec.batch(".x."), vec.after(3), vec.switches())

    assert tuple(made.files) == FILES
    assert made.files["pdf"] == f"certificates/{made.id}/certificate_{int(vec.after(2.5).timestamp())}.pdf"
    assert made.generated_at == vec.after(2.5)
    assert not failed.files
    assert not waiting.files
    assert failed.generated_at is waiting.generated_at is None


def test_a_known_certificate_shows_what_the_world_says(vec: VecValues) -> None:
    known, other = certificates(known_batch(vec), vec.after(99), vec.switches())

    assert (known.generated_at, known.updated_at) == (vec.after(60), vec.after(60))
    assert known.files == {"pdf": "https://example.com/one.pdf"}
    assert (known.customer_id, other.customer_id) == (12, None)


# ---- laws -------------------------------------------------------------------------------------------------


@given(data=st.data())
def test_the_counters_of_a_batch_count_its_certificates(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives(refusals=False))
    for at in life.times:
        shown = stand(life.batch, at, life.switches)
        counts = Counter(one.status for one in certificates(life.batch, at, life.switches))

        assert counts[CertificateStatus.GENERATED] == shown.processed
        assert counts[CertificateStatus.FAILED] == shown.failed
        assert counts[CertificateStatus.PROCESSING] <= (shown.status is Status.PROCESSING)
        assert counts.total() == life.batch.total


@given(data=st.data())
def test_a_certificate_looks_the_same_alone(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    at = data.draw(st.sampled_from(life.times))
    together = list(certificates(life.batch, at, life.switches))

    assert [certificate(life.batch, one.row, at, life.switches) for one in together] == together


@given(data=st.data())
def test_a_certificate_never_goes_back(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    rows = zip(*(certificates(life.batch, at, life.switches) for at in life.times), strict=True)
    for row in rows:
        for before, after in pairwise(row):
            assert ORDER.index(before.status) <= ORDER.index(after.status)
            assert before.updated_at <= after.updated_at
            if before.status in {CertificateStatus.GENERATED, CertificateStatus.FAILED}:
                assert before == after


@given(data=st.data())
def test_only_a_generated_certificate_has_files_and_a_time(vec: VecValues, data: st.DataObject) -> None:
    life: Life = data.draw(vec.lives())
    for at in life.times:
        for one in certificates(life.batch, at, life.switches):
            made = one.status is CertificateStatus.GENERATED

            assert bool(one.files) is made
            assert (one.generated_at is not None) is made
            assert life.batch.created_at <= one.updated_at <= at
            assert not (made and one.recipient.fault)


# ---- what is shown ----------------------------------------------------------------------------------------


def test_a_certificate_shows_addresses_of_its_files_or_nulls(vec: VecValues) -> None:
    view = render.View(vec.after(2.5), None, "https://example.com/vec", vec.switches())
    made, waiting = (
        render.certificate(one, view) for one in certificates(vec.batch(), view.now, view.switches)
    )

    assert made["pdf_path"].startswith(f"https://example.com/vec/storage/certificates/{made['id']}/")
    assert [waiting[f"{kind}_path"] for kind in FILES] == [None] * 4
    assert made["issue_date"] == "2025-04-01T00:00:00.000000Z"
    assert made["generated_at"] == "2025-04-01T12:00:02.000000Z"
    assert made.keys() == waiting.keys()


def test_a_documented_file_keeps_the_vendors_address(vec: VecValues) -> None:
    view = render.View(vec.after(99), None, "https://example.org", vec.switches())
    known = render.certificate(certificate(known_batch(vec), 0, view.now, view.switches), view)

    assert known["pdf_path"] == "https://example.com/one.pdf"
    assert known["image_path"] is None


@given(at=st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001, zoned below
def test_a_moment_is_always_27_characters_of_utc(vec: VecValues, at: datetime) -> None:
    zoned = at.replace(tzinfo=vec.NOW.tzinfo)
    text = render.moment(zoned)

    assert text is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z", text)
    assert timedelta() <= zoned - datetime.fromisoformat(text) < timedelta(seconds=1)
