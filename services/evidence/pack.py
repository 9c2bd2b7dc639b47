"""The evidence pack: the books of some months of a site, the papers issued in them, the trail, and what checks all of it.

One .zip whose index is signed. It is written to the disk piece by piece, in an order that is always the same, and checked by
its own script before it is kept.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.access import AUDITOR, Refused, granted
from models.core.audit import AuditEntry
from models.core.message import Message, _, language
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.core.validity import Invalid
from models.jobs import Job
from models.papers import IssuedPaper
from services import checkpoints, closing, issuing, room
from services.attachments.store import Lost
from services.database import apart, reading_apart, tell, writing
from services.display import Reader
from services.evidence import pack_index, trail_file, verify_trail
from services.jobs.declaring import Run, job
from services.papers.manuscript import Manuscript

MOST_MONTHS = 12
BLOCK = 200
NAME = "evidence_pack"


@dataclass(slots=True)
class Packing:
    """The file while it is written: what lies in it so far, with digests, and what should and does not."""

    zip: zipfile.ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)
    lacking: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, content: bytes, title: Message, **facts: Any) -> None:
        """A whole file."""
        kind = zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED  # a PDF is compressed already
        self.zip.writestr(zipfile.ZipInfo(name), content, kind)
        self._list(name, hashlib.sha256(content).hexdigest(), len(content), title, facts)

    @contextmanager
    def stream(self, name: str, title: Message) -> Iterator[Any]:
        """A file that is written piece by piece."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self.zip.open(info, "w", force_zip64=True) as file:
            counting = _Counting(file)
            yield counting
        self._list(name, counting.digest.hexdigest(), counting.bytes, title, {})

    def _list(self, name: str, digest: str, size: int, title: Message, facts: dict[str, Any]) -> None:
        said = {"zh": title.say("zh"), "en": title.say("en")}
        self.files.append({"name": name, "sha256": digest, "bytes": size, **said, **facts})


class _Counting:
    """A file that knows what went into it."""

    def __init__(self, file: Any) -> None:
        self.file, self.digest, self.bytes = file, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.bytes += len(content)
        return int(self.file.write(content))


def months_of(first: str, last: str) -> list[str]:
    """The months from one such as 2026-01 to another. Raises `Invalid` for what is none, more than a year, or still to come."""
    try:
        ends = [closing.month_of(each)[0] for each in (first, last)]
    except ValueError:
        raise Invalid({"to": _("Choose a first and a last month.")}) from None
    places = range(ends[0].year * 12 + ends[0].month - 1, ends[1].year * 12 + ends[1].month)
    if not 1 <= len(places) <= MOST_MONTHS:
        raise Invalid({"to": _("A pack has 1 to {n} months; the last one is not before the first.", n=MOST_MONTHS)})
    return [f"{year}-{month + 1:02}" for year, month in (divmod(each, 12) for each in places)]


@job(NAME, _("Evidence pack"), by="auditor")
def evidence_pack(run: Run, *, first: str, last: str) -> Message:
    """Pack the months from `first` to `last` of the site of the job."""
    months = months_of(first, last)
    work = _Work(run, months)
    with TemporaryDirectory(dir=current_app.config["SETTINGS"].folder, prefix=".pack-") as folder:
        made = Path(folder) / "pack.zip"
        with zipfile.ZipFile(made, "w") as file:
            work.fill(Packing(file))
        verify_trail.check(made, None, lambda _zh, _en: None)
        digest = issuing.store().keep_file(made)
    name = f"{work.site.code}-{first}-{last}.zip"
    run.keep(file=digest, file_name=name)
    tell("pack_made", site_id=work.site.id, details={"from": first, "to": last, "file": name, "sha256": digest})
    return _("{n} papers, entries {first} to {last} of the trail", n=work.papers, first=work.entries[0], last=work.entries[1])


