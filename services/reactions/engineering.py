"""What follows from a shift of engineering and from a handover: what is unfinished goes on to the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaints.special_incident import SpecialIncident
from models.core import actor as actors
from models.core.register import CARRIED
from models.core.rulebook import keeps
from models.core.session import now
from models.core.workflow import may, perform
from models.duty import DutyLog
from models.engineering import EngineeringLog, ShiftHandover
from models.engineering.handing_over import Department, MatterLine
from services import reactions

LONGEST = MatterLine.columns["matter"].longest


@keeps("RULE-001 RULE-143", how="check")
def carry_over(session: Session, sheet: ShiftHandover) -> None:
    """What is unfinished stands on the new page with its first responder, and what there should be as the last list said (S3 HO 2, 3)."""
    before = _page_before(session, sheet)
    if before is not None:
        sheet.intent, sheet.articles = CARRIED, _listed_as(before, sheet.articles or [])
    gather(session, sheet)


def gather(session: Session, sheet: ShiftHandover) -> None:
    """Add what is unfinished and does not stand on the page yet: of the page before, of the log, and at the front desk of the duty log."""
    known = list(sheet.matters or [])
    told = {(line.get("page"), line["matter"]) for line in known}
    come = [line for line in _unfinished(session, sheet) if (line["page"], line["matter"]) not in told]
    if come:
        sheet.intent, sheet.matters = CARRIED, [*known, *come]


def _page_before(session: Session, sheet: ShiftHandover) -> ShiftHandover | None:
    """The last sheet of the same post."""
    same = (
        ShiftHandover.site_id == sheet.site_id,
        ShiftHandover.department == sheet.department,
        ShiftHandover.post.is_not_distinct_from(sheet.post),
    )
    earlier = (ShiftHandover.id != sheet.id, ShiftHandover.opened_at <= sheet.opened_at, ShiftHandover.voided_at.is_(None))
    wanted = select(ShiftHandover).where(*same, *earlier).order_by(ShiftHandover.opened_at.desc(), ShiftHandover.id.desc()).limit(1)
    return session.execute(wanted).scalar_one_or_none()


def _listed_as(before: ShiftHandover, articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The articles, where no number is written with that of the last list."""
    last = {line["article"]: line.get("listed") for line in before.articles or ()}
    return [line if line.get("listed") is not None else line | {"listed": last.get(line["article"])} for line in articles]


def _unfinished(session: Session, sheet: ShiftHandover) -> Iterator[dict[str, Any]]:
    if (before := _page_before(session, sheet)) is not None:
        yield from _of_page(session, before)
    if sheet.log is not None:
        for event in sheet.log.events or ():
            if not event.get("outcome"):
                yield _line(event["abnormality"], event.get("handler") or sheet.log.officer, event["seen_at"], sheet.log.number)
    if sheet.department == Department.DESK:
        for line in _open_lines(session, sheet):
            yield _line(line.content, line.officer, line.received_at.isoformat(), line.number)


def _of_page(session: Session, before: ShiftHandover) -> Iterator[dict[str, Any]]:
    """The open matters of the last page, and what was written there as unfinished; those of the duty log are asked of it anew."""
    lines = [line for line in before.matters or () if not line.get("outcome")]
    mine = (DutyLog.site_id == before.site_id, DutyLog.number.in_({line.get("page") for line in lines} - {None}))
    from_log = set(session.execute(select(DutyLog.number).where(*mine)).scalars())
    yield from (line for line in lines if line.get("page") not in from_log)
    for written in (before.unfinished or "").splitlines():
        if written.strip():
            yield _line(written, before.outgoing, before.opened_at.isoformat(), before.number)


def _open_lines(session: Session, sheet: ShiftHandover) -> list[DutyLog]:
    """The lines of the duty log that are not settled."""
    mine = (DutyLog.site_id == sheet.site_id, DutyLog.state.in_([state.value for state in DutyLog.OPEN]), DutyLog.voided_at.is_(None))
    wanted = select(DutyLog).where(*mine, DutyLog.taken_over.is_(False)).order_by(DutyLog.received_at, DutyLog.id)
    return list(session.execute(wanted).scalars())


def _line(matter: str, first_responder: str, since: str, page: str) -> dict[str, Any]:
    return {
        "matter": matter.strip().splitlines()[0][:LONGEST],
        "first_responder": first_responder,
        "since": since,
        "page": page,
        "outcome": None,
    }


def pass_on(session: Session, sheet: ShiftHandover) -> None:
    """With the shift of the front desk the open lines of its duty log go into the hands of the incoming officer (S0 首问一)."""
    gather(session, sheet)
    for line in _open_lines(session, sheet) if sheet.department == Department.DESK else ():
        if may(line, "hand_over"):
            perform(line, "hand_over", {"remaining": line.remaining or sheet.number, "incoming": sheet.incoming}, now())


def open_special_report(session: Session, shift: EngineeringLog) -> None:
    """A special event of the shift goes on by the emergency procedure: its report is opened with what was written down (S3 ED 4.2.3)."""
    actor, events = actors.current(), shift.events or []
    report = SpecialIncident(
        site_id=shift.site_id,
        reporter=actor.name if actor else "",
        reported_at=shift.reported_at,
        happened_at=min(datetime.fromisoformat(events[0]["seen_at"]), now()),
        course="\n".join(event["abnormality"] for event in events),
        measures="\n".join(event["measure"] for event in events if event.get("measure")) or None,
    )
    report.intent = CARRIED
    session.add(report)
    reactions.react(session, report, "entered")
    shift.intent = CARRIED
    shift.set("report", report.id)


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("shift_handover", "entered"): (carry_over,),
    ("shift_handover", "hand_over"): (pass_on,),
    ("engineering_log", "report_incident"): (open_special_report,),
}
