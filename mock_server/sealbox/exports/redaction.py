"""Exchanges without secrets and without people, that are answered as before when they are sent again.

What is documented as somebody's is replaced by its field, addresses and valid CPF and CNPJ wherever they
stand, and names that were met so wherever else they stand. Paths stay: they hold keys of the sandbox.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, unquote_to_bytes, urlsplit, urlunsplit

import orjson

from sealbox.exchanges.exchange import header
from sealbox.php_forms import Upload, parse_form

from .multipart_bodies import Part, boundary_of, join, split
from .pseudonyms import Pseudonyms
from .redacted_files import redacted_file, withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sealbox.exchanges.exchange import Exchange, RawHeaders

SECRET: Final = "redacted"  # noqa: S105, it is what stands in place of one
_SECRET_NAME: Final = re.compile(
    r"(authorization|cookie|token|secret|password|passwd|api-?_?key|signature$|header_value|^x-forwarded|"
    r"^forwarded$|^x-real-ip$|credential)",
    re.IGNORECASE,
)
_IN_TEXT: Final = (
    (re.compile(r"(?<=://)[^/\s@?#]+@"), ""),
    (
        re.compile(r"(?i)([?&][\w.-]*(?:token|secret|sig|password|api_?key)[\w.-]*=)[^&\s\"'#]+"),
        rf"\1{SECRET}",
    ),
    (re.compile(r"(?i)(\bbearer )(?!\$\{)[^\s\"']{12,}"), rf"\1{SECRET}"),
)
"""What is secret in addresses and snippets, and what to write in its place."""

_NO_SECRET: Final = frozenset({"signature", "requires_my_signature"})  # of VEC's answers: a picture, a truth
_NAMES: Final = frozenset(
    {
        *("first_name", "last_name", "full_name", "nome", "signatory_name", "display_name", "signer_name"),
        *("endorser_name", "receiver_name", "recipientsname", "main_related_party", "search"),
        *("assignor_address", "assignor_address_number", "assignor_city", "assignor_neighborhood"),
    }
)
_EMAILS: Final = frozenset({"email", "recipientsemail", "notify_to", "e-mail", "mail"})
_DOCUMENTS: Final = re.compile(r"(.*_)?document_number|cpf|cnpj|cpf_cnpj")
_PHONES: Final = frozenset({"phone", "telephone", "mobile", "assignor_cep"})
_WEBHOOKS: Final = frozenset({"webhook_url", "webhook_url_list", "webhook_new_url", "webhook_old_url"})
_ABOUT_SOMEBODY: Final = frozenset({"email", "document_number", "signer_groups"})
"""An object with one of these has a `name` that is somebody's."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_BOUNDARY: Final = b"sealbox-redacted"


def redacted(
    exchanges: Sequence[Exchange], *, tokens: Mapping[str, str], magic: Collection[str] = ()
) -> list[Exchange]:
    """`exchanges` with one pseudonym for one person in all of them.

    `tokens` are the credentials that a variable stands for: the text `${NAME}` does in what comes out.
    """
    taken = b"\n".join(text for one in exchanges for text in (one.body, one.answer_body, one.query.encode()))
    people = Pseudonyms(magic=magic, taken=taken.decode("latin-1"))
    redactor = _Redactor(people, tokens)
    for exchange in exchanges:
        redactor.exchange(exchange)
    people.look_for_everybody()
    return [redactor.exchange(exchange) for exchange in exchanges]


