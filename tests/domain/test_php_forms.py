"""What PHP 8.2 makes of request bodies: every capture, clients nobody captured, and laws.

The expectations of written-out bodies were taken from PHP 8.2.36 (php-cgi) fed with the same bytes.
"""

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sealbox import php_forms
from sealbox.php_forms import Form, Upload, nest, parse_form, parse_query

WIRE = Path(__file__).parents[2] / "fixtures" / "wire"
SEEN_BY_PHP: dict[str, Any] = json.loads((WIRE / "php.json").read_text("utf-8"))
MULTIPART = "multipart/form-data; boundary=abc"
URLENCODED = "application/x-www-form-urlencoded"
CSV = b"RecipientsEmail,RecipientsName\r\nana@example.com,Ana\r\n"

laws = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def capture(name: str) -> tuple[str | None, bytes]:
    head = (WIRE / f"{name}.head").read_text("latin-1")
    found = re.search(r"^content-type: *(.*?)\r?$", head, re.IGNORECASE | re.MULTILINE)
    return found and found[1], (WIRE / f"{name}.body").read_bytes()


def part(name: str, content: bytes = b"v", *, extra: str = "", headers: str = "") -> bytes:
    head = f'--abc\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n{headers}\r\n'
    return head.encode() + content + b"\r\n"


def multipart(*parts: bytes, end: bytes = b"--abc--\r\n") -> Form:
    return parse_form(MULTIPART, b"".join(parts) + end)


def codes(form: Form) -> set[str]:
    return {note.code for note in form.notes}


def upload(form: Form, name: str = "csv_file") -> Upload:
    found = form.files[name]
    assert isinstance(found, Upload)
    return found


# ---- captures -----------------------------------------------------------------------------------------


def same_text(ours: Any, php: Any) -> bool:
    """Equality, but for U+FFFD, where PHP's bytes could not be printed as JSON."""
    if isinstance(php, str) and "\ufffd" in php:
        return bool(re.fullmatch(re.sub("\ufffd+", ".+", re.escape(php)), ours))
    if isinstance(php, dict):
        return php.keys() == ours.keys() and all(same_text(ours[key], php[key]) for key in php)
    return bool(ours == php)


def test_every_capture_has_its_three_pieces() -> None:
    assert {path.stem for path in WIRE.glob("*.head")} == SEEN_BY_PHP.keys()
    assert {path.stem for path in WIRE.glob("*.body")} == SEEN_BY_PHP.keys()


@pytest.mark.parametrize("name", sorted(SEEN_BY_PHP))
def test_fields_of_a_capture_are_those_of_php(name: str) -> None:
    ours = parse_form(*capture(name)).fields
    assert same_text(ours, SEEN_BY_PHP[name]["post"] or {}), ours


@pytest.mark.parametrize("name", sorted(SEEN_BY_PHP))
def test_files_of_a_capture_are_those_of_php(name: str) -> None:
    files = parse_form(*capture(name)).files
    expected = SEEN_BY_PHP[name]["files"] or {}
    assert files.keys() == expected.keys()
    for field, (filename, content_type, error, size, md5, full_path) in expected.items():
        file = files[field]
        assert isinstance(file, Upload)
        digest = hashlib.md5(file.content).hexdigest() if error == 0 else ""
        ours = (file.filename, file.content_type, file.error, len(file.content), digest, file.full_path)
        assert ours == (filename, content_type, error, size, md5, full_path)


NOTED = {
    "bracket_dot": {"repeated_field"},
    "dup_fields": {"repeated_field"},
    "java_apache_strict": {"latin1_text"},
    "java_okhttp3_notype": {"multipart_mixed"},
    "latin1_text": {"latin1_text"},
    "preamble_text": {"preamble"},
    "qitech_node_cl": {"truncated"},
    "requests_nestedlist": {"repeated_field"},
    "requests_rfc2388list": {"unnumbered_brackets"},
    "ruby_faraday": {"unnumbered_brackets"},
    "ruby_restclient": {"unnumbered_brackets"},
    "superagent_nested": {"repeated_field"},
    "urllib3_old_filenamestar": {"filename_star_only"},
}


