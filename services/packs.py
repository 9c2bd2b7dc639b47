"""Many papers at once, as jobs: the books of a month, the papers of chosen records. One that was stopped goes on where it was.

Each paper is issued on its own and kept at once, so that a job which begins again finds what it has made already.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipInfo
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.access import Refused, granted
from models.core.message import Message, _, language
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.papers import IssuedPaper
from services import checkpoints, closing, issuing
from services.database import apart
from services.display import Reader
from services.jobs.declaring import Run, job
from services.papers import forms
from services.papers.declared import declared
from services.papers.manuscript import Manuscript

LEADS = "lead"
NAMED = 5  # papers that are left out
UNSAFE = re.compile(r"[^\w.-]+")
INDEX = ("index.csv", ("file", "title", "number", "code", "pages", "sha256"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper of a pack: how its file is called, and what makes its manuscript."""

    name: str
    manuscript: Callable[[Session], Manuscript]


@job("close_books", _("Closing books"), by=LEADS, writes=True)
def close_books(run: Run, *, registers: Sequence[str], book: str, lang: str) -> Message:
    """Close the books of a month and issue their papers; those that are closed already are left as they are."""
    site = run.session.get_one(Site, run.site_id)
    checkpoints.make(run.session, now())
    for done, key in enumerate(registers, 1):
        register = models.register(key)
        if done > run.done and closing.closed_book(run.session, register, site, book) is None:
            frozen = closing.close(run.session, register, site, book)
            issuing.issue_within(run.session, closing.kept(frozen, role=role_of_who_asked()), lang)
        run.progress(done, len(registers))
    return _("{n} books of {book} closed", n=len(registers), book=book)


@job("month_pack", _("All books of a month"), by=LEADS)
def month_pack(run: Run, *, book: str, lang: str) -> Message:
    """The books of a month of every register of a site that who asks may print, closed ones as they are kept, in one ZIP."""
    site, reader = at(run)
    with apart() as session:
        gone = {each.register.key for each in closing.standing(session, site, book) if each.closed and each.closed.destroyed_at}
    registers = [each for each in models.registers() if granted(each, "print", reader.role) and each.key not in gone]
    wanted = [Wanted(f"{n:02}-{each.key}-{book}", _book(each, site, book, reader)) for n, each in enumerate(registers, 1)]
    return packed(run, wanted, lang, f"{site.code}-{book}-{lang}")


@job("year_pack", _("Closed books of a year"), by=LEADS)
def year_pack(run: Run, *, register: str, year: int, lang: str) -> Message:
    """The kept books of a year of one register, and an index of them that is issued itself, in one ZIP."""
    site, reader = at(run)
    shelf = models.register(register)
    with apart() as session:
        months = [each.book for each in closing.closed_in(session, shelf, site, year) if each.destroyed_at is None]
    wanted = [Wanted(f"{n:02}-{register}-{each}", _book(shelf, site, each, reader)) for n, each in enumerate(months, 1)]
    wanted.append(Wanted(f"00-{register}-{year}", lambda session: closing.index_of(session, shelf, site, year, lang, reader)))
    return packed(run, wanted, lang, f"{site.code}-{register}-{year}-{lang}")


@job("paper_pack", _("Papers of chosen records"), by=LEADS)
def paper_pack(run: Run, *, register: str, ids: Sequence[int], kind: str, lang: str) -> Message:
    """The form or a declared paper of chosen records, in one ZIP; a record that is not ready for it is left out and named."""
    site, reader = at(run)
    shelf = models.register(register)
    wanted = [Wanted(f"{n:04}-{register}-{kind}", _paper(shelf, each, kind, site, reader)) for n, each in enumerate(ids, 1)]
    return packed(run, wanted, lang, f"{site.code}-{register}-{kind}-{lang}")


def role_of_who_asked() -> str:
    actor = actors.current()
    assert actor is not None  # a job acts as whoever asked for it
    return actor.role


def at(run: Run) -> tuple[Site, Reader]:
    """The site of a job, and who asked for it as a reader."""
    with apart() as session:
        site = session.get_one(Site, run.site_id)
        session.refresh(site, ["company"])
        session.expunge_all()
    return site, Reader(role_of_who_asked(), language(), ZoneInfo(site.timezone))


def _book(register: type[Register], site: Site, book: str, reader: Reader) -> Callable[[Session], Manuscript]:
    return lambda session: closing.book_of(session, register, site, *closing.month_of(book), reader)