class _Redactor:
    def __init__(self, people: Pseudonyms, tokens: Mapping[str, str]) -> None:
        self._people = people
        self._tokens = tokens
        self._hooks: dict[str, int] = {}
        self._kinds: tuple[tuple[Callable[[str], object], Callable[[str], str]], ...] = (
            (_NAMES.__contains__, people.name),
            (_EMAILS.__contains__, people.email),
            (_PHONES.__contains__, people.phone),
            (_DOCUMENTS.fullmatch, people.document),
            (_WEBHOOKS.__contains__, self._webhook),
            (_is_secret, self._secret),
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        kind = header(exchange.headers, "content-type") or ""
        was_cut = exchange.size > len(exchange.body)
        body, headers = self._request_body(exchange.body, kind, exchange.headers, whole=not was_cut)
        answer = self._answer_body(exchange)
        return replace(
            exchange,
            query=self._query(exchange.query),
            headers=self._headers(headers),
            body=body,
            size=max(exchange.size, len(body) + 1) if was_cut else len(body),
            answer_headers=self._headers(exchange.answer_headers),
            answer_body=answer,
            answer_size=len(answer),
            why=self._text(exchange.why),
            fix=self._text(exchange.fix),
            snippet=self._text(exchange.snippet),
        )

    def _text(self, text: str) -> str:
        for token, name in self._tokens.items():
            text = text.replace(token, f"${{{name}}}")
        for secret, instead in _IN_TEXT:
            text = secret.sub(instead, text)
        return self._people.text(text)

    def _headers(self, headers: RawHeaders) -> RawHeaders:
        return [(name, self._header(name.decode("latin-1"), value)) for name, value in headers]

    def _header(self, name: str, value: bytes) -> bytes:
        try:
            text, encoding = value.decode(), "utf-8"
        except UnicodeDecodeError:
            text, encoding = value.decode("latin-1"), "latin-1"
        changed = self._secret(text) if _SECRET_NAME.search(name) else self._text(text)
        return changed.encode(encoding, "replace")

    def _secret(self, value: str) -> str:
        """Known credentials by their variable, unknown ones by a word that nobody was given as one either."""
        *scheme, credential = value.split(" ", 1)
        if scheme and scheme[0].lower() not in {"bearer", "basic", "token", "apikey"}:
            return SECRET
        for token, name in self._tokens.items():
            kind = credential.removeprefix(token)
            if kind != credential and re.fullmatch(r"(_[a-z0-9_-]+)?", kind):
                credential = f"${{{name}}}{kind}"
        known = any(credential.startswith(f"${{{name}}}") for name in self._tokens.values())
        return " ".join([*scheme, credential if known or not credential.strip() else SECRET])

    def _query(self, query: str) -> str:
        return "&".join(self._pair(pair) for pair in query.split("&"))

    def _pair(self, pair: str) -> str:
        """A field of a query or of a form without files; as it was sent if there is nobody in it."""
        name, equals, value = pair.partition("=")
        old_name, old = _unquoted(name), _unquoted(value)
        new_name, new = self._text(old_name), self._form_value(_last_key(old_name), old)
        written = name if new_name == old_name else quote_plus(new_name)
        return written + equals + (value if new == old else quote_plus(new))

    def _request_body(
        self, body: bytes, kind: str, headers: RawHeaders, *, whole: bool
    ) -> tuple[bytes, RawHeaders]:
        media_type = kind.partition(";")[0].strip().lower()
        if not body or body.startswith(b"redacted: "):
            return body, headers
        if not whole:
            return withheld(body, media_type), headers
        if media_type == "multipart/form-data":
            return self._form(body, kind, headers)
        if media_type == "application/x-www-form-urlencoded":
            return self._query(body.decode("latin-1")).encode("latin-1", "replace"), headers
        return self._json_or_nothing(body, media_type), headers

    def _json_or_nothing(self, body: bytes, media_type: str) -> bytes:
        try:
            return orjson.dumps(self.value("", orjson.loads(body)))
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):
            return withheld(body, media_type)

    def _answer_body(self, exchange: Exchange) -> bytes:
        body, kind = exchange.answer_body, header(exchange.answer_headers, "content-type") or ""
        if not body or body.startswith(b"redacted: "):
            return body
        return self._json_or_nothing(body, kind.partition(";")[0])

    def _form(self, body: bytes, kind: str, headers: RawHeaders) -> tuple[bytes, RawHeaders]:
        boundary, parts = boundary_of(kind), split(kind, body)
        if boundary is not None and parts is not None and all(part.names for part in parts):
            return join(boundary, [self._part(part) for part in parts]), headers
        form = parse_form(kind, body)
        if not form.fields and not form.files:
            return withheld(body, "multipart/form-data"), headers
        # What PHP makes of it, written as most clients do: the bytes themselves could hide anybody.
        rebuilt = [*_written(form.fields), *_written(form.files)]
        named = f"multipart/form-data; boundary={_BOUNDARY.decode()}".encode()
        others = [(name, named if name.lower() == b"content-type" else value) for name, value in headers]
        return join(_BOUNDARY, [self._part(part) for part in rebuilt]), others

    def _part(self, part: Part) -> Part:
        assert part.names is not None, "others do not come here"
        name, filename = part.names
        if filename is None:
            try:
                new = self._form_value(_last_key(name), part.content.decode()).encode()
            except UnicodeDecodeError:
                new = self._form_value(_last_key(name), part.content.decode("latin-1")).encode(
                    "latin-1", "replace"
                )
        else:
            new = redacted_file(part.content, self._people)
        head = _renamed(part.head, self._text)
        return Part(head, part.content).with_content(new) if new != part.content else Part(head, part.content)

    def _form_value(self, name: str, text: str) -> str:
        """A field of a form is text, in which some clients send JSON."""
        if text[:1] in {"[", "{"}:
            try:
                return orjson.dumps(self.value(name, orjson.loads(text))).decode()
            except (orjson.JSONDecodeError, orjson.JSONEncodeError):
                return SECRET if self._people.text(text) != text else text
        return self._by_name(name, text)

    def value(self, name: str, value: Any, *, somebody: bool = False) -> Any:
        """JSON. `somebody` says that a `name` in it is a person's or a company's."""
        if isinstance(value, dict):
            about = bool(_ABOUT_SOMEBODY & value.keys())
            custom = name == "additional_data"
            return {
                self._people.text(key): self._any(inner) if custom else self.value(key, inner, somebody=about)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.value(name, inner) for inner in value]
        if isinstance(value, str):
            return self._by_name(name, value, somebody=somebody)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return 0 if self._is_number_of_somebody(name) else self._plain_number(value)

    def _any(self, value: Any) -> Any:
        return self._people.name(value) if isinstance(value, str) else self.value("", value)

    def _is_number_of_somebody(self, name: str) -> bool:
        return any(is_one(name.lower()) for is_one, _ in self._kinds)

    def _plain_number(self, value: float) -> float:
        text = self._people.text(str(value)) if isinstance(value, int) else str(value)
        return value if text == str(value) else int(re.sub(r"\D", "", text))

    def _by_name(self, name: str, text: str, *, somebody: bool = False) -> str:
        low = name.lower()
        if low == "name" and somebody:
            return self._people.name(text)
        return next((change(text) for is_one, change in self._kinds if is_one(low)), None) or self._text(text)

    def _webhook(self, url: str) -> str:
        """An address on this machine without what is secret in it; any other one by a number."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return SECRET
        if not host or host == "example.com":
            return url if host or not url.strip() else SECRET
        if host not in _LOOPBACK:
            number = self._hooks.setdefault(url, len(self._hooks) + 1)
            return f"https://example.com/webhook-{number}"
        where = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        query = "&".join(f"{pair.partition('=')[0]}={SECRET}" for pair in parts.query.split("&") if pair)
        return urlunsplit((parts.scheme, where, self._text(parts.path), query, ""))


def _unquoted(text: str) -> str:
    """`text` has one letter a byte."""
    raw = unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace"))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _is_secret(name: str) -> bool:
    return name not in _NO_SECRET and _SECRET_NAME.search(name) is not None


def _last_key(name: str) -> str:
    """`user_uuid` of `signatories[0][user_uuid]`, and `notify_to` of `notify_to[]`."""
    keys = [key for key in re.split(r"[\[\].]+", name) if key and not key.isdecimal()]
    return keys[-1] if keys else name


def _renamed(head: bytes, change: Callable[[str], str]) -> bytes:
    """`head` with its file's name changed."""
    return re.sub(
        rb'(filename=")([^"]*)(")',
        lambda found: found[1] + change(found[2].decode("utf-8", "replace")).encode() + found[3],
        head,
    )


def _written(tree: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of a form in which PHP reads `tree`."""
    for name, value in tree.items():
        for path, leaf in _leaves(name, value):
            shown = re.sub(r'["\r\n\\]', "_", path)
            if isinstance(leaf, Upload):
                file = re.sub(r'["\r\n\\]', "_", leaf.full_path)
                more = (
                    f'; filename="{file}"\r\nContent-Type: {leaf.content_type or "application/octet-stream"}'
                )
                yield Part(f'Content-Disposition: form-data; name="{shown}"{more}'.encode(), leaf.content)
            else:
                yield Part(f'Content-Disposition: form-data; name="{shown}"'.encode(), leaf.encode())


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict | list):
        yield name, value
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(f"{name}[{key}]", inner)
