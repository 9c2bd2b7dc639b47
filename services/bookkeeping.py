"""Keeping the books: how a record is entered, corrected, moved on and voided. The only door for views and commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core import audit, signatures, workflow
from models.core import taken_over as taken
from models.core.access import Refused, granted
from models.core.closing import frozen
from models.core.message import Message, _
from models.core.register import Register
from models.core.session import add_new, now
from models.core.validity import Invalid, problems
from services.reactions import react, react_to_all, together

CLOSED = _("The record is closed: a correction needs a reason.")
SIGNED = _("It is signed: a change of what was signed needs a reason.")


class SavedByAnother(Exception):
    """Another person saved the record first; `row` is as it stands now."""

    def __init__(self, row: Register) -> None:
        super().__init__(row.number)
        self.row = row


def enter(session: Session, register: type[Register], site_id: int, values: Mapping[str, Any], *, taken_over: bool = False) -> Register:
    """Enter a new record of `register` at a site, with `values` by field key, and do what follows from it.

    A row `taken_over` from elsewhere stands where `values` or else the register's declaration puts it. Not yet
    committed. Raises `Refused` without the right and `Invalid` with all that is wrong.
    """
    row = draft(session, register, site_id, values, taken_over=taken_over)
    enter_all(session, [row])
    return row


def draft(session: Session, register: type[Register], site_id: int, values: Mapping[str, Any], *, taken_over: bool = False) -> Register:
    """A new record, right in itself and not yet entered. Raises `Refused` without the right and `Invalid` with all that is wrong."""
    row = register(site_id=site_id, taken_over=taken_over)
    require(register, "create", row)
    if taken_over and together(register):
        row.fill(values)
    else:
        for key, value in values.items():
            row.set(key, value)
    row.complete()
    if taken_over:  # it is judged by itself
        if "state" not in values:
            taken.stand(row)
        elif row.state in register.closed:
            taken.close(row)
        row.require_valid()
        add_new(session, row)
        return row
    add_new(session, row)
    try:
        with session.no_autoflush:
            row.require_valid()
    except Invalid:
        session.expunge(row)
        raise
    return row


def wrong_with(register: type[Register], site_id: int, values: Mapping[str, Any], *, taken_over: bool = True) -> dict[str, Message]:
    """What would be wrong with a row of these values in itself, by field key; nothing is kept of it."""
    row = register(site_id=site_id, taken_over=taken_over)
    for key, value in values.items():
        row.set(key, value)
    row.complete()
    return problems(row)


def enter_all(session: Session, rows: Sequence[Register]) -> None:
    """Enter drafts of one register, and do what follows from each. Raises `Invalid` for one that may not stand beside what is there."""
    session.flush()
    for row in rows:
        audit.take_turn(session, row.turn)
        signatures.sign_entry(row, now())
    react_to_all(session, rows, "entered")


def correct(session: Session, row: Register, values: Mapping[str, Any], version: int, reason: str = "") -> Register:
    """Correct a record that stands at `version`, and do what follows from it. Not yet committed.

    Raises `SavedByAnother` when it was saved since, `Refused` without the right or when it is
    void, and `Invalid` with all that is wrong; a closed record, one in a closed book and what was signed need a reason.
    """
    require(type(row), "edit", row)
    if row.voided_at is not None:
        raise Refused(_("The record is void."), register=row.key, action="edit", record_id=row.id)
    if row.version != version:
        raise SavedByAnother(row)
    row.intent, row.reason = "edit", reason.strip()
    for key, value in values.items():
        row.set(key, value)
    wrong = {}
    with session.no_autoflush:
        book = frozen(session, row)
        signed = signatures.touches_signed(row)
    if not row.reason and (book or row.state in type(row).closed):
        wrong["reason"] = _("The book {book} is closed: a correction needs a reason.", book=book) if book else CLOSED
    elif not row.reason and signed:
        wrong["reason"] = SIGNED
    try:
        with session.no_autoflush:
            row.require_valid()
    except Invalid as invalid:
        wrong |= invalid.problems
    if wrong:
        raise Invalid(wrong)
    react(session, row, "corrected")
    return row


def move(session: Session, row: Register, name: str, values: Mapping[str, Any], version: int | None = None) -> Register:
    """Perform the transition `name` and do what follows from it. Not yet committed.

    Raises `SavedByAnother`, `Refused` or `Invalid`.
    """
    if version is not None and row.version != version:
        raise SavedByAnother(row)
    with session.no_autoflush:
        workflow.perform(row, name, values, now())
    react(session, row, name)
    return row


def sign(
    session: Session, row: Register, slot: str, way: signatures.Way, *, person: str = "", signed_at: datetime | None = None,
    ink: str = "", paper: str = "",
) -> signatures.Signature:  # fmt: skip
    """Fill the place `slot` of a record and do what follows from it. Not yet committed.

    The arguments are those of `signatures.sign`. Raises `Refused` or `Invalid`; also where the record names somebody else for the
    place, who alone signs it by account.
    """
    place = type(row).signing_place(slot)
    if way == signatures.Way.ACCOUNT and place is not None and (named := signatures.named_other(row, place)):
        told = _("The record names {name} here, who signs with their own account; correct it if that is wrong.", name=named)
        raise Invalid({"person": told})
    signature = signatures.sign(row, slot, way, now(), person=person, signed_at=signed_at, ink=ink, paper=paper)
    react(session, row, f"signed {slot}")
    return signature


def void(session: Session, row: Register, reason: str) -> Register:
    """Void a record with a reason. Not yet committed. Raises `Refused` or `Invalid`."""
    void_all(session, [row], reason)
    return row


def void_all(session: Session, rows: Sequence[Register], reason: str) -> None:
    """Void records of one register with one reason. Not yet committed. Raises `Refused` or `Invalid`."""
    for place, row in enumerate(rows):
        audit.take_turn(session, place)
        workflow.void(row, reason, now())
    react_to_all(session, rows, "voided")


def require(register: type[Register], action: str, row: Register | None = None) -> None:
    """Raise `Refused` unless the current actor may do `action` in `register`, and on the site of `row`."""
    actor = actors.current()
    if actor is None or not granted(register, action, actor.role) or (row is not None and row.site_id not in actor.site_ids):
        raise Refused(_("Your role may not do this."), register=register.key, action=action, record_id=row.id if row else None)
