from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, object_session

from models.archive.index import ArchiveIndex
from models.archive.transfer import Carrier
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import REGISTERS, About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition


class Consulter(Choice):
    """Who wants to look into a file: officials show proof, all others need the supervisor's leave."""

    OFFICIAL = "official", _("State official on duty")
    CUSTOMER = "customer", _("The customer concerned")
    STAFF = "staff", _("Staff of the company")
    OTHER = "other", _("Another person")


class Condition(Choice):
    """How the file was found when it went back to its place."""

    WHOLE = "whole", _("Whole and in order")
    FAULTY = "faulty", _("Something is missing or damaged")


def on_the_shelf(row: "ArchiveAccess") -> Message | None:
    """Only what is filed can be looked into."""
    file = row.file
    if file.voided_at is not None or file.state != ArchiveIndex.State.FILED:
        return _("This file is not filed yet; there is nothing to consult.")
    return None


@keeps("RULE-132 RULE-135")
def official_with_proof(row: "ArchiveAccess") -> Message | None:
    """State officials show proof and need no leave of the supervisor but for what is kept in computers (S3 AR 3.2, 3.3.2)."""
    if row.consulter != Consulter.OFFICIAL:
        return _("Without the supervisor's approval only state officials on duty may consult (S3 AR 3.2, 3.3).")
    if row.carrier == Carrier.ELECTRONIC:
        return _("What computers keep of customers is shown with the supervisor's approval alone (S3 AR 3.3.2).")
    return on_the_shelf(row) if row.proof else _("The official has shown no proof (S3 AR 3.2).")


@keeps("RULE-134")
def no_copy_out(row: "ArchiveAccess") -> Message | None:
    """What was copied goes back to its place before the consultation ends (S3 AR 3.3.1)."""
    session, copies = object_session(row), REGISTERS["archive_copy"]
    assert session is not None
    column = copies.__table__.c
    standing = (column.consultation_id == row.id, column.voided_at.is_(None), column.state.not_in([each.value for each in copies.closed]))
    number = session.execute(select(column.number).where(*standing).limit(1)).scalar()
    return _("Copy {number} is not finished; its papers go back first (S3 AR 3.3.1).", number=number) if number else None


