"""The photos and scans of a record: who may add, open and withdraw them, and how each of it is told in the trail."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import Refused, granted
from models.core.attachments import CAPTION, Attachment
from models.core.message import _
from models.core.register import Register
from models.core.session import note, now
from models.core.validity import Invalid
from services.attachments.receiving import Received
from services.attachments.store import Store
from services.bookkeeping import require

MOST = 20  # that stand on one record
SHORT = 8  # characters by which a digest is told from others


class Way(StrEnum):
    """How a reader comes to see the content of an attachment."""

    OPEN = "open"
    REASON = "reason"
    CLOSED = "closed"


class Named(NamedTuple):
    """An attachment as a paper names it."""

    name: str
    digest: str


def of(session: Session, row: Register) -> list[Attachment]:
    """All attachments of a record, the withdrawn too, in the order in which they were added."""
    mine = select(Attachment).where(Attachment.register == row.key, Attachment.record_id == row.id)
    return list(session.execute(mine.order_by(Attachment.id)).scalars())


def one(session: Session, row: Register, attachment_id: int) -> Attachment | None:
    """The attachment of that number, if it is one of this record."""
    found = session.get(Attachment, attachment_id) if attachment_id < 2**31 else None
    return found if found is not None and (found.register, found.record_id) == (row.key, row.id) else None


def listed(session: Session, row: Register) -> list[Named]:
    """What the printed form of a record names: the attachments that stand, each with the beginning of its digest."""
    return [Named(each.name, each.sha256[:SHORT]) for each in of(session, row) if each.withdrawn_at is None]


def may_add(row: Register, role: str) -> bool:
    """Whether `role` may attach to the record: whoever enters or corrects records of its register, unless it is void."""
    return row.voided_at is None and (granted(type(row), "edit", role) or granted(type(row), "create", role))


def way_to(attachment: Attachment, register: type[Register], role: str) -> Way:
    """How `role`, which may read the record, comes to see the content."""
    if attachment.withdrawn_at is not None:
        return Way.CLOSED
    if not attachment.personal or granted(register, "names", role):
        return Way.OPEN
    return Way.REASON if granted(register, "unmask", role) else Way.CLOSED


def somebody_reads(register: type[Register]) -> bool:
    """Whether there is anybody to whom a personal attachment of this register opens."""
    return bool(register.access.grants("names") | register.access.grants("unmask"))


def attach(session: Session, row: Register, store: Store, file: Received, caption: str, *, personal: bool) -> Attachment:
    """Attach a file that was received. Not yet committed; its content lies in the store before the row names it.

    Raises `Refused` without the right, and `Invalid` when it is there already or the record has as many as it may have.
    """
    actor = actors.current()
    if actor is None or row.site_id not in actor.site_ids or not may_add(row, actor.role):
        reason = _("The record is void.") if row.voided_at is not None else _("Your role may not do this.")
        raise Refused(reason, register=row.key, action="attach", record_id=row.id)
    standing = [each for each in of(session, row) if each.withdrawn_at is None]
    if any(each.sha256 == file.sha256 for each in standing):
        raise Invalid({"file": _("This file is attached here already.")})
    if len(standing) >= MOST:
        raise Invalid({"file": _("A record takes {most} attachments. Withdraw one, or put the scans into one PDF.", most=MOST)})
    attachment = Attachment(
        register=row.key,
        record_id=row.id,
        site_id=row.site_id,
        sha256=store.keep(file.content, file.thumbnail),
        kind=file.kind,
        came_as=file.came_as,
        name=file.name,
        bytes=len(file.content),
        width=file.width,
        height=file.height,
        pages=file.pages,
        caption=" ".join(caption.split())[:CAPTION],
        personal=personal,
        added_at=now(),
        added_by=actor.name,
    )
    session.add(attachment)
    note(session, "attached", **told_of(row, attachment))
    session.flush()
    return attachment


def withdraw(session: Session, row: Register, attachment: Attachment, reason: str) -> None:
    """Withdraw an attachment with a reason: it stays listed, struck, and opens no more. Not yet committed.

    Raises `Refused` without the right to void, and `Invalid` without a reason.
    """
    require(type(row), "void", row)
    actor = actors.current()
    reason = reason.strip()
    if attachment.withdrawn_at is not None:
        raise Refused(_("This attachment was withdrawn."), register=row.key, action="withdraw", record_id=row.id)
    if len(reason) < 2:
        raise Invalid({"reason": _("Withdrawing needs a reason; the attachment stays listed.")})
    attachment.withdrawn_at, attachment.withdraw_reason = now(), reason
    attachment.withdrawn_by = actor.name if actor else ""
    note(session, "attachment_withdrawn", **told_of(row, attachment, reason=reason[:500]))
    session.flush()


def told_of(row: Register, attachment: Attachment, **more: str) -> dict:
    """The facts of an entry in the trail about an attachment.

    A personal one is told by its digest alone: its name may tell of a person, and an entry cannot be erased.
    """
    details = {"digest": attachment.sha256, **more} | ({} if attachment.personal else {"file": attachment.name})
    return {"register": row.key, "record_id": row.id, "number": row.number, "site_id": row.site_id, "details": details}
