from datetime import date
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, Session

from models.archive.index import ArchiveIndex, Retention, Secrecy
from models.archive.transfer import ArchiveTransfer
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition

YEARS = {Retention.TEN.value: 10, Retention.THIRTY.value: 30}


class Kind(Choice):
    """What is destroyed."""

    ARCHIVES = "archives", _("Papers of the archive")
    PERSONAL = "personal", _("Personal data of registers")


class Outcome(Choice):
    """What became of a record that was listed."""

    DESTROYED = "destroyed", _("Destroyed")
    SKIPPED = "skipped", _("Left alone: changed since it was listed")


class ListedPaper(fields.Line):
    """One kind of papers that is destroyed; its number in the list is that of its line."""

    numbered = True
    category: str = fields.line(_("Category"), longest=40, clause="DA/T 22-2015", width=18)
    name: str = fields.line(_("Name of the papers"), longest=80, clause="DA/T 22-2015", width=28)
    reference: str | None = fields.line(_("Archival code"), longest=60, clause="DA/T 22-2015", width=34)
    quantity: int = fields.count(_("Quantity"), least=1, width=12)
    reason: str = fields.line(_("Reason for destroying"), longest=120, width=24)
    secrecy: str | None = fields.pick(_("Security classification"), Secrecy, width=15)
    copies: int | None = fields.count(_("Number of copies"), least=1, width=12)
    pages: int | None = fields.count(_("Pages"), least=1, width=14)
    remark: str | None = fields.line(_("Remark"), longest=120, width=14)


class ListedRecord(fields.Line):
    """One record of a register whose retention has run out, as it stood when it was listed."""

    numbered = True
    title: str = fields.line(_("Register"), longest=80, clause="S3 KY 4.4", width=52)
    book: str = fields.line(_("Key of the register"), longest=40, width=30)
    number: str = fields.line(_("No."), longest=40, clause="S3 KY 4.4", width=32)
    closed_on: date = fields.day(_("Closed on"), clause="S3 KY 4.4", width=20)
    edition: int = fields.count(_("Version"), least=1, width=12)
    outcome: str | None = fields.pick(_("What became of it"), Outcome, width=25)


def kept_until(file: ArchiveIndex, day: date) -> Message | None:
    """Why a customer file may not be destroyed yet; its retention is a minimum (DA/T 22-2015)."""
    if file.retention == Retention.PERMANENT:
        return _("{reference} is kept permanently.", reference=file.reference or file.number)
    if file.filed_on is None:
        return None
    filed = file.filed_on
    if (day.year, day.month, day.day) < (filed.year + YEARS[file.retention], filed.month, filed.day):
        return _("{reference} is still to be kept.", reference=file.reference or file.number)
    return None


def something_listed(row: "DestructionList") -> Message | None:
    """An empty list is approved by nobody."""
    return None if (row.papers if row.kind == Kind.ARCHIVES else row.records) else _("Nothing stands in the list.")


