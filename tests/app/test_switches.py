"""Every alternative of every switch of VEC changes the answer that it says it changes.

A probe asks one tenant one thing; beside it stands what each alternative has to answer. A switch without a
probe, or an alternative without an expectation, fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sealbox import contract
from sealbox.sandbox import Plan
from sealbox.timing.clock import ClockMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2

    from tests.app.conftest import Client

DOCUMENTED = "9e3b101f-c264-4f97-945f-20dfa7163768"
PLAIN, SIGNED, DEFAULTS, AUTO, FOREIGN = (f"9e3b1020-5a0d-4d1f-8c11-5ea1b0c0000{n}" for n in (1, 2, 3, 4, 5))
FAIZAN = "66c9c977-f379-4692-9d5c-f989c17543ee"
HEADER = b"RecipientsEmail,RecipientsName\n"
BAD_TOKEN = "Unauthorized - Invalid API token"
DATED = b"RecipientsEmail,RecipientsName,IssueDate\n"


class Case(NamedTuple):
    probe: Callable[[Client], Any]
    expected: Mapping[str, Any]


def verdict(answer: httpx2.Response) -> Any:
    """The status; with the fields that a 422 names, or the permission that a 403 names."""
    if answer.status_code == 422:
        return 422, *answer.json()["errors"]
    return answer.status_code


def outcome(answer: httpx2.Response, client: Client) -> Any:
    """What became of an upload: its total, processed and failed certificates, or why it was refused."""
    if answer.status_code != 201:
        return verdict(answer)
    client.advance("1h")
    status = client.vec("GET", f"/business/batches/{answer.json()['data']['id']}/status").json()
    return tuple(status[f"{kind}_certificates"] for kind in ("total", "processed", "failed"))


def uploads(csv: bytes) -> Callable[[Client], Any]:
    return lambda client: outcome(client.create_batch(csv=csv), client)


def after(by: str, *fields: str, csv: bytes, template: str = PLAIN) -> Callable[[Client], Any]:
    """Fields of a batch some time after it was made."""

    def probe(client: Client) -> Any:
        made = client.create_batch(csv=csv, template_id=template).json()["data"]
        client.advance(by)
        shown = client.vec("GET", f"/business/batches/{made['id']}").json()["data"]
        return tuple(shown[field] for field in fields)

    return probe


def create_permission(client: Client) -> Any:
    refused = client.create_batch(kind="no_permissions").json()["required_permission"]
    return refused, client.create_batch(kind="viewer").status_code


def second_of_a_name(client: Client) -> Any:
    client.create_batch(name="Turma")
    other = client.create_batch(name="Turma", kind="other_institution", template_id=FOREIGN)
    return verdict(client.create_batch(name="Turma")), other.status_code


def others(client: Client) -> list[str]:
    """Users besides the token's own who can sign."""
    users = client.vec("GET", "/business/user-management/users", params={"per_page": "100"}).json()["data"]
    return [
        one["uuid"]
        for one in users
        if one["has_signature"] and not one["is_archived"] and one["uuid"] != FAIZAN
    ]


def by_position(client: Client) -> Any:
    """Who signs when one other user is named for the first of two default positions."""
    other = others(client)[-1]
    made = client.create_batch(template_id=DEFAULTS, signatories=[(other, 1)]).json()["data"]
    signatures = client.control("GET", f"/vec/batches/{made['id']}").json()["signatures"]
    return [one["index"] for one in signatures], signatures[0]["user_uuid"] == other


def empty_list(client: Client) -> Any:
    body = {"name": "a", "template_id": DOCUMENTED, "signatories": []}
    return verdict(client.vec("POST", "/business/batches", json=body))


def signed_and_read(client: Client) -> Any:
    """Of a batch that the token's user has signed and others have not."""
    made = client.create_batch(template_id=DEFAULTS).json()["data"]
    before = made["requires_my_signature"]
    client.control("POST", f"/vec/batches/{made['id']}/approve", json={"user_uuid": FAIZAN})
    return before, client.vec("GET", f"/business/batches/{made['id']}").json()["data"][
        "requires_my_signature"
    ]


