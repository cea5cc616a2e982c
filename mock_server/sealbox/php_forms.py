"""What PHP 8.2 would put in $_POST, $_FILES and $_GET for the same bytes: one pass, pure, never raises.

Follows php-src `main/rfc1867.c` and `main/php_variables.c`; agrees with PHP 8.2.36 on fuzzed bodies. Not
imitated: limits on sizes and on the number of files (callers offer those as scenarios), header lines over
5 KiB, integer keys over 18 digits, the guard against keys posing as `__Host-` or `__Secure-` cookies.
`multipart.PushMultipartParser` raises where PHP goes on: LF-only lines, a wrong Content-Length in a part,
header lines without a colon, text after a boundary. Splitting its input beforehand would leave it no work.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

MAX_INPUT_VARS: Final = 1000
MAX_BODY_PARTS: Final = 1020  # max_input_vars + max_file_uploads: there PHP stops reading
MAX_NESTING: Final = 64

_INTEGER_KEY: Final = re.compile(r"0|-?[1-9][0-9]{0,17}")
_INDEX: Final = re.compile(r"\[(?:[ \t\n\v\f\r]?|([^\]]+))\]")
_FILE_NAME_RULE: Final = re.compile(rb"[^\[\]]*(?:\[[^\[\]]*\])*")
_BOUNDARY: Final = r'boundary[^=]*=(?:"([^"]*)"|(?!")([^,;]*))'
_PARAMETER: Final = re.compile(rb"""(?:[^;"']+|"(?:[^"\\]+|\\"?)*"?|'(?:[^'\\]+|\\'?)*'?)+""")
_QUOTED: Final = re.compile(rb"""(["'])((?:[^\\"']+|\\(?:\\|\1)?|(?!\1)["'])*)""")
_LINE_END: Final = re.compile(rb"(?:\0[^\n]*)?\r?\n")
_USUAL: Final = re.compile(rb'form-data; name="([^"\\]*)"(?:; filename="([^"\\]*)")?')
_USUAL_TYPE: Final = re.compile(r'multipart/form-data; ?boundary=([^",;]+)')
_USUAL_HEAD: Final = re.compile(
    rb'\r\nContent-Disposition: form-data; name="([^"\\\r\n\0]+)"'
    rb'(?:; filename="([^"\\\r\n\0]+)")?(?:\r\nContent-Type: ([!-:<-~]+)(?:;[ -~]*)?)?'
)
_USUAL_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_is_usual: Final = _USUAL_NAME.fullmatch
_USUAL_PARTS: Final = 100
_USUAL_LENGTH: Final = 512  # bytes of a part's headers
_FILE_TYPES: Final = (b"text/csv", b"application/octet-stream", b"application/vnd.ms-excel")
_SENTENCES: Final = {
    "bad_file_name": "The brackets of the file field {} do not match; PHP skips this and all later files.",
    "filename_star_only": "The part {} has filename* but no filename, so it is a text field; send both.",
    "latin1_text": "{} is not UTF-8; it was read as Windows-1252.",
    "lf_only": "The lines around parts end in LF; the standard asks for CR LF.",
    "multipart_mixed": "PHP reads multipart/form-data and nothing of multipart/mixed.",
    "no_boundary": "Content-Type has no boundary, or one the body lacks; let the HTTP library write it.",
    "no_filename": "The part {} looks like a file but has no filename, so it is a text field.",
    "no_name": "A part has neither name nor filename; PHP reads nothing from there on.",
    "preamble": "The text before the first boundary was skipped.",
    "repeated_field": "{} was sent more than once; the last one won.",
    "too_many_fields": "PHP stops at 1000 fields and at 1020 parts; the rest is lost.",
    "truncated": "The body ends before its closing boundary.",
    "unnumbered_brackets": "{} starts a new element each time; number the brackets, as in a[0][b].",
}

T = TypeVar("T")
Tree: TypeAlias = "T | list[Tree[T]] | dict[str, Tree[T]]"
PhpValue: TypeAlias = "Tree[str]"
FileValue: TypeAlias = "Tree[Upload]"
_Array: TypeAlias = dict[int | str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """One entry of $_FILES; `full_path` is the name as sent, and only error 0 has a type and content."""

    filename: str
    full_path: str
    content_type: str
    error: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """Something that PHP tolerates or loses in silence: a stable code and a sentence in ASCII."""

    code: str
    sentence: str


class Form(NamedTuple):
    """$_POST and $_FILES as json_encode would show them, and what the client may want to hear about."""

    fields: dict[str, PhpValue]
    files: dict[str, FileValue]
    notes: tuple[Note, ...] = ()


def _path(name: str) -> list[int | str | None]:
    """The keys that a name leads through, None for "[]"; empty when PHP drops the variable."""
    if _USUAL_NAME.fullmatch(name):
        return [name]
    name = name.lstrip(" ")
    top, bracket, _ = name.partition("[")
    index = _INDEX.match(name, len(top))
    if bracket and not index:
        top = name  # never closed: no array
    keys: list[str | None] = [re.sub(r"[ .\[]", "_", top)] if name[:1] not in ("", "[") else []
    while keys and index:
        keys.append(index[1])
        index = _INDEX.match(name, index.end())
    return [int(key) if key and _INTEGER_KEY.fullmatch(key) else key for key in keys]


def nest(pairs: Iterable[tuple[str, T]]) -> "dict[str, Tree[T]]":
    """Apply PHP's naming rules to names and values in the order sent; later values win.

    A variable nested deeper than 64 levels is dropped and takes an earlier one of its top name along.
    Arrays whose keys are 0..n-1 in order become lists, others dicts with text keys; the top stays a dict.
    """
    root: _Array = {}
    for name, value in pairs:
        path = _path(name)
        if len(path) > MAX_NESTING + 1:
            root.pop(path[0] or "", None)
        elif path:
            _store(root, path, value)
    return {str(key): _as_json(item) for key, item in root.items()}


def _store(array: _Array, path: list[int | str | None], value: object) -> None:
    index = path[0]
    if index is None:
        index = max((key for key in array if isinstance(key, int)), default=-1) + 1
    if len(path) == 1:
        array[index] = value
        return
    if not isinstance(array.get(index), dict):
        array[index] = {}
    _store(array[index], path[1:], value)


def _as_json(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    shown = {str(key): _as_json(inner) for key, inner in item.items()}
    return list(shown.values()) if list(item) == list(range(len(item))) else shown


class _Notes(dict[Note, None]):
    """The notes so far in order, each sentence once."""

    def add(self, code: str, about: str = "") -> None:
        self[Note(code, _SENTENCES[code].format(about))] = None

    def text(self, raw: bytes, about: str) -> str:
        """PHP keeps raw bytes; text that is not UTF-8 is shown as what most such clients mean by it."""
        for charset in ("utf-8", "cp1252"):
            try:
                return raw.decode(charset)
            except UnicodeDecodeError:
                self.add("latin1_text", about)
        return raw.decode("latin-1")

    def on_names(self, names: Iterable[str]) -> None:
        seen: set[tuple[int | str | None, ...]] = set()
        for name in names:
            path = tuple(_path(name))
            if None in path[:-1]:
                self.add("unnumbered_brackets", ascii(name))
            elif path in seen:
                self.add("repeated_field", ascii(name))
            elif path and None not in path:
                seen.add(path)

    def form(self, fields: list[tuple[str, str]], files: Sequence[tuple[str, Upload]] = ()) -> Form:
        values: dict[str, PhpValue] = dict(fields)
        uploads: dict[str, FileValue] = dict(files)
        are_distinct = len(values) == len(fields) and len(uploads) == len(files)
        if are_distinct and all(map(_is_usual, values)) and all(map(_is_usual, uploads)):
            return Form(values, uploads, tuple(self))  # each name is a variable's: there is nothing to nest
        self.on_names(name for name, _ in fields)
        self.on_names(name for name, _ in files)
        return Form(nest(fields), nest(files), tuple(self))


def _decoded(pairs: Iterable[bytes], notes: _Notes) -> Iterable[tuple[str, str]]:
    for pair in pairs:
        name, _, value = (unquote_to_bytes(text.replace(b"+", b" ")) for text in pair.partition(b"="))
        shown = notes.text(name.partition(b"\0")[0], "A field name")
        yield shown, notes.text(value, f"The value of {shown!a}")


def parse_query(query: bytes) -> dict[str, PhpValue]:
    """$_GET for the bytes after the question mark; the first 1000 variables count."""
    if not query:
        return {}
    return nest(_decoded(islice(filter(None, query.split(b"&")), MAX_INPUT_VARS), _Notes()))


def parse_form(content_type: str | None, body: bytes) -> Form:
    """$_POST and $_FILES for this body; media types other than the two of HTML forms give an empty form."""
    if content_type is None:
        return Form({}, {})
    usual = _USUAL_TYPE.fullmatch(content_type)
    if usual and (form := _usual_form(body, b"\n--" + usual[1].encode("latin-1", "replace"))):
        return form
    notes, header = _Notes(), content_type
    media_type = re.split("[;, ]", header, maxsplit=1)[0].lower()
    if media_type == "application/x-www-form-urlencoded":
        sent = body.split(b"&", MAX_INPUT_VARS + 1)
        if len(sent) > MAX_INPUT_VARS + 1:  # here, unlike elsewhere, PHP counts after storing
            notes.add("too_many_fields")
        return notes.form(list(_decoded(sent[: MAX_INPUT_VARS + 1], notes)))
    if media_type == "multipart/form-data":
        if found := re.search(_BOUNDARY, header) or re.search(_BOUNDARY, header, re.IGNORECASE):
            boundary = (found[1] or found[2] or "").encode("latin-1", "replace")
            return _Multipart(_Stream(body, boundary, notes), notes).form()
        notes.add("no_boundary")
    if media_type == "multipart/mixed":
        notes.add("multipart_mixed")
    return notes.form([])


def _usual_form(body: bytes, line: bytes) -> Form | None:
    """The form as most clients write it, split at `line`; None for whatever `_Multipart` has to look at."""
    pieces = body.split(line)
    closed = len(pieces) > 1 and pieces[-1].startswith(b"--")
    if not closed or not body.startswith(line[1:]) or len(pieces) > _USUAL_PARTS:
        return None
    pieces[0] = pieces[0][len(line) - 1 :]
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, Upload]] = []
    try:
        for piece in pieces[:-1]:
            end = piece.find(b"\r\n\r\n", 0, _USUAL_LENGTH)
            head = _usual_head(piece[:end]) if end >= 0 and piece.endswith(b"\r") else None
            if head is None:
                return None
            name, path, kind = head
            content = piece[end + 4 : -1]
            if path is None:
                fields.append((name, content.decode()))
            else:
                files.append((name, Upload(path.rpartition("/")[2], path, kind, 0, content)))
    except UnicodeDecodeError:
        return None
    return _Notes().form(fields, files)


@lru_cache(maxsize=256)
def _usual_head(head: bytes) -> tuple[str, str | None, str] | None:
    """Name, filename and media type of a part, if its headers are as most clients write them."""
    found = _USUAL_HEAD.fullmatch(head)
    if found is None:
        return None
    name, kind = found[1].decode(), (found[3] or b"").decode()
    if found[2]:
        return (name, found[2].decode(), kind) if _is_usual(name) else None
    return None if kind.lower().encode() in _FILE_TYPES else (name, None, kind)


class _Stream:
    """The body as PHP walks through it: what nobody reads is skipped up to the next boundary line."""

    def __init__(self, body: bytes, boundary: bytes, notes: _Notes) -> None:
        self._body, self._mark, self._notes, self._at = body, b"--" + boundary, notes, 0

    def next_headers(self) -> dict[bytes, bytes] | None:
        """The headers of the next part by lower-case name, the first of each; None after the last part."""
        line = self._next_line()
        self._note_framing(line)
        if line is None:
            return None
        self._at = line.stop
        headers: list[tuple[bytes, list[bytes]]] = []
        while (end := self._body.find(b"\n", self._at)) >= 0:
            text = self._body[self._at : end].removesuffix(b"\r").partition(b"\0")[0]
            self._at = end + 1
            if not text:
                break
            name, colon, value = text.partition(b":")
            if colon and not text[:1].isspace():
                headers.append((name.lower(), [value.lstrip()]))
            elif headers:  # indented or without a colon: more of the header before
                headers[-1][1].append(text)
        return {name: b"".join(texts) for name, texts in reversed(headers)}

    def _next_line(self) -> slice | None:
        """The next line that is a boundary; what follows a zero byte is none of it."""
        start = self._body.find(self._mark, self._at)
        while start >= 0:
            begins = start == 0 or self._body[start - 1 : start] == b"\n"
            end = _LINE_END.match(self._body, start + len(self._mark)) if begins else None
            if end:
                return slice(start, end.end())
            start = self._body.find(self._mark, start + 1)
        return None

    def read(self) -> tuple[bytes, bool]:
        """The content of the part, and whether its end was there."""
        needle, start = b"\n" + self._mark, self._at
        self._at = self._body.find(needle, start)
        if self._at >= 0:
            return self._body[start : self._at].removesuffix(b"\r"), True
        self._at, content = len(self._body), self._body[start:]
        for size in range(len(needle), 0, -1):  # the beginning of a boundary is no content
            if content.endswith(needle[:size]):
                return content[:-size].removesuffix(b"\r"), False
        return content, False

    def _note_framing(self, line: slice | None) -> None:
        if line and not self._body[line].endswith(b"\r\n"):
            self._notes.add("lf_only")
        if line and not self._at and self._body[: line.start].strip():
            self._notes.add("preamble")
        if not line and self._body.find(self._mark + b"--", self._at) < 0:
            self._notes.add("truncated" if self._mark in self._body else "no_boundary")


def _parameters(disposition: bytes) -> dict[bytes, bytes]:
    """The parameters of a Content-Disposition by lower-case name, the last of each."""
    if usual := _USUAL.fullmatch(disposition):  # what most clients write; below is what PHP makes of anything
        name, filename = usual.groups()
        return {b"name": name} if filename is None else {b"name": name, b"filename": filename}
    found = {}
    for pair in _PARAMETER.findall(disposition):
        key, equals, value = pair.lstrip().partition(b"=")
        word = value.lstrip(b"=").lstrip()
        if equals and (quoted := _QUOTED.match(word)):
            found[key.lower()] = re.sub(rb"\\(\\|%b)" % quoted[1], rb"\1", quoted[2])
        elif equals:
            found[key.lower()] = re.split(rb"\s", word, maxsplit=1)[0].replace(rb"\\", b"\\")
    return found


class _Multipart:
    """The variables of one body, read until its end, a garbled part or a limit."""

    def __init__(self, stream: _Stream, notes: _Notes) -> None:
        self._stream, self._notes = stream, notes
        self._fields, self._files = list[tuple[str, str]](), list[tuple[str, Upload]]()
        self._nameless, self._skips_files = 0, False

    def form(self) -> Form:
        budget = MAX_BODY_PARTS
        while (headers := self._stream.next_headers()) is not None:
            if b"content-disposition" not in headers:
                continue
            budget -= 1
            given = _parameters(headers[b"content-disposition"])
            content_type = headers.get(b"content-type", b"").partition(b";")[0]
            if budget < 0 or not given.keys() & {b"name", b"filename"}:
                self._notes.add("too_many_fields" if budget < 0 else "no_name")
                break
            (self._file if b"filename" in given else self._field)(given, content_type)
        return self._notes.form(self._fields, self._files)

    def _field(self, given: dict[bytes, bytes], content_type: bytes) -> None:
        name = self._notes.text(given[b"name"], "A field name")
        value = self._notes.text(self._stream.read()[0], f"The value of {name!a}")
        if b"filename*" in given:
            self._notes.add("filename_star_only", ascii(name))
        elif content_type.strip().lower() in _FILE_TYPES:
            self._notes.add("no_filename", ascii(name))
        if len(self._fields) < MAX_INPUT_VARS:
            self._fields.append((name, value))
        else:
            self._notes.add("too_many_fields")

    def _file(self, given: dict[bytes, bytes], content_type: bytes) -> None:
        name = self._notes.text(given.get(b"name", b"%d" % self._nameless), "A file's field name")
        self._nameless += b"name" not in given
        self._skips_files |= not _FILE_NAME_RULE.fullmatch(given.get(b"name", b""))
        if self._skips_files:
            self._notes.add("bad_file_name", ascii(name))
            return
        path = self._notes.text(given[b"filename"], f"The filename of {name!a}")
        content, whole = self._stream.read() if path else (b"", False)
        error = 0 if whole else 3 if path else 4  # UPLOAD_ERR_OK, UPLOAD_ERR_PARTIAL, UPLOAD_ERR_NO_FILE
        kind = self._notes.text(content_type, f"The type of {name!a}") if whole else ""
        filename = re.split(r"[/\\]", path)[-1]
        self._files.append((name, Upload(filename, path, kind, error, content if whole else b"")))
