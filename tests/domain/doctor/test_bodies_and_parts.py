"""Bodies as a whole, and their parts: one mistake each, and in the words of several clients."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sealbox.doctor.clients import AGENTS, HABITS
from sealbox.doctor.diagnosis import TOPICS, WORDS

if TYPE_CHECKING:
    from tests.domain.doctor.conftest import Requests

FORM = "multipart/form-data; boundary=abc"
USER = b"66c9c977-f379-4692-9d5c-f989c17543ee"
CREATE = "/vec/business/batches"
DOCUMENT = "/certifiqi/document"
BILLS = "/certifiqi/certifier/document/trade_bill/asynchronous"


def test_a_plain_form_is_good(wire: Requests) -> None:
    signatory = (wire.part("signatories[0][user_uuid]", USER), wire.part("signatories[0][index]", b"1"))

    assert wire.ids(wire.form(wire.part("name"), *signatory, wire.file())) == []
    assert wire.ids(wire.form(wire.file("file"), path=DOCUMENT)) == []
    assert wire.ids(wire.form(wire.part("assignor_city"), wire.file("file"), path=BILLS)) == []
    assert wire.ids(wire.bodied(b'{"name": "Teste"}')) == []
    assert wire.ids(wire.bodied(b"[]", "application/problem+json; charset=utf-8")) == []


# ---- bodies as a whole ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type", "body", "found"),
    [
        (CREATE, FORM, b"", "empty-body"),
        (DOCUMENT, "", b"", "empty-body"),
        ("/certifiqi/batch_group", "application/json", b"", "empty-body"),
        (CREATE, FORM, gzip.compress(b"x", mtime=0), "compressed-body"),
        ("/certifiqi/batch_group", "application/json", gzip.compress(b"{}", mtime=0), "compressed-body"),
        (CREATE, "application/json", b"{}", "json-instead-of-form"),
        (DOCUMENT, "application/json", b'{"file": "JVBERi0="}', "json-instead-of-form"),
        (CREATE, "application/x-www-form-urlencoded", b"name=a&csv_file=b", "urlencoded-instead-of-form"),
        (CREATE, "text/csv", b"RecipientsEmail\n", "raw-body"),
        (CREATE, "", b"RecipientsEmail\n", "raw-body"),
        (DOCUMENT, "application/pdf", b"%PDF-1.7", "raw-body"),
        (CREATE, "multipart/mixed; boundary=abc", b"--abc\r\n\r\n\r\n--abc--\r\n", "multipart-mixed"),
        (CREATE, "multipart/related; boundary=abc", b"--abc--\r\n", "multipart-mixed"),
        (CREATE, "multipart/form-data", b"--abc\r\n\r\n\r\n--abc--\r\n", "boundary-lost"),
        (CREATE, "multipart/form-data; boundary=", b"--abc\r\n\r\n\r\n--abc--\r\n", "boundary-lost"),
        (CREATE, "multipart/form-data; boundary=other", b"--abc\r\n\r\n\r\n--abc--\r\n", "boundary-mismatch"),
        ("/certifiqi/batch_group", FORM, b"--abc--\r\n", "form-instead-of-json"),
        ("/certifiqi/batch_group", "application/x-www-form-urlencoded", b"name=T", "form-instead-of-json"),
        ("/certifiqi/batch_group", "application/x-www-form-urlencoded", b'{"name":1}', "json-without-type"),
        ("/certifiqi/batch_group", "text/plain", b"{}", "json-without-type"),
        ("/certifiqi/batch_group", "", b"{}", "json-without-type"),
        ("/certifiqi/batch_group", "application/json", b'"{\\"name\\": 1}"', "json-twice"),
        ("/certifiqi/batch_group", "application/json", b"{'name': None}", "python-dict"),
    ],
)
def test_a_body_of_the_wrong_kind_is_named(
    wire: Requests, path: str, content_type: str, body: bytes, found: str
) -> None:
    assert wire.ids(wire.bodied(body, content_type, path=path)) == [found]


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd"])
def test_a_content_encoding_is_named(wire: Requests, encoding: str) -> None:
    finding = wire.only(wire.header(wire.form(wire.file()), "Content-Encoding", encoding))

    assert finding.id == "compressed-body"
    assert f"({encoding})" in finding.why


def test_identity_is_no_encoding(wire: Requests) -> None:
    assert wire.ids(wire.header(wire.form(wire.file()), "Content-Encoding", "identity")) == []


@pytest.mark.parametrize(
    ("client", "fix"),
    [
        ("requests", "remove Content-Type from headers=: files= makes requests write it"),
        ("httpx", "remove Content-Type from headers=: files= makes httpx write it"),
        ("axios", "axios writes it when the body is a FormData"),
        ("Node fetch", "Node fetch writes it when the body is a FormData"),
        ("curl", "-F writes it with its boundary"),
        ("Guzzle", "the option multipart writes it"),
        ("OkHttp", "OkHttp writes it with its boundary"),
        ("C#", "MultipartFormDataContent sets its boundary"),
        ("Go net/http", "form.FormDataContentType()"),
        ("Faraday", "Faraday writes it with its boundary"),
        ("nobody", "let the HTTP library write it"),
    ],
)
def test_a_lost_boundary_is_mended_in_the_clients_way(wire: Requests, client: str, fix: str) -> None:
    finding = wire.only(wire.form(wire.file(), client=client, content_type="multipart/form-data"))

    assert finding.id == "boundary-lost"
    assert fix in finding.fix


@pytest.mark.parametrize(
    ("client", "fix"),
    [
        ("curl", "use -F for every field and -F csv_file=@"),
        ("requests", "files={'csv_file': open("),
        ("aiohttp", "aiohttp.FormData"),
        ("axios", "make a FormData"),
        ("superagent", "make a FormData"),
        ("Guzzle", "the option multipart, not json"),
        ("OkHttp", "MultipartBody with addFormDataPart"),
        ("C#", "MultipartFormDataContent with the file added as csv_file"),
        ("Go net/http", "mime/multipart's Writer"),
        ("Net::HTTP", "request.set_form([...], 'multipart/form-data')"),
        ("Faraday", "FilePart as csv_file"),
    ],
)
def test_json_for_a_form_is_mended_in_the_clients_way(wire: Requests, client: str, fix: str) -> None:
    finding = wire.only(wire.bodied(b"{}", path=CREATE, client=client))

    assert finding.id == "json-instead-of-form"
    assert fix in finding.fix


@pytest.mark.parametrize(
    ("client", "fix"),
    [
        ("curl", "-H 'Content-Type: application/json' (-d alone sends application/x-www-form-urlencoded"),
        ("requests", "json=payload"),
        ("axios", "give axios the object itself"),
        ("Node fetch", "JSON.stringify(payload) with headers {'Content-Type': 'application/json'}"),
        ("OkHttp", 'MediaType.parse("application/json")'),
        ("Net::HTTP", "payload.to_json"),
    ],
)
def test_json_without_its_type_is_mended_in_the_clients_way(wire: Requests, client: str, fix: str) -> None:
    sent = wire.bodied(b'{"name": "T"}', "application/x-www-form-urlencoded", client=client)

    assert fix in wire.only(sent).fix


def test_a_length_that_is_the_files_is_told_from_one_that_may_be(wire: Requests) -> None:
    part = wire.part("csv_file", b"x" * 300, more='; filename="a.csv"', headers="Content-Length: 300\r\n")
    certain = wire.only(wire.bodied(part[:300], FORM, path=CREATE))
    likely = wire.only(wire.bodied(part[:290], FORM, path=CREATE))

    assert {certain.id, likely.id} == {"content-length-of-the-file"}
    assert "it is the length of the file alone" in certain.why
    assert "as when it is the length of the file" in likely.why


def test_a_chunked_body_without_its_end_is_truncated(wire: Requests) -> None:
    sent = wire.without(wire.form(wire.part("name"), wire.file(), end=b""), "content-length")

    assert wire.ids(sent) == ["truncated"]


def test_a_body_that_its_holder_has_cut_is_not_blamed(wire: Requests) -> None:
    whole = wire.form(wire.part("name"), wire.file())

    assert wire.ids(replace(whole, body=whole.body[:-20])) == []


def test_nothing_is_said_of_the_body_of_an_operation_that_takes_none(wire: Requests) -> None:
    sent = wire.bodied(b"\x1f\x8b", "multipart/mixed", path="/vec/business/certificates", method="GET")

    assert wire.ids(sent) == []


# ---- parts ----------------------------------------------------------------------------------------------


def named(wire: Requests, *names: str) -> list[str]:
    return wire.ids(wire.form(*(wire.part(name, USER) for name in names), wire.file()))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["signatories[0][user_uuid]", "signatories[0][index]"], []),
        (["signatories[1][user_uuid]", "signatories[0][user_uuid]"], []),
        (["signatories[][user_uuid]", "signatories[][index]"], ["unnumbered-brackets"]),
        (["signatories[1][user_uuid]", "signatories[1][index]"], ["sparse-indexes"]),
        (["signatories[0][index]", "signatories[2][index]"], ["sparse-indexes"]),
        (["signatories[0].user_uuid", "signatories[0].index"], ["dotted-names"]),
        (["signatories.0.user_uuid"], ["dotted-names"]),
        (["signatories[]"], ["plain-signatories"]),
        (["signatories", "signatories"], ["plain-signatories"]),
        (["name", "name"], ["repeated-field"]),
        (["tags[]", "tags[]"], []),
    ],
)
def test_names_that_mean_something_else_are_named(wire: Requests, names: list[str], found: list[str]) -> None:
    assert named(wire, *names) == found


@pytest.mark.parametrize("value", [b'[{"user_uuid": "x"}]', b'  {"user_uuid": 1}', b"[]", b"\n[1]"])
def test_json_in_signatories_is_named(wire: Requests, value: bytes) -> None:
    assert wire.ids(wire.form(wire.part("signatories", value), wire.file())) == ["json-in-signatories"]


def test_empty_signatories_are_none(wire: Requests) -> None:
    assert wire.ids(wire.form(wire.part("signatories", b""), wire.file())) == []


def test_signatories_are_vecs_alone(wire: Requests) -> None:
    sent = wire.form(wire.part("signatories", b"[]"), wire.file("file"), path=DOCUMENT)

    assert wire.ids(sent) == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("", "no-filename"),
        ("; filename*=utf-8''a.csv", "filename-star-only"),
        ('; filename=""', "empty-filename"),
        ('; filename="blob"', "placeholder-filename"),
        ('; filename="csv_file"', "placeholder-filename"),
        ('; filename="lista a??o.csv"', "filename-lost"),
        ("; filename=a.csv; filename*=utf-8''a.csv", None),
        ('; filename="C:\\\\Users\\\\ana\\\\lista.csv"', None),
        ("; FileName=lista.csv", None),
    ],
)
def test_a_file_without_a_good_name_is_named(wire: Requests, more: str, found: str | None) -> None:
    assert wire.ids(wire.form(wire.part("csv_file", b"a", more=more))) == ([found] if found else [])


@pytest.mark.parametrize(
    ("client", "fix"),
    [
        ("curl", "use -F csv_file=@FILE"),
        ("requests", "files={'csv_file': ('NAME', data)}"),
        ("axios", "form.append('csv_file', blob, 'NAME')"),
        ("Guzzle", "'filename' => 'NAME'"),
        ("OkHttp", 'addFormDataPart("csv_file", "NAME", body)'),
        ("Go net/http", 'form.CreateFormFile("csv_file", "NAME")'),
        ("C#", 'form.Add(content, "csv_file", "NAME")'),
        ("Net::HTTP", "set_form([['csv_file', file, { filename: 'NAME' }]]"),
        ("rest-client", "give csv_file a file object"),
    ],
)
def test_a_file_without_a_name_gets_one_in_the_clients_way(wire: Requests, client: str, fix: str) -> None:
    assert fix in wire.only(wire.form(wire.part("csv_file"), client=client)).fix


@pytest.mark.parametrize(("field", "path"), [("csv_file", CREATE), ("file", DOCUMENT), ("file", BILLS)])
def test_a_file_in_another_field_is_named(wire: Requests, field: str, path: str) -> None:
    finding = wire.only(wire.form(wire.file("attachment"), path=path))

    assert finding.id == "wrong-file-field"
    assert "attachment" in finding.why
    assert finding.fix == f"name the file's part {field}"


def test_no_file_at_all_is_a_matter_of_the_rules(wire: Requests) -> None:
    assert wire.ids(wire.form(wire.part("name"))) == []


def test_a_part_without_a_name_is_named(wire: Requests) -> None:
    nameless = b"--abc\r\nContent-Disposition: form-data\r\n\r\nx\r\n"

    assert wire.ids(wire.form(nameless, wire.file())) == ["no-name"]


@pytest.mark.parametrize("encoding", ["base64", "Quoted-Printable"])
def test_a_part_that_php_does_not_decode_is_named(wire: Requests, encoding: str) -> None:
    part = wire.part("name", headers=f"Content-Transfer-Encoding: {encoding}\r\n")

    assert wire.ids(wire.form(part, wire.file())) == ["encoded-part"]


@pytest.mark.parametrize("encoding", ["8bit", "binary", "7bit"])
def test_a_part_that_is_not_encoded_is_good(wire: Requests, encoding: str) -> None:
    part = wire.part("name", headers=f"Content-Transfer-Encoding: {encoding}\r\n")

    assert wire.ids(wire.form(part, wire.file())) == []


def test_latin_1_is_named_in_texts_and_not_in_files(wire: Requests) -> None:
    latin = "ação".encode("latin-1")

    assert wire.ids(wire.form(wire.part("name", latin), wire.file())) == ["latin1-text"]
    assert wire.ids(wire.form(wire.part("name"), wire.file(content=latin))) == []
    assert wire.ids(wire.form(wire.part("name", "ação".encode()), wire.file())) == []


@pytest.mark.parametrize("shift", range(4))
def test_a_letter_that_only_the_sample_has_cut_is_no_latin_1(wire: Requests, shift: int) -> None:
    text = b"x" * shift + "日".encode() * 2000

    assert wire.ids(wire.form(wire.part("name", text), wire.file())) == []


def test_lines_that_end_in_lf_are_named(wire: Requests) -> None:
    sent = wire.form(wire.part("name"), wire.file(content=b"a"))
    bare = sent.body.replace(b"\r\n", b"\n")

    assert wire.ids(wire.header(replace(sent, body=bare), "Content-Length", str(len(bare)))) == ["lf-only"]


def test_a_byte_order_mark_is_named(wire: Requests) -> None:
    sent = wire.form(wire.file(content=b"\xef\xbb\xbfRecipientsEmail\r\n"), client="requests")

    assert wire.only(sent).id == "utf8-bom"
    assert wire.ids(wire.form(wire.file("file", content=b"\xef\xbb\xbf%PDF"), path=DOCUMENT)) == []
    assert "not 'utf-8-sig'" in wire.only(sent).fix


def test_several_mistakes_are_told_worst_first(wire: Requests) -> None:
    sent = wire.form(
        wire.part("name", b"\xe7"),
        wire.part("name", b"b"),
        wire.part("signatories", b"[]"),
        wire.part("csv_file"),
        content_type="multipart/mixed; boundary=abc",
    )
    sent = wire.without(replace(sent, path="/business/batches"), "authorization")
    found = wire.ids(sent)

    assert found == [
        "base-path-missing",
        "no-key-header",
        "multipart-mixed",
        "no-filename",
        "json-in-signatories",
        "latin1-text",
        "repeated-field",
    ]
    assert found == [name for name in WORDS if name in found]


@pytest.mark.parametrize("path", [DOCUMENT, BILLS, "/certifiqi/batch_group"])
@pytest.mark.parametrize("more", ["", "; filename*=utf-8''a", '; filename=""', '; filename="a??.pdf"'])
def test_nobody_says_that_certifiqi_is_php(wire: Requests, path: str, more: str) -> None:
    encoded = "Content-Transfer-Encoding: base64\r\n"
    nameless = b"--abc\r\nContent-Disposition: form-data\r\n\r\nx\r\n"
    part = wire.part("file", b"\xe7", more=more, headers=encoded)
    for kind in ("form-data", "mixed"):
        sent = wire.form(nameless, part, part, path=path, content_type=f"multipart/{kind}; boundary=abc")
        found = wire.found(sent)
        assert found
        assert "PHP" not in "".join(finding.why + finding.fix for finding in found)


def test_no_two_topics_have_a_finding_of_the_same_name() -> None:
    assert sum(len(topic.WORDS) for topic in TOPICS) == len(WORDS)


@pytest.mark.parametrize("name", WORDS)
def test_words_for_clients_are_for_clients_there_are(name: str) -> None:
    known = {one for _, client, language in AGENTS for one in (client, language)}
    known |= {one for habit in HABITS for one in (habit.name, habit.language)}

    assert {*WORDS[name].fixes, *WORDS[name].whys} <= known
