"""A file from the page into the books: received, looked at, taken over at once or by the worker, and told in the trail.

What is uploaded lies beside the database until it is taken, a day at most; the rows to correct are kept a month for whoever corrects them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from flask import current_app
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.said import packed, unpacked
from models.core.session import note, now
from models.exchange import BatchState, ImportBatch, ImportedRow
from services.attachments.store import Store
from services.bookkeeping import require
from services.database import set_writing
from services.exchange import correcting
from services.exchange.imports import Import, Problem, Progress, Seen, Taken
from services.exchange.mapping import known_headings, map_headings
from services.exchange.parting import Parting
from services.exchange.remembering import remember, remembered
from services.exchange.workbook import Heading, Workbook, WorkbookRefused, read
from services.jobs.asking import ask
from services.jobs.declaring import Run, Stopped, job

AT_ONCE = 1_000  # rows that are taken while the page waits
LOOKED_AT = 3_000  # rows that are looked at before; of a longer file the first
CLOSING = "closing"  # among what was said of the columns
MOST_TOLD = 200  # problems that are kept with the batch
KEPT, UNTAKEN = timedelta(days=30), timedelta(days=1)
PIECE = 1024 * 1024  # bytes of an upload that are held at once


def store() -> Store:
    """Where uploads and rows to correct lie, apart from the files of the records."""
    folder = Path(current_app.config["SETTINGS"].folder) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Store(folder)


def begun(session: Session, register: type[Register], site: Site, source: Path | bytes, name: str) -> ImportBatch:
    """A batch for a file, with the columns as they were last said to be. Not yet committed. Raises `WorkbookRefused` and `Refused`."""
    require(register, "load")
    workbook = read(source, name, known_headings(register))
    actor = actors.current()
    assert actor is not None
    batch = ImportBatch(
        site_id=site.id, register=register.key, file_name=name[:200], sha256=_digest(source), asked_at=now(), asked_by=actor.name,
        account_id=actor.id, columns=json.dumps(remembered(session, register, site.id, workbook.headings)),
        state=BatchState.LOOKED_AT.value, added=0, skipped=0, refused=0, told="{}", whole=False,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def receive(session: Session, register: type[Register], site: Site, stream: IO[bytes], name: str) -> ImportBatch:
    """A batch for an uploaded file, which is kept. Not yet committed. Raises `WorkbookRefused` and `Refused`."""
    require(register, "load")
    with NamedTemporaryFile(dir=store().folder, prefix=".upload-", delete=False) as out:
        path = Path(out.name)
        shutil.copyfileobj(stream, out, PIECE)
    try:
        batch = begun(session, register, site, path, name)
        batch.upload = store().keep_file(path)
    finally:
        path.unlink(missing_ok=True)
    return batch


def one(session: Session, register: type[Register], site_id: int, batch_id: int) -> ImportBatch | None:
    """A batch of a register at a site. Raises `Refused` without the right."""
    require(register, "load")
    mine = (ImportBatch.id == batch_id, ImportBatch.site_id == site_id, ImportBatch.register == register.key)
    return session.execute(select(ImportBatch).where(*mine)).scalar_one_or_none()


def recent(session: Session, register: type[Register], site_id: int, most: int = 20) -> list[ImportBatch]:
    """The files taken into a register at a site, newest first; without those that were only looked at. Raises `Refused`."""
    require(register, "load")
    taken = ImportBatch.state != BatchState.LOOKED_AT.value
    mine = (ImportBatch.site_id == site_id, ImportBatch.register == register.key, taken)
    return list(session.execute(select(ImportBatch).where(*mine).order_by(ImportBatch.id.desc()).limit(most)).scalars())


# The columns ---------------------------------------------------------------------------


def chosen(batch: ImportBatch) -> dict[int, str] | None:
    """What a person said each column is; `None` where they are recognised by their headings."""
    said = json.loads(batch.columns) or {}
    return {int(column): key for column, key in said.items() if column != CLOSING} or None


def closing(batch: ImportBatch) -> bool:
    """Whether rows that do not say how they ended are taken as closed."""
    return bool((json.loads(batch.columns) or {}).get(CLOSING))


def close_open(batch: ImportBatch, wanted: bool) -> None:
    """Say whether rows that do not say how they ended are taken as closed. Not yet committed."""
    _say(batch, chosen(batch), wanted)


def _say(batch: ImportBatch, columns: dict[int, str] | None, close: bool) -> None:
    batch.columns = json.dumps({**(columns or {}), **({CLOSING: True} if close else {})} or None)


def choose(session: Session, batch: ImportBatch, headings: tuple[Heading, ...], columns: dict[int, str]) -> None:
    """Say what each column is, and remember it for the next file. What is as it was recognised is not written down. Not yet committed."""
    register = models.register(batch.register)
    guess = map_headings(register, headings).by_column()
    said = {column: key for column, key in columns.items() if key}
    if said == map_headings(register, headings, chosen(batch)).by_column():
        return
    _say(batch, None if said == guess else said, closing(batch))
    remember(session, register, batch.site_id, headings, said)


# Looking at it -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was looked at; `partly` when it has more rows than were. `parting` knows which cells say two facts."""

    taken: Taken
    workbook: Workbook
    columns: dict[int, str]
    partly: bool
    parting: Parting


