"""A site where twenty households live in three buildings, and a survey among them, as several tests of surveys need them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.core.actor import acting
from models.houses import Household
from models.survey import SurveyBatch
from services import bookkeeping
from services.surveying import entry
from services.surveying.entry import Filled
from services.surveying.issuing import chosen, issue
from services.surveying.sampling import sample
from tests.make import make
from tests.office import Office

DAYS = {"planned_on": date(2026, 1, 5), "starts_on": date(2026, 1, 10), "ends_on": date(2026, 2, 10)}
COMING = {key: day.replace(year=2027) for key, day in DAYS.items()}
LIVED_IN = [
    f"{building}栋1单元{storey:02}0{flat}"
    for building, storeys in ((1, 6), (2, 3), (10, 1))
    for storey in range(1, storeys + 1)
    for flat in (1, 2)
]
ASKED = [{"question": "是否同意加装充电桩", "kind": "single", "option": option, "note": None} for option in ("同意", "不同意")] + [
    {"question": "迫切程度", "kind": "score", "option": None, "note": None},
    {"question": "建议", "kind": "open", "option": None, "note": None},
]


def inhabited(session: Session) -> Session:
    """The books of a site where twenty households live, in three buildings."""
    for house in LIVED_IN:
        make(session, Household, house=house, householder=f"住户{house}")
    make(session, Household, house="1栋1单元0101", householder="合租人")
    gone = make(session, Household, house="3栋1单元0101")
    bookkeeping.move(session, gone, "move_out", {"moved_out_on": gone.moved_in_on})
    session.commit()
    return session


def plan(books: Session, office: Office, **over: Any) -> SurveyBatch:
    """A survey whose plan is confirmed."""
    row = bookkeeping.enter(books, SurveyBatch, 1, {"title": "2026年度满意度调查", **DAYS} | over)
    assert isinstance(row, SurveyBatch)
    with acting(office.actor("project_manager", office.site)):
        bookkeeping.move(books, row, "issue", {})
    books.commit()
    return row


def sent(books: Session, survey: SurveyBatch) -> list[Any]:
    """The forms of the sample that is shown, issued."""
    houses = chosen(books, survey, sample(books, survey).digest)
    made = issue(books, survey, [each.written for each in houses])
    books.commit()
    return made


def read(books: Session, form: Any, *answers: str, **rest: str) -> None:
    """What was read off a form is entered, and checked when it counts."""
    entry.save(books, form, Filled(dict(enumerate(answers)), **rest), form.version)
    if "spoilt" not in rest:
        bookkeeping.move(books, form, "check", {})
    books.commit()
