"""The audit trail as it is read: the history of a record, and the room of the auditor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import settings
from models.core.access import ROLES, granted
from models.core.actor import CLOCK
from models.core.audit import AuditEntry, AuditValue
from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from models.core.signatures import Way
from models.core.taken_over import day_alone
from services import site_settings
from services.display import Reader
from services.working_days import DAYS

KINDS: dict[str, Message] = {
    "created": _("Entered"),
    "changed": _("Corrected"),
    "performed": _("Moved on"),
    "voided": _("Voided"),
    "signed": _("Signed"),
    "printed": _("Printed"),
    "exported": _("Exported"),
    "imported": _("Imported"),
    "import_undone": _("Import undone"),
    "seeded": _("Made rows entered"),
    "viewed": _("Viewed"),
    "unmasked": _("Unmasked"),
    "attached": _("Attached"),
    "attachment_withdrawn": _("Attachment withdrawn"),
    "attachment_opened": _("Attachment opened"),
    "erased": _("Personal data destroyed"),
    "refused": _("Refused attempt"),
    "sign_in": _("Signed in"),
    "sign_out": _("Signed out"),
    "sign_in_failed": _("Sign-in failed"),
    "locked_out": _("Account locked"),
    "confirmation_failed": _("Wrong password at signing"),
    "account_created": _("Account opened"),
    "account_changed": _("Account changed"),
    "account_disabled": _("Account closed"),
    "account_enabled": _("Account opened again"),
    "password_reset": _("Password reset"),
    "password_changed": _("Password changed"),
    "company_opened": _("Company entered"),
    "site_opened": _("Site opened"),
    "site_changed": _("Site changed"),
    "robot_added": _("Robot added"),
    "robot_removed": _("Robot removed"),
    "job_asked": _("Job asked for"),
    "job_cancelled": _("Job cancelled"),
    "job_file_taken": _("Result of a job taken"),
    "book_closed": _("Book closed"),
    "book_destroyed": _("Closed book destroyed"),
    "sheets_destroyed": _("Printed sheets destroyed"),
    "paper_timed": _("Trusted time added"),
    "paper_returned": _("Hand-signed paper returned"),
    "paper_given_up": _("Printed paper lost or thrown away"),
    "paper_checked": _("Paper checked"),
    "setting_changed": _("Setting changed"),
    "calendar_loaded": _("Calendar loaded"),
    "calendar_changed": _("Calendar changed"),
    "seal_renewed": _("Seal renewed"),
    "checkpointed": _("Checkpoint made"),
    "trail_exported": _("Trail exported"),
    "sampled": _("Sample drawn"),
    "finding_added": _("Finding written down"),
    "finding_struck": _("Finding struck"),
    "pack_made": _("Evidence pack made"),
}
HISTORY = ("created", "changed", "performed", "signed", "voided", "erased")
HUNG = ("attached", "attachment_withdrawn")  # told in the history of a record, though they write nothing in it
DETAILS: dict[str, Message] = {
    "reason": _("Reason"),
    "setting": _("Setting"),
    "year": _("Year"),
    "day": _("Day"),
    "username": _("User name"),
    "role": _("Role"),
    "sites": _("Sites"),
    "file": _("File"),
    "added": _("Added"),
    "skipped": _("Skipped"),
    "refused": _("Refused"),
    "rows": _("Rows"),
    "from": _("From"),
    "to": _("To"),
    "format": _("Format"),
    "action": _("Action"),
    "path": _("Path"),
    "count": _("Count"),
    "code": _("Code"),
    "name": _("Name"),
    "post": _("Post"),
    "left_on": _("Left on"),
    "field": _("Field"),
    "digest": _("Digest"),
    "sha256": _("Digest"),
    "book": _("Book"),
    "verdict": _("Verdict"),
    "number": _("No."),
    "size": _("Size"),
    "seed": _("Seed"),
    "finding": _("Finding"),
}
MOST_CHANGES = 6
ERASED = _("(erased)")


class Change(NamedTuple):
    """One field before and after, as the reader sees it."""

    label: str
    old: str
    new: str
    key: str = ""


@dataclass(slots=True)
class Line:
    """One entry as it is read."""

    seq: int
    at: str
    who: str
    kind: str
    what: str
    reason: str = ""
    register: str = ""
    number: str = ""
    url: str = ""
    hash: str = ""
    changes: list[Change] = field(default_factory=list)
    first: bool = False


class Tail(NamedTuple):
    """The newest entry: its number, its moment, and its hash in hexadecimal."""

    seq: int
    at: datetime
    digest: str


def tail(session: Session) -> Tail | None:
    """The newest entry of the trail."""
    found = session.execute(select(AuditEntry.seq, AuditEntry.at, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    return Tail(found.seq, found.at, bytes(found.hash).hex()) if found else None


def last_of(session: Session, row: Register) -> tuple[int, str] | None:
    """Number and hash of the newest entry about a record."""
    statement = select(AuditEntry.seq, AuditEntry.hash).where(*_about(row)).order_by(AuditEntry.seq.desc()).limit(1)
    found = session.execute(statement).first()
    return (found.seq, bytes(found.hash).hex()) if found else None


def last_writer(session: Session, row: Register) -> str:
    """Who wrote in a record last."""
    statement = select(AuditEntry.actor_name).where(*_about(row), AuditEntry.kind.in_(HISTORY)).order_by(AuditEntry.seq.desc()).limit(1)
    return session.execute(statement).scalar_one_or_none() or row.created_by


def _about(row: Register) -> tuple[ColumnElement[bool], ...]:
    return AuditEntry.register == row.key, AuditEntry.record_id == row.id


def history(session: Session, row: Register, reader: Reader, limit: int = 200) -> list[Line]:
    """What was written in a record and attached to it, newest first."""
    shown = select(AuditEntry).where(*_about(row), AuditEntry.kind.in_((*HISTORY, *HUNG)))
    lines = told(session, session.execute(shown.order_by(AuditEntry.seq.desc()).limit(limit)).scalars().all(), reader)
    for line in lines:
        line.what = line.kind
    return lines


def of_kinds(session: Session, kinds: Iterable[str], reader: Reader, limit: int = 20) -> list[Line]:
    """The newest entries of some kinds that concern no record and no single site, for everybody: who did what to the calendar."""
    wanted = select(AuditEntry).where(AuditEntry.kind.in_(tuple(kinds)), AuditEntry.register == "", AuditEntry.site_id.is_(None))
    return told(session, session.execute(wanted.order_by(AuditEntry.seq.desc()).limit(limit)).scalars().all(), reader)


def _in_words(details: dict[str, Any]) -> dict[str, Message]:
    """Of a changed setting what it is called, and of it or a day of the calendar what it was and is, in words."""
    if "setting" in details:
        changed = settings.setting(details["setting"])
        return {"setting": changed.label, **{side: site_settings.said(changed, details[side]) for side in ("from", "to")}}
    return {side: DAYS[details[side]] for side in ("from", "to")} if "day" in details else {}


# From stored entries to lines ---------------------------------------------------------


def told(session: Session, found: Iterable[AuditEntry], reader: Reader) -> list[Line]:
    """Entries as one reader reads them."""
    stored = list(found)
    apart: dict[tuple[int, str, str], str] = {}
    for value in session.execute(select(AuditValue).where(AuditValue.seq.in_([each.seq for each in stored]))).scalars():
        if value.salt:
            apart[value.seq, value.field, value.side] = value.value
    teller = _Teller(session, reader, apart)
    return [teller.line(entry) for entry in stored]


class _Teller:
    """Tells entries to one reader."""

    def __init__(self, session: Session, reader: Reader, apart: dict[tuple[int, str, str], str]) -> None:
        self.session = session
        self.reader = reader
        self.apart = apart
        self.numbers: dict[tuple[str, int], str] = {}
        self.over: dict[tuple[str, int | None], bool] = {}

    def line(self, entry: AuditEntry) -> Line:
        """One entry, with everything masked that this reader may not see."""
        content = json.loads(bytes(entry.payload))
        details = content.get("details") or {}
        register = REGISTERS.get(entry.register)
        what = self._kind(entry, register, details)
        history = entry.kind in HISTORY
        return Line(
            seq=entry.seq,
            at=self.reader.moment(entry.at),
            who=self._who(entry),
            kind=what,
            what=what if history else self._details(register, details),
            reason=details.get("reason", "") if history or entry.kind in HUNG else "",
            register=register.about.title.say(self.reader.language) if register else "",
            number=entry.number,
            url=f"/register/{entry.register}/{entry.record_id}/"
            if register and entry.record_id and granted(register, "read", self.reader.role)
            else "",
            hash=bytes(entry.hash).hex()[:16],
            changes=self._changes(entry, register, content.get("changes") or {}),
            first=entry.kind == "created",
        )

    def _say(self, message: Message) -> str:
        return message.say(self.reader.language)

    def _who(self, entry: AuditEntry) -> str:
        if entry.actor == "stranger":
            return self._say(_("Stranger"))
        if entry.actor == CLOCK:
            return self._say(_("By itself, on time"))
        if entry.actor.startswith("system:"):
            return self._say(_("Console"))
        return entry.actor_name or entry.actor

    def _kind(self, entry: AuditEntry, register: type[Register] | None, details: dict[str, Any]) -> str:
        if entry.kind == "performed" and register is not None:
            transition = register.transition(details.get("transition", ""))
            if transition is not None:
                return self._say(transition.label)
        if entry.kind == "signed" and register is not None:
            slot = register.signing_place(details.get("slot", ""))
            what = _("{kind}: {slot}, {way}", kind=KINDS["signed"], slot=slot.label if slot else "", way=Way.labelled(details["way"]))
            return self._say(what)
        if entry.kind in HUNG:
            return self._say(_("{kind}: {file}", kind=KINDS[entry.kind], file=details.get("file") or details["digest"][:8]))
        if entry.kind == "created" and details.get("taken_over"):
            return self._say(_("Taken over"))
        if entry.kind == "changed" and details.get("carried"):
            follows = details.get("follows")
            return self._say(_("Followed from {number}", number=follows) if follows else _("Followed from another entry"))
        return self._say(KINDS.get(entry.kind, Message(entry.kind)))

    def _details(self, register: type[Register] | None, details: dict[str, Any]) -> str:
        said, worded = [], _in_words(details)
        for key, label in DETAILS.items():
            value = self._say(worded[key]) if key in worded else details.get(key)
            if value in (None, "", []):
                continue
            if key == "field" and register is not None and value in register.fields():
                value = self._say(register.fields()[value].label)
            elif key == "role" and value in ROLES:
                value = self._say(ROLES[value])
            elif key == "digest":
                value = value[:8]
            said.append(f"{self._say(label)} {', '.join(map(str, value)) if isinstance(value, list) else value}")
        return "; ".join(said)

    def _changes(self, entry: AuditEntry, register: type[Register] | None, changes: dict[str, Any]) -> list[Change]:
        if register is None:
            return []
        fields = register.fields()
        known = [key for key in fields if key in changes and fields[key].kind != "number"]
        said = [[self._value(entry, register, fields[key], side, changes[key]) for side in ("old", "new")] for key in known]
        return [Change(self._say(fields[key].label), old, new, key) for key, (old, new) in zip(known, said, strict=True)]

    def _value(self, entry: AuditEntry, register: type[Register], field_: Field, side: str, sides: list[Any]) -> str:
        value = sides[0 if side == "old" else 1]
        if isinstance(value, dict):
            value = self.apart.get((entry.seq, field_.key, side))
            if value is None:
                return self._say(ERASED)
        if field_.kind == "link" and value is not None:
            return self._number(field_.target, value)
        moment = datetime.fromisoformat(value) if field_.kind == "moment" and value else None
        over = moment is not None and day_alone(moment, self.reader.zone) is not None and self._taken_over(register, entry.record_id)
        return self.reader.kept(register, field_, value, taken_over=over)

    def _taken_over(self, register: type[Register], record_id: int | None) -> bool:
        """Whether a record came from a foreign ledger, whose moments may be days alone."""
        if (register.key, record_id) not in self.over:
            found = self.session.execute(select(register.taken_over).where(register.id == record_id)).scalar_one_or_none()
            self.over[register.key, record_id] = bool(found)
        return self.over[register.key, record_id]

    def _number(self, target: str, record_id: int) -> str:
        """The number of a linked record, for those who may read its register."""
        register = REGISTERS[target]
        if not granted(register, "read", self.reader.role):
            return "…"
        if (target, record_id) not in self.numbers:
            found = self.session.execute(select(register.number).where(register.id == record_id)).scalar_one_or_none()
            self.numbers[target, record_id] = found or "…"
        return self.numbers[target, record_id]
