"""What goes with the records on a destruction list: the papers that show them, and the books in which they stand.

A paper about one record goes with the record, and a sheet of several, which is a copy, with the first of them. The kept book
of a closed month is one item of the archive: it goes with the last of its rows. Of each, the digest, the number of the list
and the entry of the trail stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from flask import current_app
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models.core import audit
from models.core.audit import AuditEntry
from models.core.closing import ClosedBook
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.papers import IssuedPaper

FILES = "files to destroy"  # in a session: digests whose content goes when it commits
GONE = "{}"  # what stands where a content was
AT_ONCE = 500  # records asked for in one statement


def destroy_paper(session: Session, paper: IssuedPaper, warrant: str) -> None:
    """Destroy one paper under the list `warrant`: its files go when the session commits."""
    paper.content, paper.record_ids, paper.destroyed_at, paper.destroyed_by = GONE, "", now(), warrant
    paper.waits_for_time = False
    to_destroy(session, (digest for digest in (paper.sha256, paper.timed, paper.scan) if digest))


def to_destroy(session: Session, digests: Iterable[str]) -> None:
    """Have the files of these digests removed when the session commits."""
    session.info.setdefault(FILES, set()).update(digests)


def destroy_books(session: Session, register: type[Register], site: Site, gone: set[int], warrant: str) -> None:
    """Destroy the sheets that show one of the records `gone`, and the kept books of which they were the last rows."""
    _destroy_sheets(session, register, site, gone, warrant)
    mine = (ClosedBook.site_id == site.id, ClosedBook.register == register.key, ClosedBook.destroyed_at.is_(None))
    for book in session.execute(select(ClosedBook).where(*mine).order_by(ClosedBook.book)).scalars():
        ids = json.loads(book.content)["ids"]
        if not gone.isdisjoint(ids) and _all_nameless(session, register, sorted(set(ids) - gone)):
            _destroy_book(session, book, warrant)


def _destroy_sheets(session: Session, register: type[Register], site: Site, gone: set[int], warrant: str) -> None:
    mine = (IssuedPaper.site_id == site.id, IssuedPaper.register == register.key, IssuedPaper.record_ids != "")
    shown = session.execute(select(IssuedPaper.id, IssuedPaper.record_ids).where(*mine)).all()
    found = [each.id for each in shown if not gone.isdisjoint(json.loads(each.record_ids))]
    papers = [session.get_one(IssuedPaper, each) for each in found]
    for each in papers:
        destroy_paper(session, each, warrant)
    if papers:
        details = {"reason": warrant, "codes": [each.code for each in papers]}
        audit.tell(session, audit.Entry("sheets_destroyed", now(), register=register.key, site_id=site.id, details=details))


def _destroy_book(session: Session, book: ClosedBook, warrant: str) -> None:
    papers = session.execute(select(IssuedPaper).where(IssuedPaper.closed_book_id == book.id)).scalars().all()
    for each in papers:
        destroy_paper(session, each, warrant)
    book.content, book.destroyed_at, book.destroyed_by = GONE, now(), warrant
    details = {"reason": warrant, "book": book.book, "digest": book.digest, "codes": [each.code for each in papers]}
    audit.tell(session, audit.Entry("book_destroyed", now(), register=book.register, site_id=book.site_id, details=details))


def _all_nameless(session: Session, register: type[Register], ids: Sequence[int]) -> bool:
    """Whether each of these records was made nameless before, and none was written since."""
    columns = register.__table__.c
    mine = (AuditEntry.register == register.key, AuditEntry.record_id == columns.id, AuditEntry.kind == "erased")
    gone = select(AuditEntry.seq).where(*mine, AuditEntry.at >= columns.updated_at).exists()
    parts = (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))
    return not any(session.connection().execute(select(columns.id).where(columns.id.in_(each), ~gone).limit(1)).first() for each in parts)


@event.listens_for(Session, "after_commit")
def _destroy_files(session: Session) -> None:
    if session.in_nested_transaction() or not (digests := session.info.pop(FILES, None)):
        return
    from services.attachments.store import Store  # attachments are written through the books, whose reactions lead here

    store = Store(current_app.config["SETTINGS"].files)
    for digest in digests:
        store.destroy(digest)


@event.listens_for(Session, "after_rollback")
def _keep_files(session: Session) -> None:
    session.info.pop(FILES, None)