class DestructionList(Register):
    """One list of what is destroyed together: approved, seen by two witnesses, and itself kept for ever."""

    __tablename__ = "destruction_list"

    class State(Choice):
        LISTED = "listed", _("Listed")
        APPROVED = "approved", _("Approved")
        DONE = "done", _("Carried out")

    about = About(
        title=_("Destruction list"),
        spec=(),
        clause="DA/T 22-2015; S3 KY 4.4",
        number="XH-{site}-{year}-{serial:04}",
        moment="listed_on",
        subject="grounds",
        verb=_("List what is to be destroyed"),
        note=_("Kept permanently. What it lists is destroyed after the approval and the signatures of two witnesses, and not before."),
    )
    access = Access(
        read="service lead quality", create="service lead", edit="service lead", void="lead", print="service lead quality",
        export="lead quality",
    )  # fmt: skip

    listed_on: Mapped[date] = fields.day(_("Date"), listed=True, filtered=True, default=today)
    kind: Mapped[Kind] = fields.pick(
        _("What is destroyed"),
        Kind,
        listed=True,
        filtered=True,
        default=lambda: Kind.ARCHIVES.value,
        help=_("For personal data the list fills itself with the records whose retention has run out."),
    )
    grounds: Mapped[str] = fields.line(_("Reason for destroying"), clause="S3 KY 4.4", listed=True, searched=True, width=34)
    file: Mapped[ArchiveIndex | None] = fields.link(
        "archive_index", _("Customer file"), help=_("The one file that is destroyed, if it is one.")
    )
    transfer: Mapped[ArchiveTransfer | None] = fields.link(
        "archive_transfer", _("Archive transfer list"), clause="S2 篇五 7", help=_("With which the papers came into the archive.")
    )
    papers: Mapped[list[Any] | None] = fields.grid(_("Papers"), ListedPaper)
    records: Mapped[list[Any] | None] = fields.grid(_("Records"), ListedRecord, clause="S3 KY 4.4")
    approved_by: Mapped[str | None] = fields.staff(_("Approved by"), by_step=True)
    destroyed_on: Mapped[date | None] = fields.day(_("Destroyed on"), listed=True, filtered=True, by_step=True)
    place: Mapped[str | None] = fields.line(_("Place of destruction"), longest=80, by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.LISTED)

    parts = (
        Part(_("List"), "listed_on kind grounds file transfer remark"),
        Part(_("Papers of the archive"), "papers"),
        Part(_("Personal data of registers"), "records", later=True),
        Part(_("Approval and carrying out"), "approved_by destroyed_on place", later=True),
    )
    rules = (not_ahead("listed_on", now), not_ahead("destroyed_on", now))
    transitions = (
        Transition(
            "approve",
            State.LISTED,
            State.APPROVED,
            _("Approve"),
            by="project_manager",
            stamps_by="approved_by",
            guard=something_listed,
            signs="approver",
        ),
        Transition(
            "carry_out",
            State.APPROVED,
            State.DONE,
            _("Destroy and close the list"),
            by="lead",
            asks="destroyed_on place",
            may_ask="remark",
            clause="S3 KY 4.4",
        ),
    )
    closed = (State.DONE,)
    slots = (
        Slot("archivist", _("Archivist"), "service", at_entry=True),
        Slot("approver", _("Approved by"), "project_manager", apart=True, person="approved_by"),
        Slot("witness_one", _("First witness of the destruction"), "service lead quality", apart=True),
        Slot("witness_two", _("Second witness of the destruction"), "service lead quality", apart=True),
    )
    sheet = Sheet(
        "number listed_on kind grounds approved_by destroyed_on place state remark",
        signed_by=(_("Archivist"), _("Approved by"), _("Witness"), _("Witness")),
        notes=(_("The list is kept permanently; two witnesses sign it."),),
        report="REP-26",
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """What was approved stays as it was approved, and no file goes before its time."""
        kept = inspect(self).persistent
        if kept and self.intent == "edit" and self.state != self.State.LISTED and self.changed_keys():
            return {"": _("The list is approved and is not changed any more; void it and make another.")}
        if kept and self.intent == "void" and self.state == self.State.DONE:
            return {"": _("What was destroyed stays listed for ever.")}
        return self._too_early(session) if self.state == self.State.LISTED else {}

    def _too_early(self, session: Session) -> dict[str, Message]:
        codes = [line.get("reference") for line in self.papers or () if isinstance(line, dict) and line.get("reference")]
        standing = (ArchiveIndex.site_id == self.site_id, ArchiveIndex.voided_at.is_(None))
        found: dict[str, Message] = {}
        for key, wanted in (("papers", ArchiveIndex.reference.in_(codes)), ("file", ArchiveIndex.id == self.get("file"))):
            for file in session.execute(select(ArchiveIndex).where(*standing, wanted)).scalars():
                against = kept_until(file, today())
                if against is not None:
                    found[key] = against
        return found
