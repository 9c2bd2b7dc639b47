from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from models.archive.index import ArchiveIndex
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import _
from models.core.plans import YEAR, Plan
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Carrier(Choice):
    """On what a record stands."""

    PAPER = "paper", _("Paper")
    ELECTRONIC = "electronic", _("Electronic")


class Completeness(Choice):
    """How a record was found when it was handed over."""

    COMPLETE = "complete", _("Complete")
    LACKING = "lacking", _("Pages missing")


class Handed(fields.Line):
    """One kind of record that is handed over."""

    numbered = True
    name: str = fields.line(_("Name of the records"), longest=80, clause="S2 篇五 7", width=34)
    first_on: date | None = fields.day(_("From"), clause="S2 篇五 7", width=23)
    last_on: date | None = fields.day(_("To"), clause="S2 篇五 7", width=23)
    carrier: str = fields.pick(_("Carrier"), Carrier, clause="S2 篇五 7", width=16)
    quantity: int = fields.count(_("Quantity"), least=1, clause="S2 篇五 7", width=14)
    measure: str = fields.line(_("Measure"), longest=12, clause="S2 篇五 7", width=14, help=_("Volumes, copies or boxes."))
    condition: str = fields.pick(_("Condition"), Completeness, clause="S2 篇五 7", width=18)
    remark: str | None = fields.line(_("Remark"), width=27)


class ArchiveTransfer(Register):
    """One handing over of a department's records to the archivist, line by line."""

    __tablename__ = "archive_transfer"

    class State(Choice):
        LISTED = "listed", _("Listed for handing over")
        RECEIVED = "received", _("Received by the archivist")

    about = About(
        title=_("Archive transfer list"),
        spec=("REG-42",),
        clause="S2 篇五 7",
        number="DY-{site}-{year}-{serial:04}",
        moment="listed_on",
        subject="department",
        verb=_("List records for handing over"),
        holder="giver",
        note=_("Records of handled complaints are handed to the archivist regularly (S2 篇五 7); finished volumes too (S2 篇六 一.6)."),
    )
    access = Access(
        read="staff", create="staff", edit="service lead", void="lead", print="service lead", export="lead quality",
    )  # fmt: skip

    listed_on: Mapped[date] = fields.day(_("Day of handing over"), clause="S2 篇五 7", listed=True, filtered=True, default=today)
    department: Mapped[str] = fields.line(_("Handed over by (department)"), longest=60, clause="S2 篇五 7", listed=True, searched=True)
    receiver: Mapped[str] = fields.line(_("Received by (department)"), longest=60, clause="S2 篇五 7", listed=True)
    occasion: Mapped[str] = fields.line(_("Why they are handed over"), clause="S2 篇五 7", listed=True, searched=True)
    file: Mapped[ArchiveIndex | None] = fields.link(
        "archive_index", _("Customer file"), clause="S3 AR 2.3", help=_("The customer file into which the records go, if it is one.")
    )
    records: Mapped[list[Any]] = fields.grid(_("Records"), Handed, clause="S2 篇五 7", rule="RULE-136")
    giver: Mapped[str] = fields.staff(_("Handed over by"), clause="S2 篇五 7", listed=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.LISTED)

    parts = (
        Part(_("Handing over"), "listed_on department receiver giver occasion file"),
        Part(_("Records"), "records remark"),
    )
    rules = (not_ahead("listed_on", now),)
    transitions = (
        Transition(
            "receive",
            State.LISTED,
            State.RECEIVED,
            _("Receive and sign"),
            by="service",
            may_ask="remark",
            signs="archivist",
            clause="S2 篇五 7",
            rule="RULE-136",
        ),
    )
    closed = (State.RECEIVED,)
    plans = (
        Plan(
            name="yearly",
            label=_("Handing over to the archive"),
            rule="RULE-136",
            clause="S2 篇五 7",
            every=YEAR,
            states=(State.RECEIVED,),
            owed_by="service",
            text=_("Regularly by the documents, which name no period; a year is the default of the product."),
        ),
    )
    slots = (
        Slot("giver", _("Handed over by"), "staff", person="giver", clause="S2 篇五 7"),
        Slot("archivist", _("Archivist (received)"), "service", apart=True, clause="S2 篇五 7", rule="RULE-136"),
        Slot("overseer", _("Handing over seen by"), "lead", apart=True, optional=True, clause="S2 篇五 7"),
    )
    sheet = Sheet(
        "number listed_on department receiver occasion giver remark",
        paper="A4 portrait",
        signed_by=(_("Archivist"), _("Head of department")),
        copies=(_("Handing department"), _("Archive")),
        rows=20,
        report="REP-26",
    )
