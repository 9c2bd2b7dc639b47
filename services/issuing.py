"""Issuing papers: the one door by which a PDF leaves the house. It gets a code, is painted, sealed, kept and told in the trail.

A record that has not changed since its paper was issued gets that very file again, to the byte; whatever says how things
stand at a moment, as the book of a month that is not closed yet, is issued anew.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.message import _
from models.core.places import Site
from models.core.register import REGISTERS
from models.core.session import note, now
from models.papers import CODE, IssuedPaper
from services import checkpoints
from services.attachments.store import Lost, Store
from services.database import apart, reading_apart, writing
from services.papers import keeping
from services.papers.manuscript import Manuscript
from services.papers.pen import pair
from services.papers.terms import Said
from services.sealing.seal import Unkept
from services.sealing.signing import sealed
from services.sealing.stamping import authority

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O and U: a code is typed off the paper


Made = tuple[IssuedPaper, bytes]


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as it was issued: its code, its file, and whether it was given `again`."""

    code: str
    pdf: bytes
    again: bool


def issue(manuscript: Manuscript, lang: str) -> Issued:
    """Issue a paper in `lang` (`zh`, `en` or `both`), or give the one again that says the same.

    To be called outside of a transaction that has read: it writes in one of its own, and paints before it begins. Raises
    `Unsealed` when no seal can be put on it or its file cannot be kept; nothing is half issued.
    """
    with apart() as session:
        standing = _standing(session, manuscript, lang)
    made = standing or _new(manuscript, lang)
    with writing(), apart() as session:
        issued = _entered(session, made, again=standing is not None)
        session.commit()
    return issued


def issue_within(session: Session, manuscript: Manuscript, lang: str) -> Issued:
    """The same in a transaction of the caller, who commits."""
    standing = _standing(session, manuscript, lang)
    return _entered(session, standing or _new(manuscript, lang), again=standing is not None)


def store() -> Store:
    """Where the files of issued papers lie: beside the attachments, each under its digest."""
    return Store(current_app.config["SETTINGS"].files)


def address(code: str) -> str:
    """The address that the QR code of a paper leads to."""
    settings = current_app.config["SETTINGS"]
    home = settings.url or f"http://{settings.host}:{settings.port}"
    return f"{home.rstrip('/')}/v/{code}"


def file_of(row: IssuedPaper) -> bytes:
    """The file of an issued paper as it was given out, with the time of an authority where that came later. Raises `Lost`."""
    return store().content(row.timed or row.sha256)


def given(paper_id: int) -> None:
    """Tell in the trail that the file of a paper was given out again, in a transaction of its own."""
    with writing(), apart() as session:
        _tell(session, session.get_one(IssuedPaper, paper_id), again=True)
        session.commit()


def shown(row: IssuedPaper) -> dict[str, Any]:
    """What the pages of an issued paper show, as plain data."""
    return dict(json.loads(row.content))


def of_record(session: Session, register: str, record_id: int) -> list[IssuedPaper]:
    """The papers issued about one record, the newest first."""
    mine = (IssuedPaper.register == register, IssuedPaper.record_id == record_id)
    return list(session.execute(select(IssuedPaper).where(*mine).order_by(IssuedPaper.id.desc())).scalars())


def changed_since(session: Session, row: IssuedPaper) -> bool:
    """Whether the record of a paper was changed after the paper was issued."""
    if row.record_id is None:
        return False
    table = REGISTERS[row.register].__table__
    version = session.connection().execute(select(table.c.version).where(table.c.id == row.record_id)).scalar()
    return version != row.version


