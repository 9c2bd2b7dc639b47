"""What registers need not keep any longer: which records have run out, and how those on a destruction list are made nameless.

The documents say for some registers how long they are kept (`About.keep`), counted from the closing of each record (C-17);
where they are silent a site may say it. A record that is open is kept, however old. Nothing here destroys by itself: only
an approved list that two have witnessed does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

import models
from models.archive.destruction import Outcome
from models.core import audit, documents, search, signatures
from models.core.attachments import Attachment
from models.core.audit import AuditEntry, AuditValue
from models.core.fields import Field
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now
from models.core.setting import value
from models.core.signatures import Signature
from models.papers import IssuedPaper
from models.people import Draft
from models.settings import RETENTION
from services.destroying import destroy_books, destroy_paper, to_destroy

GONE = "（已销毁）"  # what stands where a personal value was


@dataclass(frozen=True, slots=True)
class RunOut:
    """One record whose retention has run out."""

    register: type[Register]
    id: int
    number: str
    closed_on: date
    version: int


def today_at(site: Site) -> date:
    """The day it is at a site."""
    return now().astimezone(ZoneInfo(site.timezone)).date()


def personal(register: type[Register]) -> list[Field]:
    """The fields of a register that hold personal values, tables with such a column among them."""
    return [field for field in register.fields().values() if field.personal]


def holds_persons(register: type[Register]) -> bool:
    """Whether anything in a register tells of persons outside the office."""
    return bool(personal(register)) or any(slot.outside for slot in register.slots)


def stated() -> list[type[Register]]:
    """The registers of which the documents say how long they are kept."""
    return [each for each in models.registers() if each.about.keep is not None]


def not_stated() -> list[type[Register]]:
    """The registers of which no document says how long they are kept."""
    return [each for each in models.registers() if each.about.keep is None]


def left_to_the_site(register: type[Register]) -> bool:
    """Whether the documents name a register and are silent about it: then a site may say how long it is kept (C-17).

    What they have filed goes by the archive, and the lists that are ours are kept.
    """
    said = [documents.register_titles()[each]["retention"] for each in register.about.spec]
    return register.about.keep is None and bool(said) and all(each.startswith("未规定") for each in said)


def years_kept(session: Session, register: type[Register], site: Site) -> int | None:
    """For how many years from its closing a record is kept at a site; `None` for without end."""
    if left_to_the_site(register):
        return value(session, site.id, RETENTION) or None
    return register.about.keep


def years_before(day: date, years: int) -> date:
    """The same day some years before; the first of March where that year has no 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def run_out(session: Session, site: Site, day: date) -> list[RunOut]:
    """The records of a site that need not be kept any longer on `day`, the registers in menu order, the oldest first."""
    return [each for register in models.registers() if holds_persons(register) for each in _run_out(session, register, site, day)]


def _closing(register: type[Register]) -> Any:
    columns = register.__table__.c
    return func.coalesce(columns.closed_at, columns.voided_at, columns.updated_at)


def _may_go(register: type[Register], site: Site, day: date, years: int) -> list[ColumnElement[bool]]:
    """The conditions under which a record has run out and has not been made nameless since it was last written."""
    columns = register.__table__.c
    limit = datetime.combine(years_before(day, years), time(), ZoneInfo(site.timezone))
    over = or_(columns.voided_at.is_not(None), columns.state.in_([state.value for state in register.closed]))
    mine = and_(AuditEntry.register == register.key, AuditEntry.record_id == columns.id, AuditEntry.kind == "erased")
    gone = select(AuditEntry.seq).where(mine, AuditEntry.at >= columns.updated_at).exists()
    return [columns.site_id == site.id, over, _closing(register) < limit, ~gone]


def _run_out(session: Session, register: type[Register], site: Site, day: date) -> Iterator[RunOut]:
    columns, zone, years = register.__table__.c, ZoneInfo(site.timezone), years_kept(session, register, site)
    if years is None:
        return
    closing = _closing(register).label("closing")
    wanted = select(columns.id, columns.number, columns.version, closing).where(*_may_go(register, site, day, years))
    for each in session.connection().execute(wanted.order_by(closing, columns.id)):
        yield RunOut(register, each.id, each.number, each.closing.astimezone(zone).date(), each.version)


def listed(each: RunOut) -> dict[str, Any]:
    """The line of a destruction list for a record."""
    return {
        "title": each.register.about.title.say("zh"),
        "book": each.register.key,
        "number": each.number,
        "closed_on": each.closed_on.isoformat(),
        "edition": each.version,
        "outcome": None,
    }


# Making records nameless -------------------------------------------------------------------


def destroy(session: Session, site: Site, lines: Iterable[dict[str, Any]], warrant: str) -> list[dict[str, Any]]:
    """Make the records of the lines nameless under the list `warrant`; the lines again, each with what became of it.

    A record that was written since it was listed, or has not run out, is left alone. Not yet committed.
    """
    done, gone = [], dict[str, set[int]]()
    for line in lines:
        record_id = _make_nameless(session, site, line, warrant)
        if record_id is not None:
            gone.setdefault(line["book"], set()).add(record_id)
        outcome = Outcome.SKIPPED if record_id is None else Outcome.DESTROYED
        done.append({**line, "outcome": outcome.value})
    for key, ids in gone.items():
        destroy_books(session, REGISTERS[key], site, ids, warrant)
    return done


