"""What a CertifiQI request says before Connexion sees it: forms are read once, as VEC's are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sealbox.php_forms import Upload, parse_form

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields and files of a form, by name."""

    fields: Mapping[str, Any]
    files: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """The field as text, empty when it was not sent or is no text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def file(self, name: str) -> Upload | None:
        """The file, None when none was sent whole."""
        value = self.files.get(name)
        return value if isinstance(value, Upload) and not value.error else None


NOTHING = Sent({}, {})


def read(
    content_type: str | None,
    query: bytes,  # noqa: ARG001, every API's reader is asked in the same words
    body: bytes,
) -> tuple[dict[str, Any], tuple[str, bytes] | None]:
    """Forms for the handlers; JSON bodies are read after the credential. No form is one without fields."""
    if not (content_type or "").lower().startswith("multipart/form-data"):
        return {"sent": NOTHING}, None
    form = parse_form(content_type, body)
    sent = Sent(form.fields, form.files, tuple(note.sentence for note in form.notes))
    return {"sent": sent}, ("multipart/form-data; boundary=read", b"--read--\r\n")
