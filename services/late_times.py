"""Trusted times that came too late: papers sealed while the authority gave no answer get their time behind them, as a job."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.core.message import Message, _
from models.core.session import note
from models.jobs import Job, JobState
from models.papers import IssuedPaper
from services import issuing
from services.attachments.store import Lost
from services.database import apart, writing
from services.jobs.declaring import Run, job
from services.jobs.nudging import nudge
from services.sealing.seal import Unsealed
from services.sealing.signing import Sealed, upgraded
from services.sealing.stamping import authority

NAME = "trusted_times"
AT_ONCE = 50
OPEN = (JobState.WAITING.value, JobState.RUNNING.value)
log = logging.getLogger(__name__)


def ask_for_times(session: Session, moment: datetime) -> int:
    """Ask the worker for the times of papers that wait for one, when an authority is named and it is not at it already."""
    at_it = select(Job.id).where(Job.name == NAME, Job.state.in_(OPEN))
    if authority(current_app.config["SETTINGS"]) is None or session.execute(at_it).first():
        return 0
    if not session.execute(select(exists().where(IssuedPaper.waits_for_time.is_(True)))).scalar():
        return 0
    row = Job(name=NAME, args="{}", asked_by=None, site_id=None, asked_at=moment)
    session.add(row)
    session.flush()
    nudge(session, "perform", row.id)
    return 1


@job(NAME, _("Trusted times of papers"), by="nobody")
def trusted_times(run: Run) -> Message:
    """Add the time of the authority behind papers that wait for it; the file that was given out stays as it is beside the new one."""
    from services.sealing.opening import ours

    settings = current_app.config["SETTINGS"]
    named = authority(settings)
    waiting = select(IssuedPaper.id).where(IssuedPaper.waits_for_time.is_(True)).order_by(IssuedPaper.id).limit(AT_ONCE)
    with apart() as session:
        ids = list(session.execute(waiting).scalars())
    many = 0
    if named is None:
        return _("No authority of trusted time is named any more.")
    for number in ids:
        try:
            pdf = _file(number)
            if pdf is None:
                continue
            done = upgraded(pdf, named, ours(settings))
        except Unsealed as unsealed:
            log.warning("No trusted time: %s", unsealed)
            return _("{n} papers got a time; the authority then gave none: {why}", n=many, why=unsealed.message)
        many += _kept(number, done)
    return _("{n} papers got a time", n=many)


def _file(number: int) -> bytes | None:
    """The file of a paper that waits; one whose file is lost waits no more, since nothing is left that a time could be added to."""
    with writing(), apart() as session:
        row = session.get_one(IssuedPaper, number)
        try:
            return issuing.store().content(row.sha256)
        except Lost:
            log.warning("The file of the paper %s is lost, and gets no time", row.code)
            row.waits_for_time = False
            session.commit()
            return None


def _kept(number: int, done: Sealed) -> bool:
    """Keep the file with its time, unless the paper was destroyed meanwhile."""
    with writing(), apart() as session:
        row = session.execute(select(IssuedPaper).where(IssuedPaper.id == number).with_for_update()).scalar_one()
        if row.destroyed_at is not None:
            return False
        digest = issuing.store().keep(done.pdf, b"")
        row.timed, row.level, row.waits_for_time = digest, done.level, False
        details = {"code": row.code, "sha256": digest}
        note(session, "paper_timed", register=row.register, record_id=row.record_id, site_id=row.site_id, details=details)
        session.commit()
        return True
