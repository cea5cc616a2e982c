"""Forms that are read only as some clients write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sealbox import php_forms
from sealbox.apis.vec import rules

from tests.oracle.mutants.layers import Mutant, asked, part

if TYPE_CHECKING:
    from collections.abc import Callable

parameters = php_forms._parameters
file_rule = rules._csv_file


class _Unread:
    """In place of what reads a form that is not written as most clients write it."""

    def __init__(self, *_: object) -> None:
        pass

    def form(self) -> php_forms.Form:
        return php_forms.Form({}, {})


class _Longer(php_forms._Stream):
    """Takes a part to end where the next boundary begins, and not a line end before."""

    def read(self) -> tuple[bytes, bool]:
        content, whole = super().read()
        return content + b"\r", whole


def _typed(change: Callable[[bytes], bytes]) -> Callable[[Any], Any]:
    """Another Content-Type of the request."""

    def changed(scope: Any) -> Any:
        headers = [
            (key, change(value) if key == b"content-type" else value) for key, value in scope["headers"]
        ]
        return {**scope, "headers": headers}

    return changed


def _one_name(disposition: bytes) -> dict[bytes, bytes]:
    found = parameters(disposition)
    return {} if b"filename*" in found else found


def _text_alone(value: Any, errors: Any) -> None:
    file_rule(value, errors)
    if isinstance(value, php_forms.Upload) and value.content_type.partition("/")[0] in {"image", "a"}:
        errors["csv_file"] = ["The csv file field must be a file of type: csv, txt."]


def _as_ours(kind: bytes) -> bytes:
    """Without a boundary that is not as the HTTP client of the suite draws it."""
    return kind if re.search(rb"boundary=[0-9a-f]{32}$", kind) else kind.partition(b";")[0]


MUTANTS: tuple[Mutant, ...] = (
    part("encoding", "forms as one client writes them", "VEC-FILE-01", (php_forms, "_Multipart", _Unread)),
    asked("encoding", "boundaries as one client draws them", "VEC-FILE-01", _typed(_as_ours)),
    asked("encoding", "boundaries hold quotes", "VEC-FILE-01", _typed(lambda kind: kind.replace(b'"', b"'"))),
    part(
        "encoding",
        "a part with a name in another writing is none",
        "VEC-FILE-03",
        (php_forms, "_parameters", _one_name),
    ),
    part("rule", "files of text alone are taken", "VEC-FILE-03", (rules, "_csv_file", _text_alone)),
    part(
        "encoding",
        "documents as one client sends them",
        "CERTIFIQI-UPLOAD-01",
        (php_forms, "_Multipart", _Unread),
    ),
    part(
        "encoding",
        "parts end a letter late",
        "CERTIFIQI-UPLOAD-14 CERTIFIQI-UPLOAD-19",
        (php_forms, "_Stream", _Longer),
    ),
)
