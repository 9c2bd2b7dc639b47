"""The outbox: what leaves the house is taken up by one worker at a time, sent, and told as sent.

Between sending and telling a worker may die; then it is sent once more, under the same number.
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
from services.settings import Settings

HOLD = timedelta(minutes=5)  # how long a worker may take over one delivery before it is due again
PAUSES = (1, 5, 15, 60, 240, 240, 240)  # minutes between the attempts; after the last it is given up
AT_ONCE = 50
WAITING, SENT, GIVEN_UP = (each.value for each in DeliveryState)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery with all that is needed to send it, without a database."""

    id: int
    attempts: int
    to: str
    subject: str
    text: str
    made_at: datetime
    robot: tuple[str, str] | None = None  # kind and secret
    later: datetime | None = None
    why_not: Message | None = None


def deliver(session: Session, moment: datetime) -> int:
    """Send what is due at `moment`, and tell of each how it went; how many were sent. Commits after every step."""
    settings: Settings = current_app.config["SETTINGS"]
    down: set[int | None] = set()  # the robots, and None for the mail server, that do not answer
    sent = 0
    while due := _due(session, moment, down):
        for delivery_id, due_at, robot_id in due:
            holder = uuid4().hex
            if robot_id in down or not _take_up(session, delivery_id, due_at, moment, holder):
                continue
            outcome = _send(settings, _parcel(session, settings, delivery_id, moment), moment)
            sent += outcome["state"] == SENT
            if outcome.pop("down", False):
                down.add(robot_id)
            _tell(session, delivery_id, holder, outcome)
    return sent


def send_now(session: Session, delivery: Delivery, moment: datetime) -> Message | None:
    """Send one delivery at once, whatever the hour; what stands against it, or nothing. Commits."""
    settings: Settings = current_app.config["SETTINGS"]
    if delivery.state == SENT:
        return None
    delivery_id, holder = delivery.id, uuid4().hex
    delivery.due_at, delivery.claimed_by, delivery.state = moment + HOLD, holder, WAITING
    session.commit()
    outcome = _send(settings, _parcel(session, settings, delivery_id, moment, asked=True), moment)
    outcome.pop("down", None)
    _tell(session, delivery_id, holder, outcome)
    return outcome["error"]


def _due(session: Session, moment: datetime, down: set[int | None]) -> Sequence[Any]:
    wanted: list[ColumnElement[bool]] = [Delivery.state == WAITING, Delivery.due_at <= moment]
    if None in down:
        wanted.append(Delivery.robot_id.is_not(None))
    if numbers := [each for each in down if each is not None]:
        wanted.append(Delivery.robot_id.is_(None) | Delivery.robot_id.not_in(numbers))
    listed = select(Delivery.id, Delivery.due_at, Delivery.robot_id).where(*wanted).order_by(Delivery.due_at, Delivery.id).limit(AT_ONCE)
    found = session.execute(listed).all()
    session.commit()
    return found


def _take_up(session: Session, delivery_id: int, due_at: datetime, moment: datetime, holder: str) -> bool:
    """Take a delivery up, unless another was quicker: it stands no longer where it was seen."""
    standing = Delivery.id == delivery_id, Delivery.state == WAITING, Delivery.due_at == due_at
    mine = update(Delivery).where(*standing).values(due_at=moment + HOLD, claimed_by=holder)
    taken = session.execute(mine.returning(Delivery.id).execution_options(synchronize_session=False)).first()
    session.commit()
    return taken is not None


def _parcel(session: Session, settings: Settings, delivery_id: int, moment: datetime, *, asked: bool = False) -> Parcel:
    """A delivery in the words of its receiver; `asked` for by a person it minds neither hours nor wishes."""
    row = session.get_one(Delivery, delivery_id)
    site = session.get_one(Site, row.site_id)
    wishes: Robot | NotificationWish | None
    if row.robot_id is not None:
        robot = session.get_one(Robot, row.robot_id)
        to, language, wishes = robot.address, robot.language, robot
        wanted = robot.removed_at is None
    else:
        user = session.get_one(User, row.user_id)
        own = session.get(NotificationWish, row.user_id)
        to, language, wishes = own.email if own else "", user.language, own
        readable = row.register not in REGISTERS or granted(REGISTERS[row.register], "read", user.role)
        here = row.site_id in {each.id for each in user.sites}
        wanted = user.is_active and readable and own is not None and (asked or (own.by_email and here))
    why_not = None if wanted and to else _("It is no longer wanted.")
    if why_not is None and row.robot_id is None and not settings.smtp_host:
        why_not = _("No mail server is set (TAIZHANG_SMTP_HOST).")
    later = None
    if wishes is not None and not asked:
        later = after_quiet(moment, ZoneInfo(site.timezone), wishes.quiet_from, wishes.quiet_until)
    subject, text = _words(settings, row, site, language if language in LOCALES else "zh")
    parcel = Parcel(
        row.id,
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


def _words(settings: Settings, row: Delivery, site: Site, language: str) -> tuple[str, str]:
    """Subject and text: what is told, of which record of which site, where it stands, and under which number it is sent."""
    told = row.message.say(language)
    about = f"{REGISTERS[row.register].about.title.say(language)} {row.number}" if row.register in REGISTERS else ""
    link = f"{settings.url.rstrip('/')}/register/{row.register}/{row.record_id}/" if settings.url and about else ""
    number = _("Taizhang notice {n}", n=row.id).say(language)
    subject = _("{site}: {told}", site=site.named(language), told=told).say(language)
    return subject, "\n".join(line for line in (subject, about if about not in subject else "", link, number) if line)


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
            letters.post(settings, parcel.to, parcel.subject, parcel.text, parcel.id, parcel.made_at)
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


def _tell(session: Session, delivery_id: int, holder: str, outcome: dict[str, Any]) -> None:
    mine = update(Delivery).where(Delivery.id == delivery_id, Delivery.claimed_by == holder)
    session.execute(mine.values(claimed_by="", **outcome).execution_options(synchronize_session=False))
    session.commit()
