"""Domain values as the documented JSON, key order included."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .certificates import FILES, Certificate
from .lifecycle import outstanding, stand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Batch, DefaultSignatory, Institution, Template, User


class View(NamedTuple):
    """For whom, when and under which address something is shown."""

    now: datetime
    user_uuid: str | None
    base: str
    switches: Mapping[str, str]
    storage: str = "storage"

    def stored(self, path: str | None) -> str | None:
        """The address of a stored file; the documented objects keep the vendor's own."""
        if path is None or path.startswith("https://"):
            return path
        return f"{self.base}/{self.storage}/{path}"


@lru_cache(maxsize=1024)
def moment(at: datetime | None) -> str | None:
    """Laravel's JSON dates: UTC, six digits (always zero, its databases keep seconds) and a Z."""
    if at is None:
        return None
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    # isoformat and not strftime, whose years before 1000 have too few digits
    return utc.isoformat(timespec="seconds").removesuffix("+00:00") + ".000000Z"


def number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def batch_item(batch: Batch, view: View) -> dict[str, Any]:
    """A batch as it stands in a list: without its template."""
    shown = stand(batch, view.now, view.switches)
    return {
        "id": batch.id,
        "name": batch.name,
        "status": shown.status,
        "template_id": batch.shown_template_id or batch.template.id,
        "total_certificates": batch.total,
        "processed_certificates": shown.processed,
        "failed_certificates": shown.failed,
        "progress": number(shown.progress),
        "completion_date": moment(shown.completion_date),
        "created_at": moment(batch.created_at),
        "updated_at": moment(shown.updated_at),
    }


def batch(batch: Batch, view: View) -> dict[str, Any]:
    shown = batch_item(batch, view)
    shown["template"] = template(batch.template, view)
    shown["requires_signatures"] = batch.template.has_signatures or bool(batch.signatures)
    shown["requires_my_signature"] = bool(batch.signatures) and _needs(batch, view)
    return shown


def _needs(batch: Batch, view: View) -> bool:
    """Whether `batch` needs the signature of whoever looks."""
    mine = any(signature.user_uuid == view.user_uuid for signature in batch.signatures)
    due = view.user_uuid in outstanding(batch)
    return mine and (due or view.switches["requires_my_signature"] == "always")


def batch_status(batch: Batch, view: View) -> dict[str, Any]:
    shown = batch_item(batch, view)
    keys = ("status", "total_certificates", "processed_certificates", "failed_certificates", "progress")
    return {key: shown[key] for key in keys}


def template(template: Template, view: View) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": template.id,
        "institution_id": template.institution_id,
        "name": template.name,
        "screenshot": view.stored(template.screenshot),
        "has_signatures": template.has_signatures,
        "has_default_signatories": template.defaults_configured,
        "requires_signature_setup": template.requires_signature_setup,
        "signatory_fields": list(template.signatory_fields),
    }
    always = view.switches["default_signatories_field"]
    if template.defaults_configured or always == "always":
        shown["default_signatories"] = [default_signatory(one) for one in template.default_signatories]
    elif always == "null":
        shown["default_signatories"] = None
    shown["created_at"], shown["updated_at"] = moment(template.created_at), moment(template.updated_at)
    return shown


def default_signatory(default: DefaultSignatory) -> dict[str, Any]:
    return {
        "id": default.id,
        "signatory_index": default.index,
        "institution_user_id": default.user.id,
        "display_name": default.display_name,
        "designation": default.designation,
        "auto_approve": default.auto_approve,
        "user": {
            "id": default.user.id,
            "uuid": default.user.uuid,
            "first_name": default.user.first_name,
            "last_name": default.user.last_name,
            "email": default.user.email,
            "signatory_name": default.user.signatory_name,
            "signatory_designation": default.user.signatory_designation,
        },
    }


def full_template(one: Template, institution: Institution, view: View, *, may_update: bool) -> dict[str, Any]:
    shown = template(one, view)
    if may_update:
        shown["fabric_json"] = canvas(one)
        shown["additional_data"] = {"orientation": "landscape"}
    shown["institution"] = {
        "id": institution.id,
        "name": institution.name,
        "logo": view.stored(institution.logo),
        "is_verified": institution.is_verified,
        "status": institution.status,
        "created_at": moment(institution.created_at),
        "updated_at": moment(institution.updated_at),
    }
    return shown


def canvas(template: Template) -> dict[str, Any]:
    """What Fabric.js would be given: one text for the recipient, one image for each signatory field."""
    texts = [
        {"type": "textbox", "id": "recipient_name", "text": "{{RecipientsName}}", "left": 420, "top": 280}
    ]
    images = [
        {"type": "image", "id": field, "left": 180 + 320 * position, "top": 480}
        for position, field in enumerate(template.signatory_fields)
    ]
    return {"version": "5.3.0", "objects": [*texts, *images]}


def certificate(one: Certificate, view: View) -> dict[str, Any]:
    issued = datetime.combine(one.recipient.issue_date, time(), UTC)
    return {
        "id": one.id,
        "reference_id": one.reference_id,
        "batch_id": one.batch.id,
        "customer_id": one.customer_id,
        "name": one.recipient.name,
        "email": one.recipient.email,
        **{f"{kind}_path": view.stored(one.files.get(kind)) for kind in FILES},
        "status": one.status,
        "issue_date": moment(issued),
        "generated_at": moment(one.generated_at),
        "created_at": moment(one.created_at),
        "updated_at": moment(one.updated_at),
    }


def user(one: User, view: View) -> dict[str, Any]:
    return {
        "uuid": one.uuid,
        "institution_id": one.institution_id,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": one.email,
        "email_verification_status": "verified" if one.email_verified_at else "unverified",
        "email_verified_at": moment(one.email_verified_at),
        "phone": one.phone,
        "phone_verification_status": "verified" if one.phone_verified_at else "unverified",
        "phone_verified_at": moment(one.phone_verified_at),
        "is_archived": one.is_archived,
        "has_signature": one.has_signature,
        "signature": view.stored(one.signature),
        "signature_added_at": moment(one.signature_added_at),
        "signatory_name": one.signatory_name,
        "signatory_designation": one.signatory_designation,
        "avatar": view.stored(one.avatar),
        "setup_status": "completed" if one.email_verified_at else "pending",
        "created_at": moment(one.created_at),
        "updated_at": moment(one.updated_at),
    }
