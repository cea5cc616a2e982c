"""Problems in VEC's documented bodies: `{message}`, with `errors`, `error` or `error_code` beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealbox.problems import BodyTooLarge, Forbidden, NotFound, Problem, RuleViolation, Unauthorized
from sealbox.serving.answers import Answer, Failure

from .rules import summary

if TYPE_CHECKING:
    from collections.abc import Mapping


def render_problem(  # noqa: PLR0911, one return a kind of problem
    problem: Problem | Failure, switches: Mapping[str, str]
) -> Answer:
    match problem:
        case Unauthorized():
            unsent = not problem.sent and switches.get("missing_token") == "laravel"
            text = "Unauthenticated." if unsent else "Unauthorized - Invalid API token"
            return Answer(401, {"message": text}, problem.why)
        case Forbidden():
            body = {
                "message": "Forbidden - Insufficient permissions",
                "required_permission": problem.permission,
            }
            return Answer(403, body, problem.why)
        case NotFound():
            body = {
                "message": f"The requested ID {problem.key} was not found.",
                "error": "resource_not_found",
            }
            return Answer(404, body, problem.why)
        case RuleViolation():
            return Answer(422, {"message": summary(problem.errors), "errors": problem.errors}, problem.why)
        case BodyTooLarge():
            return Answer(413, {"message": "The POST data is too large."}, problem.why)
        case Failure(status=status) if status < 500:
            return Answer(status, {"message": problem.phrase}, problem.detail)
    text = "An unexpected error occurred. Our team has been notified."
    why = "" if isinstance(problem, Failure) else problem.why
    return Answer(500, {"message": text, "error_code": "SERVER_ERROR"}, why)