def _standing(session: Session, manuscript: Manuscript, lang: str) -> Made | None:
    """The newest paper that says the same, and its file; one whose file is lost is not given again."""
    if manuscript.fresh:
        return None
    like = select(IssuedPaper).where(
        IssuedPaper.register == manuscript.register,
        IssuedPaper.content_digest == keeping.digest(_content(manuscript)),
        IssuedPaper.site_id == manuscript.site_id,
        IssuedPaper.kind == manuscript.kind,
        IssuedPaper.language == lang,
        IssuedPaper.record_id.is_(None) if manuscript.record_id is None else IssuedPaper.record_id == manuscript.record_id,
        IssuedPaper.destroyed_at.is_(None),
    )
    for row in session.execute(like.order_by(IssuedPaper.id.desc())).scalars():
        try:
            return row, file_of(row)
        except Lost:
            continue
    return None


def _content(manuscript: Manuscript) -> str:
    return keeping.written(keeping.content_of(manuscript.paper))


def _new(manuscript: Manuscript, lang: str) -> Made:
    """A paper that was not there yet: painted, sealed and kept, and its row, which no database knows yet."""
    from services.papers.printing import painted
    from services.sealing.opening import opened

    actor, settings, moment = actors.current(), current_app.config["SETTINGS"], now()
    seal, times = opened(settings, moment), authority(settings)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE))
    paper = replace(manuscript.paper, code=code, proof_url=address(code), checkpoint=_witness())
    pages = painted(replace(paper, printed_at=_at_site(paper.printed_at, manuscript.site_id)), lang)
    done = sealed(pages, seal, moment, times)
    content = _content(manuscript)
    row = IssuedPaper(
        code=code, site_id=manuscript.site_id, register=manuscript.register, record_id=manuscript.record_id, number=manuscript.number,
        version=manuscript.version, kind=manuscript.kind, title=manuscript.title, language=lang, book=manuscript.book,
        first_day=manuscript.first_day, last_day=manuscript.last_day, closed_book_id=manuscript.closed_book_id,
        content=content, content_digest=keeping.digest(content), sha256=_kept(done.pdf), bytes=len(done.pdf),
        pages=pages_in(pages), issued_at=moment, issued_by=actor.name if actor else "", account=actor.username if actor else "",
        level=done.level, fingerprint=done.fingerprint, waits_for_time=times is not None and done.trusted_time is None,
        returns=manuscript.returns, record_ids=json.dumps(manuscript.ids) if manuscript.ids else "",
    )  # fmt: skip
    return row, done.pdf


def _at_site(moment: datetime | None, site_id: int) -> datetime | None:
    """A moment as the clock of a site shows it."""
    if moment is None:
        return None
    with reading_apart() as connection:
        zone = connection.execute(select(Site.timezone).where(Site.id == site_id)).scalar_one()
    return moment.astimezone(ZoneInfo(zone))


def _kept(pdf: bytes) -> str:
    """Keep a file; its digest. Raises `Unkept` when the disk takes no more."""
    try:
        return store().keep(pdf, b"")
    except OSError as trouble:
        why = trouble.strerror or str(trouble)
        raise Unkept(_("The paper cannot be kept in “{path}”: {why}", path=str(store().folder), why=why)) from trouble


def _witness() -> Said:
    """The latest checkpoint of the trail in a few words: every paper that leaves bears witness to it."""
    found = checkpoints.latest()
    if found is None:
        return ""
    return pair(_("Checkpoint {size} {root} {day}", size=f"{found.entries:,}", root=found.root, day=found.day))


def _entered(session: Session, made: Made, *, again: bool) -> Issued:
    """Enter a new paper, and tell of the printing in the trail."""
    row, pdf = made
    if not again:
        session.add(row)
        session.flush()
    _tell(session, row, again=again)
    return Issued(row.code, pdf, again)


def pages_in(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as found:
        return len(found.pages)


def _tell(session: Session, row: IssuedPaper, *, again: bool) -> None:
    details: dict[str, Any] = {"paper": row.kind, "language": row.language, "code": row.code, "sha256": row.sha256}
    details |= {"from": row.first_day, "to": row.last_day} if row.first_day else {}
    details |= {"again": True} if again else {}
    note(session, "printed", register=row.register, record_id=row.record_id, number=row.number, site_id=row.site_id, details=details)