def opened(session: Session, batch: ImportBatch, source: Path | bytes) -> Import:
    """The file of a batch, ready to be looked at or taken. Raises `WorkbookRefused`."""
    register, site = models.register(batch.register), session.get_one(Site, batch.site_id)
    workbook = read(source, batch.file_name, known_headings(register))
    mapping = map_headings(register, workbook.headings, chosen(batch))
    return Import(session, register, site, workbook, mapping, closing=closing(batch))


def kept(batch: ImportBatch) -> Path:
    """The upload of a batch. Raises `WorkbookRefused` when it is no longer there."""
    path = store().path(batch.upload) if batch.upload else None
    if path is None or not path.exists():
        raise WorkbookRefused(_("The file {name} is no longer kept; send it once more.", name=batch.file_name))
    return path


def look(session: Session, batch: ImportBatch, see: Callable[[Seen], None]) -> Look:
    """Look at the first rows of an upload as they would be taken; nothing is written. Raises `WorkbookRefused`."""
    opening = opened(session, batch, kept(batch))
    taken = opening.check(see, most=LOOKED_AT)
    looked = taken.added + taken.skipped + taken.refused
    return Look(
        taken, opening.workbook, opening.mapping.by_column(), looked >= LOOKED_AT and opening.workbook.about > looked, opening.cells.parting
    )


# Taking it -----------------------------------------------------------------------------


class StoppedHalfWay(Stopped):
    """The job was cancelled while rows were taken, or went into other hands: `taken` is what became of the rows until then."""

    def __init__(self, taken: Taken, workbook: Workbook) -> None:
        super().__init__()
        self.taken, self.workbook = taken, workbook


def take(session: Session, batch: ImportBatch, source: Path | bytes, progress: Progress | None = None) -> Taken:
    """Take the rows of a file, and commit. Begun again after it was broken off, it counts what it had taken.

    Raises `WorkbookRefused`, and `StoppedHalfWay` when `progress` raises `Stopped`.
    """
    batch_id, register, whole = batch.id, batch.register, batch.whole
    before = _made(session, batch_id, register)
    opening = opened(session, batch, source)
    session.commit()
    try:
        taken = opening.check(progress=progress) if whole else opening.run(batch_id, whole=False, progress=progress)
        if whole:
            taken.added = 0
            if not taken.problems:
                opening = opened(session, batch, source)
                taken = opening.run(batch_id, whole=True, progress=None)
    except WorkbookRefused as trouble:
        session.rollback()
        _finish(session, batch_id, BatchState.CANCELLED, Taken(added=_made(session, batch_id, register)), None, trouble.message)
        raise
    except Stopped as stopped:
        until = Taken() if whole else replace(opening.result, skipped=max(0, opening.result.skipped - before), notes=opening.notes())
        raise StoppedHalfWay(until, opening.workbook) from stopped
    taken.added, taken.skipped = taken.added + before, taken.skipped - before
    _finish(session, batch_id, BatchState.DONE, taken, opening.workbook)
    return taken


def _made(session: Session, batch_id: int, register: str) -> int:
    mine = (ImportedRow.batch_id == batch_id, ImportedRow.register == register)
    return session.execute(select(func.count()).select_from(ImportedRow).where(*mine)).scalar_one()


def _finish(
    session: Session, batch_id: int, state: BatchState, taken: Taken, workbook: Workbook | None, error: Message | None = None
) -> None:
    """Keep with the batch what became of it, and tell the trail."""
    batch = session.get_one(ImportBatch, batch_id)
    batch.state, batch.finished_at, batch.error = state.value, now(), error
    batch.added, batch.skipped, batch.refused = taken.added, taken.skipped, taken.refused
    batch.told = json.dumps(_packed(taken), ensure_ascii=False)
    if taken.bad and workbook is not None and batch.upload:
        with NamedTemporaryFile(dir=store().folder, prefix=".rows-", delete=False) as out:
            correcting.write(out, workbook, taken)
        batch.refused_rows = store().keep_file(Path(out.name))
    counts = {"added": taken.added, "skipped": taken.skipped, "refused": taken.refused}
    details = {"file": batch.file_name, "sha256": batch.sha256, **counts, "batch": batch.id}
    if state == BatchState.CANCELLED:
        details["cancelled"] = True
    note(session, "imported", register=batch.register, site_id=batch.site_id, details=details)
    _forget_upload(session, batch)
    session.commit()


