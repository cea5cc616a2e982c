"""What the page says and how it is built, read without a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})
CONTROLS = frozenset({"input", "select", "button", "progress"})


class Reading(HTMLParser):
    """Walks a page: what is opened and closed, and under which name a reader hears each thing."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.headings: list[int] = []
        self.nameless: list[str] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag, _, _ in self._open]

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        self.tags.append((tag, attributes))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in CONTROLS - {"button"} and not self._is_labelled(attributes):
            self.nameless.append(f"<{tag} {attributes}>")
        if tag not in VOID:
            self._open.append((tag, attributes, []))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
            return
        _, attributes, texts = self._open.pop()
        text = "".join(texts).strip()
        if tag in {"button", "a", "summary"} and not (text or attributes.get("aria-label")):
            self.nameless.append(f"<{tag} {attributes}>")
        if self._open:
            self._open[-1][2].append(text)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)

    def _is_labelled(self, attributes: dict[str, str]) -> bool:
        if attributes.get("type") == "hidden" or attributes.get("aria-label"):
            return True
        within = any(tag == "label" for tag, _, _ in self._open)
        named = any(tag == "label" and one.get("for") == attributes.get("id", "-") for tag, one in self.tags)
        return within or named

    def ids(self) -> list[str]:
        return [one["id"] for _, one in self.tags if "id" in one]

    def count(self, tag: str) -> int:
        return sum(one == tag for one, _ in self.tags)


def fill(live: Any) -> None:
    """Something in every part of the page."""
    live.upload(rows=30)
    live.vec("POST", "/business/batches", data={"name": " "})
    live.event(send_emails=True, webhook_url="http://127.0.0.1:9/hook")
    live.act("add_fault", operation="getBatch", status="401", next="2")
    live.act("add_webhook_fault", kind="delay", by="1h")
    live.control("POST", "/clock/advance", by="30s")


def everything_unfolded(live: Any) -> str:
    ids = re.findall(r'<details id="([^"]+)"', live.html())
    return str(live.html(open=",".join(ids)))


@pytest.fixture(params=["fresh", "full", "unfolded", "lost", "docs"])
def page(request: pytest.FixtureRequest, live: Any) -> Reading:
    if request.param in {"full", "unfolded"}:
        fill(live)
    pages = {
        "fresh": live.html,
        "full": live.html,
        "unfolded": lambda: everything_unfolded(live),
        "lost": lambda: live.get("/_sandbox/docs/nowhere").text,
        "docs": lambda: live.html("/_sandbox/docs"),
    }
    return Reading(pages[request.param]())


def test_every_page_is_well_formed(page: Reading) -> None:
    assert page.faults == []
    assert page.tags[0] == ("html", {"lang": "en"})


def test_everything_that_can_be_used_has_a_name(page: Reading) -> None:
    assert page.nameless == []


def test_no_id_is_given_twice(page: Reading) -> None:
    ids = page.ids()

    assert sorted(ids) == sorted(set(ids))


def test_what_is_referred_to_is_there(page: Reading) -> None:
    ids = set(page.ids())
    for _, attributes in page.tags:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert {*attributes.get(name, "").split()} <= ids
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


def test_nothing_comes_from_elsewhere_and_no_script_or_style_stands_in_a_page(page: Reading) -> None:
    loaded = [
        one.get("src") or one.get("href", "") for tag, one in page.tags if tag in {"script", "link", "img"}
    ]

    assert all(address.startswith("/_sandbox/ui/static/") for address in loaded)
    assert page.count("style") == 0
    assert not [one for _, one in page.tags if "style" in one or any(name.startswith("on") for name in one)]


def test_the_page_has_its_landmarks_and_its_headings_in_order(live: Any) -> None:
    fill(live)
    read = Reading(everything_unfolded(live))

    assert {tag: read.count(tag) for tag in ("main", "footer", "h1")} == {"main": 1, "footer": 1, "h1": 1}
    assert read.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    navigations = [one for tag, one in read.tags if tag == "nav"]
    assert len({one["aria-label"] for one in navigations}) == len(navigations) == 2


