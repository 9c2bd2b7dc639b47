"""What must be told: after every event of a record its duties to tell become lines of the must-tell ledger, each once."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaints.escalation import ToldBy
from models.core import actor as actors
from models.core.access import ROLES, granted, roles
from models.core.calendar import YearNotLoaded
from models.core.deadlines import Ground
from models.core.fields import record_of
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import CARRIED, REGISTERS, Register
from models.core.session import now
from models.core.tells import Tell
from models.core.workflow import void
from models.duty.must_tell import MustTell
from services.notices.telling import notify

LONGEST = 200


def owe(session: Session, row: Any) -> None:
    """Write down what must be told of `row` as it stands now, and what was told already; those of a void record are void."""
    tells = type(row).tells
    if not tells or row.taken_over:
        return
    record = record_of(row.key, row.id, row.number)
    mine = (MustTell.record == record, MustTell.site_id == row.site_id, MustTell.voided_at.is_(None))
    standing = {each.duty: each for each in session.execute(select(MustTell).where(*mine).order_by(MustTell.arose_at)).scalars()}
    if row.voided_at is not None:
        _void(row, list(standing.values()))
        return
    ground = Ground(session, session.get_one(Site, row.site_id))
    for tell in tells:
        since = row.get(tell.again) if tell.again else None
        known = standing.get(f"{row.key}.{tell.name}")
        known = known if known is None or since is None or known.arose_at >= since else None
        told_at = ground.moment(row.get(tell.met_by)) if tell.met_by else None
        told_at = told_at if told_at is None or since is None or told_at >= since else None
        if known is not None:
            if told_at is not None and known.state == MustTell.State.OWED:
                _tell(known, tell, told_at)
            continue
        arose_at = ground.moment(row.get(tell.after))
        if arose_at is not None and (since is None or arose_at >= since) and (tell.when is None or tell.when(row)):
            _arise(session, row, tell, arose_at, told_at, ground)
    session.flush()


def _arise(session: Session, row: Any, tell: Tell, arose_at: datetime, told_at: datetime | None, ground: Ground) -> None:
    duty = MustTell(
        site_id=row.site_id,
        record=record_of(row.key, row.id, row.number),
        duty=f"{row.key}.{tell.name}",
        matter=_matter(row, tell),
        grounds=f"{tell.rule} · {tell.clause}",
        arose_at=arose_at,
        whom=str(tell.outside or named(tell.to)),
        owed_by=str(named(tell.owed_by)),
        owed_roles=" ".join(sorted(roles(tell.owed_by))),
        to_roles=" ".join(sorted(roles(tell.to))) or None,
        due_at=_due(row, tell, arose_at, ground),
    )
    duty.intent = CARRIED
    session.add(duty)
    if told_at is not None:
        _stamp(duty, told_at)
        duty.set("state", MustTell.State.TOLD.value)
    session.flush()
    message = _("{register} {number}: {matter}", register=type(row).about.title, number=row.number, matter=tell.label)
    notify(session, to=tell.to or tell.owed_by, site_id=row.site_id, kind="must_tell", message=message, record=duty, once=f"tell:{duty.id}")


def _matter(row: Any, tell: Tell) -> str:
    """What is told, in the office's words; of what is personal in the record nothing stands in the ledger."""
    return f"{tell.label}（{type(row).about.title} {row.number}）"[:LONGEST]


def named(words: str) -> Message:
    """The posts that role words stand for, one after another."""
    labels = [ROLES[role] for role in ROLES if role in roles(words)]
    return reduce(lambda first, second: _("{first}, {second}", first=first, second=second), labels)


def overdue(duty: MustTell, at: str) -> Message | None:
    """That nothing says by `at` that a duty was told, in the words of its declaration; nothing for one written down by hand."""
    register, _dot, name = (duty.duty or "").partition(".")
    tell = next((each for each in REGISTERS[register].tells if each.name == name), None) if register in REGISTERS else None
    if tell is None:
        return None
    said = {"matter": tell.label, "whom": tell.outside or named(tell.to), "moment": at, "number": duty.number}
    return _("“{matter}”: {whom} was to be told by {moment}, and nothing says so yet ({number}).", **said)


def _due(row: Any, tell: Tell, arose_at: datetime, ground: Ground) -> datetime | None:
    """Until when, or nothing while the working days of that year are not loaded: then its clock waits for them."""
    try:
        due = ground.moment(tell.due.reckon(row, arose_at, ground))
    except YearNotLoaded:
        return None
    return max(due, arose_at) if due is not None else None


def _stamp(duty: MustTell, told_at: datetime) -> None:
    actor = actors.current()
    duty.told_at, duty.told_by, duty.way = told_at, actor.name if actor else "", ToldBy.SYSTEM


def _tell(duty: MustTell, tell: Tell, told_at: datetime) -> None:
    """The record itself says that it was told: so does the ledger, whoever wrote it."""
    duty.intent = "tell"
    _stamp(duty, told_at)
    duty.told_to = duty.told_to or duty.whom[:80]
    duty.set("state", MustTell.State.TOLD.value)


def _void(row: Register, duties: list[MustTell]) -> None:
    actor = actors.current()
    if actor is not None and granted(MustTell, "void", actor.role):
        for each in duties:
            void(each, row.void_reason or "", now())


def stamp_receipt(session: Session, duty: MustTell) -> None:
    """Whoever acknowledges has been told, if only by the notice in the product."""
    if duty.told_at is None:
        duty.intent = CARRIED
        _stamp(duty, duty.acknowledged_at or now())
        duty.told_to = duty.told_to or duty.acknowledged_by


def take_on(session: Session, duty: MustTell) -> None:
    """What is written down by hand is owed by the post of who wrote it; from the console, by anybody of the office."""
    actor = actors.current()
    if duty.owed_roles or actor is None:
        return
    duty.intent = CARRIED
    if actor.role in ROLES:
        duty.owed_by = str(named(actor.role))
    duty.owed_roles = " ".join(sorted(roles(actor.role if actor.role in ROLES else "staff")))


REACTIONS = {("must_tell", "entered"): (take_on,), ("must_tell", "acknowledge"): (stamp_receipt,)}
