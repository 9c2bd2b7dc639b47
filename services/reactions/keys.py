"""What follows from an authorisation, from hanging its keys and from handing them over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.register import CARRIED
from models.core.rulebook import keeps
from models.core.session import now
from models.core.workflow import void
from models.keys import CustodyAuthorisation, KeyCustody, KeyOnHook
from models.keys.custody import hooks_of
from services import bookkeeping


def line_of(session: Session, authorisation_id: int) -> KeyCustody | None:
    """The line of the custody register that stands for an authorisation."""
    mine = (KeyCustody.__table__.c.authorisation_id == authorisation_id, KeyCustody.voided_at.is_(None))
    return session.execute(select(KeyCustody).where(*mine)).scalar_one_or_none()


@keeps("RULE-115", how="field")
def open_line(session: Session, letter: CustodyAuthorisation) -> None:
    """What the authorisation says is copied into the custody register, under the same number (S3 KY 4.2.4)."""
    line = KeyCustody(site_id=letter.site_id, authorisation_id=letter.id, number=letter.number)
    line.taken_over = letter.taken_over
    line.intent = CARRIED
    session.add(line)


def void_line(session: Session, letter: CustodyAuthorisation) -> None:
    """The line of a void authorisation is void for the same reason: both bear one number."""
    line = line_of(session, letter.id)
    if line is not None:
        void(line, letter.void_reason or "", now())


def name_the_hook(session: Session, hook: KeyOnHook) -> None:
    """The custody register says where the keys of an authorisation hang."""
    entrustment = hook.get("entrustment")
    line = line_of(session, entrustment) if entrustment is not None else None
    if line is not None and line.get("hook") is None:
        line.intent = CARRIED
        line.set("hook", hook.id)


def end_custody(session: Session, line: KeyCustody) -> None:
    """With the hand-over the authorisation ends and its hooks are cleared; nothing is left to be lent (S3 KY 4.3.4)."""
    letter = session.get_one(CustodyAuthorisation, line.get("authorisation"))
    hooks = hooks_of(session, letter.id)
    if letter.state in (letter.State.VALID, letter.State.REVOKED):
        bookkeeping.move(session, letter, "give_back", {})
    zone = ZoneInfo(session.get_one(Site, line.site_id).timezone)
    for hook in hooks:
        bookkeeping.move(session, hook, "take_down", {"taken_down_on": now().astimezone(zone).date()})


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("custody_authorisation", "entered"): (open_line,),
    ("custody_authorisation", "voided"): (void_line,),
    ("key_on_hook", "entered"): (name_the_hook,),
    ("key_on_hook", "corrected"): (name_the_hook,),
    ("key_custody", "hand_over"): (end_custody,),
    ("key_custody", "report_lost"): (end_custody,),
}
