"""VEC in the words of its checks: what to send, and what has to be there first."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from sealbox_conformance.witness import NotConcluded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealbox_conformance.exchange import Part, Reply, Wire

ENDS = frozenset({"completed", "partially_completed", "failed"})
HEADERS = ("RecipientsEmail", "RecipientsName")
_numbers = count(1)
_run = os.environ.get("SEALBOX_CONFORMANCE_RUN", "sealbox-0")  # so that what a run made can be found again


def unique(text: str = "Check") -> str:
    """`text` with a number that no other batch has: a target may refuse a name that is taken."""
    return f"{text} {_run}-{next(_numbers)}"


def csv_text(rows: Sequence[Sequence[str]], headers: Sequence[str] = HEADERS) -> str:
    return "\n".join(",".join(cells) for cells in (headers, *rows)) + "\n"


ONE_ROW = csv_text([("ana@example.com", "Ana Example")])


@dataclass(frozen=True, slots=True)
class Signatory:
    """One entry of `signatories`; None leaves the key out."""

    user_uuid: str | None
    index: int | str | None

    def fields(self) -> dict[str, int | str]:
        given = {"user_uuid": self.user_uuid, "index": self.index}
        return {key: value for key, value in given.items() if value is not None}


class Vec:
    """Requests and preconditions of VEC."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.call = wire.call
        self.target = wire.target
        self.known = wire.api.known

    # ---------------------------------------------------------------- createBatch

    def create(  # noqa: PLR0913, one parameter for each field
        self,
        *,
        name: str | None = "",
        template: str | None = "",
        csv: str | bytes | None = ONE_ROW,
        signatories: Sequence[Signatory] = (),
        credential: str | None = "full",
        token: str | None = None,
    ) -> Reply:
        """Send createBatch. None leaves a field out, "" takes one that keeps the rules."""
        parts: list[Part] = []
        if name is not None:
            parts.append(("name", name or unique()))
        if template is not None:
            parts.append(("template_id", template or self.template("plain")))
        parts += self._written(signatories)
        if csv is not None:
            content = csv.encode() if isinstance(csv, str) else csv
            parts.append(("csv_file", ("recipients.csv", content, "text/csv")))
        return self.call("createBatch", parts=parts, credential=credential, token=token)

    def _written(self, signatories: Sequence[Signatory]) -> Iterator[Part]:
        if signatories and self.known.get("signatories_as") == "json":
            yield "signatories", json.dumps([one.fields() for one in signatories])
            return
        for position, one in enumerate(signatories):
            for key, value in one.fields().items():
                yield f"signatories[{position}][{key}]", str(value)

    def new_batch(self, **fields: Any) -> dict[str, Any]:
        """A batch that other promises are about."""
        return dict(self.create(**fields).needed(201, "a request for a batch").json()["data"])

    # ---------------------------------------------------------------- reading

    def pages(
        self, name: str, *, query: Mapping[str, str] | None = None, size: int = 100, credential: str = "full"
    ) -> Iterator[Reply]:
        """All pages of a list, in order."""
        page, last = 1, 1
        while page <= last:
            asked = {**(query or {}), "per_page": str(size), "page": str(page)}
            reply = self.call(name, query=asked, credential=credential).needed(200, f"page {page} of {name}")
            last = min(reply.json()["meta"]["last_page"], 200)
            yield reply
            page += 1

    def items(
        self, name: str, *, query: Mapping[str, str] | None = None, credential: str = "full"
    ) -> list[Any]:
        pages = self.pages(name, query=query, credential=credential)
        return [item for reply in pages for item in reply.json()["data"]]

    def first(self, name: str) -> Any:
        """The first item of a list. Raises NotConcluded when there is none."""
        items = self.call(name).needed(200, "a list").json()["data"]
        if not items:
            raise NotConcluded(f"{name} is empty")
        return items[0]

    def certificates(self, batch_id: str) -> list[Any]:
        return self.items("listCertificates", query={"batch_id": batch_id})

    def ended(self, batch_id: str) -> dict[str, Any]:
        """The batch once it has come to an end. Raises NotConcluded when it does not in time."""
        for _ in range(self.wire.looks()):
            body = self.call("getBatch", batch_id).needed(200, "a batch that was created").json()["data"]
            if body["status"] in ENDS:
                return dict(body)
            self.wire.pass_time()
        raise NotConcluded(f"batch {batch_id} is still {body['status']}")

    # ---------------------------------------------------------------- what there is to use

    @cached_property
    def templates(self) -> list[Any]:
        return self.items("listCertificateTemplates")

    @cached_property
    def users(self) -> list[Any]:
        return self.items("listUsers")

    def template(self, kind: str) -> str:
        """The id of a template: plain, signed (signatories have to be named) or defaults."""
        named = self.known.get("templates", {}).get(kind)
        return str(named or self._template(kind)["id"])

    def _template(self, kind: str) -> Any:
        flags = {"plain": (False, False), "signed": (True, False), "defaults": (True, True)}[kind]
        for one in self.templates:
            if (one["has_signatures"], one["has_default_signatories"]) == flags:
                return one
        raise NotConcluded(f"there is no template of the kind {kind}")

    def signatory_count(self) -> int:
        """How many positions the signed template has: a target may insist on as many signatories."""
        if named := self.known.get("positions"):
            return int(named)
        chosen = self.template("signed")
        fields = next((len(one["signatory_fields"]) for one in self.templates if one["id"] == chosen), 0)
        return fields or 1

    def able_users(self, number: int) -> list[str]:
        """Users who may sign."""
        named = self.known.get("users", {}).get("able")
        able = named or [one["uuid"] for one in self.users if one["has_signature"] and not one["is_archived"]]
        if len(able) < number:
            raise NotConcluded(f"{number} users who may sign are needed, and there are {len(able)}")
        return list(able[:number])

    def user(self, kind: str) -> str:
        """A user who may not sign: archived, or unsigned (no signature uploaded)."""
        if named := self.known.get("users", {}).get(kind):
            return str(named)
        flags = {"archived": (True, True), "unsigned": (False, False)}[kind]
        for one in self.users:
            if (one["is_archived"], one["has_signature"]) == flags:
                return str(one["uuid"])
        raise NotConcluded(f"there is no user of the kind {kind}")

    def positions(self, *indices: int) -> list[Signatory]:
        """One user who may sign for each index."""
        users = self.able_users(len(indices))
        return [Signatory(user, index) for user, index in zip(users, indices, strict=True)]

    def signed_by(self, *first: str) -> list[Signatory]:
        """As many signatories as the signed template has positions, `first` before others who may sign."""
        wanted = max(self.signatory_count(), len(first))
        users = [*first, *self.able_users(wanted - len(first))]
        return [Signatory(user, index) for index, user in enumerate(users, start=1)]