def _paper(register: type[Register], record_id: int, kind: str, site: Site, reader: Reader) -> Callable[[Session], Manuscript]:
    def made(session: Session) -> Manuscript:
        row = session.get(register, record_id)
        if row is None or row.site_id != site.id:
            raise Refused(_("There is no such record at this site."), register=register.key, action="print", record_id=record_id)
        return forms.form(session, row, site, reader) if kind == "form" else declared(session, kind, row, site, reader)

    return made


# The file of each paper in a pack and the paper; what else belongs into the pack is made of these.
Papers = Sequence[tuple[str, IssuedPaper]]
Further = Callable[[Papers], Iterable[tuple[str, bytes]]]


def packed(run: Run, wanted: Sequence[Wanted], lang: str, name: str, further: Further | None = None) -> Message:
    """Issue each paper, then put them all into one file that is kept, with an index and whatever goes `further`."""
    made, left = _Made(run.job_id), list[str]()
    for done, each in enumerate(wanted, 1):
        if not made.has(each.name):
            try:
                with apart() as session:
                    manuscript = each.manuscript(session)
                    session.rollback()
                made.keep(each.name, issuing.issue(manuscript, lang).code)
            except Refused as refused:
                left.append(f"{each.name}: {refused.reason}")
        run.progress(done, len(wanted) + 1)
    with TemporaryDirectory(dir=current_app.config["SETTINGS"].folder, prefix=".pack-") as folder:
        out = Path(folder) / "pack.zip"
        _zip(out, made, further or _index, now().astimezone(at(run)[1].zone))
        digest = issuing.store().keep_file(out)
    run.keep(file=digest, file_name=f"{plain_name(name)}.zip")
    made.forget()
    run.progress(len(wanted) + 1, len(wanted) + 1)
    if left:
        said = "; ".join(left[:NAMED])
        return _("{n} papers; {left} left out: {names}", n=len(wanted) - len(left), left=len(left), names=said)
    return _("{n} papers", n=len(wanted))


class _Made:
    """What a job has issued so far, by the name of the file: kept beside the database until the pack is whole."""

    def __init__(self, job_id: int) -> None:
        self.path = Path(current_app.config["SETTINGS"].folder) / f".pack-{job_id}.txt"
        lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
        kept = dict(line.split(" ") for line in lines if line.count(" ") == 1)
        with apart() as session:  # a database that was put back knows nothing of what was issued since
            issued = set(session.execute(select(IssuedPaper.code).where(IssuedPaper.code.in_(kept.values()))).scalars())
        self.codes = {name: code for name, code in kept.items() if code in issued}

    def has(self, name: str) -> bool:
        return name in self.codes

    def keep(self, name: str, code: str) -> None:
        self.codes[name] = code
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{name} {code}\n")

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    def papers(self) -> Iterator[tuple[str, IssuedPaper]]:
        with apart() as session:
            for name, code in sorted(self.codes.items()):
                yield name, session.execute(select(IssuedPaper).where(IssuedPaper.code == code)).scalar_one()


def plain_name(name: str) -> str:
    """A name as it may stand in a folder of any machine."""
    return UNSAFE.sub("-", name)


def _zip(path: Path, made: _Made, further: Further, moment: datetime) -> None:
    """Put all papers into one file; each bears the time of `moment` where the site is, which a ZIP keeps without its zone."""
    papers, at = [], moment.timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pack:  # a PDF is compressed already
        for name, paper in made.papers():
            file = f"{name}{'-' + plain_name(paper.number) if paper.number else ''}.pdf"
            with issuing.store().path(paper.timed or paper.sha256).open("rb") as kept, pack.open(ZipInfo(file, at), "w") as put:
                shutil.copyfileobj(kept, put)
            papers.append((file, paper))
        for file, content in further(papers):
            with pack.open(ZipInfo(file, at), "w") as put:
                put.write(content)


def _index(papers: Papers) -> Iterator[tuple[str, bytes]]:
    """What is in a pack, with the code and the digest of each paper."""
    rows = [
        (file, str(paper.title), paper.number or paper.book, paper.code, paper.pages, paper.timed or paper.sha256) for file, paper in papers
    ]
    yield INDEX[0], listed(INDEX[1], rows)


def listed(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a CSV that a spreadsheet opens in its language."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(headings)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + told.getvalue().encode()