def test_the_first_steps_are_there_until_somebody_asks_for_something(live: Any) -> None:
    page = live.html()
    assert "First steps" in page
    assert "Authorization: Bearer sealbox_vec_demo" in page
    assert f"{live.url}/certifiqi/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8" in page

    live.upload()

    assert "First steps" not in live.html()


def test_names_are_text_and_never_markup(live: Any) -> None:
    evil = "<script>alert(1)</script><b onclick=x>"
    live.upload(name=evil)
    live.event(name=evil, send_emails=True)
    live.client.get(f"/vec/{evil}", headers={"X-Evil": evil, "Authorization": evil})
    answer = live.get("/", find=evil, operation=evil, more=evil, status=evil)
    page = everything_unfolded(live) + answer.text + live.get("/", tenant=evil).text

    assert "<script>alert" not in page
    assert "<b onclick" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_newest_come_first_and_older_ones_when_asked_for(live: Any) -> None:
    for number in range(25):
        live.upload(name=f"Turma {number:02}", rows=1)
    page = live.html()
    assert page.index("Turma 24</span>") < page.index("Turma 06</span>")
    assert "Turma 03</span>" not in page
    more = re.search(r'id="more-batches" href="([^"]+)"', page)
    assert more

    assert "Turma 03</span>" in live.html(more[1].replace("&amp;", "&").partition("#")[0])


def test_what_is_unfolded_is_shown_however_old(live: Any) -> None:
    batch, event = live.upload(name="Die älteste"), live.event(name="Das älteste")
    for _ in range(21):
        live.upload(rows=1)
        live.event()
    assert "Die älteste</span>" not in live.html()

    page = live.html(open=f"{batch},{event}")

    assert "Die älteste</span>" in page
    assert "Das älteste</span>" in page


def test_the_rows_of_a_batch_are_paged(live: Any) -> None:
    batch = live.upload(rows=45)
    first = live.html(open=batch)
    assert "Rows 1 to 20 of 45" in first
    assert "p20@example.com" in first
    assert "p21@example.com" not in first

    last = live.html(open=batch, more=f"{batch}:40")

    assert "Rows 41 to 45 of 45" in last
    assert "p45@example.com" in last


def test_a_failed_row_says_why(live: Any) -> None:
    csv = ("a.csv", b"RecipientsEmail,RecipientsName\r\nana@example.com,Ana\r\nnobody,Bob\r\n", "text/csv")
    data = {"name": "Turma", "template_id": "9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001"}
    batch = live.vec("POST", "/business/batches", data=data, files={"csv_file": csv}).json()["data"]["id"]
    live.control("POST", "/clock/advance", until="idle")

    page = live.html(open=batch)

    assert "partially completed" in page
    assert "is not an e-mail address" in page


def test_files_that_the_page_names_are_there(live: Any) -> None:
    batch, key = live.upload(rows=1), live.event()
    live.act("quorum", event=key, until="quorum")
    live.control("POST", "/clock/advance", until="idle")
    page = live.html(open=f"{batch},{key}")

    files = re.findall(r'href="(/(?:vec|certifiqi)/storage/[^"]+)"', page)

    assert [path.rpartition(".")[2] for path in files] == ["pdf", "zip", "p7s"]
    assert [live.get(path).status_code for path in files] == [200, 200, 200]


def test_a_party_of_thirty_shows_each_of_them_and_how_many_are_needed(live: Any) -> None:
    key = live.event(crowd=30, needed=7)
    page = live.html(open=key)

    assert page.count('action="/_sandbox/ui/act/sign?') == 30
    assert "0 of 7 needed" in page
    live.act("quorum", event=key, until="quorum")
    page = live.html(open=key)
    assert "7 of 7 needed" in page
    assert page.count('action="/_sandbox/ui/act/sign?') == 0


