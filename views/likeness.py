"""What the margin of a complaint says of others like it: who else wrote about this, and what the household wrote before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.complaints import Complaint
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import Register
from models.core.session import now
from services.database import db
from services.display import Reader
from services.sentinel.alike import alike, before, words

MOST = 6


@dataclass(frozen=True, slots=True)
class Likened:
    """One complaint in the margin: number and address, its house and moment, and why it is there."""

    number: str
    url: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """One heading of the margin with the complaints under it."""

    title: str
    lines: list[Likened]


def likenesses(row: Register, reader: Reader) -> list[Likeness]:
    """What the margin shows beside a complaint; nothing beside any other record, nor beside a void one."""
    if not isinstance(row, Complaint) or row.voided_at is not None:
        return []
    session = db.session()
    like = [each.row for each in alike(session, row)]
    about = {each.id for each in like}
    mine = house_key(row.house)
    others = [each for each in like if mine is None or each.house_key != mine]
    same = _("about the same matter")
    sections = (
        (_("Others wrote about this too"), [_likened(each, reader, _reason(row, each)) for each in others[:MOST]]),
        (
            _("This household wrote before"),
            [_likened(each, reader, same if each.id in about else None) for each in before(session, row, MOST)],
        ),
    )
    return [Likeness(str(title), lines) for title, lines in sections if lines]


def _reason(row: Complaint, other: Any) -> Message | None:
    shared = words(row, other)
    return _("both say: {words}", words="、".join(shared)) if shared else None


def _likened(other: Any, reader: Reader, reason: Message | None) -> Likened:
    said = " ".join(each for each in (other.house, reader.short_moment(other.received_at, now().year, taken_over=other.taken_over)) if each)
    return Likened(other.number, f"/register/{Complaint.key}/{other.id}/", said, str(reason or ""))
