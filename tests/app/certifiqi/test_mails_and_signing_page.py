"""E-mails that nobody sends, and the page behind their links."""

from __future__ import annotations

import re
import socket
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.app.certifiqi.conftest import Desk, Json, Shapes
    from tests.app.conftest import Client

ODD = "<script>alert(1)</script>\"'&{{ 7 * 7 }}"


class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def buttons(self) -> list[str | None]:
        return [attributes.get("value") for tag, attributes in self.elements if tag == "button"]


def addressees(desk: Desk, event: Json) -> list[str]:
    return [mail["to"] for mail in desk.mails(event)]


def page(desk: Desk, event: Json, name: str = "Ana") -> Page:
    answer = desk.client.control("GET", f"/certifiqi/sign/{desk.ids(event)[name]}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Page(answer.text)


def press(desk: Desk, event: Json, act: str, name: str = "Ana") -> httpx2.Response:
    return desk.client.control("POST", f"/certifiqi/sign/{desk.ids(event)[name]}", data={"act": act})


def test_without_send_emails_nobody_is_mailed(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"), send_emails=False)
    desk.sign(event, "Ana", "Bia")
    desk.client.advance("1m")

    assert desk.mails(event) == []


def test_with_send_emails_the_signers_are_asked_at_creation(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia"))), send_emails=True)
    first, second = desk.mails(event)

    assert [first["to"], second["to"]] == ["ana@example.com", "bia@example.com"]
    assert first["at"] == "2025-04-01T12:00:00+00:00"
    assert all(word in first["text"] for word in ("Ana", "Fundo", "Evento", "assignor", "Empresa"))
    assert first["link"].startswith(f"http://127.0.0.1:4780/_sandbox/certifiqi/sign/{desk.ids(event)['Ana']}")


def test_sending_asks_whatever_send_emails_says(desk: Desk) -> None:
    event = desk.create(send_emails=False)
    desk.put(event, "send_to_signature")

    assert addressees(desk, event) == ["ana@example.com"]


def test_sending_again_asks_again(desk: Desk) -> None:
    event = desk.create(send_emails=True)
    desk.put(event, "send_to_signature")
    desk.put(event, "send_to_signature")

    assert addressees(desk, event) == ["ana@example.com"] * 3


def test_only_those_in_turn_and_pending_are_asked_again(desk: Desk, shapes: Shapes) -> None:
    first = shapes.party(shapes.group("Ana", "Bia", needs=2), position=1)
    event = desk.create(shapes.batch(first, shapes.party("Caio", position=2)))
    asked = []
    for name in ("Ana", "Bia", "Caio"):
        before = len(desk.mails(event))
        desk.put(event, "send_to_signature")
        asked.append(addressees(desk, event)[before:])
        desk.sign(event, name)

    assert asked == [["ana@example.com", "bia@example.com"], ["bia@example.com"], ["caio@example.com"]]


def test_signers_of_a_signed_party_are_not_asked(desk: Desk, shapes: Shapes) -> None:
    parties = [shapes.party(shapes.group("Ana", "Bia")), shapes.party("Caio", position=2)]
    event = desk.create(shapes.batch(*parties))
    desk.sign(event, "Ana")
    desk.put(event, "send_to_signature")

    assert "bia@example.com" not in addressees(desk, event)


def test_creation_mails_nobody_if_the_switch_says_so(desk: Desk) -> None:
    there = desk.opened(send_emails_at="send_to_signature")
    event = there.create(send_emails=True)
    at_creation = addressees(there, event)
    there.put(event, "send_to_signature")

    assert (at_creation, addressees(there, event)) == ([], ["ana@example.com"])


def test_those_whom_a_party_names_are_told(desk: Desk, shapes: Shapes) -> None:
    party = shapes.party("Ana", notify_to=["rui@example.com", {"odd": 1}, "nobody", 7])
    event = desk.create(shapes.batch(party), send_emails=True)
    mails = {mail["to"]: mail for mail in desk.mails(event)}

    assert mails.keys() == {"ana@example.com", "rui@example.com"}
    assert mails["rui@example.com"]["link"] is None


def test_signers_are_told_of_a_party_and_of_the_event(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"), send_emails=True)
    before = len(desk.mails(event))
    desk.sign(event, "Ana", "Bia")
    desk.client.advance("1m")
    told = [(mail["to"], mail["subject"]) for mail in desk.mails(event)[before:]]
    both = ("ana@example.com", "bia@example.com")
    moments = ["related party signed"] * 2 + ["event signed, ZIP creation starts"]

    assert told == [(name, f"Evento: {moment}") for moment in moments for name in both]


def test_a_rejection_is_mailed_and_a_cancellation_is_not(desk: Desk) -> None:
    rejected, cancelled = (desk.create(send_emails=True) for _ in range(2))
    desk.reject(rejected, "Ana")
    desk.put(cancelled, "cancel_signature")

    assert [mail["subject"] for mail in desk.mails(rejected)] == [
        "Please sign: Evento",
        "Evento: event rejected",
    ]
    assert [mail["subject"] for mail in desk.mails(cancelled)] == ["Please sign: Evento"]


def test_one_address_in_two_roles_is_told_once(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana"), shapes.batch("Ana"), send_emails=True)
    before = len(desk.mails(event))
    desk.reject(event, "Ana")

    assert addressees(desk, event)[before:] == ["ana@example.com"]


def test_mails_are_listed_newest_first_and_by_event(desk: Desk) -> None:
    one, two = desk.create(send_emails=True), desk.create(send_emails=True)
    found = desk.client.control("GET", "/certifiqi/mails").json()["mails"]

    assert [mail["about"] for mail in found] == [two["batch_group_key"], one["batch_group_key"]]
    assert [mail["about"] for mail in desk.mails(one)] == [one["batch_group_key"]]


def test_no_mail_is_ever_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *host, **_: asked.append(host))
    event = desk.create(send_emails=True)
    desk.put(event, "send_to_signature")
    desk.sign(event, "Ana")
    desk.client.advance("1d")

    assert len(desk.mails(event)) == 4
    assert asked == []


def test_mails_stay_with_their_tenant(desk: Desk) -> None:
    there = desk.opened()
    there.create(send_emails=True)

    assert desk.client.control("GET", "/certifiqi/mails").json()["mails"] == []
    assert len(there.client.control("GET", "/certifiqi/mails").json()["mails"]) == 1


@pytest.mark.parametrize("tenant", ["demo", "other"])
def test_a_link_leads_to_the_page_of_its_signer(desk: Desk, shapes: Shapes, tenant: str) -> None:
    there = desk if tenant == "demo" else desk.opened(tenant)
    event = there.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia"))), send_emails=True)
    shown = [Page(there.client.send("GET", mail["link"]).text) for mail in there.mails(event)]

    assert ["Ana" in one.text for one in shown] == [True, False]
    assert ["Bia" in one.text for one in shown] == [False, True]


def test_a_link_is_all_that_a_browser_needs_to_sign(desk: Desk) -> None:
    there = desk.opened()
    event = there.create(send_emails=True)
    link = there.mails(event)[0]["link"]
    form = dict(Page(there.client.send("GET", link).text).elements)["form"]
    action = form.get("action") or link
    answer = there.client.send("POST", action, data={"act": "sign"})

    assert (form["method"], answer.status_code) == ("post", 200)
    assert there.state(event)[0] == "signed"


def test_the_page_says_what_is_to_be_signed_and_that_it_is_a_sandbox(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", documents=[shapes.document("a.pdf"), shapes.document("b.pdf")]))
    shown = page(desk, event)
    links = [attributes["href"] for tag, attributes in shown.elements if tag == "a"]

    assert all(word in shown.text for word in ("SANDBOX", "Evento", "Fundo", "Ana", "assignor", "Empresa"))
    assert links == ["https://example.com/a.pdf", "https://example.com/b.pdf"]
    assert shown.buttons == ["sign", "reject"]


@pytest.mark.parametrize(("act", "status"), [("sign", "signed"), ("reject", "rejected")])
def test_its_buttons_sign_and_reject(desk: Desk, act: str, status: str) -> None:
    event = desk.create()
    shown = Page(press(desk, event, act).text)

    assert desk.state(event)[0] == status
    assert status in shown.text
    assert shown.buttons == []


def test_it_explains_a_refusal(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch("Ana", "Bia"))
    answer = press(desk, event, "sign", "Bia")
    alerts = [tag for tag, attributes in Page(answer.text).elements if attributes.get("role") == "alert"]

    assert answer.status_code == 200
    assert alerts == ["p"]
    assert "not the turn of position 2" in Page(answer.text).text
    assert desk.state(event) == ("pending", "pending")


def test_a_second_press_is_explained(desk: Desk, shapes: Shapes) -> None:
    event = desk.create(shapes.batch(shapes.party(shapes.group("Ana", "Bia", needs=2))))
    press(desk, event, "sign")

    assert "signed already" in Page(press(desk, event, "sign").text).text


@pytest.mark.parametrize("body", [{"act": "shout"}, {}])
def test_another_button_is_no_button(desk: Desk, body: Json) -> None:
    event = desk.create()
    answer = desk.client.control("POST", f"/certifiqi/sign/{desk.ids(event)['Ana']}", data=body)

    assert answer.status_code == 400
    assert desk.state(event) == ("pending", "pending")


def test_looking_at_the_page_changes_nothing(desk: Desk) -> None:
    event = desk.create()
    before = desk.read(event)
    page(desk, event)

    assert desk.read(event) == before


def test_a_magic_address_signs_with_its_certificate_on_the_page_too(desk: Desk, shapes: Shapes) -> None:
    revoked = shapes.signer("Ana", email="revoked+ana@example.com")
    event = desk.create(shapes.batch(shapes.party(shapes.group(revoked))))
    before = desk.file("/certifiqi/storage/pki/crl.pem").content
    press(desk, event, "sign")

    assert desk.file("/certifiqi/storage/pki/crl.pem").content != before


@pytest.mark.parametrize("place", ["event", "main party", "party", "role", "signer", "document", "address"])
def test_texts_of_a_client_are_shown_as_text(desk: Desk, shapes: Shapes, place: str) -> None:
    texts = dict.fromkeys(("event", "main party", "party", "role", "signer", "document", "address"), "Ana")
    texts[place] = f"https://example.com/{ODD}"
    paper = {"document_key": "k", "name": texts["document"], "url": texts["address"]}
    party = shapes.party(
        shapes.group(shapes.signer(texts["signer"], email="a@example.com")), role=texts["role"]
    )
    event = desk.create(
        shapes.batch(party | {"name": texts["party"]}, documents=[paper]),
        name=texts["event"],
        main_related_party=texts["main party"],
    )
    shown = page(desk, event, texts["signer"])
    links = [attributes["href"] for tag, attributes in shown.elements if tag == "a"]

    assert "script" not in shown.tags
    assert texts[place] in shown.text or texts[place] in links


def test_a_refusal_shows_names_as_text(desk: Desk, shapes: Shapes) -> None:
    parties = [shapes.party("Ana", name=ODD), shapes.party("Bia", position=2)]
    event = desk.create(shapes.batch(*parties))
    shown = Page(press(desk, event, "sign", "Bia").text)

    assert "script" not in shown.tags
    assert "alert(1)" in shown.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,<script>"]
)
def test_no_link_of_the_page_runs_anything(desk: Desk, shapes: Shapes, address: str) -> None:
    paper = {"document_key": "k", "name": "a.pdf", "url": address}
    shown = page(desk, desk.create(shapes.batch("Ana", documents=[paper])))
    schemes = {
        urlsplit(str(attributes.get("href", "")).strip()).scheme
        for tag, attributes in shown.elements
        if tag == "a"
    }

    assert schemes <= {"", "http", "https"}


@settings(max_examples=25)
@given(texts=st.lists(st.text(min_size=1, max_size=20), min_size=4, max_size=4))
def test_any_text_leaves_the_page_as_it_is_built(
    shared: Client, desk_of: type[Desk], shapes: Shapes, texts: list[str]
) -> None:
    """The elements are those of a page of plain words, whatever stands between them."""
    desk = desk_of(shared)
    plain, odd = (shape(desk, shapes, words) for words in (["a", "b", "c", "d"], texts))

    assert [element[0] for element in odd.elements] == [element[0] for element in plain.elements]


def shape(desk: Desk, shapes: Shapes, words: list[str]) -> Page:
    one = shapes.signer("Ana") | {"name": words[0]}
    party = shapes.party(shapes.group(one)) | {"name": words[1], "role": words[2]}
    event = desk.create(shapes.batch(party), name=words[3])
    return page(desk, event, words[0])


def test_a_page_of_another_tenant_s_signer_is_not_there(desk: Desk) -> None:
    there = desk.opened()
    event = there.create()
    answer = desk.client.control("GET", f"/certifiqi/sign/{there.ids(event)['Ana']}")

    assert answer.status_code == 404


def test_the_same_history_writes_the_same_mails(open_app: Callable[..., Client], desk_of: type[Desk]) -> None:
    found: list[Any] = []
    for _ in range(2):
        desk = desk_of(open_app())
        event = desk.create(send_emails=True)
        desk.sign(event, "Ana")
        found.append([desk.mails(event), re.sub(r"\s+", " ", page(desk, event).text)])

    assert found[0] == found[1]
