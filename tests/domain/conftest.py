"""Values of VEC's model, as plain as they can be, and strategies that draw them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import strategies as st
from sealbox.apis.vec.model import (
    Batch,
    DefaultSignatory,
    Pace,
    Recipient,
    Recipients,
    Signature,
    Template,
    User,
)
from sealbox.apis.vec.rules import Known
from sealbox.contract import choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIFE_SWITCHES = ("initial_status", "approval", "progress_formula", "completion_date_on", "all_failed")


@dataclass(frozen=True, slots=True)
class Life:
    """A batch, the decisions it lives under, and moments to look at it, the earliest first."""

    batch: Batch
    switches: Mapping[str, str]
    times: Sequence[datetime]


class VecValues:
    """Builders: everything that a test does not name is harmless."""

    NOW: Final = datetime(2025, 4, 1, 12, tzinfo=UTC)
    TODAY: Final = date(2025, 4, 1)
    BATCH_ID: Final = "9e7860e3-7c0a-401f-98f6-b98e316934f4"

    def after(self, seconds: float) -> datetime:
        return self.NOW + timedelta(seconds=seconds)

    def switches(self, **chosen: str) -> dict[str, str]:
        """Every switch of the API at its default, but for those named; a wrong name or value is an error."""
        choices.check_switches({f"vec.{name}": value for name, value in chosen.items()})
        return {switch["name"]: switch["default"] for switch in choices.switches("vec")} | chosen

    def alternatives(self, name: str) -> list[str]:
        return next(list(one["alternatives"]) for one in choices.switches("vec") if one["name"] == name)

    def uuid(self, number: int) -> str:
        return f"66c9c977-f379-4692-9d5c-{number:012x}"

    def user(self, number: int = 1, **changes: Any) -> User:
        plain = User(
            uuid=self.uuid(number),
            id=number,
            institution_id=3,
            first_name=f"Ana {number}",
            last_name="Lima",
            email=f"ana{number}@example.com",
            phone="+971550000000",
            role="signatory",
            is_archived=False,
            signature=f"signatures/{number}.png",
            signature_added_at=self.NOW,
            signatory_name=f"Ana {number} Lima",
            signatory_designation="Dean",
            avatar=f"avatars/{number}.png",
            email_verified_at=self.NOW,
            phone_verified_at=None,
            created_at=self.NOW,
            updated_at=self.NOW,
        )
        return replace(plain, **changes)

    def template(
        self, *defaults: User, fields: int = 0, auto: Sequence[int] = (), **changes: Any
    ) -> Template:
        """A template with `fields` signatory fields whose `defaults` sign, those at `auto` at once."""
        plain = Template(
            id="9e3b101f-c264-4f97-945f-20dfa7163768",
            institution_id=3,
            name="Diploma",
            screenshot="certificate_templates/diploma.png",
            signatory_fields=tuple(f"signature_{index}" for index in range(1, fields + 1)),
            default_signatories=tuple(
                DefaultSignatory(
                    id=index,
                    index=index,
                    user=user,
                    display_name=user.signatory_name,
                    designation=user.signatory_designation,
                    auto_approve=index in auto,
                )
                for index, user in enumerate(defaults, start=1)
            ),
            defaults_configured=bool(defaults),
            created_at=self.NOW,
            updated_at=self.NOW,
        )
        return replace(plain, **changes)

    def known(
        self,
        *templates: Template,
        users: Sequence[User] = (),
        foreign: Sequence[str] = (),
        names: Sequence[str] = (),
    ) -> Known:
        """An institution that has `templates` and `users`, and batches called `names`."""
        return Known(
            template={template.id: template for template in templates}.get,
            user={user.uuid: user for user in users}.get,
            is_foreign=foreign.__contains__,
            name_is_taken=names.__contains__,
            now=self.NOW,
        )

    def batch(self, rows: str = "..", **changes: Any) -> Batch:
        """A batch with a row for each letter of `rows`, where an x is a row with a fault."""
        recipients = tuple(
            Recipient(
                email=f"r{row}@example.com",
                name=f"Rui {row}",
                issue_date=self.TODAY,
                fault="RecipientsName is empty" if letter == "x" else None,
            )
            for row, letter in enumerate(rows)
        )
        plain = Batch(
            id=self.BATCH_ID,
            institution_id=3,
            name="Class 10th, 2024",
            template=self.template(),
            recipients=Recipients(recipients),
            created_at=self.NOW,
            pace=self.pace(),
            failed_rows=tuple(row for row, letter in enumerate(rows) if letter == "x"),
        )
        return replace(plain, **changes)

    def pace(self, *, queue: float = 2, certificate: float = 0.5, stalls_after: int | None = None) -> Pace:
        return Pace(timedelta(seconds=queue), timedelta(seconds=certificate), stalls_after)

    def signed(self, *after: float | None) -> tuple[Signature, ...]:
        """One signature for each time, in seconds after NOW; None is outstanding, a negative one refused."""
        return tuple(
            Signature(
                index,
                self.uuid(index),
                approved_at=None if seconds is None or seconds < 0 else self.after(seconds),
                refused_at=None if seconds is None or seconds >= 0 else self.after(-seconds),
            )
            for index, seconds in enumerate(after, start=1)
        )

    def decisions(self, *names: str) -> st.SearchStrategy[dict[str, str]]:
        """Every combination of the alternatives of `names`, all other switches at their defaults."""
        chosen = st.fixed_dictionaries({name: st.sampled_from(self.alternatives(name)) for name in names})
        return chosen.map(lambda values: self.switches(**values))

    def batches(self, *, refusals: bool = True) -> st.SearchStrategy[Batch]:
        seconds = st.integers(0, 120).map(lambda tenths: tenths / 10)
        fates = [st.none(), seconds]
        if refusals:
            # from when the longest queue is over: nobody is asked to sign before
            fates.append(st.integers(51, 120).map(lambda tenths: -tenths / 10))
        return st.builds(
            lambda rows, pace, signatures: self.batch(rows, pace=pace, signatures=signatures),
            rows=st.text(".x", min_size=1, max_size=8),
            pace=st.builds(
                self.pace,
                queue=st.integers(0, 50).map(lambda tenths: tenths / 10),
                certificate=st.integers(0, 1500).map(lambda thousandths: thousandths / 1000),
                stalls_after=st.none() | st.integers(0, 9),
            ),
            signatures=st.lists(st.one_of(fates), max_size=3).map(lambda fates: self.signed(*fates)),
        )

    def lives(self, *, refusals: bool = True) -> st.SearchStrategy[Life]:
        """Batches of every pace and fate, looked at now and then, and long after all is over."""
        times = st.lists(st.integers(0, 300), min_size=1, max_size=12).map(
            lambda tenths: [*(self.after(one / 10) for one in sorted(tenths)), self.after(10_000)]
        )
        return st.builds(Life, self.batches(refusals=refusals), self.decisions(*LIFE_SWITCHES), times)


@pytest.fixture(scope="session")
def vec() -> VecValues:
    return VecValues()
