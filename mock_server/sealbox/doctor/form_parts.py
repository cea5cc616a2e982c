"""Parts of a form: files that are none, brackets that mean something else, texts in other alphabets."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from .case import Words
from .wire import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .case import Case, Symptoms
    from .wire import Part

NUMBERED: Final = re.compile(r"signatories\[(\d{1,9})\]\[\w+\]")
BRACKETS: Final = "signatories[0][user_uuid] and signatories[0][index]"
BRACKETS_FIX: Final = f"send {BRACKETS} as fields of their own"
UTF8_FIX: Final = "encode the text as UTF-8"

WORDS: Final = {
    "no-name": Words(
        "A part has no name: nothing is read from there on.", 'give every part name="..." in quotes'
    ),
    "filename-star-only": Words(
        "{client} sent the file with filename* and no filename: it is read as a text field.",
        'send filename="..." too; a name in ASCII makes most libraries do so',
        fixes={"requests": "upgrade urllib3 to 1.25 or later, or give the file a name in ASCII"},
        whys={"requests": "requests over urllib3 before 1.25 sent filename* alone: it is a text field."},
    ),
    "wrong-file-field": Words(
        "{client} sent the file as {sent}; the documented field is {field}.", "name the file's part {field}"
    ),
    "no-filename": Words(
        "{client} sent {field} without a filename: it is a text field and not a file.",
        "give the part {field} a filename",
        fixes={
            "curl": "use -F {field}=@FILE ('<' and no sign send a text field)",
            "requests": "files={{'{field}': ('NAME', data)}}: what stands in data= is a text field",
            "httpx": "files={{'{field}': ('NAME', data)}}: what stands in data= is a text field",
            "aiohttp": "form.add_field('{field}', data, filename='NAME')",
            "JavaScript": "form.append('{field}', blob, 'NAME'): without the third it may have no name",
            "PHP curl": "use new CURLFile(path): a path or its content is a text field",
            "Guzzle": "add 'filename' => 'NAME' to the part {field}",
            "OkHttp": 'addFormDataPart("{field}", "NAME", body): with two arguments it is a text field',
            "Apache HttpClient": 'addBinaryBody("{field}", file, type, "NAME")',
            "C#": 'form.Add(content, "{field}", "NAME"), with the third argument',
            "Go": 'form.CreateFormFile("{field}", "NAME"), not WriteField',
            "Net::HTTP": "set_form([['{field}', file, {{ filename: 'NAME' }}]], 'multipart/form-data')",
            "Ruby": "give {field} a file object or FilePart, not its content",
        },
    ),
    "empty-filename": Words(
        '{client} sent {field} with filename="": that means that no file was chosen.',
        "give the part {field} a filename",
    ),
    "encoded-part": Words(
        "{client} sent {sent} as {encoding}; parts of a form are not decoded and stay as they are.",
        "send the part as it is, without Content-Transfer-Encoding",
    ),
    "json-in-signatories": Words(
        "{client} sent JSON as text in signatories; a form has lists as numbered names.",
        f"{BRACKETS_FIX}, not as JSON text",
        fixes={
            "Python": "data={{'signatories[0][user_uuid]': uuid, 'signatories[0][index]': 1}}, no json.dumps",
            "JavaScript": "form.append('signatories[0][user_uuid]', uuid) and [index], no JSON.stringify",
            "curl": "-F 'signatories[0][user_uuid]=UUID' -F 'signatories[0][index]=1', no JSON",
            "PHP": "'signatories[0][user_uuid]' => $uuid, 'signatories[0][index]' => 1, no json_encode",
            "Ruby": '"signatories[0][user_uuid]" => uuid, "signatories[0][index]" => 1, no to_json',
        },
    ),
    "plain-signatories": Words(
        "{client} sent plain values in signatories; each signatory has a user_uuid and an index.",
        BRACKETS_FIX,
        whys={"superagent": "superagent made an array into repeated plain fields; only the last one counts."},
    ),
    "unnumbered-brackets": Words(
        "{client} sent {sent} with empty brackets: PHP begins a new element each time.",
        f"number the brackets: {BRACKETS}",
        whys={"Ruby": "{client} wrote an array of hashes as {sent}: PHP begins a new element each time."},
        fixes={"Ruby": 'write out: "signatories[0][user_uuid]" => uuid, "signatories[0][index]" => 1'},
    ),
    "dotted-names": Words(
        "{client} sent {sent}: PHP drops or renames what stands after a dot.", BRACKETS_FIX
    ),
    "sparse-indexes": Words(
        "{client} numbered the brackets {sent}: PHP makes an object of them and not a list.",
        "number the brackets 0, 1, 2 without gaps (the index field counts from 1)",
    ),
    "latin1-text": Words(
        "{client} sent {sent} in another encoding than UTF-8; it was read as Windows-1252.",
        UTF8_FIX,
        fixes={
            "Apache HttpClient": 'addTextBody(name, value, ContentType.create("text/plain", "UTF-8"))',
        },
    ),
    "filename-lost": Words(
        "{client} wrote ? for letters of the filename that its encoding does not have.",
        UTF8_FIX,
        fixes={
            "Apache HttpClient": "setMode(HttpMultipartMode.RFC6532), in version 5 EXTENDED and setCharset",
        },
    ),
    "repeated-field": Words("{client} sent {sent} more than once; the last one won.", "send {sent} once"),
    "lf-only": Words(
        "{client} ended lines around parts with LF; the standard asks for CR LF, and others refuse it.",
        "end the lines of the multipart body with CR LF, or let a library write it",
    ),
    "utf8-bom": Words(
        "The file begins with a byte order mark, so that its first header begins with U+FEFF.",
        "save the file as UTF-8 without BOM",
        fixes={"Python": "write the file with encoding='utf-8', not 'utf-8-sig'"},
    ),
    "placeholder-filename": Words(
        '{client} named the file "{sent}", which is what it does when nobody gives a name.',
        "give the file its own name",
        fixes={
            "requests": "files={{'{field}': ('NAME.csv', data)}}: bytes alone have no name",
            "JavaScript": "form.append('{field}', blob, 'NAME.csv')",
        },
    ),
}


def symptoms(case: Case) -> Symptoms:
    """For forms whose parts can be told apart."""
    operation, parts = case.operation, case.wire.parts
    if not operation.file or not parts:
        return
    if any(part.header("content-disposition") and not part.name and not part.filename for part in parts):
        yield "no-name", {}
    yield from _file(parts, operation.file)
    if operation.id == "createBatch":
        yield from _signatories(parts)
    for part in parts:
        encoding = part.header("content-transfer-encoding").lower()
        if encoding in {"base64", "quoted-printable"}:
            yield "encoded-part", {"sent": part.name, "encoding": encoding}
        if part.filename is None and not _is_utf8(part.content):
            yield "latin1-text", {"sent": part.name}
    times = Counter(part.name for part in parts if "[]" not in part.name and part.name != "signatories")
    yield from (("repeated-field", {"sent": name}) for name, count in times.items() if count > 1 and name)
    if f"--{case.wire.mark}\n".encode("latin-1") in case.wire.start:
        yield "lf-only", {}


def _file(parts: Sequence[Part], field: str) -> Symptoms:
    files = [part for part in parts if part.name == field]
    if not files:
        others = [part for part in parts if part.filename]
        if others:
            yield "wrong-file-field", {"sent": others[0].name, "field": field}
        return
    file, facts = files[-1], {"field": field}
    if file.filename is None:
        yield "no-filename" if file.parameter("filename*") is None else "filename-star-only", facts
    elif not file.filename:
        yield "empty-filename", facts
    elif file.filename in {"blob", field}:
        yield "placeholder-filename", facts | {"sent": file.filename}
    elif "??" in file.filename:
        yield "filename-lost", facts
    if field == "csv_file" and file.content.startswith(b"\xef\xbb\xbf"):
        yield "utf8-bom", facts


def _signatories(parts: Sequence[Part]) -> Symptoms:
    given = [part for part in parts if re.match(r"signatories\b", part.name)]
    numbers = {int(found[1]) for part in given if (found := NUMBERED.fullmatch(part.name))}
    for part in given:
        rest = part.name.removeprefix("signatories")
        text = part.content.lstrip()
        if not rest and text[:1] in {b"[", b"{"}:
            yield "json-in-signatories", {}
        elif (not rest and text) or rest == "[]":
            yield "plain-signatories", {}
        elif "[]" in rest:
            yield "unnumbered-brackets", {"sent": part.name}
        elif "." in rest:
            yield "dotted-names", {"sent": part.name}
    if numbers and numbers != set(range(len(numbers))):
        yield "sparse-indexes", {"sent": ", ".join(str(number) for number in sorted(numbers)[:5])}


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return len(content) == SAMPLE and error.start > SAMPLE - 4  # a letter that the sample has cut
    return True
