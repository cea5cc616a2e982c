"""What a request said is shown and searched as the API reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.exchanges.exchange import Exchange
from sealbox.exchanges.journal import Search
from sealbox.exchanges.parsed import differences, parsed

FORM = "multipart/form-data; boundary=x"
BODY = (
    b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nTurma\r\n'
    b'--x\r\nContent-Disposition: form-data; name="signatories[0][index]"\r\n\r\n1\r\n'
    b'--x\r\nContent-Disposition: form-data; name="csv_file"; filename="lista.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\na,b\r\n--x--\r\n"
)
EVENT = b'{"name": "Teste", "total_value": 1, "batches": [{"name": "Termo", "send": true, "none": null}]}'


def exchange(body: bytes, kind: str, query: str = "") -> Exchange:
    return Exchange(
        id="req-1",
        tenant="demo",
        at=datetime(2025, 4, 1, tzinfo=UTC),
        method="POST",
        path="/",
        query=query,
        headers=[(b"Content-Type", kind.encode())],
        body=body,
        size=len(body),
    )


def misses(body: bytes, kind: str, query: str = "", **wanted: Any) -> list[str]:
    fields = {name.replace("__", "."): value for name, value in wanted.items()}
    return list(differences(exchange(body, kind, query), fields))


def test_a_form_is_shown_without_the_content_of_its_files() -> None:
    assert parsed(exchange(BODY, FORM)) == {
        "fields": {"name": "Turma", "signatories": [{"index": "1"}]},
        "files": {"csv_file": {"name": "lista.csv", "type": "text/csv", "size": 3}},
    }


def test_a_form_in_an_address_is_a_form() -> None:
    found = parsed(exchange(b"a[b]=1&a[c]=2", "application/x-www-form-urlencoded; charset=utf-8"))

    assert found == {"fields": {"a": {"b": "1", "c": "2"}}, "files": {}}


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/x+json"]
)
def test_json_is_json(kind: str) -> None:
    assert parsed(exchange(b"[1, null]", kind)) == [1, None]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"{", "application/json"), (b"", "application/json"), (b"{}", "text/plain"), (b"{}", "")],
)
def test_anything_else_is_nothing(body: bytes, kind: str) -> None:
    assert parsed(exchange(body, kind)) is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "Turma"},
        {"signatories__0__index": "1"},
        {"signatories__0__index": 1},
        {"signatories": [{"index": "1"}]},
        {"csv_file": "lista.csv"},
        {"name": "Turma", "csv_file": "lista.csv"},
    ],
)
def test_a_form_has_its_fields(wanted: dict[str, Any]) -> None:
    assert misses(BODY, FORM, **wanted) == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "Teste"},
        {"total_value": 1},
        {"batches__0__name": "Termo"},
        {"batches__0__send": True},
        {"batches__0__none": None},
    ],
)
def test_json_has_its_fields(wanted: dict[str, Any]) -> None:
    assert misses(EVENT, "application/json", **wanted) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"name": "Other"}, "the field name was 'Turma', not 'Other'"),
        ({"nome": "Turma"}, "the field nome was not sent; name was"),
        (
            {"signatories__1__index": "2"},
            "the field signatories.1.index was not sent; signatories.0.index was",
        ),
        ({"csv_file": "other.csv"}, "the field csv_file was 'lista.csv', not 'other.csv'"),
        ({"csv": "lista.csv"}, "the field csv was not sent"),
        ({"signatories__0__index": 2}, "the field signatories.0.index was '1', not 2"),
    ],
)
def test_the_field_that_differs_is_named(wanted: dict[str, Any], said: str) -> None:
    assert misses(BODY, FORM, **wanted) == [said]


def test_a_truth_is_no_number() -> None:
    assert misses(EVENT, "application/json", total_value=True) == ["the field total_value was 1, not True"]


def test_a_file_without_a_filename_is_text() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="csv_file"\r\n\r\na,b\r\n--x--\r\n'

    assert misses(body, FORM, csv_file="lista.csv") == ["the field csv_file came as text, without a filename"]


def test_without_a_body_the_query_has_the_fields() -> None:
    assert misses(b"", "", "page=2&f[a]=x", page=2, f__a="x") == []
    assert misses(b"", "", "page=2", page="3") == ["the field page was '2', not '3'"]


def test_every_field_that_differs_is_told_at_once() -> None:
    search = Search(method="GET", fields={"name": "x", "nothing": 1})

    assert search.misses(exchange(BODY, FORM)) == [
        "the method was POST, not GET",
        "the field name was 'Turma', not 'x'",
        "the field nothing was not sent",
    ]


@given(
    st.binary(max_size=80),
    st.sampled_from([FORM, "application/json", "", "a"]),
    st.text(max_size=9),
    st.text(max_size=9),
)
def test_any_request_is_compared(body: bytes, kind: str, path: str, value: str) -> None:
    assert len(list(differences(exchange(body, kind), {path: value}))) <= 1
