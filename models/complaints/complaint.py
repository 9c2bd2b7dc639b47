from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, Session

from models.complaints.answering import answered_by_its_mode, contented, explained, within_cap
from models.complaints.collective import CollectiveCase
from models.complaints.complaint_clocks import CLOCKS
from models.complaints.complaint_paper import HEADINGS, INTAKE
from models.complaints.complaint_prints import PRINTS
from models.complaints.complaint_steps import STEPS, ComplaintState
from models.complaints.complaint_tells import TELLS
from models.complaints.judgement import Level, Post, ReplyMode, Severity, Validity, is_major
from models.contact import first_responder as first
from models.contact.call_visit import CallVisit, Channel
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.message import Message, _
from models.core.register import About, Alias, Register, apart
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, needed, not_ahead


class Word(fields.Line):
    """One time that the resident was told how it stands."""

    at: datetime = fields.moment(_("Told at"), clause="S1 4.4.2")
    said: str = fields.line(_("What the resident was told"), longest=200, width=60, clause="S1 4.4.2")
    by: str = fields.staff(_("Told by"), clause="S1 4.4.2")


class Complaint(Register):
    """One complaint as the resident made it, until it is answered, followed up and closed."""

    __tablename__ = "complaint"
    State = ComplaintState

    about = About(
        title=_("Complaint record"),
        spec=("REG-09", "REG-11"),
        clause="S1 6.2",
        number="TS-{site}-{year}-{serial:04}",
        series="complaint",
        moment="received_at",
        subject="subject",
        verb=_("New complaint"),
        holder="handler first_responder",
        aliases=(
            Alias("REG-11", _("Customer complaint handling register"), INTAKE),
            Alias("REG-11", _("Complaint acceptance register"), INTAKE),
            Alias("REG-11", _("Grievance acceptance register"), INTAKE),
        ),
    )
    access = Access(
        read="staff", create="desk", edit="service", void="lead", print="desk lead quality", export="lead quality", load="cs_supervisor",
        names="desk lead", unmask="desk lead", rule="RULE-024",
    )  # fmt: skip

    call_visit: Mapped[CallVisit | None] = fields.link(
        "call_visit", _("Call & visit register"), shares_number=True, clause="S3 CP 1.4", rule="RULE-016"
    )
    outside_number: Mapped[str | None] = fields.line(
        _("Outside number"), longest=40, searched=True, help=_("The number given elsewhere, such as a 12345 work order.")
    )
    channel: Mapped[Channel] = fields.pick(_("Channel"), Channel, clause="S3 CP 1.1", filtered=True, default=lambda: Channel.PHONE.value)
    received_at: Mapped[datetime] = fields.moment(_("Received at"), clause="S1 4.3.1", listed=True, filtered=True, default=now)
    first_responder: Mapped[str] = fields.staff(
        _("First responder"),
        default=own_name,
        clause="S0 首问一",
        rule="RULE-001",
        help=_("The first person spoken to stays responsible, also after passing on."),
    )
    passed_down: Mapped[bool | None] = fields.tick(
        _("Passed down by the developer's centre"),
        clause="S1 4.5.3",
        rule="RULE-066",
        help=_("The result is reported back within 12 hours."),
    )
    house: Mapped[str | None] = fields.house(_("House number"), clause="S1 4.3.1", listed=True, searched=True)
    complainant: Mapped[str] = fields.person(_("Complainant"), clause="S1 4.3.1", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S1 4.3.1")
    subject: Mapped[str] = fields.line(_("Subject"), listed=True, searched=True, longest=200, width=30)
    place: Mapped[str | None] = fields.line(_("Place"), longest=120, searched=True)
    content: Mapped[str] = fields.text(
        _("Content of the complaint"), clause="S1 4.3.1", searched=True, help=_("Truthful and clear, in the words of the complainant.")
    )
    repeat_of: Mapped["Complaint | None"] = fields.link("complaint", _("Repeats the complaint"), clause="S1 4.11.1", rule="RULE-030")
    validity: Mapped[Validity | None] = fields.pick(
        _("Class"),
        Validity,
        clause="S1 4.1.1–4.1.3",
        rule="RULE-028",
        listed=True,
        filtered=True,
        help=_(
            "Valid: a failure of the centre in management, charges, funds or upkeep. Assisted: caused by the developer, the surroundings "
            "or what lies outside the centre. Invalid: all others."
        ),
    )
    severity: Mapped[Severity | None] = fields.pick(
        _("Severity"), Severity, clause="S3 CP 2.2", rule="RULE-029", listed=True, filtered=True
    )
    major: Mapped[bool | None] = fields.tick(
        _("Major complaint"), clause="S0 投诉三", rule="RULE-064", help=_("A serious or a collective one is major in any case.")
    )
    post: Mapped[Post | None] = fields.pick(_("Responsible post"), Post, clause="S1 4.3.1", filtered=True)
    collective: Mapped[bool] = fields.tick(
        _("Collective complaint"),
        clause="S1 4.1.4",
        filtered=True,
        help=_("Five or more households, the same property, the same event, at the same time."),
    )
    collective_case: Mapped[CollectiveCase | None] = fields.link(
        "collective_case", _("Collective complaint register"), clause="S1 4.1.4", by_step=True
    )
    reported_at: Mapped[datetime | None] = fields.moment(_("Reported to the supervisor at"), clause="S1 4.3.1")
    agreed_reply_at: Mapped[datetime | None] = fields.moment(_("Agreed reply time"), clause="S1 4.4.1")
    later_reason: Mapped[str | None] = fields.text(_("Reason for a later time"), clause="S3 CP 1.2", by_step=True)
    later_agreed_at: Mapped[datetime | None] = fields.stamp(_("Later time agreed at"), clause="S3 CP 1.2")
    contacted_at: Mapped[datetime | None] = fields.stamp(_("Contacted at"), clause="S1 4.4.1")
    progress: Mapped[list[Any] | None] = fields.grid(_("Word of the progress"), Word, clause="S1 4.4.2", rule="RULE-035", by_step=True)
    progress_at: Mapped[datetime | None] = fields.stamp(_("Last told of the progress at"), clause="S1 4.4.2")
    earlier_review: Mapped[str | None] = fields.line(_("Review of the earlier handling"), longest=200, clause="S1 4.11.1", by_step=True)
    reviewed_at: Mapped[datetime | None] = fields.stamp(_("Reviewed at"), clause="S1 4.11.1")
    reviewed_by: Mapped[str | None] = fields.staff(_("Reviewed by"), clause="S1 4.11.1", rule="RULE-030", by_step=True)
    cause: Mapped[str | None] = fields.text(_("Investigation and cause"), clause="S2 篇五 2.1.1", rule="RULE-079")
    loss: Mapped[Decimal | None] = fields.money(_("Loss of the resident"), clause="S2 篇五 6", rule="RULE-054")
    capa_needed: Mapped[bool | None] = fields.tick(_("Needs a corrective measure"), clause="S3 CP 2.4", rule="RULE-069")
    measures: Mapped[str | None] = fields.text(_("Measures taken"), clause="S2 篇五 2.1.1", by_step=True)
    passed_to_office: Mapped[datetime | None] = fields.stamp(_("Hard to settle: passed to the office"))
    inquiry_group: Mapped[str | None] = fields.line(_("Inquiry group"), longest=120, clause="S2 篇五 2.1.3", rule="RULE-068", by_step=True)
    unit: Mapped[str | None] = fields.line(
        _("Unit that must solve it"),
        longest=120,
        clause="S0 投诉四; S1 4.4.6",
        rule="RULE-040 RULE-067",
        searched=True,
        by_step=True,
        help=_("The authority, company or office outside the centre."),
    )
    referral_letter: Mapped[str | None] = fields.line(
        _("Written report no."), longest=60, clause="S1 4.4.3", rule="RULE-036", searched=True, by_step=True
    )
    referred_at: Mapped[datetime | None] = fields.stamp(_("Reported to the unit at"), clause="S1 4.4.3")
    unit_answer: Mapped[str | None] = fields.line(_("Answer of the unit"), longest=200, clause="S0 投诉四", rule="RULE-040", by_step=True)
    unit_answered_at: Mapped[datetime | None] = fields.stamp(_("Answered by the unit at"), clause="S0 投诉四")
    reported_back_at: Mapped[datetime | None] = fields.stamp(_("Reported to the developer's centre at"), clause="S1 4.5.3")
    result: Mapped[str | None] = fields.text(_("Result of handling"), clause="S1 4.4.8", rule="RULE-055", searched=True)
    handler: Mapped[str | None] = fields.staff(_("Handled by"), clause="S0 投诉五", rule="RULE-058")
    handled_at: Mapped[datetime | None] = fields.stamp(_("Handling completed at"))
    reply_mode: Mapped[ReplyMode | None] = fields.pick(_("Way of reply"), ReplyMode, clause="S1 4.7.3")
    reply_letter: Mapped[str | None] = fields.line(
        _("Reply letter no."), longest=60, clause="S1 4.8.1", rule="RULE-051", searched=True, by_step=True
    )
    explanation: Mapped[str | None] = fields.text(
        _("Explanation to the resident"),
        clause="S1 4.4.4",
        rule="RULE-037",
        by_step=True,
        help=_("An invalid complaint is explained reasonably and patiently."),
    )
    answered_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S1 4.7.2")
    answered_by: Mapped[str | None] = fields.staff(_("Replied by"), clause="S3 CP 2.2", rule="RULE-057", by_step=True)
    opinion: Mapped[str | None] = fields.text(_("Resident's opinion"), clause="S1 4.7.3")
    satisfied: Mapped[bool | None] = fields.tick(_("Satisfied"), clause="S3 CP 2.2")
    closed_at: Mapped[datetime | None] = fields.stamp(_("Closed at"))
    reopened_at: Mapped[datetime | None] = fields.stamp(_("Reopened at"))
    reopen_reason: Mapped[str | None] = fields.text(_("Reason for reopening"), clause="S1 4.11.1", by_step=True)
    level: Mapped[Level] = fields.pick(_("Level"), Level, clause="S1 4.4.9", by_step=True, default=lambda: Level.DESK.value)
    told_to: Mapped[str | None] = fields.staff(_("Told to"), clause="S1 4.5.2", by_step=True)
    escalation_reason: Mapped[str | None] = fields.text(_("Reason for escalating"), clause="S1 4.4.9", by_step=True)
    escalated_at: Mapped[datetime | None] = fields.stamp(_("Escalated at"))
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[ComplaintState] = fields.state(_("State"), ComplaintState, start=ComplaintState.RECEIVED)

    parts = (
        Part(_("Intake"), "channel received_at first_responder outside_number call_visit passed_down"),
        Part(_("Complainant"), "house complainant phone"),
        Part(_("The complaint"), "subject place content repeat_of"),
        Part(_("Judgement and dispatch"), "validity severity major post collective collective_case reported_at"),
        Part(
            _("Investigation and handling"),
            "contacted_at agreed_reply_at later_reason later_agreed_at progress progress_at earlier_review reviewed_at reviewed_by cause "
            "measures passed_to_office inquiry_group loss capa_needed result handler handled_at",
            later=True,
        ),
        Part(
            _("Referral"),
            "unit referral_letter referred_at unit_answer unit_answered_at reported_back_at",
            later=True,
        ),
        Part(_("Reply and opinion"), "reply_mode reply_letter explanation answered_at answered_by satisfied opinion remark", later=True),
        Part(
            _("Escalation and closing"),
            "level told_to escalation_reason escalated_at reopened_at reopen_reason closed_at",
            later=True,
        ),
    )
    rules = (
        not_ahead("received_at", now),
        needed("house phone", when=lambda row: row.channel in (Channel.PHONE, Channel.VISIT)),
        in_order("received_at", "agreed_reply_at", _("The agreed time is before the complaint was received.")),
        in_order("received_at", "reported_at", _("This is before the complaint was received.")),
        within_cap,
        answered_by_its_mode,
        explained,
        contented,
    )
    transitions = STEPS
    closed = (ComplaintState.CLOSED,)
    taken_over_as = TakenOver(
        known_by="outside_number",
        done_by="answered_at result",
        stands_in={"subject": "content", "content": "subject"},
        spill="content",
        own_words={"validity": "remark"},
    )
    deadlines = CLOCKS
    tells = TELLS
    headings = HEADINGS
    slots = (
        Slot("plan", _("Plan confirmed"), "project_manager", clause="S3 CP 2.2", rule="RULE-046"),
        Slot("handler", _("Handled by"), "staff", person="handler", clause="S0 投诉五", rule="RULE-047"),
        Slot("resident", _("Resident"), "service lead", outside=True, told=True, person="complainant", clause="S1 4.7.3", rule="RULE-049"),
        Slot("review", _("Supervisor's review"), "cs_supervisor", clause="S1 4.12.2b", rule="RULE-048"),
        Slot("opinion", _("Service-centre manager's opinion"), "project_manager", clause="S1 4.12.2b", rule="RULE-048"),
    )
    prints = PRINTS
    sheet = Sheet(
        "number received_at house complainant phone channel content validity post result opinion satisfied",
        signed_by=(_("Prepared by"), _("Reviewed by"), _("Approved by")),
        notes=(
            _("One record for each complaint, invalid ones included (S3 CP 1.3)."),
            _("The supervisor reviews each record; the service-centre manager signs an opinion (S1 4.12.2b)."),
        ),
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """The first responder stays."""
        return first.stays(self, "first_responder")

    @apart
    def carry(self, session: Session) -> None:
        """A serious or a collective complaint is marked as the major one that it is (C-06)."""
        if is_major(self):
            self.major = True
