"""The ways an API says no. Each vendor's folder turns them into its documented body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Problem(Exception):  # noqa: N818, it is no error of ours
    """A request was refused. `why` is our own explanation, which goes to headers and never to bodies."""

    why: str = ""


class Unauthorized(Problem):
    """The request carries no credential (`sent` is False) or one that nobody issued."""

    def __init__(self, *, sent: bool, why: str) -> None:
        super().__init__(why)
        self.sent = sent
        self.why = why


class Forbidden(Problem):
    """The credential is good and lacks `permission`."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission
        self.why = f"this token does not have the permission {permission}"


class NotFound(Problem):
    """Nothing that this credential may see has the id `key`."""

    def __init__(self, key: str, what: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.what = what
        self.why = "no such id in this tenant's world, or it belongs to somebody else"


class RuleViolation(Problem):
    """Documented rules refused the request: messages by field path, in the order they are reported."""

    def __init__(self, errors: Mapping[str, Sequence[str]], why: str = "") -> None:
        super().__init__("; ".join(message for messages in errors.values() for message in messages))
        self.errors = {field: list(messages) for field, messages in errors.items()}
        self.why = why


class Conflict(Problem):
    """What was asked for cannot be done to something as it stands now."""

    def __init__(self, detail: str, why: str) -> None:
        super().__init__(detail)
        self.why = why


class MalformedBody(Problem):
    """The body is not what its media type says it is."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.why = detail


class ServerFault(Problem):
    """A fault of the server that somebody asked for."""


class Nonconforming(Problem):
    """An answer of ours is none that the contract has: a fault of the sandbox, whatever was asked."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BodyTooLarge(Problem):
    """The body has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"limit {limit}")
        self.limit = limit
        self.why = f"the sandbox reads at most {limit} bytes of body (--body-limit)"


class Undocumented(Problem):
    """The answer would go by the inferred `behaviour`, and the tenant takes documented ones only."""

    def __init__(self, behaviour: str) -> None:
        super().__init__(behaviour)
        self.behaviour = behaviour
        self.why = (
            f"{behaviour} is stated on no page of the vendor, and this tenant takes documented behaviour only"
        )
