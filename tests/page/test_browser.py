"""What people do on the page, done by a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Visit = Callable[..., Page]


def part(page: Page, id_: str) -> Locator:
    """The folding part with that id."""
    return page.locator(f"details[id='{id_}']")


def unfold(page: Page, id_: str) -> Locator:
    found = part(page, id_)
    found.locator("summary").first.click()
    expect(found).not_to_have_attribute("data-lazy", "")
    return found


def test_a_signature_on_the_page_behind_a_captured_mail_shows_in_the_tree(live: Any, visit: Visit) -> None:
    page = visit()
    key = live.event(name="Cessao de teste", send_emails=True)
    tree = unfold(page, key)
    expect(tree).to_contain_text("0 of 1 needed")

    with page.context.expect_page() as opened:
        page.locator("#mails").get_by_role("link", name="Signing page").click()
    opened.value.get_by_role("button", name="Sign").click()
    expect(opened.value.locator("body")).to_contain_text("signed")

    expect(tree).to_contain_text("1 of 1 needed")
    expect(tree.locator("summary").first).to_contain_text("waiting zip file")
    expect(page.locator("#timeline")).to_contain_text("event signed, ZIP creation starts")


def test_moving_the_clock_completes_a_batch(live: Any, visit: Visit) -> None:
    page = visit()
    batch = part(page, live.upload(name="Turma do relógio", rows=3))
    expect(batch).to_contain_text("pending")

    page.get_by_label("By", exact=True).fill("1h")
    page.get_by_role("button", name="Advance").click()

    expect(batch).to_contain_text("completed")
    expect(batch).to_contain_text("3 of 3 certificates")
    expect(page.locator("#now")).to_contain_text("13:00:00")
    expect(page.locator("#said")).to_contain_text("The clock has moved.")


def test_a_webhook_is_replayed_to_its_receiver(live: Any, visit: Visit, receiver: Any) -> None:
    receiver.status = 500
    live.event(webhook_url=receiver.url)
    page = visit()
    page.locator("#events details").first.locator("summary").first.click()
    page.get_by_role("button", name="Sign until quorum").click()
    webhook = page.locator("#webhooks li").first
    expect(webhook).to_contain_text("last 500")
    tried = len(receiver.heard)
    assert tried

    receiver.status = 200
    webhook.get_by_role("button", name="Replay").click()

    expect(page.locator("#webhooks li").filter(has_text="delivered").first).to_be_visible()
    assert len(receiver.heard) > tried
    webhook.locator("summary").click()
    expect(webhook).to_contain_text("thanks")
    expect(webhook).to_contain_text("Attempt 2")


def test_the_journal_says_why_a_request_was_refused(live: Any, visit: Visit) -> None:
    page = visit()
    live.client.get("/certifiqi/batch_group/x", headers={"Authorization": "Bearer secret"})

    entry = page.locator("#journal li").first
    expect(entry).to_contain_text("no x-api-token header was sent; an Authorization header was")
    entry.locator("summary").click()

    expect(entry).to_contain_text("getBatchGroup 401")
    expect(entry.get_by_label("As curl").last).to_contain_text("-H 'authorization: Bearer secret'")
    expect(entry.get_by_label("Body").last).to_contain_text("The x-api-token header is missing")


def test_a_line_is_copied(live: Any, visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.locator("#start-live").get_by_role("button", name="Copy").nth(1).click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl {live.url}/certifiqi/batch_group/")
    assert "x-api-token: sealbox_certifiqi_demo" in copied


def test_requests_are_filtered_by_status(live: Any, visit: Visit) -> None:
    live.upload()
    live.client.get("/certifiqi/batch_group/x")
    page = visit()
    expect(page.locator("#journal .journal > li")).to_have_count(2)

    page.locator("#journal select[name=status]").select_option("4xx")

    expect(page.locator("#journal .journal > li")).to_have_count(1)
    expect(page).to_have_url(re.compile("status=4xx"))


def test_a_fault_is_set_strikes_and_goes(live: Any, visit: Visit) -> None:
    page = visit()
    faults = page.locator("#faults")
    faults.get_by_text("Set a fault").click()
    faults.get_by_label("Operation").select_option("listBatches")
    faults.get_by_label("Answer with status").fill("401")
    faults.locator("#add-fault").click()
    expect(faults).to_contain_text("answers 401")

    assert live.vec("GET", "/business/batches").status_code == 401
    expect(faults).to_contain_text("struck 1")

    faults.get_by_role("button", name="Remove").click()
    expect(faults).to_contain_text("Nothing goes wrong on demand.")
    assert live.vec("GET", "/business/batches").status_code == 200


def test_the_clock_is_set_to_run_by_itself(live: Any, visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="auto").click()

    expect(page.get_by_role("button", name="auto")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#now .hour")).not_to_have_text("12:00:00")
    assert live.control("GET", "/clock")["mode"] == "auto"


def test_what_cannot_be_done_is_said(live: Any, visit: Visit) -> None:
    page = visit()
    page.get_by_label("By", exact=True).fill("soon")
    page.get_by_role("button", name="Advance").click()

    expect(page.locator("#said")).to_contain_text("Not done:")
    expect(page.locator("#said")).to_have_attribute("aria-live", "polite")


def test_an_unfolded_part_stays_unfolded_when_something_happens(live: Any, visit: Visit) -> None:
    first = live.upload(name="Die bleibt offen", rows=2)
    page = visit()
    unfold(page, first)
    expect(part(page, first)).to_contain_text("Pessoa 2")

    live.upload(name="Noch eine")

    expect(page.locator("#batches summary").first).to_contain_text("Noch eine")
    expect(part(page, first)).to_have_attribute("open", "")
    expect(part(page, first)).to_contain_text("Pessoa 2")


def test_a_selection_outlives_a_notice_about_something_else(live: Any, visit: Visit) -> None:
    page = visit()
    live.upload()
    expect(page.locator("#batches")).to_contain_text("Turma")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#events summary .name'))")
    chosen = page.evaluate("getSelection().toString()")

    live.upload(name="Noch eine")
    expect(page.locator("#batches")).to_contain_text("Noch eine")

    assert chosen
    assert page.evaluate("getSelection().toString()") == chosen


def test_what_happened_leads_to_what_it_happened_to(live: Any, visit: Visit) -> None:
    batch = live.upload(name="Wo ist sie")
    page = visit()
    page.locator("#timeline").get_by_role("link", name=f"vec {batch[:8]}").click()

    expect(part(page, batch)).to_contain_text("Pessoa 1")
    expect(part(page, batch).locator("summary")).to_be_focused()


def test_a_tenant_is_forgotten_only_after_a_question(live: Any, visit: Visit) -> None:
    live.upload(name="Noch da")
    page = visit()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Reset this tenant").click()
    assert "Noch da" in live.html()

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset this tenant").click()

    expect(page.locator("#batches")).not_to_contain_text("Noch da")
    expect(page.locator("#start-live")).to_contain_text("First steps")


def test_everything_is_done_with_the_keyboard(live: Any, visit: Visit) -> None:
    batch = live.upload(name="Von Hand")
    page = visit()
    summary = part(page, batch).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(part(page, batch)).to_contain_text("Pessoa 1")
    expect(summary).to_be_focused()

    page.locator("#by-1h").focus()
    page.keyboard.press("Enter")
    expect(part(page, batch)).to_contain_text("completed")
    expect(page.locator("#by-1h")).to_be_focused()


def test_without_scripts_links_and_forms_do_the_same(live: Any, visit: Visit) -> None:
    batch = live.upload(name="Ohne Skripte", rows=3)
    page = visit(java_script_enabled=False)
    part(page, batch).locator("summary").click()
    part(page, batch).get_by_role("link", name="Show what is inside").click()
    expect(part(page, batch)).to_contain_text("Pessoa 3")

    page.get_by_role("button", name="+1 h").click()

    expect(part(page, batch)).to_contain_text("completed")
    expect(part(page, batch)).to_contain_text("Pessoa 3")
    page.reload()
    expect(page.locator("#now")).to_contain_text("13:00:00")


def test_a_server_that_runs_by_itself_shows_its_progress(live: Any, visit: Visit) -> None:
    live.control("PUT", "/clock", mode="auto", scale=20)
    page = visit()
    batch = part(page, live.upload(name="Von selbst", rows=100))

    expect(batch).to_contain_text("100 of 100 certificates")
    expect(page.locator("#link")).to_have_text("Live")


@pytest.mark.parametrize(("scheme", "light"), [("light", True), ("dark", False)])
def test_the_page_follows_the_system_s_colours(live: Any, visit: Visit, scheme: str, *, light: bool) -> None:
    page = visit(color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert (sum(map(int, re.findall(r"\d+", background)[:3])) > 600) is light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(live: Any, visit: Visit, scheme: str) -> None:
    """By the rules of WCAG 2.2 AA and the good practice that axe-core knows."""
    live.client.get("/certifiqi/batch_group/x")
    batch, event = live.upload(), live.event(send_emails=True)
    page = visit(f"/?open={batch},{event},req-1,switches", color_scheme=scheme)
    expect(page.locator("#link")).to_have_text("Live")

    found = Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_nothing_sticks_out_of_a_small_screen(live: Any, visit: Visit, receiver: Any) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    expect(page.locator("#start-live")).to_contain_text("First steps")
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    live.upload(name="Um nome muito comprido " * 8)
    key = live.event(name="x" * 120, webhook_url=f"{receiver.url}/{'y' * 200}", send_emails=True)
    live.act("quorum", event=key, until="quorum")
    live.act("add_fault", status="401", operation="listCertificateTemplates", nth="9")
    live.client.get(f"/vec/{'z' * 300}?{'q' * 300}")
    ids = re.findall(r'<details id="([^"]+)"', live.html())
    page.goto(f"{live.url}/?open={','.join(ids)}&find=createBatch")

    expect(page.get_by_role("heading", name="behaviours with")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize(
    ("api", "operation"), [("vec", "listBatches"), ("certifiqi", "getBatchGroup"), ("_sandbox", "getInfo")]
)
def test_the_documents_can_be_tried_out(live: Any, visit: Visit, api: str, operation: str) -> None:
    page = visit(f"/_sandbox/docs/{api}")
    shown = page.locator(f"[id$='-{operation}']")
    shown.locator(".opblock-summary-control").click()
    shown.get_by_role("button", name="Execute").click()

    expect(shown.locator(".live-responses-table tbody .response-col_status").first).to_have_text("200")
