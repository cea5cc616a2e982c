"""Magic values: failure on demand, from the one list that the command and the documentation print too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealbox.exchanges.relied import SHOWN, note
from sealbox.problems import Forbidden, Problem, RuleViolation, ServerFault, Unauthorized

from .rules import SEQUENCE, START, TWICE

if TYPE_CHECKING:
    from collections.abc import Mapping

WHY = "a magic value asked for this; `sealbox magic` lists them"

DOCUMENTED_ERRORS = {
    "name": ["The name field is required."],
    "template_id": ["The selected template id is invalid."],
    "csv_file": ["The csv file field is required."],
    "signatories": [TWICE],
    "signatories.0.index": [START],
    "signatories.1.index": [SEQUENCE],
}


class Magic:
    """The values of `fixtures/vec/magic.yaml`."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self._failing = {entry["local_part"] for entry in written["recipients"]}
        self._templates = {entry["id"]: entry["answers"] for entry in written["templates"]}
        self._tokens = {entry["kind"]: entry["answers"] for entry in written["tokens"]}

    def fails(self, email: str) -> bool:
        """Whether the row of this recipient is meant to fail."""
        asked = email.partition("@")[0].partition("+")[0].lower() in self._failing
        if asked:
            note("vec.magic", SHOWN)
        return asked

    def suspects(self, text: str) -> bool:
        """Whether a failing address may be in `text`: a quick look that saves one at each row."""
        lower = text.lower()
        return any(name in lower for name in self._failing)

    def refuse_template(self, template_id: object) -> None:
        """Raise the refusal that a magic template id stands for, if it is one."""
        answer = self._templates.get(template_id.lower()) if isinstance(template_id, str) else None
        if answer is not None:
            raise refusal(answer)

    def refuse_caller(self, kind: str) -> None:
        """Raise the server error that a token of this kind stands for, if it does."""
        if self._tokens.get(kind) == 500:
            raise refusal(500)


def refusal(status: int) -> Problem:
    note("vec.magic", SHOWN)
    match status:
        case 401:
            return Unauthorized(sent=True, why=WHY)
        case 403:
            problem: Problem = Forbidden("batches:view")
        case 422:
            problem = RuleViolation(DOCUMENTED_ERRORS)
        case _:
            problem = ServerFault()
    problem.why = WHY
    return problem
