"""What waits for the reader of the desk: clocks, places to sign, the must-tell ledger, the shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from models.core import signatures
from models.core.access import AUDITOR, QUALITY, granted
from models.core.deadlines import Clock
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.workflow import may
from models.duty import DutyLog
from models.duty.must_tell import MustTell
from services import awaiting, roster
from services.database import db
from services.display import Reader, hand
from services.listing import subjects
from services.reporting.standing import Standing
from views.pages import Group, Job
from views.report_duties import due_reports

MOST = 12
FEW = 6  # of what waits for one person, so that all kinds stand on the first screens
Ref = tuple[str, int]


class Waiting:
    """Makes the groups of the desk for one reader. What it asks of the database grows with what it shows."""

    def __init__(self, reader: Reader, name: str, site: Site, registers: list[type[Register]], moment: datetime) -> None:
        self.reader, self.name, self.site, self.moment = reader, name, site, moment
        self.books = {each.key: each for each in registers}
        self.subjects: dict[Ref, str] = {}
        self.timed_books = [each for each in registers if each.deadlines and each is not MustTell and self._works(each)]

    def _works(self, register: type[Register]) -> bool:
        """Whether the reader moves records of the book; who only reads or checks sees them all."""
        role = self.reader.role
        return role in (AUDITOR, QUALITY) or any(granted(register, each.name, role) for each in register.transitions)

    # Clocks ------------------------------------------------------------------------------

    def timed(self, reports: Sequence[Standing]) -> tuple[Group, Group, Group]:
        """What is late, due today and due later, each with the records that are nearest; `reports` are those that are owed."""
        local = self.moment.astimezone(self.reader.zone)
        end = datetime.combine(local.date() + timedelta(days=1), time(), self.reader.zone)
        today, later = (Clock.due_at >= self.moment) & (Clock.due_at < end), Clock.due_at >= end
        clocks = [self._clocks(Clock.due_at < self.moment, newest=True), self._clocks(today), self._clocks(later)]
        rows = self._rows((clock.register, clock.record_id) for each in clocks for clock in each)
        found = [[(clock.due_at, self._job(rows[ref], clock)) for clock in mine if (ref := _ref(clock)) in rows] for mine in clocks]
        counts = [self._count(Clock.due_at < self.moment), self._count(today), self._count(later)]
        for due_at, job in due_reports(self.reader, reports, self.moment):
            place = 0 if due_at <= self.moment else 1 if due_at <= end else 2
            found[place].append((due_at, job))
            counts[place] += 1
        late, due, coming = ([job for _at, job in sorted(each, key=lambda one: one[0] or end)] for each in found)
        return (
            Group(str(_("Late")), counts[0], True, late),
            Group(str(_("Due today")), counts[1], False, due),
            Group(str(_("Due later")), counts[2], False, coming),
        )

    def _running(self, when: Any) -> tuple[Any, ...]:
        open_ = Clock.met_at.is_(None), Clock.stopped_at.is_(None)
        return Clock.site_id == self.site.id, Clock.register.in_([each.key for each in self.timed_books]), *open_, when

    def _count(self, when: Any) -> int:
        clocks_of_one = max((len(each.deadlines) for each in self.timed_books), default=1)
        some = select(Clock.register, Clock.record_id).where(*self._running(when)).limit(100 * clocks_of_one).subquery()
        records = select(some.c.register, some.c.record_id).distinct().limit(100).subquery()
        return int(db.session.execute(select(func.count()).select_from(records)).scalar_one())

    def _clocks(self, when: Any, *, newest: bool = False) -> list[Clock]:
        """For each of the nearest records the clock that runs out first."""
        order = Clock.due_at.desc() if newest else Clock.due_at
        found = db.session.execute(select(Clock).where(*self._running(when)).order_by(order).limit(MOST * 3)).scalars()
        first: dict[Ref, Clock] = {}
        for clock in sorted(found, key=lambda each: each.due_at or self.moment):
            first.setdefault(_ref(clock), clock)
        return list(first.values())[:MOST]

    # Signatures, the ledger, the shift ---------------------------------------------------

    def to_sign(self) -> Group:
        """The records whose next step waits for a signature that the reader gives."""
        found = [(key, id_, slot) for key, id_, slot in awaiting.to_sign(db.session(), self.site.id, self.reader.role) if key in self.books]
        rows = self._rows((key, id_) for key, id_, _slot in found[:FEW])
        jobs = [self._signing(rows[key, id_], slot) for key, id_, slot in found[:FEW] if (key, id_) in rows]
        return Group(str(_("Waiting for my signature")), len(found), False, jobs)

    def _signing(self, row: Register, slot: str) -> Job:
        job = self._job(row)
        place = type(row).signing_place(slot)
        job.action_label, job.action_url = str(_("Sign")), f"{job.url}#slots"
        job.clause = place.clause if place else ""
        job.who = (str(place.label), *job.who) if place else job.who
        return job

    def owed(self) -> Group:
        """The lines of the must-tell ledger that the reader owes."""
        return self._ledger(_("To be told by me"), 0)

    def told(self) -> Group:
        """The lines of the must-tell ledger that were told to the reader, until they are acknowledged."""
        return self._ledger(_("Told to me"), 1)

    @cached_property
    def _lines(self) -> tuple[list[MustTell], list[MustTell]]:
        return awaiting.open_lines(db.session(), self.site.id, self.reader.role, self.name)

    def _ledger(self, title: Message, which: int) -> Group:
        if MustTell.key not in self.books:
            return Group(str(title), 0, False, [])
        rows = self._lines[which]
        clocks = self._clocks_of(MustTell, [row.id for row in rows[:FEW]])
        jobs = [self._job(row, clocks.get(row.id)) for row in rows[:FEW]]
        for job, row in zip(jobs, rows, strict=False):
            job.subject, job.who = row.matter, (row.whom,) if which == 0 else (row.owed_by or "",)
            job.clause = row.grounds or ""
            job.action_url = f"{job.url}step/{'tell' if which == 0 else 'acknowledge'}/"
            step = MustTell.transition("tell" if which == 0 else "acknowledge")
            job.action_label = str(step.label) if step else job.action_label
        more = (str(_("All of them")), f"/register/{MustTell.key}/?view=open") if len(rows) > FEW else None
        return Group(str(title), len(rows), False, jobs, more)

    def on_shift(self) -> Group:
        """While the reader is on duty, what the duty log has unfinished."""
        title = str(_("On my shift"))
        mine = DutyLog.key in self.books and any(each.name == self.name for each in roster.on_duty(db.session(), self.site.id, self.moment))
        rows = roster.unfinished(db.session(), self.site.id, MOST) if mine else []
        clocks = self._clocks_of(DutyLog, [row.id for row in rows])
        found = self._rows((DutyLog.key, row.id) for row in rows)
        return Group(title, len(rows), False, [self._job(found[DutyLog.key, row.id], clocks.get(row.id)) for row in rows])

    def _clocks_of(self, register: type[Register], ids: list[int]) -> dict[int, Clock]:
        """Of each of some records the open clock that runs out first."""
        mine = (Clock.register == register.key, Clock.record_id.in_(ids), Clock.met_at.is_(None), Clock.due_at.is_not(None))
        found = db.session.execute(select(Clock).where(*mine).order_by(Clock.due_at.desc())).scalars() if ids else ()
        return {clock.record_id: clock for clock in found}

    # The records -------------------------------------------------------------------------

    def _rows(self, refs: Iterable[Ref]) -> dict[Ref, Register]:
        """The records, looked up together, once for each register that has any; their titles are kept for `_job`."""
        ids: dict[str, set[int]] = {}
        for key, record_id in refs:
            ids.setdefault(key, set()).add(record_id)
        rows: dict[Ref, Register] = {}
        for key, wanted in ids.items():
            register = self.books[key]
            found = db.session.execute(select(register).where(register.id.in_(wanted))).scalars().all()
            self.subjects |= {(key, id_): said for id_, said in subjects(db.session(), register, found, self.reader).items()}
            signatures.look_up(db.session(), register, [row.id for row in found])
            rows |= {(key, row.id): row for row in found}
        return rows

    def _job(self, row: Register, clock: Clock | None = None) -> Job:
        register = type(row)
        deadline = next((each for each in register.deadlines if clock is not None and each.name == clock.name), None)
        url = f"/register/{register.key}/{row.id}/"
        step = next((each for each in register.transitions if each.step and may(row, each.name)), None)
        who = tuple(text for text in (self._first(row, "house"), self._first(row, "person"), self._first(row, "staff")) if text)
        label = deadline.label if deadline else _("Time limit")
        return Job(
            register=str(register.about.title),
            number=row.number,
            subject=self.subjects.get((register.key, row.id), "")[:120],
            who=who,
            clock=hand(label, clock.due_at, None, self.moment, clock.waits_for) if clock is not None else None,
            url=url,
            action_url=f"{url}step/{step.name}/" if step else url,
            action_label=str(step.label if step else _("Look at it")),
            clause=deadline.clause if deadline else "",
        )

    def _first(self, row: Register, kind: str) -> str:
        key = next((key for key, each in type(row).fields().items() if each.kind == kind), None)
        return self.reader.of(row, key) if key else ""


def _ref(clock: Clock) -> Ref:
    return clock.register, clock.record_id
