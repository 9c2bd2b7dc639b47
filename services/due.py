"""When a rule of the documents is due from a moment at a site, and why: asked of every clock, duty to tell and plan that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

import models
from models.core.deadlines import Deadline, Ground
from models.core.dues import Due, last_of
from models.core.message import Message, _
from models.core.places import Site
from models.core.plans import Plan
from models.core.register import Register
from models.core.tells import Tell

DATED = ("moment", "day")


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that a rule is due by: where it stands, of which kind it is (`clock`, `must-tell`, `plan`), when and why."""

    where: str
    how: str
    label: Message
    clause: str
    due: datetime | None
    why: Message
    case: str = ""


class Unwritten(SimpleNamespace):
    """A record of which no more is known than what is given: everything else in it is empty."""

    def __getattr__(self, name: str) -> None:
        return None


def due_by(session: Session, rule: str, start: datetime, site: Site, given: Mapping[str, Any]) -> list[Answer]:
    """What `rule` is due by when it starts at `start`, with the fields that are `given`.

    Where a moment hangs on a field that is not given, `start` stands for it. Of a clock that goes by a word of the record
    there is an answer for each word, the longest first unless the word is given. Raises `YearNotLoaded`.
    """
    ground = Ground(session, site)
    found: list[Answer] = []
    for register in models.registers():
        clocks: list[Deadline | Tell] = [*register.deadlines, *register.tells]
        for timed in clocks:
            if rule in timed.rule.split():
                found += _answers(register, timed, start, ground, given)
        found += [_planned(register, plan, start, ground) for plan in register.plans if rule in plan.rule.split()]
    return found


def _answers(
    register: type[Register], timed: Deadline | Tell, start: datetime, ground: Ground, given: Mapping[str, Any]
) -> Iterator[Answer]:
    how = "clock" if isinstance(timed, Deadline) else "must-tell"
    cases = timed.due.cases
    if cases and given.get(timed.due.keys[0]) is None:
        answers = []
        for case, due in cases.items():
            moment = _reckoned(register, due, start, ground, given)
            answers.append(Answer(f"{register.key}.{timed.name}", how, timed.label, timed.clause, moment, due.words(ground), case))
        yield from sorted(answers, key=lambda each: each.due or start, reverse=True)
        return
    due = cases.get(given[timed.due.keys[0]], timed.due) if cases else timed.due
    moment = _reckoned(register, due, start, ground, given)
    yield Answer(f"{register.key}.{timed.name}", how, timed.label, timed.clause, moment, due.words(ground))


def _reckoned(register: type[Register], due: Due, start: datetime, ground: Ground, given: Mapping[str, Any]) -> datetime | None:
    """The moment for a record of which no more is known than what is given; `start` stands for the moments that are missing."""
    fields = register.fields()
    blank: dict[str, Any] = {field.column: None for field in fields.values()} | {key: given.get(key) for key in due.keys}
    moment = ground.moment(due.reckon(Unwritten(**blank), start, ground))
    if moment is None:
        local = start.astimezone(ground.zone)
        standing = {"moment": start, "day": local.date()}
        blank |= {key: standing[fields[key].kind] for key in due.keys if blank[key] is None and fields[key].kind in DATED}
        moment = ground.moment(due.reckon(Unwritten(**blank), start, ground))
    return moment


def _planned(register: type[Register], plan: Plan, start: datetime, ground: Ground) -> Answer:
    span = plan.every.span(start.astimezone(ground.zone).date())
    until = plan.by(span) if plan.by else span.last
    why = _("{every}, from {first} to {last}", every=plan.every.label, first=span.first.isoformat(), last=span.last.isoformat())
    return Answer(f"{register.key}.{plan.name}", "plan", plan.label, plan.clause, last_of(until, ground.zone), why)
