"""Addresses that are no file: not yet, not quite, and not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Client
    from tests.app.vec.conftest import Desk

NOT_FOUND = {"message": "Not Found"}


def made(desk: Desk) -> dict[str, Any]:
    """A generated certificate."""
    batch = desk.upload()
    desk.finish()
    [one] = desk.certificates(batch)
    return one


def test_a_certificate_that_is_not_generated_has_no_files_yet(desk: Desk) -> None:
    batch = desk.upload([("a@example.com", "A"), ("no address", "B")])
    desk.wait(3)
    good, bad = desk.certificates(batch)
    for one in (good, bad):
        assert (one["pdf_path"] is not None) is (one["status"] == "generated")
    address = good["pdf_path"].replace(good["id"], bad["id"])

    assert desk.fetch(address).status_code == 404
    assert desk.fetch(good["pdf_path"]).status_code == 200


def test_an_address_answers_from_the_moment_it_is_true(
    open_app: Callable[..., Client], upload_as: Callable[[Client], Desk]
) -> None:
    ahead, behind = (upload_as(open_app()) for _ in range(2))
    batches = [one.upload([("a@example.com", "A")]) for one in (ahead, behind)]
    ahead.finish()
    address = ahead.certificates(batches[0])[0]["pdf_path"]
    before = behind.fetch(address)
    behind.wait(2.5)

    assert (before.status_code, before.json()) == (404, NOT_FOUND)
    assert behind.fetch(address).content == ahead.fetch(address).content


def variants(path: str) -> dict[str, str]:
    """Addresses near the true one `path`, each of which is nobody's."""
    folder, _, name = path.rpartition("/")
    key = folder.rpartition("/")[2]
    return {
        "another moment": re.sub(r"_(\d+)\.", lambda match: f"_{int(match[1]) + 1}.", path),
        "another kind": path.replace("certificate_", "barcode_"),
        "another ending": path.replace(".pdf", ".png.pdf"),
        "no ending": path.removesuffix(".pdf"),
        "capitals": f"{folder}/{name.upper()}",
        "below it": f"{path}/more.pdf",
        "a folder": f"{folder}/",
        "a slash less": path.replace(f"{key}/", key),
        "another id": path.replace(key, "00000000-0000-4000-8000-000000000000"),
        "an id of another batch": path.replace(key[:8], "00000000"),
        "a tail of no row": path.replace(key[-12:], "000000000000"),
        "a tail that is no number": path.replace(key[-12:], "zzzzzzzzzzzz"),
        "a tail of blanks": path.replace(key[-12:], "%20" * 12),
        "a tail of other digits": path.replace(key[-12:], "%D9%A1" * 12),
    }


@pytest.mark.parametrize("how", variants("/vec/storage/certificates/0a-1b-2c/certificate_1.pdf"))
def test_an_address_beside_a_true_one_is_not_found(desk: Desk, how: str) -> None:
    one = made(desk)
    path = one["pdf_path"].removeprefix("http://127.0.0.1:4780")
    answer = desk.client.raw("GET", variants(path)[how].encode())

    assert (answer.status, answer.body) == (404, b'{"message":"Not Found"}')


@pytest.mark.parametrize(
    "path",
    [
        "storage",
        "storage/",
        "storage/../business/batches",
        "storage/../../_sandbox/info",
        "storage/certificates/../../../etc/passwd",
        "storage/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "storage/%2e%2e/%2e%2e/pyproject.toml",
        "storage//etc/passwd.png",
        "storage/etc/passwd%00.png",
        "storage/..%5c..%5cworld.yaml",
        "storage/certificates",
        "storage/certificates/x.pdf",
        "storage/certificates//x.pdf",
        "storage/certificates/%F0%9F%92%A9/x.pdf",
        "storage/avatars/../signatures/75fd0390-099a-47bc-963e-e3be09ab2c2b.png",
        "storage/https://api.vec.digital/storage/institutions/logos/abc_university.png/x.png",
        "verify",
        "verify/",
        "verify/VEC-IC-20250000000000000",
        "verify/../storage/x.pdf",
        "verify/%00",
        "verify/%D9%A1",
    ],
)
def test_a_path_of_no_file_is_not_found_in_vec_s_words(desk: Desk, path: str) -> None:
    answer = desk.client.raw("GET", f"/vec/{path}".encode())

    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert answer.body == b'{"message":"Not Found"}'


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_files_are_only_read(desk: Desk, method: str) -> None:
    one = made(desk)

    assert desk.client.send(method, one["pdf_path"]).status_code in {404, 405}
    assert desk.fetch(one["pdf_path"]).status_code == 200


def test_head_tells_of_a_file_without_sending_it(desk: Desk) -> None:
    one = made(desk)
    whole, head = desk.fetch(one["qrcode_path"]), desk.client.send("HEAD", one["qrcode_path"])

    assert (head.status_code, head.headers["content-type"]) == (200, "image/svg+xml")
    assert head.headers["content-length"] == whole.headers["content-length"]
