"""Bodies as a whole: the wrong media type, a lost boundary, a length that is too short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .addresses import FORM, JSON
from .case import Words

if TYPE_CHECKING:
    from .case import Case, Symptoms
    from .wire import Wire

URLENCODED: Final = "application/x-www-form-urlencoded"
FORM_FIX: Final = "send multipart/form-data with the file in {field}"
LET_IT: Final = "remove the Content-Type header: {client} writes it with its boundary"

FORM_FIXES: Final = {
    "curl": "use -F for every field and -F {field}=@{file} (-d sends no form with files)",
    "aiohttp": "make an aiohttp.FormData, add_field the file as {field}, and pass it as data=",
    "Python": "use data= for the fields and files={{'{field}': open('{file}', 'rb')}}, not json=",
    "JavaScript": "make a FormData, append every field and the file as {field}, and send it as the body",
    "PHP curl": "give CURLOPT_POSTFIELDS an array with new CURLFile('{file}') as {field}, not a string",
    "Guzzle": "use the option multipart, not json or form_params",
    "OkHttp": "make a MultipartBody with addFormDataPart, not a RequestBody of text",
    "C#": "send a MultipartFormDataContent with the file added as {field}",
    "Go": "write the fields and the file with mime/multipart's Writer",
    "Faraday": "use request :multipart and a FilePart as {field}",
    "Net::HTTP": "use request.set_form([...], 'multipart/form-data')",
}
JSON_FIXES: Final = {
    "curl": "add -H 'Content-Type: application/json' (-d alone sends {sent}, -F a form)",
    "Python": "use json=payload, which sets the header, not data=",
    "axios": "give axios the object itself: it sends JSON and sets the header",
    "JavaScript": "body: JSON.stringify(payload) with headers {{'Content-Type': 'application/json'}}",
    "Guzzle": "use the option json, not form_params or body",
    "PHP curl": "json_encode the payload and add the header Content-Type: application/json",
    "OkHttp": 'use RequestBody.create(text, MediaType.parse("application/json"))',
    "C#": 'use new StringContent(text, Encoding.UTF8, "application/json")',
    "Go": 'set request.Header "Content-Type" to application/json',
    "Ruby": "set the header Content-Type to application/json and send payload.to_json",
}

WORDS: Final = {
    "compressed-body": Words(
        "{client} sent a compressed body ({sent}); the server does not unpack it.",
        "send the body as it is, without Content-Encoding",
    ),
    "empty-body": Words(
        "{client} sent no body: a stream that was read before is at its end, or none was given.",
        "give the body anew for each request",
    ),
    "json-instead-of-form": Words(
        "{client} sent JSON where a form is documented: a file has no place in it.", FORM_FIX, FORM_FIXES
    ),
    "urlencoded-instead-of-form": Words(
        "{client} sent the fields urlencoded: {field} is text there and not a file.", FORM_FIX, FORM_FIXES
    ),
    "raw-body": Words(
        "{client} sent {sent} as the whole body where a form with fields is documented.", FORM_FIX, FORM_FIXES
    ),
    "form-instead-of-json": Words(
        "{client} sent a form where JSON is documented.",
        "send the same as JSON, with Content-Type: application/json",
        JSON_FIXES,
    ),
    "json-without-type": Words(
        "{client} sent JSON and called it {sent}.",
        "add the header Content-Type: application/json",
        JSON_FIXES,
    ),
    "json-twice": Words(
        "{client} sent a JSON text inside a JSON string: it was made to JSON twice.",
        "give the library the object, or set the header and send the text; not both",
        fixes={"requests": "json=payload, not json=json.dumps(payload)"},
    ),
    "python-dict": Words(
        "{client} sent Python's print of a dict, with single quotes, and not JSON.", "json=payload"
    ),
    "multipart-mixed": Words(
        "{client} sent {sent}; a form is multipart/form-data, and nothing else is read as one.",
        "set the type of the multipart body to multipart/form-data",
        fixes={
            "OkHttp": "add .setType(MultipartBody.FORM) to the MultipartBody.Builder",
            "C#": "use MultipartFormDataContent, not MultipartContent",
            "Apache HttpClient": "leave setMimeSubtype out, or say form-data",
        },
        whys={"OkHttp": "OkHttp sent {sent}: that is MultipartBody.Builder's type until setType is called."},
    ),
    "boundary-lost": Words(
        "{client} sent multipart/form-data without a boundary: the Content-Type was set by hand.",
        "do not set Content-Type yourself: let the HTTP library write it with its boundary",
        fixes={
            "Python": "remove Content-Type from headers=: files= makes {client} write it with its boundary",
            "JavaScript": "remove Content-Type from headers: {client} writes it when the body is a FormData",
            "curl": "remove -H 'Content-Type: ...': -F writes it with its boundary",
            "PHP curl": "remove Content-Type from CURLOPT_HTTPHEADER: an array in CURLOPT_POSTFIELDS does it",
            "Guzzle": "remove Content-Type from headers: the option multipart writes it",
            "Java": LET_IT,
            "C#": "leave content.Headers.ContentType alone: MultipartFormDataContent sets its boundary there",
            "Go": 'request.Header.Set("Content-Type", form.FormDataContentType())',
            "Ruby": LET_IT,
        },
    ),
    "boundary-mismatch": Words(
        "{client} declared a boundary that the body does not have: header and body were made apart.",
        "take Content-Type from the same object that wrote the body",
        fixes={
            "JavaScript": "one FormData for both: headers come from form.getHeaders(), or leave them out",
            "Go": "one multipart.Writer for both: form.FormDataContentType() and its buffer",
        },
    ),
    "content-length-of-the-file": Words(
        "Content-Length is {length}, and after that many bytes the form had not ended: {cause}.",
        "do not set Content-Length yourself: the whole form is longer than its file",
        fixes={
            "axios": "remove the Content-Length header: axios counts the form; the file alone is shorter",
            "curl": "remove -H 'Content-Length: ...': curl counts the form",
        },
    ),
    "truncated": Words(
        "{client} ended the body before its closing boundary.",
        "close the form writer before sending, and see that its stream is read to the end",
        fixes={"Go": "call form.Close() before the request is sent: it writes the closing boundary"},
    ),
}


def symptoms(case: Case) -> Symptoms:
    """For operations that take a body."""
    operation, wire = case.operation, case.wire
    if not operation.takes or wire.sent.method.upper() != operation.method:
        return
    packed = wire.headers.get("content-encoding", "identity").lower()
    facts = {"sent": wire.media_type or "nothing", "field": operation.file, "file": "FILE"}
    if not wire.size:
        yield "empty-body", facts
    elif packed != "identity" or wire.start.startswith(b"\x1f\x8b"):
        yield "compressed-body", {"sent": packed if packed != "identity" else "gzip"}
    elif operation.takes == FORM:
        yield from _form(wire, facts)
    else:
        yield from _json(wire, facts)


def _is_json(media_type: str) -> bool:
    return media_type == JSON or media_type.endswith("+json")


def _form(wire: Wire, facts: dict[str, str]) -> Symptoms:
    if _is_json(wire.media_type):
        yield "json-instead-of-form", facts
    elif wire.media_type == URLENCODED:
        yield "urlencoded-instead-of-form", facts
    elif not wire.is_multipart:
        yield "raw-body", facts | {"sent": wire.media_type or "bytes without a Content-Type"}
    elif wire.media_type != FORM:
        yield "multipart-mixed", facts
    elif not wire.declared.strip('"'):
        yield "boundary-lost", facts
    elif wire.declared.strip('"') != wire.mark:
        yield "boundary-mismatch", facts
    elif not wire.is_closed:
        yield from _cut(wire, facts)


def _cut(wire: Wire, facts: dict[str, str]) -> Symptoms:
    """Without its end. A body shorter than declared was cut by whoever holds it, which is no finding."""
    if wire.length is None:
        yield "truncated", facts
    elif wire.length <= wire.size:
        of_part = any(part.header("content-length") == str(wire.length) for part in wire.parts)
        cause = "it is the length of the file alone" if of_part else "as when it is the length of the file"
        yield "content-length-of-the-file", facts | {"length": str(wire.length), "cause": cause}


def _json(wire: Wire, facts: dict[str, str]) -> Symptoms:
    text = wire.start.lstrip()
    if wire.is_multipart or (wire.media_type == URLENCODED and text[:1] not in b"{["):
        yield "form-instead-of-json", facts
    elif not _is_json(wire.media_type):
        yield "json-without-type", facts
    elif text.startswith(b'"'):
        yield "json-twice", facts
    elif text.startswith((b"{'", b"[{'")):
        yield "python-dict", facts
