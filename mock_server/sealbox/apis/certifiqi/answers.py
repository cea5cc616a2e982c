"""Problems in CertifiQI's documented body: `{title, description}` and nothing else."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from sealbox.problems import (
    BodyTooLarge,
    Conflict,
    Forbidden,
    MalformedBody,
    NotFound,
    Problem,
    RuleViolation,
    Unauthorized,
)
from sealbox.serving.answers import Answer, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping


def render_problem(  # noqa: PLR0911, one return a kind of problem
    problem: Problem | Failure, switches: Mapping[str, str]
) -> Answer:
    match problem:
        case Unauthorized():
            text = "The x-api-token header is missing or holds an unknown key."
            return _answer(401, "Unauthorized", text, problem.why)
        case Forbidden():
            return _answer(
                403,
                "Forbidden",
                f"This key may not see that {problem.permission}".rstrip() + ".",
                problem.why,
            )
        case NotFound():
            return _answer(
                404, "Not Found", f"No {problem.what or 'signing event'} has this key.", problem.why
            )
        case Conflict():
            status = int(switches["cancel_not_pending"])
            return _answer(status, HTTPStatus(status).phrase, str(problem), problem.why)
        case RuleViolation():
            return _answer(400, "Bad Request", str(problem), problem.why)
        case MalformedBody():
            status = int(switches.get("malformed_json", "406"))
            title = "Not Acceptable" if status == 406 else "Bad Request"
            return _answer(status, title, "The body is not valid JSON.", problem.why)
        case BodyTooLarge():
            return _answer(413, "Payload Too Large", "The body is too large.", problem.why)
        case Failure(status=415):
            return _answer(415, "Unsupported Media Type", _expected(problem.detail), problem.detail)
        case Failure(status=status) if status < 500:
            return _answer(status, problem.phrase, problem.detail or problem.phrase)
    why = "" if isinstance(problem, Failure) else problem.why
    return _answer(500, "Internal Server Error", "The request could not be handled.", why)


def _expected(detail: str) -> str:
    media_type = "multipart/form-data" if "expected ['multipart" in detail else "application/json"
    return f"The body must be {media_type}."


def _answer(status: int, title: str, description: str, why: str = "") -> Answer:
    return Answer(status, {"title": title, "description": description}, why)
