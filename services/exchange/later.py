"""An export that is too long to be sent at once: the worker makes the file, and it is kept with the job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.message import Message, _, language
from models.core.places import Site
from models.jobs import Job
from services.attachments.store import Store
from services.bookkeeping import require
from services.database import apart, tell
from services.display import Reader
from services.exchange.exports import Export, named
from services.jobs.asking import ask
from services.jobs.declaring import Run, job
from services.listing import Asked, Listing

STEP = 10_000  # rows between two looks at whether the job was cancelled
WITHOUT_END = 10**9
EXPORTERS = "lead quality auditor"


def ask_for(session: Session, listing: Listing, kind: str, keys: Sequence[str] | None) -> Job:
    """Ask the worker for the rows of a list as `kind`, with the columns `keys` or all of the form. Raises `Refused`."""
    asked = listing.asked
    filters = {key: _days(wanted) if isinstance(wanted, tuple) else wanted for key, wanted in asked.filters.items()}
    wanted = {"words": asked.words, "filters": filters, "view": asked.view, "ascending": asked.ascending}
    return ask(session, "export_rows", site_id=listing.site_id, register=listing.register.key, kind=kind, keys=keys, asked=wanted)


def _days(span: tuple[date | None, date | None]) -> list[str | None]:
    return [day.isoformat() if day else None for day in span]


def _asked(said: dict[str, Any]) -> Asked:
    filters = {
        key: tuple(day and date.fromisoformat(day) for day in wanted) if isinstance(wanted, list) else wanted
        for key, wanted in said["filters"].items()
    }
    return Asked(said["words"], filters, said["view"], said["ascending"])


@job("export_rows", _("Rows as a file"), by=EXPORTERS, own=True)
def export_rows(run: Run, *, register: str, kind: str, keys: Sequence[str] | None, asked: dict[str, Any]) -> Message:
    """The rows of a list as a file, masked as whoever asks sees them today; begun anew when it was broken off."""
    shelf, actor = models.register(register), actors.current()
    require(shelf, "export")
    assert actor is not None  # a job acts as whoever asked for it
    with apart() as session:
        site = session.get_one(Site, run.site_id)
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        listing = Listing(session, shelf, site.id, _asked(asked), actor.role, reader.zone)
        rows = _kept(run, Export(listing, reader, None if keys is None else [shelf.field(key) for key in keys]), kind)
    details = {"format": kind, "search": listing.asked.words, "filters": sorted(listing.asked.filters), "rows": rows, "job": run.job_id}
    tell("exported", register=register, site_id=run.site_id, details=details)
    return _("{n} rows", n=f"{rows:,}")


def _kept(run: Run, export: Export, kind: str) -> int:
    """Write the file and keep it with the job; how many rows it has."""
    settings = current_app.config["SETTINGS"]
    of, _more = export.listing.count(WITHOUT_END)
    told = 0

    def advance(done: int) -> None:
        nonlocal told
        if done - told >= STEP:
            told = done
            run.progress(done, max(of, done))

    run.progress(0, of)
    with NamedTemporaryFile(dir=settings.folder, prefix=".export", delete=False) as out:
        try:
            out.writelines(export.pieces(kind, advance))
            out.close()
            run.keep(file=Store(settings.files).keep_file(Path(out.name)), file_name=f"{named(export.register, export.reader)}.{kind}")
        finally:
            Path(out.name).unlink(missing_ok=True)
    run.progress(export.done, export.done)
    return export.done
