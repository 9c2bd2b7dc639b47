from datetime import datetime

from sqlalchemy.orm import Mapped

from models.archive.access import ArchiveAccess
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


@keeps("RULE-134")
def in_the_room(row: "ArchiveCopy") -> Message | None:
    """Copies are made in the archive room, while the file is consulted there (S3 AR 3.3.1)."""
    if row.consultation.state != ArchiveAccess.State.IN_ROOM or row.consultation.voided_at is not None:
        return _("The file is not in the archive room: copies are made there, during the consultation (S3 AR 3.3.1).")
    return None


class ArchiveCopy(Register):
    """One copying out of a file that is being consulted, approved beforehand and put back at once."""

    __tablename__ = "archive_copy"

    class State(Choice):
        ASKED = "asked", _("Asked for")
        APPROVED = "approved", _("Approved")
        COPIED = "copied", _("Copied, to be put back")
        BACK = "back", _("Back in its place")
        REFUSED = "refused", _("Refused")

    about = About(
        title=_("Archive copy record"),
        spec=("REG-41",),
        clause="S3 AR 3.3, 3.3.1",
        number="FZ-{site}-{year}-{serial:04}",
        moment="asked_at",
        subject="purpose",
        verb=_("Ask for a copy"),
        note=_("No copy without the supervisor's approval; papers do not leave the room and are put back at once (S3 AR 3.3, 3.3.1)."),
    )
    access = Access(
        read="service lead", create="service", edit="service", void="lead", print="service lead", export="lead",
        names="service lead", unmask="service lead",
    )  # fmt: skip

    consultation: Mapped[ArchiveAccess] = fields.link("archive_access", _("Consultation"), clause="S3 AR 3.3.1", listed=True)
    asked_at: Mapped[datetime] = fields.moment(_("Asked at"), clause="S3 AR 3.3", listed=True, filtered=True, default=now)
    papers: Mapped[str] = fields.line(_("Papers to be copied"), clause="S3 AR 3.3", listed=True, searched=True, width=34)
    pages: Mapped[int] = fields.count(_("Pages"), least=1, most=99999, clause="S3 AR 3.3.1", listed=True)
    copies: Mapped[int] = fields.count(_("Number of copies"), least=1, most=999, clause="S3 AR 3.3.1", listed=True, default=lambda: 1)
    purpose: Mapped[str] = fields.line(_("What the copy is for"), clause="S3 AR 3.3", listed=True, searched=True, width=30)
    refusal: Mapped[str | None] = fields.line(_("Reason for refusing"), clause="S3 AR 3.3", by_step=True)
    approved_at: Mapped[datetime | None] = fields.stamp(_("Approved at"), clause="S3 AR 3.3")
    approved_by: Mapped[str | None] = fields.staff(_("Approved by"), clause="S3 AR 3.3", by_step=True)
    copied_at: Mapped[datetime | None] = fields.stamp(_("Copied at"), clause="S3 AR 3.3.1")
    copied_by: Mapped[str | None] = fields.staff(_("Copied by"), clause="S3 AR 3.3.1", by_step=True)
    put_back_at: Mapped[datetime | None] = fields.stamp(_("Back in its place at"), clause="S3 AR 3.3.1", listed=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.ASKED)

    parts = (
        Part(_("Consultation"), "consultation consultation.file.reference consultation.file.title consultation.reader consultation.body"),
        Part(_("What is copied, and what for"), "asked_at papers pages copies purpose"),
        Part(_("Approval"), "approved_at approved_by refusal", later=True),
        Part(_("Copying"), "copied_at copied_by put_back_at", later=True),
    )
    rules = (not_ahead("asked_at", now),)
    transitions = (
        Transition(
            "approve",
            State.ASKED,
            State.APPROVED,
            _("Approve"),
            by="lead",
            stamps="approved_at",
            stamps_by="approved_by",
            signs="approver",
            clause="S3 AR 3.3",
            rule="RULE-133",
        ),
        Transition(
            "copy",
            State.APPROVED,
            State.COPIED,
            _("Enter the copying"),
            by="service",
            may_ask="pages copies",
            stamps="copied_at",
            stamps_by="copied_by",
            guard=in_the_room,
            signs="copier",
            clause="S3 AR 3.3.1",
        ),
        Transition(
            "put_back",
            State.COPIED,
            State.BACK,
            _("Put the papers back"),
            by="service",
            stamps="put_back_at",
            clause="S3 AR 3.3.1",
            rule="RULE-134",
        ),
        Transition(
            "refuse",
            (State.ASKED, State.APPROVED),
            State.REFUSED,
            _("Refuse"),
            by="lead",
            asks="refusal",
            clause="S3 AR 3.3",
            step=False,
        ),
    )
    closed = (State.BACK, State.REFUSED)
    slots = (
        Slot("approver", _("Approved by"), "lead", person="approved_by", clause="S3 AR 3.3", rule="RULE-133"),
        Slot("copier", _("Copied by"), "service", person="copied_by", clause="S3 AR 3.3.1"),
        Slot("receiver", _("Copy received by"), "service", outside=True, clause="S3 AR 3.3.1"),
    )
    sheet = Sheet(
        "asked_at consultation.file.reference consultation.file.title papers copies pages purpose consultation.reader approved_by "
        "copied_by put_back_at",
        signed_by=(_("Archivist"), _("Head of department")),
        notes=(_("Approved before it is copied, never taken out of the room, put back at once (S3 AR 3.3, 3.3.1)."),),
        rows=15,
    )