@pytest.mark.parametrize("name", sorted(SEEN_BY_PHP))
def test_only_odd_captures_are_noted(name: str) -> None:
    assert codes(parse_form(*capture(name))) == NOTED.get(name, set())


# ---- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a[0][b]=1&a[0][c]=2", {"a": [{"b": "1", "c": "2"}]}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[][x]=1&a[][y]=2", {"a": [{"x": "1"}, {"y": "2"}]}),
        ("a[5]=1", {"a": {"5": "1"}}),
        ("a[1]=x&a[0]=y", {"a": {"1": "x", "0": "y"}}),
        ("a[5]=1&a[]=2", {"a": {"5": "1", "6": "2"}}),
        ("a[-5]=1&a[]=2", {"a": {"-5": "1", "-4": "2"}}),
        ("a[00]=1", {"a": {"00": "1"}}),
        ("a[-0]=1", {"a": {"-0": "1"}}),
        ("0=a&1=b", {"0": "a", "1": "b"}),
        ("+a+b.c=1", {"a_b_c": "1"}),
        ("a.b[c.d e]=1", {"a_b": {"c.d e": "1"}}),
        ("a[b]c[d]=1", {"a": {"b": "1"}}),
        ("a[0].b=1&a[0].c=2", {"a": ["2"]}),
        ("a[b=1", {"a_b": "1"}),
        ("a[b c[d.e=1", {"a_b_c_d_e": "1"}),
        ("a[b][c=1", {"a": {"b": "1"}}),
        ("a]b=1", {"a]b": "1"}),
        ("a[b[c]]=1", {"a": {"b[c": "1"}}),
        ("a[+]=1&a[+b]=2&a[%0a]=3", {"a": {"0": "1", " b": "2", "1": "3"}}),
        ("[a=1&[a]=2&=3&+=4", {}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b]=2&a=1", {"a": "1"}),
        ("a[b]=1&a[b][c]=2", {"a": {"b": {"c": "2"}}}),
        ("a%00b=1", {"a": "1"}),
        ("a&b&&=3&c=", {"a": "", "b": "", "c": ""}),
        ("a%5B0%5D=%C3%A7%2B+%zz", {"a": ["ç+ %zz"]}),
    ],
)
def test_names_are_read_as_php_reads_them(query: str, expected: dict[str, Any]) -> None:
    assert parse_query(query.encode()) == expected
    assert parse_form(URLENCODED, query.encode()).fields == expected


def test_sixty_four_levels_is_the_deepest() -> None:
    deepest = "a" + "[x]" * 64
    assert nest([(deepest, "1")])["a"] != "1"
    assert nest([("a", "kept?"), ("b", "1"), (deepest + "[x]", "1")]) == {"b": "1"}


def test_the_query_holds_a_thousand_variables() -> None:
    query = b"&".join(b"f%d=1" % index for index in range(1002))
    assert list(parse_query(query))[-1] == "f999"


def test_empty_pairs_of_the_query_do_not_count() -> None:
    assert parse_query(b"&" * 2000 + b"a=1") == {"a": "1"}


def test_an_urlencoded_body_holds_one_variable_more_than_its_limit() -> None:
    sent = [b"f%d=1" % index for index in range(1002)]
    whole, cut = parse_form(URLENCODED, b"&".join(sent[:1001])), parse_form(URLENCODED, b"&".join(sent))
    assert whole.fields == cut.fields
    assert len(whole.fields) == 1001
    assert (codes(whole), codes(cut)) == (set(), {"too_many_fields"})