def page_of(client: Client) -> Any:
    answers = [
        client.vec("GET", "/business/batches", params=params)
        for params in ({"per_page": "1000"}, {"per_page": "0"}, {"status": "nothing"}, {"page": "-3"})
    ]
    return [
        answer.json()["meta"]["per_page" if number != 3 else "current_page"]
        if answer.is_success
        else verdict(answer)
        for number, answer in enumerate(answers)
    ]


def created_moments(client: Client) -> Any:
    items = client.vec("GET", "/business/batches", params={"per_page": "100"}).json()["data"]
    moments = [item["created_at"] for item in items]
    return "newest first" if moments == sorted(moments, reverse=True) else moments == sorted(moments)


def read_batch(client: Client) -> Any:
    body = {"name": " a ", "template_id": PLAIN}
    return verdict(client.vec("POST", "/business/batches", json=body))


def default_signatories(client: Client) -> Any:
    shown = client.vec("GET", f"/business/certificate-templates/{PLAIN}").json()["data"]
    documented = client.vec("GET", f"/business/certificate-templates/{DOCUMENTED}").json()["data"]
    length = documented.get("default_signatories")
    return shown.get("default_signatories", "absent"), len(length) if length is not None else None


def spelled_signatories(client: Client) -> Any:
    text = f'[{{"user_uuid": "{FAIZAN}", "index": 1}}]'
    data = {"name": "a", "template_id": SIGNED, "signatories": text}
    files = {"csv_file": ("a.csv", HEADER + b"a@b,A\n")}
    return verdict(client.vec("POST", "/business/batches", data=data, files=files))


FAULTY = HEADER + b"a@example.com,A\nno address,B\n,C\n"
CASES = {
    "vec.row_faults": Case(uploads(FAULTY), {"fail_row": (3, 1, 2), "refuse_upload": (422, "csv_file")}),
    "vec.bad_row_email": Case(uploads(FAULTY), {"fail_row": (3, 1, 2), "accept": (3, 2, 1)}),
    "vec.empty_issue_date": Case(uploads(DATED + b"a@b,A,\n"), {"today": (1, 1, 0), "fail_row": (1, 0, 1)}),
    "vec.csv_bom": Case(
        uploads(b"\xef\xbb\xbf" + HEADER + b"a@b,A\n"), {"strip": (1, 1, 0), "break": (422, "csv_file")}
    ),
    "vec.csv_header_match": Case(
        uploads(b"recipientsemail, Recipients\xc2\xa0Name \na@b,A\n"),
        {"exact": (422, "csv_file"), "lenient": (1, 1, 0)},
    ),
    "vec.csv_delimiter": Case(
        uploads(HEADER.replace(b",", b"\t") + b"a@b\tA\n"), {"comma": (422, "csv_file"), "detect": (1, 1, 0)}
    ),
    "vec.blank_rows": Case(uploads(HEADER + b"a@b,A\n\n , \n"), {"skip": (1, 1, 0), "fail_row": (3, 1, 2)}),
    "vec.duplicate_headers": Case(
        uploads(b"RecipientsEmail,RecipientsName,RecipientsEmail\nbad,A,a@b\n"),
        {"refuse": (422, "csv_file"), "last_wins": (1, 1, 0)},
    ),
    "vec.create_permission": Case(
        create_permission, {"batches:view": ("batches:view", 201), "batches:create": ("batches:create", 403)}
    ),
    "vec.foreign_template": Case(
        lambda client: verdict(client.create_batch(template_id=FOREIGN)),
        {"invalid": (422, "template_id"), "forbidden": 403},
    ),
    "vec.default_signatories_field": Case(
        default_signatories, {"when_configured": ("absent", None), "always": ([], 1), "null": (None, None)}
    ),
    "vec.signatory_mismatch": Case(
        lambda client: verdict(client.create_batch(signatories=[(FAIZAN, 1)])),
        {"accept": 201, "refuse": (422, "signatories")},
    ),
    "vec.signatories_replace": Case(by_position, {"whole": ([1], True), "by_position": ([1, 2], True)}),
    "vec.empty_signatories": Case(
        empty_list, {"omitted": (422, "csv_file", "signatories"), "given": (422, "csv_file")}
    ),
    "vec.signatories_json": Case(spelled_signatories, {"refuse": (422, "signatories"), "read": 201}),
    "vec.requires_my_signature": Case(
        signed_and_read, {"outstanding": (True, False), "always": (True, True)}
    ),
    "vec.initial_status": Case(
        lambda client: client.create_batch().json()["data"]["status"],
        {"pending": "pending", "processing": "processing"},
    ),
    "vec.approval": Case(
        after("10m", "status", "processed_certificates", csv=HEADER + b"a@b,A\n", template=DEFAULTS),
        {
            "before_generation": ("waiting_for_approval", 0),
            "after_generation": ("waiting_for_approval", 1),
        },
    ),
    "vec.progress_formula": Case(
        after("10m", "progress", csv=HEADER + b"a@b,A\nbad,B\n"), {"handled": (100,), "succeeded": (50,)}
    ),
    "vec.completion_date_on": Case(
        after("10m", "completion_date", csv=HEADER + b"a@b,A\nbad,B\n"),
        {"any_end": ("2025-04-01T12:00:03.000000Z",), "completed_only": (None,)},
    ),
    "vec.all_failed": Case(
        after("10m", "status", csv=HEADER + b"bad,B\n"),
        {"failed": ("failed",), "partially_completed": ("partially_completed",)},
    ),
    "vec.list_bounds": Case(
        page_of,
        {
            "refuse": [(422, "per_page"), (422, "per_page"), (422, "status"), (422, "page")],
            "clamp": [100, 1, 15, 1],
        },
    ),
    "vec.list_order": Case(created_moments, {"newest_first": "newest first", "oldest_first": True}),
    "vec.name_unique": Case(second_of_a_name, {"no": (201, 201), "yes": ((422, "name"), 201)}),
    "vec.trim_strings": Case(
        lambda client: [
            client.create_batch(name=" Turma ").json()["data"]["name"],
            verdict(client.create_batch(name="  ")),
            verdict(client.create_batch(name="")),
        ],
        {"yes": ["Turma", (422, "name"), (422, "name")], "no": [" Turma ", 201, (422, "name")]},
    ),
    "vec.json_body": Case(
        read_batch, {"read": (422, "csv_file"), "ignore": (422, "name", "template_id", "csv_file")}
    ),
}
"""By switch: what is asked, and what each alternative answers."""