def _forget_upload(session: Session, batch: ImportBatch) -> None:
    """Remove what was uploaded, unless another batch waits with the same file."""
    digest, batch.upload = batch.upload, None
    session.flush()
    if digest and session.execute(select(ImportBatch.id).where(ImportBatch.upload == digest)).first() is None:
        store().destroy(digest)


def take_later(session: Session, batch: ImportBatch) -> None:
    """Ask the worker to take the file. Not yet committed. Raises `Refused`."""
    require(models.register(batch.register), "load")
    asked = ask(session, "take_over", site_id=batch.site_id, batch=batch.id)
    batch.job_id, batch.state = asked.id, BatchState.WAITING.value


@job("take_over", _("Taking over a file"), by="cs_supervisor", writes=True)
def take_over(run: Run, *, batch: int) -> Message:
    """Take over an upload, committing block by block; cancelled, it keeps what it has taken, which can be undone."""
    session = run.session
    row = session.get_one(ImportBatch, batch)
    require(models.register(row.register), "load")
    row.state = BatchState.RUNNING.value
    session.commit()
    try:
        taken = take(session, row, kept(row), run.progress)
    except StoppedHalfWay as stopped:
        _stopped(run, batch, stopped)
        raise
    except WorkbookRefused as trouble:
        return trouble.message
    return _("{added} added, {skipped} skipped, {refused} refused.", added=taken.added, skipped=taken.skipped, refused=taken.refused)


def _stopped(run: Run, batch_id: int, stopped: StoppedHalfWay) -> None:
    """Keep what was taken, known already and refused before the job was cancelled; a job that is in other hands now goes on there."""
    session = run.session
    session.rollback()
    set_writing(True)
    if run.cancelled():
        row = session.get_one(ImportBatch, batch_id)
        _finish(
            session, batch_id, BatchState.CANCELLED, replace(stopped.taken, added=_made(session, batch_id, row.register)), stopped.workbook
        )


# What is kept of it --------------------------------------------------------------------


def _packed(taken: Taken) -> dict[str, Any]:
    problems = [
        {"row": each.row, "column": each.column, "value": each.value, "reason": packed(each.reason), "at": each.at}
        for each in taken.problems[:MOST_TOLD]
    ]
    return {
        "problems": problems,
        "of": len(taken.problems),
        "notes": [packed(each) for each in taken.notes],
        "unknown": taken.unknown_columns,
        "mapping": [(heading, packed(label) if label else None) for heading, label in taken.mapping],
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What is remembered of a batch that was taken: its first problems, how many there were, its remarks and columns."""

    problems: list[Problem]
    of: int
    notes: list[Message]
    unknown: list[str]
    mapping: list[tuple[str, Message | None]]


def told(batch: ImportBatch) -> Told:
    """What is remembered of a batch."""
    said = json.loads(batch.told)
    return Told(
        [Problem(**{**each, "reason": unpacked(each["reason"])}) for each in said.get("problems", ())],
        said.get("of", 0),
        [unpacked(each) for each in said.get("notes", ())],
        said.get("unknown", []),
        [(heading, unpacked(label) if label else None) for heading, label in said.get("mapping", ())],
    )


def forget(session: Session, moment: datetime) -> int:
    """Forget uploads that nobody took a day after, and rows to correct a month after; what was added stays told."""
    held = or_(ImportBatch.upload.is_not(None), ImportBatch.refused_rows.is_not(None), ImportBatch.told != "{}")
    busy = (BatchState.WAITING.value, BatchState.RUNNING.value)
    only_looked_at = and_(ImportBatch.state == BatchState.LOOKED_AT.value, ImportBatch.asked_at < moment - UNTAKEN)
    old = (or_(ImportBatch.asked_at < moment - KEPT, only_looked_at), ImportBatch.state.not_in(busy), held)
    found = session.execute(select(ImportBatch).where(*old)).scalars().all()
    for batch in found:
        _forget_upload(session, batch)
        if batch.refused_rows:
            store().destroy(batch.refused_rows)
        batch.refused_rows, batch.told = None, "{}"
    return len(found)


def _digest(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