# ---- media types and boundaries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=abc",
        'multipart/form-data; boundary="abc"; charset=utf-8',
        "Multipart/Form-Data; charset=utf-8; BOUNDARY=abc",
        "multipart/form-data; boundary=abc, text/plain",
        "multipart/form-data, boundary=abc;x",
        "multipart/form-data; boundary=abc; boundary=def",
        "multipart/form-data; Boundary=zzz; boundary=abc",
    ],
)
def test_the_boundary_is_found_wherever_it_stands(content_type: str) -> None:
    assert parse_form(content_type, part("a") + b"--abc--").fields == {"a": "v"}


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary",
        'multipart/form-data; boundary="abc',
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=abc ",
        "multipart/form-data; boundary=other",
    ],
)
def test_without_the_right_boundary_nothing_arrives(content_type: str) -> None:
    form = parse_form(content_type, part("a") + b"--abc--")
    assert (form.fields, form.files) == ({}, {})
    assert codes(form) <= {"no_boundary", "truncated"}
    assert form.notes


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/json", "multipart/form-dat"])
def test_other_media_types_give_an_empty_form(content_type: str | None) -> None:
    assert parse_form(content_type, part("a")) == Form({}, {})


# ---- clients nobody captured --------------------------------------------------------------------------


def test_guzzle_writes_a_length_in_each_part() -> None:
    headers = f"Content-Length: {len(CSV)}\r\nContent-Type: text/csv\r\n"
    form = multipart(part("csv_file", CSV, extra='; filename="lista.csv"', headers=headers))
    assert upload(form) == Upload("lista.csv", "lista.csv", "text/csv", 0, CSV)


def test_a_wrong_length_in_a_part_is_ignored() -> None:
    assert multipart(part("a", b"value", headers="Content-Length: 3\r\n")).fields == {"a": "value"}


def test_perl_lwp_uses_a_constant_boundary() -> None:
    body = b'--xYzZY\r\nContent-Disposition: form-data; name="a"\r\n\r\n--x\r\n--xYzZY--\r\n'
    assert parse_form("multipart/form-data; boundary=xYzZY", body).fields == {"a": "--x"}


@pytest.mark.parametrize(
    ("sent", "filename", "full_path"),
    [
        (r'"C:\Users\ana\lista.csv"', "lista.csv", r"C:\Users\ana\lista.csv"),
        (r'"C:\\Users\\lista.csv"', "lista.csv", r"C:\Users\lista.csv"),
        ('"dir/sub/lista.csv"', "lista.csv", "dir/sub/lista.csv"),
        (r'"a/b\c.csv"', "c.csv", r"a/b\c.csv"),
        (r'"lista \"1\".csv"', 'lista "1".csv', 'lista "1".csv'),
        ("lista.csv", "lista.csv", "lista.csv"),
        ("minha lista.csv", "minha", "minha"),
        ("'minha; lista.csv'", "minha; lista.csv", "minha; lista.csv"),
        ("\"um;dois.csv\"; filename*=utf-8''x.csv", "um;dois.csv", "um;dois.csv"),
        ('"dir/"', "", "dir/"),
    ],
)
def test_filenames_lose_their_path(sent: str, filename: str, full_path: str) -> None:
    file = upload(multipart(part("csv_file", CSV, extra=f"; filename={sent}")))
    assert (file.filename, file.full_path, file.error, file.content) == (filename, full_path, 0, CSV)


def test_names_need_no_quotes_and_parameters_no_case() -> None:
    body = b"--abc\r\nCONTENT-disposition: form-data;FileName=l.csv ;NAME=csv_file\r\n\r\nx\r\n--abc--"
    assert upload(parse_form(MULTIPART, body)).filename == "l.csv"


def test_only_the_type_before_the_semicolon_is_kept() -> None:
    headers = "content-type: text/csv; charset=utf-8\r\n"
    assert (
        upload(multipart(part("csv_file", extra="; filename=l", headers=headers))).content_type == "text/csv"
    )


def test_lines_may_end_in_lf_alone() -> None:
    form = parse_form(MULTIPART, (part("a") + part("b", b"x\r\ny") + b"--abc--\n").replace(b"\r\n", b"\n"))
    assert form.fields == {"a": "v", "b": "x\ny"}
    assert codes(form) == {"lf_only"}


