"""How far the plans of a site have come: what is due this week, what is missing, what was missed in the period before.

Nothing is kept for it: each plan is counted from the rows of its register, with one statement for a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

import models
from models.core.access import granted, roles
from models.core.actor import current
from models.core.places import Site
from models.core.plans import WEEK, Plan, Span
from models.core.register import Register
from models.core.session import reading

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one plan has come in one period, of one `value` of the field that it is counted by, if it is counted by one."""

    register: type[Register]
    plan: Plan
    span: Span
    until: date
    wanted: int
    done: int
    value: str = ""

    @property
    def missing(self) -> int:
        """How many are still to be done."""
        return max(0, self.wanted - self.done)


def standings(session: Session, site: Site, day: date, role: str = "") -> list[Standing]:
    """Where every plan stands in the period of `day`, in the order of the shelf; of a `role` those that it owes."""
    found: list[Standing] = []
    for register in models.registers():
        for plan in register.plans:
            if _reads(register) and (not role or role in roles(plan.owed_by)):
                found += standing(session, site, register, plan, plan.every.span(day))
    return found


def missed(session: Session, site: Site, day: date) -> list[Standing]:
    """What was missed in the period before that of `day`, of plans that go by the month or longer."""
    found: list[Standing] = []
    for register in models.registers():
        for plan in register.plans:
            if plan.every.months and _reads(register):
                before = plan.every.span(plan.every.span(day).first - DAY)
                found += [each for each in standing(session, site, register, plan, before) if each.missing]
    return found


def due_this_week(found: list[Standing], day: date) -> list[Standing]:
    """Of these what must be done until the end of the week, the earliest first."""
    end = WEEK.span(day).last
    return sorted((each for each in found if each.missing and each.until <= end), key=lambda each: each.until)


def standing(session: Session, site: Site, register: type[Register], plan: Plan, span: Span) -> list[Standing]:
    """Where one plan stands in one period: one answer, or one for each value of the field that it is counted by."""
    until = plan.by(span) if plan.by else span.last
    wanted = plan.least if isinstance(plan.least, int) else plan.least(session, site.id, span)
    if not plan.per:
        done = _counted(session, site, register, plan, span, None).get("", 0)
        return [Standing(register, plan, span, until, wanted, done)]
    column = register.__table__.c[register.fields()[plan.per].column]
    done_by = _counted(session, site, register, plan, span, column)
    year = Span(date(span.first.year - 1, span.first.month, 1), span.last)
    known = sorted({*_counted(session, site, register, plan, year, column), *done_by} - {""})
    return [Standing(register, plan, span, until, wanted, done_by.get(value, 0), value) for value in known] or [
        Standing(register, plan, span, until, wanted, 0)
    ]


def _counted(
    session: Session, site: Site, register: type[Register], plan: Plan, span: Span, per: ColumnElement[Any] | None
) -> dict[str, int]:
    """How many records of the plan lie in `span`, by the value of the column `per`; all under "" without one."""
    table = register.__table__.c
    moment = register.fields()[plan.moment or register.about.moment]
    column = table[moment.column]
    first, after = (span.first, span.after) if moment.kind == "day" else span.moments(ZoneInfo(site.timezone))
    wanted = [table.site_id == site.id, table.voided_at.is_(None), column >= first, column < after]
    if plan.states:
        wanted.append(table.state.in_([each.value for each in plan.states]))
    if plan.where is not None:
        wanted.append(plan.where(table))
    many = func.count(table[register.fields()[plan.each].match].distinct()) if plan.each else func.count()
    connection = reading(session, register, site.id)
    if per is None:
        return {"": int(connection.execute(select(many).where(*wanted)).scalar_one())}
    return {str(value or ""): count for value, count in connection.execute(select(per, many).where(*wanted).group_by(per))}


def _reads(register: type[Register]) -> bool:
    actor = current()
    return actor is not None and granted(register, "read", actor.role)
