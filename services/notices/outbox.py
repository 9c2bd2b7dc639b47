"""The outbox: what leaves the house is taken up by one worker at a time, sent, and told as sent.

What waits for one receiver about one matter is taken up together and goes in one letter. Between sending and telling a
worker may die; then the same letter is sent once more, under the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models.core.access import granted
from models.core.message import LOCALES, Message, _
from models.core.places import Site
from models.core.register import REGISTERS
from models.notices import Delivery, DeliveryState, NotificationWish, Robot
from models.people import User
from services.notices import letters, robots
from services.notices.letters import Turned, Unreachable
from services.notices.quiet import after_quiet
from services.notices.wording import written
from services.settings import Settings

HOLD = timedelta(minutes=5)  # how long a worker may take over one delivery before it is due again
PAUSES = (1, 5, 15, 60, 240, 240, 240)  # minutes between the attempts; after the last it is given up
AT_ONCE = 50
MOST_TOGETHER = 8  # in one letter: a robot takes no long texts
UNWANTED = _("It is no longer wanted.")
WAITING, SENT, GIVEN_UP = (each.value for each in DeliveryState)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One letter with all that is needed to send it, without a database; `number` is that of the first that goes in it."""

    number: int
    attempts: int
    to: str
    subject: str
    text: str
    made_at: datetime
    robot: tuple[str, str] | None = None  # kind and secret
    later: datetime | None = None
    why_not: Message | None = None


def deliver(session: Session, moment: datetime) -> int:
    """Send what is due at `moment`, and tell of each letter how it went; how many were sent. Commits after every step."""
    settings: Settings = current_app.config["SETTINGS"]
    down: set[int | None] = set()  # the robots, and None for the mail server, that do not answer
    sent = 0
    while due := _due(session, moment, down):
        for delivery_id, robot_id in due:
            holder = uuid4().hex
            taken = _take_up(session, delivery_id, moment, holder) if robot_id not in down else None
            if taken is None:
                continue
            letter, fresh = taken
            outcome = _send(settings, _parcel(session, settings, letter, holder, moment), moment)
            sent += outcome["state"] == SENT
            if outcome.pop("down", False):
                down.add(robot_id)
            if fresh and outcome["state"] == WAITING and not outcome.get("attempts"):
                outcome["letter"] = None  # it is held until quiet hours are over: more may go with it then
            _tell(session, letter, holder, outcome)
    return sent


def send_now(session: Session, delivery: Delivery, moment: datetime) -> Message | None:
    """Send one delivery at once, whatever the hour; what stands against it, or nothing. Commits."""
    settings: Settings = current_app.config["SETTINGS"]
    if delivery.state == SENT:
        return None
    letter, holder = delivery.id, uuid4().hex
    delivery.due_at, delivery.claimed_by, delivery.state, delivery.letter = moment + HOLD, holder, WAITING, letter
    session.commit()
    outcome = _send(settings, _parcel(session, settings, letter, holder, moment, asked=True), moment)
    outcome.pop("down", None)
    _tell(session, letter, holder, outcome)
    return outcome["error"]


def _due(session: Session, moment: datetime, down: set[int | None]) -> Sequence[Any]:
    wanted: list[ColumnElement[bool]] = [Delivery.state == WAITING, Delivery.due_at <= moment]
    if None in down:
        wanted.append(Delivery.robot_id.is_not(None))
    if numbers := [each for each in down if each is not None]:
        wanted.append(Delivery.robot_id.is_(None) | Delivery.robot_id.not_in(numbers))
    listed = select(Delivery.id, Delivery.robot_id).where(*wanted).order_by(Delivery.due_at, Delivery.id).limit(AT_ONCE)
    found = session.execute(listed).all()
    session.commit()
    return found


def _take_up(session: Session, delivery_id: int, moment: datetime, holder: str) -> tuple[int, bool] | None:
    """Take a delivery up with all that goes in one letter with it: the number of the letter, and whether it is a new one.

    Nothing where another was quicker. Whoever comes to the same letter at the same time waits for the first of its rows.
    """
    seen = select(Delivery.letter, Delivery.target, Delivery.site_id, Delivery.matter).where(Delivery.id == delivery_id)
    row = session.execute(seen).one()
    together = [Delivery.state == WAITING, Delivery.due_at <= moment]
    if row.letter is not None:
        together.append(Delivery.letter == row.letter)
    else:
        together += [Delivery.letter.is_(None), Delivery.target == row.target, Delivery.site_id == row.site_id]
        together.append(Delivery.matter == row.matter if row.matter else Delivery.id == delivery_id)
    first = select(Delivery.id).where(*together).order_by(Delivery.id).limit(MOST_TOGETHER).with_for_update()
    ids = session.execute(first).scalars().all()
    if ids:
        letter = row.letter or ids[0]
        mine = update(Delivery).where(Delivery.id.in_(ids)).values(due_at=moment + HOLD, claimed_by=holder, letter=letter)
        session.execute(mine.execution_options(synchronize_session=False))
    session.commit()
    return (letter, row.letter is None) if ids else None