def test_lf_framing_leaves_the_content_alone() -> None:
    body = b"--abc\nContent-Disposition: form-data; name=f; filename=l.csv\n\n" + CSV + b"\n--abc--\n"
    assert upload(parse_form(MULTIPART, body), "f").content == CSV


def test_an_empty_filename_is_no_file() -> None:
    form = multipart(part("csv_file", b"lost", extra='; filename=""', headers="Content-Type: text/csv\r\n"))
    assert upload(form) == Upload("", "", "", 4, b"")


def test_an_empty_file_is_a_file() -> None:
    assert upload(multipart(part("csv_file", b"", extra="; filename=l.csv"))).error == 0


def test_filename_star_alone_makes_a_text_field() -> None:
    form = multipart(part("csv_file", CSV, extra="; filename*=utf-8''lista.csv"))
    assert (form.fields, form.files) == ({"csv_file": CSV.decode()}, {})
    assert codes(form) == {"filename_star_only"}


def test_a_file_without_filename_is_a_text_field() -> None:
    form = multipart(part("csv_file", CSV, headers="Content-Type: text/csv\r\n"))
    assert (form.fields, codes(form)) == ({"csv_file": CSV.decode()}, {"no_filename"})


def test_a_file_without_name_gets_a_number() -> None:
    nameless = b"--abc\r\nContent-Disposition: form-data; filename=l.csv\r\n\r\nx\r\n"
    assert list(multipart(nameless, nameless).files) == ["0", "1"]


def test_nothing_is_read_after_a_part_without_name_and_filename() -> None:
    form = multipart(part("a"), b"--abc\r\nContent-Disposition: form-data\r\n\r\nx\r\n", part("b"))
    assert (form.fields, codes(form)) == ({"a": "v"}, {"no_name"})


def test_a_part_without_disposition_is_skipped() -> None:
    form = multipart(part("a"), b"--abc\r\nContent-Type: text/plain\r\n\r\nx\r\n", part("b"))
    assert form.fields == {"a": "v", "b": "v"}


def test_header_lines_may_be_folded() -> None:
    body = b'--abc\r\nContent-Disposition: form-data;\r\n name="a";\r\n\tfilename="l.csv"\r\n\r\nx\r\n--abc--'
    assert upload(parse_form(MULTIPART, body), "a").filename == "l.csv"


def test_a_transfer_encoding_is_not_decoded() -> None:
    assert multipart(part("a", b"=C3", headers="Content-Transfer-Encoding: quoted-printable\r\n")).fields == {
        "a": "=C3"
    }


def test_the_last_of_two_files_wins() -> None:
    form = multipart(part("f", b"1", extra="; filename=a"), part("f", b"2", extra="; filename=b"))
    assert upload(form, "f").content == b"2"
    assert codes(form) == {"repeated_field"}


def test_a_field_and_a_file_may_share_a_name() -> None:
    form = multipart(part("f", extra="; filename=a"), part("f"))
    assert (form.fields, list(form.files), codes(form)) == ({"f": "v"}, ["f"], set())


def test_files_nest_as_fields_do() -> None:
    form = multipart(part("d[0][file]", extra="; filename=a"), part("d[1][file]", extra="; filename=b"))
    first, second = (Upload(name, name, "", 0, b"v") for name in "ab")
    assert form.files == {"d": [{"file": first}, {"file": second}]}


def test_a_file_with_odd_brackets_takes_the_later_files_along() -> None:
    form = multipart(
        part("a", extra="; filename=a"), part("b[", extra="; filename=b"), part("c", extra="; filename=c")
    )
    assert (list(form.files), codes(form)) == (["a"], {"bad_file_name"})


def test_a_file_cut_short_has_error_three_and_no_content() -> None:
    form = multipart(part("a"), part("csv_file", CSV, extra="; filename=d/l.csv"), end=b"")
    assert form.fields == {"a": "v"}
    assert upload(form) == Upload("l.csv", "d/l.csv", "", 3, b"")
    assert codes(form) == {"truncated"}


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\r\n-", b"\r\n--ab"])
def test_a_field_cut_short_keeps_what_came(tail: bytes) -> None:
    form = parse_form(MULTIPART, part("a") + part("b", b"half").removesuffix(b"\r\n") + tail)
    assert (form.fields, codes(form)) == ({"a": "v", "b": "half"}, {"truncated"})


