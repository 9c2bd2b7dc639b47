from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, object_session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.calendar import WEEKDAYS
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import WEEK as EVERY_WEEK
from models.core.plans import Plan
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.setting import value
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.duty.hours import DAY, DAYS, HOUR, WEEK, Span, clock_face, covered, free, written
from models.settings import COVERAGE, OFFICE_CLOSES, OFFICE_OPENS, Coverage


class Period(Choice):
    """The times for which somebody is put on duty (S0 值班一; S1 4.2.2); `models/duty/hours.py` has their usual hours."""

    EARLY = "early", _("Early shift")
    NOON = "noon", _("Noon")
    MIDDLE = "middle", _("Middle shift")
    NIGHT = "night", _("Night shift")
    HOLIDAY = "holiday", _("Holidays")


LABELS = dict(zip(DAYS, WEEKDAYS, strict=True))


def on_day(key: str) -> Any:
    """Who is on duty on one day of the week."""
    return fields.line(LABELS[key], longest=60, clause="S0 值班一")


class Week(fields.Line):
    """One time of duty of a week, and who has it on each day."""

    period: Period = fields.pick(_("Time of duty"), Period, clause="S0 值班一", width=18)
    hours: str | None = fields.line(_("Hours"), longest=40, width=20, help=_("Such as 8:00–15:00; left blank, the usual hours count."))
    monday: str | None = on_day("monday")
    tuesday: str | None = on_day("tuesday")
    wednesday: str | None = on_day("wednesday")
    thursday: str | None = on_day("thursday")
    friday: str | None = on_day("friday")
    saturday: str | None = on_day("saturday")
    sunday: str | None = on_day("sunday")


class OnDuty(fields.Line):
    """One post of the week, and how it is reached."""

    post: str = fields.line(_("Post"), longest=60, clause="S0 值班一", width=30)
    officer: str = fields.staff(_("Duty officer"), clause="S0 值班一", width=24)
    phone: str | None = fields.line(_("Duty telephone"), longest=40, clause="S1 4.2.1", width=30)
    forward: str | None = fields.line(_("Forwarded to number"), longest=40, clause="S0 值班三", width=30)
    radio: str | None = fields.line(_("Radio no."), longest=40, clause="S0 值班三", width=20)


def office_hours(session: Session, site_id: int) -> Span:
    """The minutes of each day in which every department has somebody on duty, at noon and on holidays too (S0 值班一, C-04)."""
    return value(session, site_id, OFFICE_OPENS) * HOUR, value(session, site_id, OFFICE_CLOSES) * HOUR


def site_hours(session: Session, site_id: int) -> Span:
    """The minutes of each day in which somebody of the site is on duty (S1 4.2.2, C-04)."""
    return (0, DAY) if value(session, site_id, COVERAGE) == Coverage.ALL_DAY else office_hours(session, site_id)


def published(session: Session, site_id: int, first: date, last: date) -> "Sequence[DutyRoster]":
    """The published rosters of the weeks from that of `first` to that of `last`, of all departments of a site."""
    monday = first - timedelta(days=first.weekday())
    wanted = select(DutyRoster).where(
        DutyRoster.site_id == site_id,
        DutyRoster.week_from.between(monday, last),
        DutyRoster.state == DutyRoster.State.PUBLISHED.value,
        DutyRoster.voided_at.is_(None),
    )
    return session.execute(wanted.order_by(DutyRoster.week_from, DutyRoster.id)).scalars().all()


@keeps("RULE-005 RULE-006")
def nobody_on_duty(row: "DutyRoster") -> Message | None:
    """Each department covers noon and holidays; the site, with the rosters that are published already, its hours (S0 值班一; S1 4.2.2).

    What the last night of the week covers beyond it, the night before its Monday covers too.
    """
    if row.week_from.weekday() != 0:
        return _("The week starts on a Monday.")
    unread = next((line for line in row.week or () if line.get("hours") and not written(line["hours"])), None)
    if unread is not None:
        return _("The hours “{hours}” cannot be read. Write them as 8:00–15:00.", hours=unread["hours"])
    session = object_session(row)
    assert session is not None
    own = covered(row.week)
    gap = _first_gap(own, office_hours(session, row.site_id))
    if gap is None:
        others = published(session, row.site_id, row.week_from, row.week_from + timedelta(days=6))
        together = [span for each in others if each is not row for span in covered(each.week)]
        gap = _first_gap([*own, *together], site_hours(session, row.site_id))
    if gap is None:
        return None
    day, (first, last) = gap
    return _(
        "Nobody is on duty on {day} from {first} to {last} (S0 值班一; S1 4.2.2).",
        day=WEEKDAYS[day],
        first=clock_face(first),
        last=clock_face(last),
    )