def _parcel(session: Session, settings: Settings, letter: int, holder: str, moment: datetime, *, asked: bool = False) -> Parcel:
    """A letter in the words of its receiver; `asked` for by a person it minds neither hours nor wishes."""
    going = select(Delivery).where(Delivery.letter == letter, Delivery.claimed_by == holder).order_by(Delivery.id)
    rows = list(session.execute(going).scalars())
    row, role = rows[0], ""
    site = session.get_one(Site, row.site_id)
    wishes: Robot | NotificationWish | None
    if row.robot_id is not None:
        robot = session.get_one(Robot, row.robot_id)
        to, language, wishes = robot.address, robot.language, robot
        wanted = robot.removed_at is None
    else:
        user = session.get_one(User, row.user_id)
        own = session.get(NotificationWish, row.user_id)
        to, language, wishes, role = own.email if own else "", user.language, own, user.role
        here = row.site_id in {each.id for each in user.sites}
        wanted = user.is_active and own is not None and (asked or (own.by_email and here))
        rows = _still_readable(rows, role)
    why_not = None if wanted and to and rows else UNWANTED
    if why_not is None and row.robot_id is None and not settings.smtp_host:
        why_not = _("No mail server is set (TAIZHANG_SMTP_HOST).")
    later = None
    if wishes is not None and not asked:
        later = after_quiet(moment, ZoneInfo(site.timezone), wishes.quiet_from, wishes.quiet_until)
    subject, text = written(settings, letter, rows, site, role, language if language in LOCALES else "zh") if rows else ("", "")
    parcel = Parcel(
        letter,
        row.attempts,
        to,
        subject,
        text,
        row.made_at,
        (robot.kind, robot.secret) if row.robot_id is not None else None,
        later if later != moment else None,
        why_not,
    )
    session.commit()
    return parcel


def _still_readable(rows: list[Delivery], role: str) -> list[Delivery]:
    """Those of a letter that a role may read today; the others are given up."""
    found = [row for row in rows if row.register not in REGISTERS or granted(REGISTERS[row.register], "read", role)]
    for row in rows:
        if row not in found:
            row.state, row.error, row.claimed_by = GIVEN_UP, UNWANTED, ""
    return found


def _send(settings: Settings, parcel: Parcel, moment: datetime) -> dict[str, Any]:
    """Send a parcel; what is to stand in its row afterwards."""
    if parcel.why_not is not None:
        return {"state": GIVEN_UP, "error": parcel.why_not}
    if parcel.later is not None:
        return {"state": WAITING, "due_at": parcel.later, "error": None}
    try:
        if parcel.robot is not None:
            kind, secret = parcel.robot
            robots.speak(settings, kind, parcel.to, secret, parcel.text)
        else:
            letters.post(settings, parcel.to, parcel.subject, parcel.text, parcel.number, parcel.made_at)
    except (Unreachable, Turned) as trouble:
        again, unreachable = parcel.attempts < len(PAUSES), isinstance(trouble, Unreachable)
        outcome = {
            "state": WAITING if again else GIVEN_UP,
            "attempts": parcel.attempts + 1,
            "error": _("No answer: {why}", why=str(trouble)) if unreachable else _("Refused: {why}", why=str(trouble)),
            "down": unreachable,
        }
        return outcome | ({"due_at": moment + timedelta(minutes=PAUSES[parcel.attempts])} if again else {})
    return {"state": SENT, "sent_at": moment, "attempts": parcel.attempts + 1, "error": None}


def _tell(session: Session, letter: int, holder: str, outcome: dict[str, Any]) -> None:
    mine = update(Delivery).where(Delivery.letter == letter, Delivery.claimed_by == holder)
    session.execute(mine.values(claimed_by="", **outcome).execution_options(synchronize_session=False))
    session.commit()