SWITCHES = {
    f"vec.{switch['name']}": switch for switch in contract.read("openapi", "vec", "switches.yaml")["switches"]
}


def test_every_switch_has_a_case_with_all_its_alternatives() -> None:
    apart = {"vec.missing_token": {"same_text", "laravel"}}  # of the default tenant only: see below

    assert {name: set(case.expected) for name, case in CASES.items()} | apart == {
        name: set(switch["alternatives"]) for name, switch in SWITCHES.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_no_two_alternatives_answer_the_same(name: str) -> None:
    answers = [repr(answer) for answer in CASES[name].expected.values()]

    assert len(set(answers)) == len(answers)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, case in CASES.items() for value in case.expected]
)
def test_an_alternative_changes_what_it_says(client: Client, name: str, value: str) -> None:
    tenant = client.open_tenant("switched", clock="manual", switches={name: value})

    assert CASES[name].probe(tenant) == CASES[name].expected[value]


@pytest.mark.parametrize(("value", "text"), [("laravel", "Unauthenticated."), ("same_text", BAD_TOKEN)])
def test_who_sends_no_token_meets_the_default_tenant(
    open_app: Callable[..., Client], value: str, text: str
) -> None:
    client = open_app(Plan(clock=ClockMode.MANUAL, switches={"vec.missing_token": value}))
    wrong = client.send("GET", "/vec/business/batches", headers={"Authorization": "Bearer wrong"})

    assert client.send("GET", "/vec/business/batches").json() == {"message": text}
    assert wrong.json() == {"message": BAD_TOKEN}


@pytest.mark.parametrize("name", CASES)
def test_a_switch_left_alone_is_at_its_default(client: Client, name: str) -> None:
    default = SWITCHES[name]["default"]

    assert CASES[name].probe(client) == CASES[name].expected[default]


def test_evidence_shows_every_switch_as_it_stands(client: Client) -> None:
    tenant = client.open_tenant("shown", switches={"vec.list_order": "oldest_first"})
    shown = {one["name"]: one["value"] for one in tenant.control("GET", "/evidence").json()["switches"]}
    defaults = {name: switch["default"] for name, switch in SWITCHES.items()}

    assert defaults | {"vec.list_order": "oldest_first"} == {name: shown[name] for name in defaults}
