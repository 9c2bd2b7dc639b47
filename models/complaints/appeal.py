from datetime import date, datetime, timedelta

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import days, working_days
from models.core.message import Message, _
from models.core.papers import Letter, Only
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition

WITHIN = timedelta(days=10)


class Against(Choice):
    """What an appeal is made against."""

    COMPLAINT = "complaint", _("Answer to a complaint")
    SURVEY = "survey", _("Result of a survey")
    FEE = "fee", _("Decision on fees")
    PENALTY = "penalty", _("Penalty")
    OTHER = "other", _("Other decision")


@keeps("RULE-189")
def within_ten_days(row: "Appeal") -> dict[str, Message]:
    """An appeal is made within ten days after the report was received (S2 篇五 1.1)."""
    if row.received_on and row.appealed_on and row.appealed_on > row.received_on + WITHIN:
        passed = (row.appealed_on - row.received_on).days
        return {
            "appealed_on": _("An appeal is made within 10 days after receiving the report; {n} have passed (S2 篇五 1.1).", n=passed),
        }
    return {}


@keeps("RULE-191")
def recalled_first(row: "Appeal") -> dict[str, Message]:
    """A corrected paper goes out only when the old one is stamped void (S2 篇五 2.2.5)."""
    if row.state == Appeal.State.CORRECTED and not row.stamped_void:
        return {"stamped_void": _("The old paper is recalled and stamped void before the corrected one is issued (S2 篇五 2.2.5).")}
    return {}


