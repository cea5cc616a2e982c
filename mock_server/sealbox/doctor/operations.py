"""The operations of both APIs as a table, and which one a path means, whatever stands before it.

The contract says the same (a test compares them); reading it here would be I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final


@dataclass(frozen=True, slots=True)
class Api:
    """How an API is addressed, and where the environment has its URL and its credential."""

    name: str
    header: str
    scheme: str

    @property
    def url(self) -> str:
        return f"{self.name.upper()}_URL"

    @property
    def token(self) -> str:
        return f"{self.name.upper()}_TOKEN"


@dataclass(frozen=True, slots=True)
class Operation:
    """`takes` is the documented media type of the body, `file` the form field that holds a file."""

    api: str
    id: str
    method: str
    path: str
    takes: str = ""
    file: str = ""

    def matches(self, segments: list[str]) -> bool:
        own = self.path[1:].split("/")
        pairs = zip(own, segments, strict=False)
        return len(own) == len(segments) and all(mine[0] == "{" or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Route:
    """The operations that a path means, behind `prefix`; `path` is theirs, as it was asked for."""

    prefix: tuple[str, ...]
    path: str
    operations: tuple[Operation, ...]


FORM: Final = "multipart/form-data"
JSON: Final = "application/json"
LONGEST_PATH: Final = 1000

APIS: Final = {
    "vec": Api("vec", "Authorization", "Bearer "),
    "certifiqi": Api("certifiqi", "x-api-token", ""),
}

OPERATIONS: Final = (
    Operation("vec", "createBatch", "POST", "/business/batches", FORM, "csv_file"),
    Operation("vec", "listBatches", "GET", "/business/batches"),
    Operation("vec", "getBatch", "GET", "/business/batches/{batchId}"),
    Operation("vec", "getBatchStatus", "GET", "/business/batches/{batchId}/status"),
    Operation("vec", "listCertificateTemplates", "GET", "/business/certificate-templates"),
    Operation("vec", "getCertificateTemplate", "GET", "/business/certificate-templates/{templateId}"),
    Operation("vec", "listCertificates", "GET", "/business/certificates"),
    Operation("vec", "getCertificate", "GET", "/business/certificates/{certificateId}"),
    Operation("vec", "listUsers", "GET", "/business/user-management/users"),
    Operation("vec", "getUser", "GET", "/business/user-management/users/{userUuid}"),
    Operation("certifiqi", "createBatchGroup", "POST", "/batch_group", JSON),
    Operation("certifiqi", "getBatchGroup", "GET", "/batch_group/{batch_group_key}"),
    Operation("certifiqi", "sendToSignature", "PUT", "/batch_group/{batch_group_key}/send_to_signature"),
    Operation("certifiqi", "cancelSignature", "PUT", "/batch_group/{batch_group_key}/cancel_signature"),
    Operation("certifiqi", "getBatchGroupUrls", "GET", "/batch_group/{batch_group_key}/url"),
    Operation("certifiqi", "uploadDocument", "POST", "/document", FORM, "file"),
    Operation(
        "certifiqi", "uploadTradeBills", "POST", "/certifier/document/trade_bill/asynchronous", FORM, "file"
    ),
    Operation("certifiqi", "getDocumentUrls", "GET", "/document/{document_key}/url"),
    Operation("certifiqi", "getZipFileUrl", "GET", "/certifier/zip_file/{zip_file_key}/url"),
    Operation("certifiqi", "getWebhook", "GET", "/webhook/{webhook_key}"),
)


def named(api: str, operation_id: str | None) -> Operation | None:
    found = (one for one in OPERATIONS if (one.api, one.id) == (api, operation_id))
    return next(found, None)


def route(path: str) -> Route | None:
    """Where `path` leads when its beginning and doubled slashes are left out; None for nowhere."""
    segments = [segment for segment in path[:LONGEST_PATH].split("/") if segment]
    for start in range(min(len(segments), 8)):
        found = tuple(one for one in OPERATIONS if one.matches(segments[start:]))
        if found:
            return Route(tuple(segments[:start]), "/" + "/".join(segments[start:]), found)
    return None


def nearest(api: str, path: str) -> str:
    """The path of `api` that `path` is nearly, with every id as it was asked for; empty when none is near."""
    segments = [segment for segment in path[:LONGEST_PATH].split("/") if segment]
    below = segments[1:] if segments[:1] == [api] else segments
    asked = {_filled(one, below): one for one in OPERATIONS if one.api == api}
    close = get_close_matches("/" + "/".join(below), asked, n=1, cutoff=0.8)
    return close[0] if close else ""


def _filled(operation: Operation, segments: list[str]) -> str:
    own = operation.path.split("/")[1:]
    ids = dict(enumerate(segments))
    return "/" + "/".join(ids.get(at, mine) if mine[0] == "{" else mine for at, mine in enumerate(own))
