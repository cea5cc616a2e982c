"""Acts on signing events as values: signing, notices, uploads and files, without HTTP."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from sealbox.apis.certifiqi import documents, files, notices, rules, signing, uploads
from sealbox.apis.certifiqi.cnab import Title
from sealbox.apis.certifiqi.model import CertificateKind, SignatureStatus, Upload
from sealbox.apis.certifiqi.requests import Sent
from sealbox.apis.certifiqi.signatures import authority
from sealbox.apis.certifiqi.signing import Moment
from sealbox.php_forms import Upload as Sending
from sealbox.problems import NotFound, RuleViolation

from tests.remittance import write_titles

if TYPE_CHECKING:
    from sealbox.apis.certifiqi.model import SigningEvent

    from tests.domain.certifiqi.conftest import EventValues

PENDING, SIGNED, REJECTED = SignatureStatus.PENDING, SignatureStatus.SIGNED, SignatureStatus.REJECTED
ISSUER = authority("test")


def judged(make: EventValues, after: float = 60, **switches: str) -> signing.Given:
    return signing.Given(now=make.after(after), switches=make.switches(**switches))


def ids(event: SigningEvent) -> list[int]:
    return [place.signer.id for place in signing.places(event)]


def two_parties(make: EventValues) -> SigningEvent:
    parties = (
        make.party(make.group(make.signer(id=number, name=f"S{number}")), position=number)
        for number in (1, 2)
    )
    return make.event(make.batch(*parties))


def attempt(event: SigningEvent, signer: int, given: signing.Given) -> SigningEvent | None:
    try:
        return signing.sign(event, signer, given).event
    except RuleViolation:
        return None


def acts(event: SigningEvent, signer: int, given: signing.Given) -> list[partial[signing.Changed]]:
    """What can be done to an event."""
    return [
        partial(signing.sign, event, signer, given),
        partial(signing.reject, event, signer, given),
        partial(signing.cancel, event, given),
    ]


def test_a_signature_is_of_its_signer_moment_and_certificate(make: EventValues) -> None:
    event = make.event(make.batch(make.simple_party()))
    changed = signing.sign(event, 1, judged(make), certificate=CertificateKind.REVOKED).event
    (place,) = signing.places(changed)

    assert (place.signer.status, place.signer.acted_at) == (SIGNED, make.after(60))
    assert place.signer.certificate is CertificateKind.REVOKED


def test_the_event_before_is_left_as_it_was(make: EventValues) -> None:
    event = make.event(make.batch(make.simple_party()))
    signing.sign(event, 1, judged(make))

    assert rules.event_status(event) is PENDING


def test_who_is_not_in_the_event_is_not_found(make: EventValues) -> None:
    event = two_parties(make)
    for act in (signing.sign, signing.reject):
        with pytest.raises(NotFound):
            act(event, 7, judged(make))


def test_the_moments_lead_from_a_signature_to_the_start_of_the_zip(make: EventValues) -> None:
    first = signing.sign(two_parties(make), 1, judged(make))
    second = signing.sign(first.event, 2, judged(make))

    assert first.moments == (Moment.SIGNER_SIGNED, Moment.PARTY_SIGNED)
    assert second.moments == (Moment.SIGNER_SIGNED, Moment.PARTY_SIGNED, Moment.ZIP_STARTED)


def test_a_signature_that_completes_nothing_is_a_moment_of_its_own(make: EventValues) -> None:
    group = make.group(make.signer(id=1), make.signer(id=2), needs=2)

    assert signing.sign(make.event(make.batch(make.party(group))), 1, judged(make)).moments == (
        Moment.SIGNER_SIGNED,
    )


def test_a_rejection_and_a_cancellation_are_one_moment_each(make: EventValues) -> None:
    assert signing.reject(two_parties(make), 2, judged(make)).moments == (Moment.REJECTED,)
    assert signing.cancel(two_parties(make), judged(make)).moments == (Moment.CANCELLED,)


@pytest.mark.parametrize(
    ("seconds", "allowed"), [(59, False), (60, False), (61, True)], ids=["past", "now", "to come"]
)
@pytest.mark.parametrize("what", ["event", "group"])
def test_an_expiry_counts_from_its_very_moment(
    make: EventValues, what: str, seconds: int, *, allowed: bool
) -> None:
    event = make.event(make.batch(make.simple_party()))
    at = make.after(seconds)
    if what == "event":
        event = replace(event, signature_expiration_date=at)
    else:
        event = signing.with_groups(event, lambda group: replace(group, expiration=at))

    assert (attempt(event, 1, judged(make)) is not None) == allowed


@pytest.mark.parametrize(("wait", "allowed"), [("refuse", False), ("accept", True)])
def test_generation_is_waited_for_as_the_switch_says(make: EventValues, wait: str, *, allowed: bool) -> None:
    event = make.event(make.batch(make.simple_party(), documents=2))
    given = replace(judged(make, asynchronous_wait=wait), ready=lambda key: key != "k1")

    assert (attempt(event, 1, given) is not None) == allowed


@settings(max_examples=25)
@given(data=st.data())
def test_no_act_is_possible_on_an_event_that_is_not_open(make: EventValues, data: st.DataObject) -> None:
    event = data.draw(make.events())
    given = judged(make, after=2000)
    assume(signing.state(event, given.now) != signing.OPEN)
    signer = data.draw(st.sampled_from(ids(event)))

    for act in acts(event, signer, given):
        with pytest.raises(RuleViolation):
            act()


@settings(max_examples=25)
@given(data=st.data())
def test_a_signature_changes_one_signer_and_undoes_nothing(make: EventValues, data: st.DataObject) -> None:
    before = data.draw(make.events((PENDING, SIGNED)))
    signer = data.draw(st.sampled_from(ids(before)))
    after = attempt(before, signer, judged(make, after=2000))
    assume(after is not None)
    assert after is not None
    changed = [
        one.signer.id
        for one, other in zip(signing.places(before), signing.places(after), strict=True)
        if one.signer != other.signer
    ]

    assert changed == [signer]
    assert all(
        now is not PENDING for was, now in zip(levels(before), levels(after), strict=True) if was is SIGNED
    )


@settings(max_examples=150)
@given(data=st.data())
def test_what_is_known_after_acts_is_what_counting_anew_finds(make: EventValues, data: st.DataObject) -> None:
    """Whoever acts learns statuses and places of the event before it: a copy without them has the same."""
    event = data.draw(make.events())
    given_now = judged(make, signing_order="free")
    for signer in data.draw(st.permutations(ids(event))):
        act = data.draw(st.sampled_from([signing.sign, signing.sign, signing.reject]))
        with suppress(RuleViolation):
            event = act(event, signer, given_now).event
        copied = deepcopy(event)

        assert not hasattr(copied, "_known")
        assert copied == event
        assert levels(copied) == levels(event)
        assert rules.current_position(copied) == rules.current_position(event)
        for one in ids(event):
            assert signing.place_of(copied, one) == signing.place_of(event, one)
            assert signing.place_of(event, one).signer.id == one


def levels(event: SigningEvent) -> list[SignatureStatus]:
    """The status of everything above a signer."""
    found = [rules.event_status(event)]
    for batch in event.batches:
        found.append(rules.batch_status(batch))
        for party in batch.related_parties:
            found.append(rules.party_status(party))
            found += map(rules.group_status, party.signer_groups)
    return found


@settings(max_examples=25)
@given(data=st.data())
def test_every_act_goes_a_way_that_is_drawn(make: EventValues, data: st.DataObject) -> None:
    event = data.draw(make.events((PENDING, SIGNED)))
    given = judged(make, after=2000)
    signer = data.draw(st.sampled_from(ids(event)))
    act = data.draw(st.sampled_from(acts(event, signer, given)))
    try:
        changed = act()
    except RuleViolation:
        return
    before, after = signing.state(event, given.now), signing.state(changed.event, given.now)
    led = [moment for moment in changed.moments if moment in signing.WAYS[before]]

    assert [signing.WAYS[before][moment] for moment in led] == ([after] if after != before else [])


@settings(max_examples=25)
@given(data=st.data())
def test_a_quorum_can_sign_in_its_order_and_finishes_the_event(
    make: EventValues, data: st.DataObject
) -> None:
    event = data.draw(make.events((PENDING, SIGNED)))
    given = judged(make, after=2000)
    assume(rules.event_status(event) is PENDING)
    try:
        chosen = signing.quorum(event, given.now)
    except RuleViolation:
        everybody = signing.with_groups(
            event,
            lambda group: replace(group, signers=tuple(replace(one, status=SIGNED) for one in group.signers)),
        )

        assert rules.event_status(everybody) is PENDING
        return
    for signer in chosen:
        event = signing.sign(event, signer, given).event

    assert rules.event_status(event) is SIGNED


@settings(max_examples=25)
@given(data=st.data())
def test_nobody_of_a_quorum_is_left_out(make: EventValues, data: st.DataObject) -> None:
    """One signature fewer is not enough."""
    event = data.draw(make.events((PENDING, SIGNED)))
    given = judged(make, after=2000, signing_order="free")
    assume(rules.event_status(event) is PENDING)
    try:
        chosen = signing.quorum(event, given.now)
    except RuleViolation:
        return
    left_out = data.draw(st.sampled_from(chosen))
    for signer in chosen:
        if signer != left_out:
            event = signing.sign(event, signer, given).event

    assert rules.event_status(event) is PENDING


def test_a_refusal_says_why(make: EventValues) -> None:
    with pytest.raises(RuleViolation) as early:
        signing.sign(two_parties(make), 2, judged(make))
    with pytest.raises(RuleViolation) as late:
        signing.cancel(replace(two_parties(make), cancelled_at=make.NOW), judged(make))

    assert "position 2" in early.value.why
    assert "cancel_signature" in late.value.why


@pytest.mark.parametrize("switch", ["current", "older", "states"])
def test_each_capture_of_the_page_has_moments_of_its_own(make: EventValues, switch: str) -> None:
    make.switches(webhook_moments=switch)
    moments = notices.WEBHOOK_MOMENTS[switch]

    assert {Moment.PARTY_SIGNED, Moment.FINISHED} <= moments
    assert Moment.SIGNER_SIGNED not in moments


def test_those_who_have_signed_are_not_asked(make: EventValues) -> None:
    group = make.group(
        make.signer(SIGNED, id=1, email="ana@example.com"),
        make.signer(id=2, email="bia@example.com"),
        needs=2,
    )
    letters = [*notices.invitations(make.event(make.batch(make.party(group))))]

    assert [(letter.to, letter.signer_id) for letter in letters] == [("bia@example.com", 2)]


@pytest.mark.parametrize("moment", Moment)
def test_only_moments_of_the_states_page_are_announced(make: EventValues, moment: Moment) -> None:
    group = make.group(*(make.signer(id=number, email="ana@example.com") for number in (1, 2)))
    told = [letter.to for letter in notices.announcements(make.event(make.batch(make.party(group))), moment)]

    assert told == (["ana@example.com"] if moment in notices.MAIL_MOMENTS else [])


def test_three_moments_are_mailed() -> None:
    assert set(notices.MAIL_MOMENTS) == {Moment.PARTY_SIGNED, Moment.ZIP_STARTED, Moment.REJECTED}


def pdf() -> bytes:
    written = BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.drawString(72, 700, "contrato")
    canvas.save()
    return written.getvalue()


def desk(make: EventValues, **switches: str) -> uploads.Desk:
    numbers = count(1)
    return uploads.Desk(
        client_key=make.KEY,
        now=make.NOW,
        new_id=lambda: f"k{next(numbers)}",
        switches=make.switches(**switches),
        generation=timedelta(seconds=2),
    )


def form(content: bytes, name: str = "a.pdf", **fields: str) -> Sent:
    return Sent(fields, {"file": Sending(name, name, "application/pdf", 0, content)})


def test_an_upload_is_kept_as_it_came(make: EventValues) -> None:
    kept = desk(make).document(form(pdf(), control_number="9"))

    assert kept == Upload("k1", make.KEY, "a.pdf", "9", pdf(), make.NOW, make.NOW)


def test_a_file_without_a_name_is_given_one(make: EventValues) -> None:
    assert desk(make).document(form(pdf(), "")).name == "document.pdf"


@given(content=st.binary(max_size=200) | st.binary(max_size=60).map(lambda more: b"%PDF-1.7\n" + more))
def test_any_bytes_are_taken_or_refused(make: EventValues, content: bytes) -> None:
    for take in (desk(make).document, desk(make).trade_bills):
        with pytest.raises(RuleViolation):
            take(form(content))


@settings(max_examples=25)
@given(cut=st.integers(1, 1347))
def test_half_a_pdf_never_breaks_the_upload(make: EventValues, cut: int) -> None:
    try:
        kept = desk(make).document(form(pdf()[:cut], endorsement_page="true"))
    except RuleViolation:
        return

    assert kept.content.startswith(b"%PDF")


@pytest.mark.parametrize("said", ["true", "True", " TRUE ", "1"])
def test_an_endorsement_page_is_asked_for_in_several_spellings(make: EventValues, said: str) -> None:
    assert len(desk(make).document(form(pdf(), endorsement_page=said)).content) > len(pdf())


@pytest.mark.parametrize("said", ["yes please", "2", "null"])
def test_what_is_neither_true_nor_false_is_refused(make: EventValues, said: str) -> None:
    with pytest.raises(RuleViolation, match="endorsement_page"):
        desk(make).document(form(pdf(), endorsement_page=said))


@settings(max_examples=8)
@given(number=st.integers(1, 12))
def test_each_title_is_ready_a_little_later_than_the_one_before(make: EventValues, number: int) -> None:
    one = Title("N", Decimal("1.00"), date(2025, 5, 1), "SACADO", "85653681067")
    fields = dict.fromkeys(uploads.ASSIGNOR_FIELDS, "x")
    found = desk(make).trade_bills(form(write_titles([one] * number), **fields))

    assert [bill.ready_at for bill in found] == [make.after(2 * at) for at in range(1, number + 1)]
    assert all(bill.content.startswith(b"%PDF") for bill in found)


@given(name=st.text(min_size=1))
def test_any_name_becomes_one_step_of_an_address(name: str) -> None:
    stem = documents.stem(name)

    assert stem
    assert not set(stem) & set("/\\?#% \n")
    assert stem.strip(".") == stem


def test_documents_are_counted_from_one_over_all_batches(make: EventValues) -> None:
    parts = [make.batch(make.simple_party(), documents=number) for number in (2, 1, 3)]
    event = make.event(*parts)

    assert [number for number, _, _ in documents.numbered(event)] == [1, 2, 3, 4, 5, 6]
    assert [first for first, _ in documents.firsts(event)] == [1, 3, 4]


@pytest.mark.parametrize(("count", "zips"), [(1, 1), (499, 1), (500, 1), (501, 2), (1000, 2), (1001, 3)])
def test_an_event_has_a_zip_for_each_500_documents(make: EventValues, count: int, zips: int) -> None:
    event = make.event(make.batch(make.simple_party(), documents=count))

    assert documents.zip_count(event) == zips


def test_zips_are_as_many_as_counted_and_hold_every_document(
    make: EventValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "signed_document", lambda *_, **__: files.Signed(b"pdf", b"p7s"))
    event = make.event(
        make.batch(make.simple_party(SIGNED), documents=300),
        make.batch(make.simple_party(SIGNED), documents=201),
    )
    made = files.zips(event, lambda _: b"", authority=ISSUER, switches=make.switches())
    names = [ZipFile(BytesIO(one)).namelist() for one in made]

    assert len(made) == documents.zip_count(event) == 2
    assert [len(found) for found in names] == [1000, 2]
    assert all(len(set(found)) == len(found) for found in names)


def test_only_those_who_signed_are_in_the_signature_and_in_their_order(make: EventValues) -> None:
    people = (
        make.signer(SIGNED, id=1, after=9, name="Ana"),
        make.signer(id=2, name="Bia"),
        make.signer(REJECTED, id=3, name="Caio"),
        make.signer(SIGNED, id=4, after=2, name="Davi"),
    )
    batch = make.batch(make.party(make.group(*people)))

    assert [one.name for one in documents.signers_of(batch)] == ["Davi", "Ana"]


@pytest.mark.parametrize(
    ("kind", "within"), [("pades", True), ("PAdES", True), ("cades", False), ("x", False)]
)
def test_pades_is_known_in_any_letters(make: EventValues, kind: str, *, within: bool) -> None:
    batch = replace(make.batch(make.simple_party(SIGNED)), signature_type=kind)
    made = files.signed_document(batch, make.document(), pdf(), authority=ISSUER, original_signed=False)

    assert (made.p7s is None) == within
    assert made.pdf.startswith(b"%PDF")


def test_a_revocation_list_depends_on_the_revoked_only(make: EventValues) -> None:
    def event(*kinds: CertificateKind) -> SigningEvent:
        people = (
            make.signer(SIGNED, id=at, name=f"S{at}", certificate=kind) for at, kind in enumerate(kinds)
        )
        return make.event(make.batch(make.party(make.group(*people))))

    nobody, one, again = (
        files.revoked([event(*kinds)], ISSUER)
        for kinds in (
            (CertificateKind.VALID, CertificateKind.EXPIRED),
            (CertificateKind.REVOKED, CertificateKind.VALID),
            (CertificateKind.REVOKED, CertificateKind.EXPIRED),
        )
    )

    assert nobody != one
    assert one == again