class Appeal(Register):
    """One appeal in writing against an answer or a decision, reviewed by two who had no part in it, until it is answered."""

    __tablename__ = "appeal"

    class State(Choice):
        ACCEPTED = "accepted", _("Awaiting review")
        REVIEWED = "reviewed", _("Awaiting decision")
        UPHELD = "upheld", _("Upheld")
        CORRECTED = "corrected", _("Paper corrected")

    about = About(
        title=_("Appeal form/register"),
        spec=("REG-13",),
        clause="S2 篇五 1.1",
        number="SS-{site}-{year}-{serial:04}",
        moment="accepted_at",
        subject="reasons",
        verb=_("Accept an appeal"),
        note=_("These rules come from a laboratory's quality system and are the company's choice (S2 篇五)."),
    )
    access = Access(
        read="desk lead quality", create="desk lead quality", edit="service lead quality", void="lead", print="desk lead quality",
        export="lead quality", names="desk lead quality", unmask="desk lead quality",
    )  # fmt: skip

    complaint: Mapped[Complaint | None] = fields.link("complaint", _("Complaint record"), clause="S2 篇五 1.1", listed=True)
    against: Mapped[Against] = fields.pick(
        _("Appeal against"), Against, clause="S2 篇五 1.1", filtered=True, default=lambda: Against.COMPLAINT.value
    )
    appellant: Mapped[str] = fields.person(_("Appellant"), clause="S2 篇五 1.1", listed=True, searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), searched=True, listed=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"))
    received_on: Mapped[date] = fields.day(_("Report received on"), clause="S2 篇五 1.1")
    appealed_on: Mapped[date] = fields.day(
        _("Appealed on"), clause="S2 篇五 1.1", listed=True, default=today, help=_("At most 10 days after the report was received.")
    )
    reasons: Mapped[str] = fields.text(_("Reasons of the appeal"), clause="S2 篇五 1.1", rule="RULE-189", listed=True, searched=True)
    evidence: Mapped[str] = fields.text(_("Evidence and attachments"), clause="S2 篇五 1.1", rule="RULE-189")
    urgent: Mapped[bool] = fields.tick(_("Urgent"), clause="S2 篇五 2.2.5", filtered=True)
    accepted_at: Mapped[datetime] = fields.moment(_("Accepted at"), clause="S2 篇五 1.2", listed=True, filtered=True, default=now)
    accepted_by: Mapped[str] = fields.staff(_("Accepted by"), clause="S2 篇五 1.2", default=own_name)
    answer_due: Mapped[date | None] = fields.day(
        _("Answer due on"),
        clause="S2 篇五 2.2.5",
        listed=True,
        by_step=True,
        help=_("Within 15 days; an urgent appeal within 3 working days."),
    )
    review: Mapped[str | None] = fields.text(_("Course of the review"), clause="S2 篇五 2.2.4", searched=True)
    answer: Mapped[str | None] = fields.text(_("Result of the appeal"), clause="S2 篇五 2.2.5")
    answered_at: Mapped[datetime | None] = fields.stamp(_("Answered at"), clause="S2 篇五 2.2.5")
    answer_letter: Mapped[str | None] = fields.line(_("Reply letter no."), longest=60, clause="S2 篇五 2.2.5", by_step=True)
    old_paper: Mapped[str | None] = fields.line(_("Old paper"), longest=120, clause="S2 篇五 2.2.5", by_step=True)
    recalled_on: Mapped[date | None] = fields.day(_("Old paper recalled on"), clause="S2 篇五 2.2.5", by_step=True)
    stamped_void: Mapped[bool | None] = fields.tick(_("Old paper stamped void"), clause="S2 篇五 2.2.5", by_step=True)
    corrected_paper: Mapped[str | None] = fields.line(
        _("Corrected paper"), longest=120, clause="S2 篇五 2.2.5", by_step=True, help=_("It bears the mark 更正(G).")
    )
    approved_by: Mapped[str | None] = fields.staff(_("Correction approved by"), clause="S2 篇五 2.2.5", by_step=True)
    archived_on: Mapped[date | None] = fields.day(_("Handed to the archivist on"), clause="S2 篇五 7", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.ACCEPTED)

    parts = (
        Part(_("Appellant"), "appellant house phone"),
        Part(_("What is appealed against"), "against complaint complaint.handler received_on appealed_on"),
        Part(_("Reasons and evidence"), "reasons evidence urgent"),
        Part(_("Acceptance"), "accepted_at accepted_by answer_due"),
        Part(_("Review"), "review", later=True),
        Part(_("Result"), "answer answered_at answer_letter archived_on", later=True),
        Part(_("Correction of the paper"), "old_paper recalled_on stamped_void corrected_paper approved_by", later=True),
    )
    rules = (
        not_ahead("accepted_at", now),
        in_order("received_on", "appealed_on", _("This is before the report was received.")),
        within_ten_days,
        recalled_first,
    )
    transitions = (
        Transition(
            "review",
            State.ACCEPTED,
            State.REVIEWED,
            _("Enter the review"),
            by="service lead quality",
            asks="review",
            clause="S2 篇五 2.2.4",
            rule="RULE-192",
        ),
        Transition(
            "uphold",
            State.REVIEWED,
            State.UPHELD,
            _("Uphold"),
            by="project_manager quality",
            asks="answer answer_letter",
            stamps="answered_at",
            signs="head",
            clause="S2 篇五 2.2.5",
            rule="RULE-190 RULE-191",
        ),
        Transition(
            "correct",
            State.REVIEWED,
            State.CORRECTED,
            _("Correct the paper"),
            by="project_manager quality",
            asks="answer answer_letter old_paper recalled_on stamped_void corrected_paper approved_by",
            stamps="answered_at",
            signs="head",
            clause="S2 篇五 2.2.5",
            rule="RULE-190 RULE-191",
        ),
        Transition(
            "archive",
            (State.UPHELD, State.CORRECTED),
            None,
            _("Hand to the archivist"),
            by="service lead quality",
            asks="archived_on",
            step=False,
            clause="S2 篇五 7",
        ),
    )
    closed = (State.UPHELD, State.CORRECTED)
    taken_over_as = TakenOver(done_by="answer")
    deadlines = (
        Deadline(
            name="answer",
            label=_("Answer"),
            rule="RULE-190",
            clause="S2 篇五 2.2.5",
            after="accepted_at",
            due=days(15),
            met_by="answered_at",
            when=lambda row: not row.urgent,
            tell="project_manager quality",
            text=_("The answer is given in writing within 15 days; an urgent one within 3 working days."),
        ),
        Deadline(
            name="urgent_answer",
            label=_("Urgent answer"),
            rule="RULE-190",
            clause="S2 篇五 2.2.5",
            after="accepted_at",
            due=working_days(3),
            met_by="answered_at",
            when=lambda row: bool(row.urgent),
            tell="project_manager quality",
            text=_("The answer is given in writing within 15 days; an urgent one within 3 working days."),
        ),
    )
    slots = (
        Slot("appellant", _("Appellant"), "desk lead quality", outside=True, person="appellant", clause="S2 篇五 1.1"),
        Slot("first_reviewer", _("First reviewer"), "service lead quality", clause="S2 篇五 2.2.4", rule="RULE-192"),
        Slot("second_reviewer", _("Second reviewer"), "service lead quality", apart=True, clause="S2 篇五 2.2.4", rule="RULE-192"),
        Slot("head", _("Quality head"), "project_manager quality", clause="S2 篇五 1.2"),
    )
    prints = (
        Letter(
            name="decision",
            title=_("Appeal decision letter"),
            report="REP-32",
            clause="S2 篇五 2.2.5",
            ready=lambda row: row.answered_at is not None and row.state in (row.State.UPHELD, row.State.CORRECTED),
            not_ready=_("The appeal is not decided yet."),
            heading=_("Decision on the appeal {number}"),
            letter_number="answer_letter",
            to="house appellant",
            body=(
                _("Your appeal ({against}) was accepted on {accepted_at}. Two persons who did not handle the matter have reviewed it:"),
                _("Reasons of the appeal: {reasons}"),
                _("Course of the review: {review}"),
                _("Result of the appeal: {answer}"),
                Only(lambda row: row.state == row.State.UPHELD, (_("The original paper was right, and is upheld."),)),
                Only(
                    lambda row: row.state == row.State.CORRECTED,
                    (
                        _("The original paper was wrong. “{old_paper}” was recalled on {recalled_on} and stamped 作废 (void)."),
                        _("In its place we issue “{corrected_paper}”, which bears the mark 更正(G)."),
                    ),
                ),
            ),
            enclosures=(Only(lambda row: row.state == row.State.CORRECTED, ("corrected_paper",)),),
            closing=_("This is our decision on your appeal."),
            signed_by=("first_reviewer", "second_reviewer", "head"),
            dated="answered_at",
            notes=(_("The rules of appeals come from a laboratory's quality system; the company has chosen to follow them (S2 篇五)."),),
            rule="RULE-190 RULE-191",
        ),
    )
    sheet = Sheet(
        "number appellant house appealed_on complaint.number reasons accepted_by answer_due answer answered_at state",
        signed_by=(_("Quality head"), _("Date of filing")),
        notes=(
            _("Appeals are made in writing within 10 days after receiving the report, with reasons and evidence (S2 篇五 1.1)."),
            _("Two persons who did not handle the matter review it together (S2 篇五 2.2.4)."),
        ),
    )
