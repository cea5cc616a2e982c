"""Takes the pictures in `docs/screenshots` from a scripted scenario: `make screenshots`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.page.conftest import CHROMIUM, QUIET, Live, receiving, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.page.conftest import Receiver

WIDE, PHONE = {"width": 1360, "height": 1560}, {"width": 390, "height": 844}


def play(live: Live, receiver: Receiver) -> str:
    """Something in each part of the page; the key of the event to be unfolded."""
    live.upload(name="Winter school", rows=40)
    live.control("POST", "/clock/advance", by="1m")
    key = live.event(crowd=4, needed=3, name="Assignment of May", send_emails=True, webhook_url=receiver.url)
    shown = live.control("GET", f"/certifiqi/events/{key}")
    (group,) = shown["batches"][0]["parties"][0]["groups"]
    for signer in group["signers"][:2]:
        live.act("sign", signer=str(signer["id"]))
    finished = live.event(name="Assignment of April", webhook_url=receiver.url)
    receiver.status = 503
    live.act("quorum", event=finished, until="quorum")
    live.control("POST", "/clock/advance", by="2s")
    receiver.status = 200
    live.control("POST", "/clock/advance", by="1m")
    live.act("add_fault", operation="getBatch", next="2", status="500")
    live.vec("POST", "/business/batches", data={"name": " "})
    live.upload(name="Class of 2026", rows=250)
    live.client.get(f"/certifiqi/batch_group/{key}", headers={"Authorization": "Bearer key"})
    live.control("POST", "/clock/advance", by="8s")
    return key


def take(
    browser: Browser,
    url: str,
    to: Path,
    *,
    scheme: Literal["light", "dark"] = "light",
    only: str = "",
    **options: Any,
) -> None:
    """A picture of the page as it is first seen, or of `only` that part of it."""
    context = browser.new_context(color_scheme=scheme, **options)
    page = context.new_page()
    page.goto(url)
    page.get_by_text("Live", exact=True).wait_for()
    (page.locator(only) if only else page).screenshot(path=to)
    context.close()
    # Two hundred colours are enough for a page, and a third of the bytes.
    with Image.open(to) as picture:
        picture.convert("RGB").quantize(200, dither=Image.Dither.NONE).save(to, optimize=True)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as live, receiving() as receiver, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        url = f"{live.url}/?open={play(live, receiver)}"
        take(browser, url, folder / "page-light.png", viewport=WIDE)
        take(browser, url, folder / "page-dark.png", scheme="dark", viewport=WIDE)
        take(browser, live.url, folder / "page-phone.png", viewport=PHONE)
        refused = live.control("GET", "/journal?status=401")["entries"][0]["id"]
        why = f"{live.url}/?open={refused}&status=4xx"
        take(browser, why, folder / "page-why.png", only="#journal", viewport=WIDE)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
