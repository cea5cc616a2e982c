"""How a client's code is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """What a snippet sends. `url` and `token` are names of environment variables."""

    method: str
    path: str
    url: str
    token: str
    header: str
    scheme: str
    fields: tuple[tuple[str, str], ...] = ()
    file_field: str = ""
    file: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Templates for the % operator, which source code of most languages has little use for.

    `key` reads the credential from the environment, `bearer` puts its scheme before that, `field` is one
    field of a form, and `nothing` is the body of a request that has none where the library wants to be told.
    """

    form: str
    json: str
    plain: str
    key: str
    bearer: str
    field: str
    nothing: tuple[str, str] = ("", "")  # of GET, of other methods

    def form_of(self, request: Request) -> str:
        return self._filled(self.form, request)

    def json_of(self, request: Request) -> str:
        return self._filled(self.json, request)

    def plain_of(self, request: Request) -> str:
        return self._filled(self.plain, request)

    def _filled(self, template: str, request: Request) -> str:
        words = {
            "method": request.method,
            "lower": request.method.lower(),
            "title": request.method.title(),
            "path": request.path,
            "URL": request.url,
            "TOKEN": request.token,
            "header": request.header,
            "scheme": request.scheme,
            "file_field": request.file_field,
            "file": request.file,
            "type": request.media_type,
            "nothing": self.nothing[request.method != "GET"],
        }
        words["credential"] = (self.bearer if request.scheme else self.key) % words
        words["fields"] = self._fields(request.fields, words)
        return (template % words).strip("\n")

    def _fields(self, fields: Iterable[tuple[str, str]], words: Mapping[str, str]) -> str:
        return "".join(self.field % {**words, "name": name, "value": value} for name, value in fields)
