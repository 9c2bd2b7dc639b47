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
from models.core.register import CARRIED, Register
from models.core.session import now
from models.core.tells import Tell
from models.core.workflow import Transition, may, perform, void
from models.duty.must_tell import MustTell
from models.people import anybody
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
        heard = False
        if known is None:
            arose_at = ground.moment(row.get(tell.after))
            if arose_at is None or (since is not None and arose_at < since) or (tell.when is not None and not tell.when(row)):
                continue
            known, heard = _arise(session, row, tell, arose_at, ground)
        told_at, received_at = (_stamped(row, key, since, ground) for key in (tell.met_by, tell.receipt))
        _follow(session, known, row, tell, known.arose_at if heard else told_at, received_at)
    session.flush()


def _follow(session: Session, duty: MustTell, row: Any, tell: Tell, told_at: datetime | None, received_at: datetime | None) -> None:
    """The ledger says what the record itself says: that it was told, and who has acknowledged it."""
    if told_at is not None and duty.state == MustTell.State.OWED:
        _tell(duty, row, tell, told_at)
        session.flush()
    if received_at is not None and duty.state in (MustTell.State.OWED, MustTell.State.TOLD):
        _receive(duty, row, tell, received_at)


def _stamped(row: Any, key: str, since: datetime | None, ground: Ground) -> datetime | None:
    """The stamp `key` of a record; nothing for one from before it was opened again."""
    at = ground.moment(row.get(key)) if key else None
    return at if at is None or since is None or at >= since else None


def _arise(session: Session, row: Any, tell: Tell, arose_at: datetime, ground: Ground) -> tuple[MustTell, bool]:
    """The line of a duty that arises, and whether with it all is told: by who wrote the record, or by the notice of the product.

    A post that nobody has at the site is told as somebody outside is: who tells enters the answer.
    """
    owing, there = " ".join(sorted(tell.owing)), bool(tell.to) and anybody(session, tell.to, row.site_id)
    duty = MustTell(
        site_id=row.site_id,
        record=record_of(row.key, row.id, row.number),
        duty=f"{row.key}.{tell.name}",
        matter=_matter(row, tell),
        grounds=f"{tell.rule} · {tell.clause}",
        arose_at=arose_at,
        whom=str(tell.outside or named(tell.to)),
        owed_by=str(named(owing)),
        owed_roles=owing,
        to_roles=" ".join(sorted(roles(tell.to))) if there else None,
        due_at=_due(row, tell, arose_at, ground),
    )
    duty.intent = CARRIED
    session.add(duty)
    session.flush()
    message = _("{register} {number}: {matter}", register=type(row).about.title, number=row.number, matter=tell.label)
    to = tell.to if there else owing
    notify(session, to=to, site_id=row.site_id, kind="must_tell", message=message, record=duty, once=f"tell:{duty.id}")
    return duty, bool(tell.said_in) and (there or not actors.by_the_clock())


def _matter(row: Any, tell: Tell) -> str:
    """What is told, in the office's words; of what is personal in the record nothing stands in the ledger."""
    return f"{tell.label}（{type(row).about.title} {row.number}）"[:LONGEST]


def named(words: str) -> Message:
    """The posts that role words stand for, one after another."""
    labels = [ROLES[role] for role in ROLES if role in roles(words)]
    return reduce(lambda first, second: _("{first}, {second}", first=first, second=second), labels)


def overdue(duty: MustTell, at: str) -> Message | None:
    """That nothing says by `at` that a duty was told, in the words of its declaration; nothing for one written down by hand."""
    tell = duty.declared()
    if tell is None:
        return None
    said = {"matter": tell.label, "whom": tell.outside or named(tell.to), "moment": at, "number": duty.number}
    return _("“{matter}”: {whom} was to be told by {moment}, and nothing says so yet ({number}).", **said)


def _due(row: Any, tell: Tell, arose_at: datetime, ground: Ground) -> datetime | None:
    """Until when, or nothing while the working days of that year are not loaded: then its clock waits for them."""
    try:
        return tell.until(row, arose_at, ground)
    except YearNotLoaded:
        return None


def write_due(session: Session, duty: MustTell) -> None:
    """Until when a duty is told is written down as soon as it can be reckoned, such as when the calendar of its year is loaded."""
    tell, record = duty.declared(), duty.arose_from(session)
    if duty.due_at is None and tell is not None and record is not None:
        due = _due(record, tell, duty.arose_at, Ground(session, session.get_one(Site, duty.site_id)))
        if due is not None:
            duty.intent, duty.due_at = CARRIED, due


def _tell(duty: MustTell, row: Any, tell: Tell, told_at: datetime) -> None:
    """The record itself says that it was told: so does the ledger, whoever wrote it."""
    actor = actors.current()
    way, whom = (row.get(key) for key in tell.said_in.split()) if tell.said_in else (ToldBy.SYSTEM, duty.whom[:80])
    duty.intent = "tell"
    duty.told_at, duty.told_by, duty.way, duty.told_to = told_at, actor.name if actor else "", way, duty.told_to or whom
    duty.set("state", MustTell.State.TOLD.value)


def _receive(duty: MustTell, row: Any, tell: Tell, at: datetime) -> None:
    """The record itself says who has acknowledged it: so does the ledger."""
    duty.intent = "acknowledge"
    duty.acknowledged_at = duty.closed_at = at
    duty.acknowledged_by = row.get(_receiving(row, tell).stamps_by)
    duty.told_at, duty.way, duty.told_to = duty.told_at or at, duty.way or ToldBy.SYSTEM, duty.told_to or duty.acknowledged_by
    duty.set("state", MustTell.State.ACKNOWLEDGED.value)


def _void(row: Register, duties: list[MustTell]) -> None:
    actor = actors.current()
    if actor is not None and granted(MustTell, "void", actor.role):
        for each in duties:
            void(each, row.void_reason or "", now())


def stamp_receipt(session: Session, duty: MustTell) -> None:
    """Whoever acknowledges has been told, if only by the notice in the product; and the record from which it arose says so too."""
    if duty.told_at is None:
        duty.intent = CARRIED
        duty.told_at, duty.way, duty.told_to = duty.acknowledged_at, ToldBy.SYSTEM, duty.told_to or duty.acknowledged_by
        session.flush()
    tell, record = duty.declared(), duty.arose_from(session)
    if tell is None or record is None or not tell.receipt:
        return
    step = _receiving(record, tell)
    if may(record, step.name):
        perform(record, step.name, {}, now())


def _receiving(record: Register, tell: Tell) -> Transition:
    """The step by which the record itself is acknowledged."""
    return next(each for each in type(record).transitions if each.stamps == tell.receipt)


def take_on(session: Session, duty: MustTell) -> None:
    """What is written down by hand is owed by the post of who wrote it; from the console, by anybody of the office."""
    actor = actors.current()
    if duty.owed_roles or actor is None:
        return
    duty.intent = CARRIED
    if actor.role in ROLES:
        duty.owed_by = str(named(actor.role))
    duty.owed_roles = " ".join(sorted(roles(actor.role if actor.role in ROLES else "staff")))


REACTIONS = {
    ("must_tell", "entered"): (take_on,),
    ("must_tell", "acknowledge"): (stamp_receipt,),
    ("must_tell", "reckoned"): (write_due,),
}