def test_a_boundary_within_a_line_is_content() -> None:
    assert multipart(part("a", b"x--abc--\r\ny")).fields == {"a": "x--abc--\r\ny"}


def test_a_longer_boundary_ends_the_part_and_hides_the_next() -> None:
    assert multipart(part("a", b"x\r\n--abcdef\r\ny"), part("b")).fields == {"a": "x", "b": "v"}


def test_a_body_of_the_closing_boundary_only_is_an_empty_form() -> None:
    assert multipart() == Form({}, {})


def test_text_outside_utf8_is_read_as_windows_1252() -> None:
    form = multipart(part("a", b"\x80\xe7"), part("b", b"\x81\xe7"))
    assert (form.fields, codes(form)) == ({"a": "\u20acç", "b": "\x81ç"}, {"latin1_text"})


def test_a_multipart_body_holds_a_thousand_fields() -> None:
    fields = [part(f"f{index}") for index in range(1001)]
    whole, cut = multipart(*fields[:1000]), multipart(*fields, part("csv", extra="; filename=l"))
    assert whole.fields == cut.fields
    assert (codes(whole), codes(cut)) == (set(), {"too_many_fields"})
    assert upload(cut, "csv").error == 0


def test_a_file_after_1020_fields_is_lost() -> None:
    fields = [part("a") for _ in range(1020)]
    assert multipart(*fields[1:], part("csv", extra="; filename=l")).files.keys() == {"csv"}
    assert multipart(*fields, part("csv", extra="; filename=l")).files == {}


def test_notes_are_ascii_and_told_once() -> None:
    form = multipart(*[part("ç[][x]", b"\xe7")] * 3, part("ç{}", b"1"), part("ç{}", b"2"))
    assert len(form.notes) == len(set(form.notes)) == 3
    assert all(note.sentence.isascii() for note in form.notes)