class _Work:
    """One pack: the site, its days, and how far it is."""

    def __init__(self, run: Run, months: list[str]) -> None:
        self.run, self.months = run, months
        self.done = self.papers = 0
        self.entries = (0, 0)
        with apart() as session:
            self.site = session.get_one(Site, run.site_id)
            self.asked_at = session.get_one(Job, run.job_id).asked_at
            session.refresh(self.site, ["company"])
            session.expunge_all()
        actor = actors.current()
        assert actor is not None  # a job acts as whoever asked for it
        self.actor, self.zone = actor, ZoneInfo(self.site.timezone)
        self.days = (closing.month_of(months[0])[0], closing.month_of(months[-1])[1])
        self.span = room.moments(self.days, self.zone)
        self.registers = [each for each in models.registers() if granted(each, "print", actor.role)]

    def fill(self, packing: Packing) -> None:
        """Write everything, the index last."""
        of = len(self.months) * len(self.registers) + self._count() + 1
        packed: set[int] = set()
        for book in self.months:
            for place, register in enumerate(self.registers, 1):
                paper = self._book(register, book)
                if paper is not None:
                    packed.add(paper)
                    self._add(packing, paper, f"books/{book}/{place:02}-{register.key}")
                self._step(of)
        for paper in self._issued(packed):
            self._add(packing, paper, f"papers/{paper:08}")
            self._step(of)
        self._trail(packing)
        self._close(packing)

    def _step(self, of: int) -> None:
        self.done += 1
        self.run.progress(min(self.done, of - 1), of)

    # Papers ---------------------------------------------------------------------------------

    def _book(self, register: type[Register], book: str) -> int | None:
        """The paper of a month's book: of a closed one the kept one, else one that says 未封账; nothing for a month without rows."""
        with apart() as session:
            found, manuscript = self._standing(session, register, book)
            session.rollback()
        if manuscript is None:
            return found
        code = issuing.issue(manuscript, "zh").code
        with apart() as session:
            return session.execute(select(IssuedPaper.id).where(IssuedPaper.code == code)).scalar_one()

    def _standing(self, session: Session, register: type[Register], book: str) -> tuple[int | None, Manuscript | None]:
        """The paper that is there, or what is to be issued."""
        mine = (IssuedPaper.site_id == self.site.id, IssuedPaper.register == register.key, IssuedPaper.book == book)
        frozen = closing.closed_book(session, register, self.site, book)
        if frozen is not None:
            kept = (*mine, IssuedPaper.closed_book_id == frozen.id)
            found = session.execute(select(IssuedPaper.id).where(*kept).order_by(IssuedPaper.id).limit(1)).scalar()
            return found, None if found is not None or frozen.destroyed_at is not None else closing.kept(frozen)
        # One that this job issued before it was stopped is taken again.
        before = (*mine, IssuedPaper.account == self.actor.username, IssuedPaper.issued_at >= self.asked_at)
        found = session.execute(select(IssuedPaper.id).where(*before).order_by(IssuedPaper.id).limit(1)).scalar()
        if found is not None or not closing.rows_in(session, register, self.site, book):
            return found, None
        return None, closing.book_of(session, register, self.site, *closing.month_of(book), Reader(self.actor.role, language(), self.zone))

    def _mine(self) -> tuple[Any, ...]:
        return IssuedPaper.site_id == self.site.id, IssuedPaper.issued_at >= self.span[0], IssuedPaper.issued_at < self.span[1]

    def _count(self) -> int:
        with apart() as session:
            return int(session.execute(select(func.count()).select_from(IssuedPaper).where(*self._mine())).scalar_one())

    def _issued(self, packed: set[int]) -> Iterator[int]:
        """The papers issued in these days, in the order of issuing, without those that are packed as books."""
        after = 0
        while True:
            with apart() as session:
                block = select(IssuedPaper.id).where(*self._mine(), IssuedPaper.id > after).order_by(IssuedPaper.id).limit(BLOCK)
                ids = session.execute(block).scalars().all()
            yield from (each for each in ids if each not in packed)
            if len(ids) < BLOCK:
                return
            after = ids[-1]

    def _add(self, packing: Packing, paper: int, name: str) -> None:
        with apart() as session:
            row = session.get_one(IssuedPaper, paper)
            facts = {
                "code": row.code, "register": row.register, "number": row.number or row.book, "issued_at": row.issued_at.isoformat(),
                "issued_by": row.issued_by, "closed": row.closed_book_id is not None,
            }  # fmt: skip
            try:
                content = issuing.file_of(row)
            except Lost:
                gone = str(row.destroyed_at.isoformat()) if row.destroyed_at else ""
                said = {"zh": row.title.say("zh"), "en": row.title.say("en"), "sha256": row.sha256, "destroyed_at": gone}
                packing.lacking.append({"name": f"{name}-{row.code}.pdf", **said, **facts})
                return
            packing.add(f"{name}-{row.code}.pdf", content, row.title, **facts)
        self.papers += 1

    # The trail and the index ----------------------------------------------------------------

    def _trail(self, packing: Packing) -> None:
        """The entries of these days, of the site and of no site; of all others in between the digest alone."""
        settings = current_app.config["SETTINGS"]
        with writing(), apart() as session:
            checkpoints.make(session, now())
            session.commit()
        with reading_apart() as connection:
            known = checkpoints.examined(connection, settings)
            start, end = self.span
            ends = select(func.min(AuditEntry.seq + 0), func.max(AuditEntry.seq + 0)).where(AuditEntry.at >= start, AuditEntry.at < end)
            first, last = connection.execute(ends).one()
            first, last = (first, last) if first is not None else (known[-1].size, known[-1].size)
            until = next((each.size for each in known if each.size >= last), known[-1].size)
            first = min(first, until)

            def shown(row: Any) -> bool:
                return row.site_id in (None, self.site.id) and start <= row.at < end

            with packing.stream(f"trail/{verify_trail.TRAIL}", _("Audit trail")) as file:
                trail_file.write(connection, file, known, first, until, shown)
        self.entries = (first, until)
        for name, content in trail_file.witnesses(settings):
            packing.add(f"trail/{name}", content, _("Checkpoint of the trail"))
        packing.add(trail_file.SCRIPT, trail_file.script(), _("Script that checks this pack"))
        packing.add(verify_trail.ROOT, trail_file.root_pem(settings), _("Certificate of the seal"))

    def _close(self, packing: Packing) -> None:
        moment = now()
        facts = {
            "format": "taizhang-pack", "v": 1, "site": {"code": self.site.code, "zh": self.site.name, "en": self.site.named("en")},
            "company": self.site.company.name, "from": self.days[0].isoformat(), "to": self.days[1].isoformat(),
            "made_at": moment.isoformat(), "made_by": self.actor.name, "entries": list(self.entries), "lacking": packing.lacking,
        }  # fmt: skip
        packing.add("index.html", pack_index.drawn(facts, packing.files, moment.astimezone(self.zone)), _("Index"))
        content = json.dumps({**facts, "files": packing.files}, ensure_ascii=False, indent=1).encode()
        packing.zip.writestr(zipfile.ZipInfo(verify_trail.INDEX), content, zipfile.ZIP_DEFLATED)
        seal = checkpoints.sealed({"format": "taizhang-pack-index", "v": 1, "sha256": hashlib.sha256(content).hexdigest()}, moment)
        packing.zip.writestr(zipfile.ZipInfo(verify_trail.INDEX_SEAL), seal, zipfile.ZIP_DEFLATED)


def asked(session: Session, site: Site, limit: int = BLOCK) -> Sequence[Job]:
    """The packs that were asked for at a site, the newest first. Raises `Refused` for everybody but the auditor."""
    actor = actors.current()
    if actor is None or actor.role != AUDITOR or site.id not in actor.site_ids:
        raise Refused(_("Your role may not do this."), action="packs")
    mine = select(Job).where(Job.site_id == site.id, Job.name == NAME).order_by(Job.id.desc()).limit(limit)
    return session.execute(mine).scalars().all()
