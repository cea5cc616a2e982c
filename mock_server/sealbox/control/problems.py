"""Problems of the control plane as RFC 9457 problem details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealbox.problems import BodyTooLarge, MalformedBody, NotFound, Problem, RuleViolation
from sealbox.serving.answers import Answer, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping


def render_problem(problem: Problem | Failure, switches: Mapping[str, str]) -> Answer:  # noqa: ARG001, as every API's
    match problem:
        case NotFound():
            return _answer(404, "Not Found", f"there is no {problem.key!r} here")
        case RuleViolation():
            return _answer(400, "Bad Request", str(problem))
        case MalformedBody():
            return _answer(400, "Bad Request", problem.why)
        case BodyTooLarge():
            return _answer(413, "Content Too Large", problem.why)
        case Failure(status=status) if status < 500:
            return _answer(status, problem.phrase, problem.detail or problem.phrase)
    return _answer(500, "Internal Server Error", "the terminal tells more")


def _answer(status: int, title: str, detail: str) -> Answer:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Answer(status, body, media_type="application/problem+json")