# ---- laws ---------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_characters="[]\0 ."), min_size=1, max_size=6)
keys = words.filter(lambda word: not re.fullmatch(r"-?[0-9]+|\s", word))
values = st.text(st.characters(codec="utf-8"), max_size=8)
trees = st.dictionaries(
    keys,
    st.recursive(
        values,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3) | st.dictionaries(keys, inner, min_size=1, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)
contents = st.binary(max_size=30).filter(lambda content: b"--abc" not in content and b"\n-" not in content)
forms = st.lists(st.tuples(st.sampled_from(["a", "b[]", "c[x]", "c[y][]"]), contents), max_size=5)


def bracketed(tree: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(tree, str):
        return [(name, tree)]
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [pair for key, inner in items for pair in bracketed(inner, f"{name}[{key}]" if name else str(key))]


@laws
@given(trees)
def test_bracket_names_carry_any_tree(tree: dict[str, Any]) -> None:
    assert nest(bracketed(tree)) == tree


@laws
@given(forms, st.sampled_from([b"", b"\r\n", b"text\r\n", b"--abcd\r\n"]), st.binary(max_size=20))
def test_preamble_and_epilogue_change_nothing(
    pairs: list[tuple[str, bytes]], preamble: bytes, epilogue: bytes
) -> None:
    body = b"".join(part(name, content) for name, content in pairs) + b"--abc--"
    wrapped = parse_form(MULTIPART, preamble + body + epilogue.replace(b"--abc", b""))
    assert wrapped.fields == parse_form(MULTIPART, body).fields


@laws
@given(forms)
def test_content_comes_back_byte_for_byte(pairs: list[tuple[str, bytes]]) -> None:
    parts = [part(f"f{at}", content, extra="; filename=x") for at, (_, content) in enumerate(pairs)]
    form = multipart(*parts)
    assert [upload(form, f"f{at}").content for at in range(len(pairs))] == [content for _, content in pairs]


@laws
@given(st.lists(st.tuples(st.sampled_from(["a", "b[]", "c[x]", "c[][y]"]), values), max_size=6))
def test_both_encodings_of_a_form_read_the_same(pairs: list[tuple[str, str]]) -> None:
    sent = [(name, value.encode()) for name, value in pairs if "\n-" not in value]
    parts = b"".join(part(name, value) for name, value in sent)
    quoted = b"&".join(
        name.encode() + b"=" + b"".join(b"%%%02x" % byte for byte in value) for name, value in sent
    )
    assert parse_form(MULTIPART, parts + b"--abc--").fields == parse_form(URLENCODED, quoted).fields


@laws
@given(forms, st.data())
def test_a_cut_body_keeps_the_fields_before_the_cut(
    pairs: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    parts = [part(f"f{at}", content) for at, (_, content) in enumerate(pairs)] + [part("last", b"x")]
    kept = data.draw(st.integers(0, len(parts) - 1))
    size = data.draw(st.integers(0, len(parts[kept])))
    cut = parse_form(MULTIPART, b"".join(parts[:kept]) + parts[kept][:size]).fields
    before = [f"f{at}" for at in range(kept)]
    whole = multipart(*parts).fields
    assert [cut[name] for name in before] == [whole[name] for name in before]


def assert_tame(form: Form) -> None:
    json.dumps(form.fields, ensure_ascii=False).encode()
    assert all(note.sentence.isascii() for note in form.notes)


content_types = st.none() | st.text(max_size=40) | st.sampled_from([MULTIPART, URLENCODED, MULTIPART + "\n"])
tokens = st.sampled_from(
    [
        b"--abc",
        b"\r\n",
        b"\n",
        b"--",
        b"Content-Disposition: form-data; ",
        b'name="',
        b'"',
        b"filename=",
        b"; ",
        b"[",
        b"]",
        b"a",
        b"&",
        b"=",
        b"%",
        b"\x00",
        b"\xe7",
        b"'",
        b"\\",
        b":",
        b" ",
    ]
)


@laws
@given(content_types, st.binary(max_size=200) | st.lists(tokens, max_size=60).map(b"".join))
def test_no_bytes_raise(content_type: str | None, body: bytes) -> None:
    assert_tame(parse_form(content_type, body))
    parse_query(body)


@pytest.mark.parametrize("name", sorted(SEEN_BY_PHP))
def test_no_damaged_capture_raises(name: str) -> None:
    content_type, body = capture(name)
    chance = random.Random(name)
    for _ in range(40):
        damaged = bytearray(body)
        for _ in range(chance.randint(1, 4)):
            start = chance.randrange(len(damaged) + 1)
            damaged[start : start + chance.randint(0, 9)] = chance.choice(
                [b"", b"\n", b"\r", b'"', b"[", b"\0\xff"]
            )
        assert_tame(parse_form(content_type, bytes(damaged)))


# ---- the short way ------------------------------------------------------------------------------------


def the_long_way(content_type: str, body: bytes) -> Form:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(php_forms, "_usual_form", lambda *_: None)
        return parse_form(content_type, body)


names = st.sampled_from(["name", "csv_file", "a_b", "a b", "a[0][b]", "a[][b]", "0", "", "jos\u00e9"])
file_names = st.sampled_from(["a.csv", "dir/a.csv", "c:\\a.csv", "\u00e9.csv", "", "a\n"])
kinds = st.sampled_from(["text/csv", "Text/CSV", "text/plain; charset=utf-8", "text/plain ;x", "", "text\t"])
contents = st.lists(
    st.sampled_from([b"v", b"\r", b"\n", b"\r\n", b"--abc", b"--", b"\0", b"\xe9", b"\xc3\xa9", b"\r\n\r\n"]),
    max_size=4,
).map(b"".join)


@st.composite
def nearly_usual_parts(draw: st.DrawFn) -> bytes:
    name, more = draw(names), ""
    if draw(st.booleans()):
        more += f'; filename="{draw(file_names)}"'
    if draw(st.booleans()):
        more += f"\r\nContent-Type: {draw(kinds)}"
    if draw(st.integers(0, 9)) == 9:
        more += draw(st.sampled_from(["\r\nContent-Length: 1", "; x=y", "\nContent-Type: a/b", "\r\nodd"]))
    head = f'--abc\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + draw(contents) + draw(st.sampled_from([b"\r\n"] * 6 + [b"\n", b""]))


ends = st.sampled_from(
    [b"--abc--\r\n", b"--abc--", b"--abc--\r\n--abc\r\n", b"--abc--x\n--abc--", b"--abc\r\n", b""]
)


@example(MULTIPART, b"--abc\r\nno end")
@example(MULTIPART, b"--abc--\r\n")
@example(MULTIPART, part("f").removesuffix(b"\r\n") + b"\n--abc--")
@example(MULTIPART, part("f", b"\r") + b"--abc--")
@example(MULTIPART, part("f") + part("f") + b"--abc--")
@example(MULTIPART, part("f") * 99 + b"--abc--")
@example(MULTIPART, part("f") * 1100 + b"--abc--")
@given(
    st.sampled_from(
        [MULTIPART, "multipart/form-data;boundary=abc", MULTIPART + "; charset=utf-8", MULTIPART + " "]
    ),
    st.tuples(
        st.sampled_from([b"", b"", b"", b"\r\n"]),
        st.lists(nearly_usual_parts(), max_size=4).map(b"".join),
        ends,
    ).map(b"".join),
)
def test_the_short_way_gives_what_the_long_one_gives(content_type: str, body: bytes) -> None:
    assert parse_form(content_type, body) == the_long_way(content_type, body)


@pytest.mark.parametrize("name", sorted(SEEN_BY_PHP))
def test_the_short_way_gives_the_same_for_every_capture_and_for_any_damage(name: str) -> None:
    content_type, body = capture(name)
    chance = random.Random(name)
    for _ in range(40):
        assert parse_form(content_type, body) == the_long_way(content_type or "", body)
        at = chance.randrange(len(body) + 1)
        body = body[:at] + chance.choice([b"\r", b"\n", b'"', b"--", b""]) + body[at + chance.randint(0, 2) :]


def test_what_most_clients_write_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(php_forms, "_Multipart", None)
    file = part("csv_file", CSV, extra='; filename="a.csv"', headers="Content-Type: text/csv\r\n")
    form = multipart(part("name"), part("signatories[0][index]", b"1"), file)

    assert form.fields == {"name": "v", "signatories": [{"index": "1"}]}
    assert upload(form) == Upload("a.csv", "a.csv", "text/csv", 0, CSV)
    assert form.notes == ()


def written(*names: str, file: str) -> bytes:
    fields = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{at}' for at, name in enumerate(names)
    ]
    upload = f'--b\r\nContent-Disposition: form-data; name="{file}"; filename="a.csv"\r\n\r\nx'
    return "\r\n".join([*fields, upload, "--b--\r\n"]).encode()


@pytest.mark.parametrize(
    ("names", "fields", "codes"),
    [
        (("name", "template_id"), {"name": "0", "template_id": "1"}, []),
        (("name", "name"), {"name": "1"}, ["repeated_field"]),
        (("name", "a[0]", "a[1]"), {"name": "0", "a": ["1", "2"]}, []),
        (("name", "a.b"), {"name": "0", "a_b": "1"}, []),
        (("csv_file",), {"csv_file": "0"}, []),
    ],
)
def test_a_form_of_plain_names_is_read_as_one_of_any_names(
    names: tuple[str, ...], fields: dict[str, Any], codes: list[str]
) -> None:
    form = parse_form("multipart/form-data; boundary=b", written(*names, file="csv_file"))

    assert form.fields == fields
    assert list(form.files) == ["csv_file"]
    assert [note.code for note in form.notes] == codes