def _make_nameless(session: Session, site: Site, line: dict[str, Any], warrant: str) -> int | None:
    """The id of the record of a line, when it was made nameless."""
    register = REGISTERS.get(line["book"])
    session.flush()
    years = years_kept(session, register, site) if register is not None else None
    if register is None or years is None:
        return None
    table: Any = register.__table__
    as_listed = (table.c.number == line["number"], table.c.version == line["edition"])
    wanted = select(table).where(*_may_go(register, site, today_at(site), years), *as_listed).with_for_update()
    row = session.connection().execute(wanted).mappings().first()
    if row is None:
        return None
    values = {field.column: nameless(field, row[field.column]) for field in personal(register)}
    written = {"version": row["version"] + 1, "updated_at": now(), **values}
    session.connection().execute(update(table).where(table.c.id == row["id"]).values(written))
    old, new = (search.tokens(register, dict(each)) for each in (row, {**row, **values}))
    search.reindex(session.connection(), register, [(row["id"], old, new)])
    _forget_instance(session, register, row["id"])
    _erase_trail(session, register, row["id"])
    _erase_signers(session, register, row["id"])
    _destroy_papers(session, register, row["id"], warrant)
    session.execute(delete(Draft).where(Draft.path.like(f"/register/{register.key}/{row['id']}/%")))
    files = _withdraw_files(session, register, row["id"], warrant)
    entry = audit.Entry("erased", written["updated_at"], register=register.key, record_id=row["id"], number=row["number"], site_id=site.id)
    changed = [field.key for field in personal(register) if row[field.column] not in (None, "", [])]
    entry.details = {"reason": warrant, "fields": changed, "count": files}
    audit.tell(session, entry)
    return int(row["id"])


def nameless(field: Field, value: Any) -> Any:
    """What stands in the place of a personal value: a fixed word, so that a required column stays filled; empty stays empty."""
    if value in (None, "", []):
        return value
    if field.lines is not None:
        hidden = {key: column for key, column in field.lines.columns.items() if column.personal}
        return [line | {key: nameless(column, line.get(key)) for key, column in hidden.items()} for line in value]
    if field.longest and field.longest < len(GONE):
        return GONE[: field.longest] if field.required else None
    return GONE


def _forget_instance(session: Session, register: type[Register], record_id: int) -> None:
    """Let what the session has read of a record be read anew."""
    known = session.identity_map.get(identity_key(register, record_id))
    if known is not None:
        session.expire(known)
    session.info.get(signatures.KNOWN, {}).pop((register.key, record_id), None)


def _erase_trail(session: Session, register: type[Register], record_id: int) -> None:
    """Salt and value of all that the trail keeps apart for a record go; the digests stay in the chain, which still holds."""
    mine = select(AuditEntry.seq).where(AuditEntry.register == register.key, AuditEntry.record_id == record_id)
    erased = update(AuditValue.__table__).where(AuditValue.__table__.c.seq.in_(mine))  # type: ignore[arg-type]
    session.connection().execute(erased.values(salt="", value=""))


def _erase_signers(session: Session, register: type[Register], record_id: int) -> None:
    """Who signed from outside loses the name, and what was signed is gone with its ink; place, way, moment and digest stay."""
    outside = [slot.name for slot in register.slots if slot.outside]
    mine = (Signature.register == register.key, Signature.record_id == record_id)
    for each in session.execute(select(Signature).where(*mine)).scalars():
        each.content = each.ink = None
        if each.slot in outside:
            each.name = GONE


def _destroy_papers(session: Session, register: type[Register], record_id: int, warrant: str) -> None:
    """The papers that were issued about a record go with the commit; that there were such, and their digests, stay."""
    mine = (IssuedPaper.register == register.key, IssuedPaper.record_id == record_id, IssuedPaper.destroyed_at.is_(None))
    for each in session.execute(select(IssuedPaper).where(*mine)).scalars():
        destroy_paper(session, each, warrant)


def _withdraw_files(session: Session, register: type[Register], record_id: int, warrant: str) -> int:
    """Personal photos and scans go with the commit; their rows stay, with their digests. Answers how many."""
    hung = (Attachment.register == register.key, Attachment.record_id == record_id)
    mine = select(Attachment).where(*hung, Attachment.personal, Attachment.bytes > 0)
    found = list(session.execute(mine).scalars())
    for each in found:
        each.name, each.caption, each.bytes = GONE, "", 0
        if each.withdrawn_at is None:
            each.withdrawn_at, each.withdrawn_by, each.withdraw_reason = now(), "", warrant
    session.flush()
    digests = {each.sha256 for each in found}
    elsewhere = select(Attachment.sha256).where(Attachment.sha256.in_(digests), Attachment.bytes > 0)
    to_destroy(session, digests - set(session.execute(elsewhere).scalars()))
    return len(found)
