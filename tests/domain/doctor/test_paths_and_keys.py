"""The right operation under the wrong address, and the key in the wrong place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealbox.contract.nearest import nearest, route
from sealbox.contract.operations import all_operations
from sealbox.doctor import Sent, diagnose

if TYPE_CHECKING:
    from tests.domain.doctor.conftest import Requests

BEARER = ("Authorization", "Bearer sealbox_vec_demo")
KEY = ("x-api-token", "sealbox_certifiqi_demo")
EVENT = "c0394fb2-34f6-4d70-be70-776022fe15b8"

APIS = all_operations()
OPERATIONS = [one for found in APIS.values() for one in found.values()]


# ---- paths and methods ----------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_a_documented_address_with_its_key_is_good(wire: Requests, operation: object) -> None:
    for one in OPERATIONS:
        if one is operation and not one.takes:
            path = f"/{one.api}{one.path}".replace("{", "").replace("}", "")
            sent = wire.asked(path, BEARER if one.api == "vec" else KEY, method=one.method)
            assert diagnose(sent, api=one.api, operation=one.id, apis=APIS) == ()


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/business/batches", ["base-path-missing"]),
        ("/vec/v1/business/batches", ["extra-prefix"]),
        ("/vec/api/v1/business/batches", ["extra-prefix"]),
        ("/api/v1/business/batches", ["extra-prefix"]),
        ("/api/v1/vec/business/batches", ["extra-prefix"]),
        ("/vec/vec/business/batches", ["extra-prefix"]),
        ("/certifiqi/business/batches", ["wrong-base"]),
        ("/vec//business/batches", ["double-slash"]),
        ("//vec/business/batches", ["double-slash"]),
        ("//business/batches", ["base-path-missing", "double-slash"]),
        ("/vec/business/batch", ["unknown-path"]),
        ("/vec/business/batches/", []),
        ("/vec/nothing/like/it", []),
    ],
)
def test_a_wrong_path_is_named(wire: Requests, path: str, ids: list[str]) -> None:
    assert sorted(wire.ids(wire.asked(path, BEARER))) == sorted(ids)


@pytest.mark.parametrize("prefix", ["", "/vec/api/v1", "/certifiqi", "//vec/", "/v2"])
def test_whatever_stands_before_it_the_right_address_is_told(wire: Requests, prefix: str) -> None:
    path = f"{prefix}/business/batches/9e7860e3-7c0a-401f-98f6-b98e316934f4/status"
    finding = wire.found(wire.asked(path, BEARER))[0]

    assert "$VEC_URL" in finding.fix
    assert "/business/batches/9e7860e3-7c0a-401f-98f6-b98e316934f4/status" in finding.fix
    assert '"$VEC_URL/business/batches/9e7860e3-7c0a-401f-98f6-b98e316934f4/status"' in finding.snippet


def test_a_path_without_a_base_is_matched_with_either_api(wire: Requests) -> None:
    finding = wire.only(wire.asked(f"/batch_group/{EVENT}", KEY))

    assert finding.id == "base-path-missing"
    assert "/certifiqi" in finding.why
    assert f'"$CERTIFIQI_URL/batch_group/{EVENT}"' in finding.snippet


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/vec/business/batchs", "/business/batches"),
        ("/vec/business/certificate_templates", "/business/certificate-templates"),
        ("/vec/business/users-management/users", "/business/user-management/users"),
        (f"/vec/business/batch/{EVENT}/status", f"/business/batches/{EVENT}/status"),
        ("/vec/businesses/batches", "/business/batches"),
    ],
)
def test_a_slip_of_the_pen_gets_the_nearest_path(wire: Requests, path: str, near: str) -> None:
    finding = wire.only(wire.asked(path, BEARER))

    assert finding.id == "unknown-path"
    assert finding.fix == f"ask for $VEC_URL + {near}"


def test_a_slip_gets_the_nearest_path_of_its_own_api() -> None:
    found = nearest("GET", f"/certifiqi/batch_groups/{EVENT}", APIS)

    assert found == (APIS["certifiqi"]["getBatchGroup"], f"/certifiqi/batch_group/{EVENT}")
    assert nearest("GET", "/certifiqi/business/batchs", APIS) is None


@pytest.mark.parametrize(
    ("method", "path", "fix"),
    [
        ("PUT", "/vec/business/batches", "send GET or POST to /business/batches"),
        ("DELETE", "/vec/business/certificates/1", "send GET to /business/certificates/1"),
        (
            "POST",
            "/certifiqi/batch_group/k/send_to_signature",
            "send PUT to /batch_group/k/send_to_signature",
        ),
        ("PATCH", "/certifiqi/batch_group/k/cancel_signature", "send PUT to /batch_group/k/cancel_signature"),
        ("PUT", "/certifiqi/document", "send POST to /document"),
    ],
)
def test_a_wrong_method_gets_the_right_ones(wire: Requests, method: str, path: str, fix: str) -> None:
    sent = wire.asked(path, BEARER if path.startswith("/vec") else KEY, method=method)

    assert [finding.fix for finding in wire.found(sent) if finding.id == "wrong-method"] == [fix]


def test_a_wrong_method_with_a_body_gets_the_snippet_of_the_operation_that_takes_one(wire: Requests) -> None:
    with_body = wire.bodied(
        b"x", "multipart/form-data; boundary=abc", path="/vec/business/batches", method="PUT"
    )
    without = wire.asked("/vec/business/batches", BEARER, method="PUT")

    assert "csv_file" in wire.found(with_body)[0].snippet
    assert "csv_file" not in wire.found(without)[0].snippet


def test_small_letters_in_a_method_are_the_method(wire: Requests) -> None:
    assert wire.found(wire.asked("/vec/business/batches", BEARER, method="get")) == ()


def test_an_address_nobody_could_mean_leads_nowhere() -> None:
    assert route("/favicon.ico", APIS) is None
    assert (
        diagnose(Sent("GET", "/favicon.ico", "", (), b""), api="favicon.ico", operation=None, apis=APIS) == ()
    )


def test_what_the_server_says_about_the_operation_is_believed() -> None:
    sent = Sent("GET", "/vec/nothing/like/it", "", (), b"")
    (finding,) = diagnose(sent, api="vec", operation="listUsers", apis=APIS)

    assert finding.id == "no-key-header"
    assert '"$VEC_URL/business/user-management/users"' in finding.snippet


def test_an_address_that_the_server_answers_is_not_blamed(wire: Requests) -> None:
    """A server may have an API at its root too."""
    sent = wire.asked("/business/batches", BEARER)

    assert diagnose(sent, api="vec", operation="listBatches", apis=APIS) == ()
    assert [finding.id for finding in diagnose(sent, api="vec", operation=None, apis=APIS)] == [
        "base-path-missing"
    ]


def test_a_slip_of_the_pen_gets_the_snippet_of_what_was_meant(wire: Requests) -> None:
    sent = wire.form(wire.file(), path="/vec/business/batchs")

    assert "-F 'csv_file=@recipients.csv" in wire.only(sent).snippet
    assert '"$VEC_URL/business/batches"' in wire.only(sent).snippet


# ---- keys -----------------------------------------------------------------------------------------------

VEC, CERTIFIQI = "/vec/business/batches", f"/certifiqi/batch_group/{EVENT}"


@pytest.mark.parametrize(
    ("path", "header", "found"),
    [
        (VEC, ("Authorization", "Bearer t"), None),
        (VEC, ("authorization", "bearer t"), None),
        (CERTIFIQI, ("x-api-token", "t"), None),
        (CERTIFIQI, ("X-Api-Token", "t"), None),
        (VEC, None, "no-key-header"),
        (CERTIFIQI, None, "no-key-header"),
        (VEC, ("x-api-token", "t"), "wrong-key-header"),
        (VEC, ("X-API-Key", "t"), "wrong-key-header"),
        (CERTIFIQI, ("Authorization", "Bearer t"), "wrong-key-header"),
        (CERTIFIQI, ("Authorization", "t"), "wrong-key-header"),
        (CERTIFIQI, ("x-api-key", "t"), "wrong-key-header"),
        (VEC, ("Authorization", "t"), "bearer-missing"),
        (VEC, ("Authorization", "Basic dDp0"), "bearer-missing"),
        (VEC, ("Authorization", "Token t"), "bearer-missing"),
        (VEC, ("Authorization", "Bearert"), "bearer-missing"),
        (VEC, ("Authorization", "Bearer Bearer t"), "bearer-twice"),
        (CERTIFIQI, ("x-api-token", "Bearer t"), "bearer-in-api-token"),
        (VEC, ("Authorization", "Bearer"), "empty-key"),
        (VEC, ("Authorization", "Bearer "), "empty-key"),
        (VEC, ("Authorization", ""), "empty-key"),
        (CERTIFIQI, ("x-api-token", ""), "empty-key"),
        (VEC, ("Authorization", "Bearer $VEC_TOKEN"), "unexpanded-key"),
        (VEC, ("Authorization", "Bearer ${VEC_TOKEN}"), "unexpanded-key"),
        (VEC, ("Authorization", "Bearer {{token}}"), "unexpanded-key"),
        (VEC, ("Authorization", "Bearer undefined"), "unexpanded-key"),
        (VEC, ("Authorization", "Bearer None"), "unexpanded-key"),
        (CERTIFIQI, ("x-api-token", "<your key>"), "unexpanded-key"),
        (CERTIFIQI, ("x-api-token", "%CERTIFIQI_TOKEN%"), "unexpanded-key"),
        (VEC, ("Authorization", 'Bearer "t"'), "quoted-key"),
        (CERTIFIQI, ("x-api-token", "'t'"), "quoted-key"),
        (VEC, ("Authorization", "Bearer sealbox_certifiqi_demo"), "key-of-other-api"),
        (CERTIFIQI, ("x-api-token", "sealbox_vec_demo"), "key-of-other-api"),
    ],
)
def test_a_key_in_the_wrong_place_is_named(
    wire: Requests, path: str, header: tuple[str, str] | None, found: str | None
) -> None:
    assert wire.ids(wire.asked(path, *([header] if header else []))) == ([found] if found else [])


@pytest.mark.parametrize("query", ["token=t", "api_token=t&page=1", "page=1&access_token=t", "api_key=t"])
def test_a_key_in_the_query_is_named(wire: Requests, query: str) -> None:
    assert wire.ids(wire.asked(VEC, query=query)) == ["key-in-query"]


def test_other_questions_are_no_keys(wire: Requests) -> None:
    assert wire.ids(wire.asked(VEC, query="monkey=1&page=2")) == ["no-key-header"]


def test_the_right_header_is_told_with_the_variable_that_holds_the_key(wire: Requests) -> None:
    vec, certifiqi = wire.only(wire.asked(VEC)), wire.only(wire.asked(CERTIFIQI))

    assert vec.fix == "send the header Authorization: Bearer $VEC_TOKEN"
    assert certifiqi.fix == "send the header x-api-token: $CERTIFIQI_TOKEN"
    assert '-H "Authorization: Bearer $VEC_TOKEN"' in vec.snippet
    assert '-H "x-api-token: $CERTIFIQI_TOKEN"' in certifiqi.snippet


def test_both_headers_are_no_mistake_when_the_right_one_is_there(wire: Requests) -> None:
    assert wire.ids(wire.asked(CERTIFIQI, BEARER, KEY)) == []
    assert wire.ids(wire.asked(VEC, BEARER, KEY)) == []


@pytest.mark.parametrize(
    ("client", "fix"),
    [
        ("curl", "-u sends Basic"),
        ("requests", "auth=(user, password) sends Basic"),
        ("axios", "send the header Authorization: Bearer $VEC_TOKEN"),
    ],
)
def test_a_missing_bearer_is_mended_in_the_clients_way(wire: Requests, client: str, fix: str) -> None:
    assert fix in wire.only(wire.asked(VEC, ("Authorization", "Basic dDp0"), client=client)).fix


def test_single_quotes_in_a_shell_are_told_to_a_shell(wire: Requests) -> None:
    header = ("Authorization", "Bearer $VEC_TOKEN")

    assert "double quotes" in wire.only(wire.asked(VEC, header, client="curl")).fix
    assert "environment variable VEC_TOKEN" in wire.only(wire.asked(VEC, header, client="axios")).fix


@pytest.mark.parametrize("scheme", ["", "Bearer ", "Bearer Bearer ", "Basic ", '"'])
@pytest.mark.parametrize("header", ["Authorization", "x-api-token", "x-api-key"])
@pytest.mark.parametrize("path", [VEC, CERTIFIQI, "/business/batches", "/vec/v1/business/batches"])
def test_the_key_that_was_sent_is_repeated_nowhere(
    wire: Requests, path: str, header: str, scheme: str
) -> None:
    for finding in wire.found(wire.asked(path, (header, f"{scheme}tiptop-secret"))):
        assert "tiptop-secret" not in finding.why + finding.fix + finding.snippet


def test_the_address_is_mended_before_the_key(wire: Requests) -> None:
    sent = wire.asked(f"/api//batch_group/{EVENT}", BEARER, method="POST")

    assert wire.ids(sent) == ["extra-prefix", "double-slash", "wrong-method", "wrong-key-header"]