def _first_gap(taken: list[Span], wanted: Span) -> tuple[int, Span] | None:
    """The first day of the week that has a gap in the hours `wanted`, and the minutes of that day."""
    around = [*taken, *((first - WEEK, last - WEEK) for first, last in taken)]
    for day in range(7):
        for first, last in free((day * DAY + wanted[0], day * DAY + wanted[1]), around):
            return day, (first - day * DAY, last - day * DAY)
    return None


class DutyRoster(Register):
    """Who of a department is on duty in one week, day by day, and how each post is reached."""

    __tablename__ = "duty_roster"

    class State(Choice):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    about = About(
        title=_("Duty roster"),
        spec=("REG-04",),
        clause="S0 值班一",
        number="PB-{site}-{year}-{serial:03}",
        moment="drawn_on",
        subject="department",
        verb=_("Draw up a roster"),
        note=_("Somebody is on duty around the clock, at noon and on holidays too (S0 值班一; S1 4.2.2)."),
    )
    access = Access(
        read="staff",
        create="desk lead engineering security",
        edit="desk lead engineering security",
        void="lead",
        print="staff",
        export="lead",
    )

    week_from: Mapped[date] = fields.day(
        _("Week from Monday"), clause="S0 值班一", listed=True, filtered=True, default=lambda: today() - timedelta(days=today().weekday())
    )
    drawn_on: Mapped[date] = fields.day(_("Drawn up on"), clause="S0 值班一", filtered=True, default=today)
    department: Mapped[str] = fields.line(_("Department"), longest=60, clause="S0 值班一", listed=True, searched=True)
    scheduler: Mapped[str] = fields.staff(_("Drawn up by"), default=own_name, listed=True)
    week: Mapped[list[Any]] = fields.grid(_("Duty of the week"), Week, each="period", clause="S0 值班一", rule="RULE-005")
    posts: Mapped[list[Any] | None] = fields.grid(_("Posts and telephones"), OnDuty, clause="S0 值班三")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAFT)

    parts = (
        Part(_("Roster"), "week_from department scheduler drawn_on"),
        Part(_("Duty of the week"), "week"),
        Part(_("Posts and telephones"), "posts remark"),
    )
    rules = (not_ahead("drawn_on", now),)
    transitions = (
        Transition(
            "publish",
            State.DRAFT,
            State.PUBLISHED,
            _("Publish"),
            by="lead",
            guard=nobody_on_duty,
            signs="head",
            clause="S0 值班一",
        ),
        Transition("revise", State.PUBLISHED, State.DRAFT, _("Revise"), by="lead", step=False, clause="S0 值班一"),
    )
    closed = (State.PUBLISHED,)
    plans = (
        Plan(
            name="week",
            label=_("Published roster of the week"),
            rule="RULE-005 RULE-006",
            clause="S0 值班一; S1 4.2.2",
            every=EVERY_WEEK,
            moment="week_from",
            states=(State.PUBLISHED,),
            by=lambda span: span.first,
        ),
    )
    slots = (
        Slot("scheduler", _("Drawn up by"), "desk lead engineering security", at_entry=True, person="scheduler", clause="S0 值班一"),
        Slot("head", _("Person in charge of the department"), "lead", clause="S0 值班一"),
    )
    sheet = Sheet(
        "number drawn_on week_from department scheduler remark state",
        signed_by=(_("Drawn up by"), _("Person in charge of the department")),
        notes=(_("The hours of each shift stand in the roster of the week; the night is covered every day (S1 4.2.2)."),),
        rows=18,
    )