def test_of_webhooks_mails_and_happenings_the_newest_come_first(live: Any) -> None:
    key = live.event(send_emails=True, webhook_url="http://127.0.0.1:9/hook")
    live.act("quorum", event=key, until="quorum")
    live.control("POST", "/clock/advance", by="1m")
    page = live.html()

    for section, newer, older in (
        ("webhooks", "event finished</span>", "related party signed</span>"),
        ("mails", "event signed, ZIP creation starts</strong>", "Please sign: Teste</strong>"),
        ("timeline", "event finished</span>", "related party signed</span>"),
    ):
        part = page[page.index(f'id="{section}-live"') :]
        assert part.index(newer) < part.index(older)


def test_a_webhook_shows_what_was_sent_and_what_came_of_it(live: Any) -> None:
    key = live.event(webhook_url="http://127.0.0.1:9/hook")
    live.act("quorum", event=key, until="quorum")
    live.control("POST", "/clock/advance", by="1s")
    delivery = live.control("GET", "/deliveries")["deliveries"][-1]

    page = live.html(open=delivery["id"])

    assert "Attempt 1 at" in page
    assert "content-type: application/json" in page
    assert f"&#34;batch_group_key&#34;: &#34;{key}&#34;" in page
    assert "cannot connect" in page
    assert "1 attempt, last failed, next" in page


def test_every_behaviour_can_be_searched_for(live: Any) -> None:
    page = live.html(find="createBatch 422")

    assert "createBatch 422" in page
    assert "Behaviours with" in page
    assert "0 behaviours with" in live.html(find="no such words anywhere")


def test_switches_show_the_value_that_stands(live: Any) -> None:
    live.control("POST", "/tenants", tenant="other", switches={"vec.row_faults": "refuse_upload"})
    page = live.html(tenant="other", open="switches")

    assert re.search(r"<code>vec\.row_faults</code> = <b>refuse_upload</b> <span[^>]*>changed", page)
    assert "; 1 changed" in page


def test_assumptions_are_told_once_there_are_any(live: Any) -> None:
    assert "Your client has relied on none so far." in live.html()
    live.event()

    page = live.html()

    assert "Your client has relied on none so far." not in page
    assert re.search(r'class="tag decides">decides', page)


def test_a_tenant_is_chosen_and_sees_only_its_own(live: Any) -> None:
    assert 'id="tenant"' not in live.html()
    live.control("POST", "/tenants", tenant="other", clock="manual")
    live.upload(name="Nur für demo")

    page = live.html(tenant="other")

    assert "<option selected>other</option>" in page
    assert "Nur für demo" not in page


def test_a_tenant_that_is_not_there_is_not_found_and_the_others_are_named(live: Any) -> None:
    answer = live.get("/", tenant="nobody")

    assert answer.status_code == 404
    assert "there is no tenant &#39;nobody&#39;" in answer.text
    assert 'href="/?tenant=demo"' in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/_sandbox/docs", "/_sandbox/ui/static/page.js", "/_sandbox/ui/nowhere"]
)
def test_no_page_lets_anything_in_from_elsewhere(live: Any, path: str) -> None:
    headers = live.get(path).headers

    assert headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self';"
    )
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_the_page_answers_to_this_machine_only(live: Any, header: dict[str, str]) -> None:
    assert live.client.get("/", headers=header).status_code == 403
    assert live.client.post("/_sandbox/ui/act/reset", headers=header).status_code == 403


def test_looking_leaves_no_trace_in_the_journal(live: Any) -> None:
    live.html()
    live.html("/_sandbox/docs")
    live.html("/_sandbox/ui/live")

    assert live.control("GET", "/journal")["total"] == 0


def test_a_part_of_a_page_has_the_same_digest_as_long_as_it_is_the_same(live: Any) -> None:
    def digests() -> dict[str, str]:
        found = re.findall(r'id="(\w+)-live" data-digest="(\w+)"', live.html("/_sandbox/ui/live"))
        return dict(found)

    before = digests()
    assert before == digests()
    live.upload()

    after = digests()
    told = {name for name in after if after[name] != before[name]} - {
        "timeline"
    }  # that may come a moment later
    assert told == {"clock", "overview", "start", "batches", "journal"}
