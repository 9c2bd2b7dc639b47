"""The records that a request names: found for the reader, or refused as a record of somebody else's site."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, session
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from models.core.access import Refused
from models.core.message import _
from models.core.register import Register
from services.database import db
from views.shell import Shell

NOT_GIVEN = _("This record belongs to a site that has not been given to you.")
MOST_AT_ONCE = 200


def one(register: type[Register], record_id: int) -> Register:
    """The record called `record_id`, with the books of its site laid open.

    `NotFound` when there is none, and `Refused` for one of a site that the reader has not been given.
    """
    statement = select(register).where(register.id == record_id)
    row = db.session.execute(statement).scalar_one_or_none() if record_id < 2**63 else None
    if row is None:
        if _exists(register, record_id):
            raise Refused(NOT_GIVEN, register=register.key, action="read", record_id=record_id)
        raise NotFound
    _open_site(row.site_id)
    return row


def _exists(register: type[Register], record_id: int) -> bool:
    """Whether there is such a record at any site: asked of the table itself, past the scope of the session."""
    table = register.__table__
    return record_id < 2**63 and db.session.execute(select(table.c.id).where(table.c.id == record_id)).first() is not None


def _open_site(site_id: int) -> None:
    """Open the books of another site of the reader, as a link from the audit room may ask for."""
    user, place = g.shell.record, g.shell.place
    if place is None or place.id == site_id:
        return
    session["site"] = site_id
    g.shell = Shell(user, next(site for site in user.sites if site.id == site_id))


def several(register: type[Register], numbers: Sequence[str], action: str) -> list[int]:
    """The ids of the records that were selected in a list; `Refused` unless all of them stand in the open books."""
    ids = list(dict.fromkeys(int(each) for each in numbers if each.isdigit() and int(each) < 2**63))[:MOST_AT_ONCE]
    found = select(register.id).where(register.id.in_(ids), register.site_id == g.shell.place.id)
    if ids and set(db.session.execute(found).scalars()) != set(ids):
        raise Refused(_("Not all of these records stand in the open books. Select them again."), register=register.key, action=action)
    return ids
