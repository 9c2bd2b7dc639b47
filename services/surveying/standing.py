"""How surveys stand: how many forms went out, came back, and count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.core.session import reading
from models.core.share import share
from models.survey import SatisfactionForm, SurveyBatch

State = SatisfactionForm.State


@dataclass(slots=True)
class Standing:
    """The forms of one survey by their states."""

    many: dict[str, int] = field(default_factory=dict)

    def of(self, *states: State) -> int:
        """How many forms stand at these states."""
        return sum(self.many.get(state.value, 0) for state in states)

    @property
    def issued(self) -> int:
        """All that went out."""
        return sum(self.many.values())

    @property
    def returned(self) -> int:
        """All that came back, whatever they are worth."""
        return self.of(State.ENTERED, State.VALID, State.SPOILT, State.BLANK)

    @property
    def rate(self) -> str:
        """The return rate with its numbers."""
        return share(self.returned, self.issued) or "—"


def standings(session: Session, surveys: Sequence[SurveyBatch]) -> dict[int, Standing]:
    """How each of these surveys of one site stands."""
    found = {each.id: Standing() for each in surveys}
    if not surveys:
        return found
    form = SatisfactionForm.__table__.c
    mine = select(form.survey_id, form.state, func.count()).where(form.survey_id.in_(found), form.voided_at.is_(None))
    counted = reading(session, SatisfactionForm, surveys[0].site_id).execute(mine.group_by(form.survey_id, form.state))
    for survey, state, many in counted:
        found[survey].many[state] = many
    return found
