"""Forms that go out: one for each house of the sample, under its number, by hand when they are few and as a job when they are many."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.core.access import Refused
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import Register
from models.core.session import today
from models.core.validity import Invalid
from models.survey import SatisfactionForm, SurveyBatch
from services import bookkeeping
from services.jobs.declaring import Run, job
from services.reactions.survey import counted_once
from services.surveying.sampling import House, asked, sample

ISSUES = "desk"  # role words: those who may enter a form
AT_ONCE = 60  # more are a job
IN_ONE = 50  # forms of one transaction of a job


def chosen(session: Session, survey: SurveyBatch, digest: str) -> list[House]:
    """The houses of the sample that was shown under `digest`.

    Raises `Invalid` when nobody is left to be asked, or when others would be asked than were shown.
    """
    bookkeeping.require(SatisfactionForm, "create")
    if survey.voided_at is not None or survey.state != SurveyBatch.State.ISSUING:
        raise Refused(_("Forms are issued once the plan is confirmed, and until the survey ends."), register=survey.key, action="issue")
    found = sample(session, survey)
    if not found.houses:
        raise Invalid({"": _("Everybody who is to be asked has a form already.")})
    if found.digest != digest:
        raise Invalid({"": _("Households have moved in or out, or forms were issued meanwhile. Look at the list as it is now.")})
    return list(found.houses)


def issue(session: Session, survey: SurveyBatch, houses: Sequence[str]) -> list[Register]:
    """Enter a form of the survey for each house, or a copy without one for an empty word. Not yet committed."""
    made = []
    with counted_once(session):
        for house in houses:
            values = {"survey": survey.id, "issued_on": today(), "house": house or None}
            made.append(bookkeeping.enter(session, SatisfactionForm, survey.site_id, values))
    return made


@job("issue_forms", _("Issuing the forms of a survey"), by=ISSUES, writes=True)
def issue_forms(run: Run, *, survey: int, houses: Sequence[str]) -> Message:
    """Issue forms to the houses of a sample as it was shown, but to none that got one meanwhile; begun again it goes on behind them."""
    batch = run.session.get_one(SurveyBatch, survey)
    for start in range(run.done, len(houses), IN_ONE):
        keys = asked(run.session, batch)[0]
        issue(run.session, batch, [each for each in houses[start : start + IN_ONE] if house_key(each) not in keys])
        run.progress(min(start + IN_ONE, len(houses)), len(houses))
    return _("{n} forms issued", n=len(houses))