class ArchiveAccess(Register):
    """One consultation of a customer file in the archive room, from asking until the file lies in its place again."""

    __tablename__ = "archive_access"

    class State(Choice):
        ASKED = "asked", _("Asked for")
        APPROVED = "approved", _("Approved")
        IN_ROOM = "in_room", _("In the archive room")
        BACK = "back", _("Back in its place")
        REFUSED = "refused", _("Refused")

    about = About(
        title=_("Archive access log"),
        spec=("REG-40",),
        clause="S3 AR 3.2, 3.3",
        number="CY-{site}-{year}-{serial:04}",
        moment="asked_at",
        subject="purpose",
        verb=_("Enter a consultation"),
        note=_("Files are consulted in the archive room; they are not for loan and not for other use (S3 AR 3.1)."),
    )
    access = Access(
        read="service lead", create="service", edit="service", void="lead", print="service lead", export="lead",
        names="service lead", unmask="service lead",
    )  # fmt: skip

    file: Mapped[ArchiveIndex] = fields.link("archive_index", _("Customer file"), clause="S3 AR 3.3", listed=True)
    asked_at: Mapped[datetime] = fields.moment(_("Asked at"), clause="S3 AR 3.2", listed=True, filtered=True, default=now)
    reader: Mapped[str] = fields.person(_("Consulted by"), clause="S3 AR 3.2", listed=True, searched=True)
    consulter: Mapped[Consulter] = fields.pick(_("Who consults"), Consulter, clause="S3 AR 3.2", listed=True, filtered=True)
    body: Mapped[str] = fields.line(_("Body or department"), longest=80, clause="S3 AR 3.2", listed=True, searched=True)
    proof: Mapped[str | None] = fields.identity(
        _("Proof shown"),
        clause="S3 AR 3.2",
        rule="RULE-132",
        help=_("Kind of paper and the last four characters of its number; officials do not consult without it."),
    )
    carrier: Mapped[Carrier | None] = fields.pick(
        _("Carrier"),
        Carrier,
        clause="S3 AR 3.3.2",
        rule="RULE-135",
        default=lambda: Carrier.PAPER.value,
        help=_("The paper file, or what computers keep of the customer."),
    )
    purpose: Mapped[str] = fields.line(_("Purpose of consulting"), clause="S3 AR 3.2", listed=True, searched=True, width=34)
    refusal: Mapped[str | None] = fields.line(_("Reason for refusing"), clause="S3 AR 3.3", by_step=True)
    approved_at: Mapped[datetime | None] = fields.stamp(_("Approved at"), clause="S3 AR 3.3, 3.3.2")
    approved_by: Mapped[str | None] = fields.staff(_("Approved by"), clause="S3 AR 3.3, 3.3.2", by_step=True)
    came_in_at: Mapped[datetime | None] = fields.stamp(_("Came into the room at"), clause="S3 AR 3.3.1")
    put_back_at: Mapped[datetime | None] = fields.stamp(_("Back in its place at"), clause="S3 AR 3.3.1", listed=True)
    condition: Mapped[Condition | None] = fields.pick(_("Condition of the file"), Condition, clause="S3 AR 2.3.3, 3.3", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.ASKED)

    parts = (
        Part(_("Customer file"), "file file.reference file.title file.house file.cabinet"),
        Part(_("Who consults, and why"), "asked_at reader consulter body proof carrier purpose remark"),
        Part(_("Approval"), "approved_at approved_by refusal", later=True),
        Part(_("In the archive room"), "came_in_at put_back_at condition", later=True),
    )
    rules = (
        not_ahead("asked_at", now),
        keeps("RULE-132")(needed("proof", when=lambda row: row.consulter == Consulter.OFFICIAL)),
        needed("remark", when=lambda row: row.condition == Condition.FAULTY),
    )
    transitions = (
        Transition(
            "approve",
            State.ASKED,
            State.APPROVED,
            _("Approve"),
            by="lead",
            stamps="approved_at",
            stamps_by="approved_by",
            guard=on_the_shelf,
            signs="approver",
            clause="S3 AR 3.3, 3.3.2",
            rule="RULE-133 RULE-135",
        ),
        Transition(
            "admit_official",
            State.ASKED,
            State.IN_ROOM,
            _("Admit the official"),
            by="service",
            stamps="came_in_at",
            guard=official_with_proof,
            clause="S3 AR 3.2",
            rule="RULE-131",
        ),
        Transition(
            "admit",
            State.APPROVED,
            State.IN_ROOM,
            _("Admit to the archive room"),
            by="service",
            stamps="came_in_at",
            guard=on_the_shelf,
            clause="S3 AR 3.3",
            rule="RULE-131",
        ),
        Transition(
            "put_back",
            State.IN_ROOM,
            State.BACK,
            _("Put the file back"),
            by="service",
            asks="condition",
            may_ask="remark",
            stamps="put_back_at",
            guard=no_copy_out,
            signs="archivist",
            clause="S3 AR 3.3.1",
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
        Slot("approver", _("Approved by"), "lead", optional=True, person="approved_by", clause="S3 AR 3.3"),
        Slot("reader", _("Consulted by"), "service", outside=True, person="reader", clause="S3 AR 3.2"),
        Slot("archivist", _("Archivist"), "service", clause="S3 AR 3.3.1"),
    )
    sheet = Sheet(
        "asked_at reader body proof file.reference file.title purpose approved_by came_in_at put_back_at condition remark",
        signed_by=(_("Archivist"), _("Head of department")),
        notes=(
            _("State officials show proof; all others need the supervisor's approval (S3 AR 3.2, 3.3)."),
            _("Nothing is lent out; nobody adds marks to a file (S3 AR 3.1, 3.3)."),
        ),
        rows=15,
    )
