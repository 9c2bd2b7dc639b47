"""What follows when complaints may be about one event, and when a person has decided that they are (S1 4.1.4, 4.5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.complaints import CollectiveCase, Complaint, SpecialIncident
from models.complaints.collective import Voice
from models.complaints.judgement import ReplyMode
from models.core import actor as actors
from models.core import signatures
from models.core.audit import plain
from models.core.fields import meant
from models.core.message import _
from models.core.register import CARRIED, apart
from models.core.rulebook import keeps
from models.core.session import now
from models.core.setting import value
from models.settings import HOUSEHOLDS, WINDOW
from services import reactions
from services.notices.telling import notify
from services.sentinel.alike import words
from services.sentinel.groups import Group, around

Lines = list[dict[str, Any]]

REPORTS: Any = SpecialIncident.__table__
REASON, PLACE = Voice.columns["reason"].longest, SpecialIncident.field("place").longest


@keeps("RULE-027", how="check")
@apart
def watch(session: Session, complaint: Complaint) -> None:
    """Complaints about one event from five households within the window are proposed as one; a person decides (C-07)."""
    if complaint.taken_over or complaint.voided_at is not None or complaint.collective:
        return
    window = timedelta(hours=value(session, complaint.site_id, WINDOW))
    cases = _near(session, complaint, window)
    if any(complaint.number in _numbers(each) for each in cases):
        return
    least = value(session, complaint.site_id, HOUSEHOLDS)
    group = around(session, complaint, window, least)
    if not group.members:
        return
    numbers = {each.row.number for each in group.members}
    known = next((each for each in cases if each.state != CollectiveCase.State.REFUSED and numbers & _numbers(each)), None)
    if known is not None:
        _join(session, known, complaint, group)
        return
    refused = {number for each in cases if each.state == CollectiveCase.State.REFUSED for number in _numbers(each)}
    group = Group(tuple(each for each in group.members if each.row.number not in refused))
    if group.households(complaint) >= least:
        _propose(session, complaint, group, window)


NUMBERS = re.compile(r"\d{5,}")


def _near(session: Session, complaint: Complaint, window: timedelta) -> list[CollectiveCase]:
    """The cases whose event lies within the window around a complaint, the newest first."""
    around_it = (
        CollectiveCase.site_id == complaint.site_id,
        CollectiveCase.voided_at.is_(None),
        or_(CollectiveCase.last_at.is_(None), CollectiveCase.last_at >= complaint.received_at - window),
        or_(CollectiveCase.first_at.is_(None), CollectiveCase.first_at <= complaint.received_at + window),
    )
    return list(session.execute(select(CollectiveCase).where(*around_it).order_by(CollectiveCase.id.desc())).scalars())


def _lines(case: CollectiveCase) -> Iterable[dict[str, Any]]:
    return (*(case.households or ()), *(case.later or ()), *(case.left_out or ()))


def _numbers(case: CollectiveCase) -> set[str]:
    """The numbers of all complaints that stand in a case, whether they belong there or not."""
    return {line["complaint"] for line in _lines(case) if line.get("complaint")}


def _line(complaint: Any, reason: str) -> dict[str, Any]:
    kept = {"complaint": complaint.number, "house": complaint.house, "received_at": complaint.received_at, "reason": reason[:REASON]}
    return {key: plain(each) for key, each in kept.items()}


def _reason(shared: Iterable[str], apart: timedelta) -> str:
    """Why a complaint is thought to belong to an event, in the words of the office."""
    hours, minutes = divmod(int(abs(apart.total_seconds())) // 60, 60)
    said = [each[:30] for each in shared if not NUMBERS.search(each)]  # a telephone in it would outlive its complaint
    return f"相同字句：{'、'.join(f'“{each}”' for each in said) or '（无）'}；相隔{f'{hours}小时' if hours else f'{minutes}分钟'}"


def _propose(session: Session, complaint: Complaint, group: Group, window: timedelta) -> None:
    first = group.members[0].row
    found = [_line(each.row, _reason(each.words, complaint.received_at - each.row.received_at)) for each in group.members]
    newest = max(group.members, key=lambda each: (each.row.received_at, each.row.id))
    found.append(_line(complaint, _reason(words(complaint, newest.row), complaint.received_at - newest.row.received_at)))
    case = CollectiveCase(
        site_id=complaint.site_id,
        subject=first.subject,
        place=first.place or next((each.row.place for each in group.members if each.row.place), None) or complaint.place,
        households=sorted(found, key=lambda line: (line["received_at"], line["complaint"])),
        window=int(window.total_seconds() // 3600),
    )
    _span(case)
    case.intent = CARRIED
    session.add(case)
    reactions.react(session, case, "entered")
    message = _(
        "{number}: {n} households may be complaining of one event. Confirm or refuse.", number=case.number, n=group.households(complaint)
    )
    notify(session, to="lead", site_id=case.site_id, kind="collective", message=message, record=case, once=f"collective:{case.id}")


def _span(case: CollectiveCase) -> None:
    """Write from when to when the complaints of a case came."""
    moments = sorted(each for line in case.households or () if (each := _moment(line)) is not None)
    case.first_at, case.last_at = (moments[0], moments[-1]) if moments else (None, None)


def _moment(line: dict[str, Any]) -> datetime | None:
    column = CollectiveCase.field("households").lines
    assert column is not None
    found = meant(column.columns["received_at"], line.get("received_at"))
    return found if isinstance(found, datetime) else None


def _join(session: Session, case: CollectiveCase, complaint: Complaint, group: Group) -> None:
    """A complaint about an event that is proposed already stands in its list; of one that is confirmed it awaits a decision."""
    newest = max(group.members, key=lambda each: (each.row.number in _numbers(case), each.row.received_at, each.row.id))
    line = _line(complaint, _reason(newest.words, complaint.received_at - newest.row.received_at))
    case.intent = CARRIED
    if case.state == CollectiveCase.State.PROPOSED:
        case.households = [*(case.households or ()), line]
        _span(case)
        return
    waits = bool(case.later)
    case.later = [*(case.later or ()), line]
    case.last_at = max(case.last_at or complaint.received_at, complaint.received_at)
    if waits:  # they are told already that somebody must decide
        return
    message = _("{number}: another household complains of it. Take it in or leave it out.", number=case.number)
    once = f"collective:{case.id}:{complaint.id}"
    notify(session, to="lead", site_id=case.site_id, kind="collective", message=message, record=case, once=once)


# What a person decided ------------------------------------------------------------------------


def _complaints(session: Session, case: CollectiveCase, lines: Lines | None) -> list[Complaint]:
    """The complaints that stand in lines of a case, by time; a number that no complaint bears is passed over."""
    numbers = [line["complaint"] for line in lines or () if line.get("complaint")]
    mine = (Complaint.site_id == case.site_id, Complaint.number.in_(numbers), Complaint.voided_at.is_(None))
    return list(session.execute(select(Complaint).where(*mine).order_by(Complaint.received_at, Complaint.id)).scalars())


@keeps("RULE-050")
def make_collective(session: Session, case: CollectiveCase, complaints: list[Complaint]) -> None:
    """A complaint of a collective case is collective, and its answer is a home visit, unless it was answered before (S1 4.8.1)."""
    for each in complaints:
        each.intent = CARRIED
        each.collective = True
        each.set("collective_case", case.id)
        if each.answered_at is None:
            each.set("reply_mode", ReplyMode.VISIT.value)
    session.flush()


def _report(session: Session, case: CollectiveCase, complaints: list[Complaint]) -> SpecialIncident | None:
    """The special incident report of a case: its own, or the one that a complaint of it had opened before."""
    ids = [each.id for each in complaints]
    of_it = (SpecialIncident.site_id == case.site_id, SpecialIncident.voided_at.is_(None))
    same = or_(SpecialIncident.collective_case == case, REPORTS.c.complaint_id.in_(ids))
    return session.execute(select(SpecialIncident).where(*of_it, same).order_by(SpecialIncident.id).limit(1)).scalar_one_or_none()


def _checklist(report_lines: Lines | None, case_lines: Lines | None, complaints: list[Complaint]) -> Lines:
    """Every household once, with whom to call on; a house that stands in the case without a complaint of ours is on it too."""
    found = {line["house"]: line for line in report_lines or () if line.get("house")}
    for each in complaints:
        if each.house:
            found.setdefault(each.house, {"house": each.house, "name": each.complainant, "phone": each.phone})
    for line in case_lines or ():
        if line.get("house"):
            found.setdefault(line["house"], {"house": line["house"]})
    return list(found.values())


@keeps("RULE-059", how="report")
def open_report(session: Session, case: CollectiveCase) -> None:
    """What a person confirms is collective, and opens one special incident report with all households on its list (S1 4.5.1)."""
    complaints = _complaints(session, case, case.households)
    make_collective(session, case, complaints)
    report = _report(session, case, complaints)
    if report is None:
        actor = actors.current()
        report = SpecialIncident(
            site_id=case.site_id,
            complaint_id=complaints[0].id if complaints else None,
            reporter=actor.name if actor else "",
            happened_at=case.first_at or case.proposed_at,
            place=(case.place or "")[:PLACE] or None,
            course=complaints[0].content if complaints else case.subject,
        )
        report.set("collective_case", case.id)
        report.households = _checklist(None, case.households, complaints)
        report.intent = CARRIED
        session.add(report)
        session.flush()
        signatures.sign_entry(report, now())
        reactions.react(session, report, "entered")
        return
    _extend(session, case, report, complaints)


def _extend(session: Session, case: CollectiveCase, report: SpecialIncident, complaints: list[Complaint]) -> None:
    """All households of a case stand on the list of a report that is open."""
    report.intent = CARRIED
    report.set("collective_case", case.id)
    if report.state not in SpecialIncident.closed:
        report.households = _checklist(report.households, case.households, complaints)
    session.flush()


def take_in(session: Session, case: CollectiveCase) -> None:
    """What came later belongs to the event: it stands in the list, is collective, and is on the report."""
    later = list(case.later or ())
    case.intent = CARRIED
    case.households, case.later = [*(case.households or ()), *later], None
    _span(case)
    session.flush()
    complaints = _complaints(session, case, later)
    make_collective(session, case, complaints)
    report = _report(session, case, complaints)
    if report is not None:
        _extend(session, case, report, complaints)


def leave_out(session: Session, case: CollectiveCase) -> None:
    """What came later is of another event, and is not proposed for this one again."""
    case.intent = CARRIED
    case.left_out, case.later = [*(case.left_out or ()), *(case.later or ())], None


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("complaint", "entered"): (watch,),
    ("complaint", "corrected"): (watch,),
    ("collective_case", "confirm"): (open_report,),
    ("collective_case", "take_in"): (take_in,),
    ("collective_case", "leave_out"): (leave_out,),
}
