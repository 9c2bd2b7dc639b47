import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, object_session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.papers import Certificate
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.keys.authorisation import CustodyAuthorisation
from models.keys.on_hook import NO_PROOF, KeyOnHook

BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")


def hooks_of(session: Session, authorisation_id: int) -> list[KeyOnHook]:
    """The hooks on which keys of an authorisation hang now."""
    mine = (KeyOnHook.__table__.c.entrustment_id == authorisation_id, KeyOnHook.state == KeyOnHook.State.KEPT.value)
    return list(session.execute(select(KeyOnHook).where(*mine, KeyOnHook.voided_at.is_(None))).scalars())


def hung(row: "KeyCustody") -> list[KeyOnHook]:
    """The hooks of the line."""
    session = object_session(row)
    assert session is not None
    return hooks_of(session, row.get("authorisation"))


@keeps("RULE-121 RULE-122")
def free_to_go(row: "KeyCustody") -> Message | None:
    """Keys go out of custody when none of them is lent, and to whoever can prove to be the collector; no leave of anybody's helps."""
    hooks = hung(row)
    if not hooks:
        return _("No key of this authorisation hangs in the cabinet.")
    lent = sum(each.lent for each in hooks)
    if lent:
        return _("{n} of these keys are still lent out.", n=lent)
    return None if row.collector and row.proof else NO_PROOF


def none_hangs(row: "KeyCustody") -> Message | None:
    """A line is closed as lost when no key of it is left."""
    return _("Keys of it hang in the cabinet still; report the loss on their hook first.") if hung(row) else None


class KeyCustody(Register):
    """One authorisation as it is copied into the register: where its keys hang, and to whom they were handed over in the end."""

    __tablename__ = "key_custody"

    class State(Choice):
        KEPT = "kept", _("In custody")
        COLLECTED = "collected", _("Collected")
        LOST = "lost", _("Lost")

    about = About(
        title=_("Key custody register"),
        spec=("REG-34",),
        clause="S3 KY 4.2.4, 4.3.4",
        number="WT-{site}-{year}-{serial:04}",
        series="custody_authorisation",
        moment="entered_at",
        subject="authorisation",
        verb=_("Enter in the custody register"),
        keep=2,
        note=_("Opened with each custody authorisation, under its number (S3 KY 4.2.4)."),
        rule="RULE-123",
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead",
        names="service lead", unmask="service lead", rule="RULE-125",
    )  # fmt: skip

    authorisation: Mapped[CustodyAuthorisation] = fields.link(
        "custody_authorisation", _("Custody authorisation"), shares_number=True, clause="S3 KY 4.2.4", listed=True
    )
    entered_at: Mapped[datetime] = fields.moment(_("Entered at"), clause="S3 KY 4.2.4", listed=True, filtered=True, default=now)
    hook: Mapped[KeyOnHook | None] = fields.link(
        "key_on_hook", _("Hook in the cabinet"), clause="S3 KY 4.2.4", listed=True, help=_("Filled in when the keys are hung under it.")
    )
    collector: Mapped[str | None] = fields.person(
        _("Collected by"),
        clause="S3 KY 4.3.4",
        listed=True,
        searched=True,
        by_step=True,
        help=_("The customer, or whom the customer named."),
    )
    proof: Mapped[str | None] = fields.identity(
        _("Proof of identity"),
        clause="S3 KY 4.3.4",
        rule="RULE-121",
        by_step=True,
        help=_("Kind of document and its last four characters; without proof no key is handed over."),
    )
    identified_at: Mapped[datetime | None] = fields.stamp(_("Identity checked at"), clause="S3 KY 4.3.4")
    handed_over_at: Mapped[datetime | None] = fields.stamp(_("Handed over at"), clause="S3 KY 4.3.4")
    handed_over_by: Mapped[str | None] = fields.staff(_("Handed over by"), clause="S3 KY 4.3.4", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.KEPT)

    parts = (
        Part(
            _("Authorisation"),
            "authorisation authorisation.dated authorisation.unit authorisation.customer authorisation.quantity authorisation.hardship "
            "authorisation.requirements authorisation.collectors",
        ),
        Part(_("In the cabinet"), "entered_at hook hook.key_number hook.slot remark"),
        Part(_("Hand-over"), "collector proof identified_at handed_over_at handed_over_by", later=True),
    )
    rules = (not_ahead("entered_at", now),)
    transitions = (
        Transition(
            "identify",
            State.KEPT,
            None,
            _("Check the collector's identity"),
            by="service",
            asks="collector proof",
            stamps="identified_at",
            clause="S3 KY 4.3.4",
            step=False,
        ),
        Transition(
            "hand_over",
            State.KEPT,
            State.COLLECTED,
            _("Hand over to the collector"),
            by="service",
            may_ask="remark",
            stamps="handed_over_at",
            stamps_by="handed_over_by",
            guard=free_to_go,
            signs="handler",
            clause="S3 KY 4.3.4",
        ),
        Transition(
            "report_lost",
            State.KEPT,
            State.LOST,
            _("Report lost"),
            by="service",
            asks="remark",
            guard=none_hangs,
            clause="S3 KY 4.3.2",
            step=False,
        ),
    )
    closed = (State.COLLECTED, State.LOST)
    slots = (
        Slot("collector", _("Collected by"), "service", outside=True, person="collector", clause="S3 KY 4.3.4", rule="RULE-121"),
        Slot("handler", _("Handed over by"), "service", person="handed_over_by", clause="S3 KY 4.3.4"),
    )
    prints = (
        Certificate(
            name="receipt",
            title=_("Key return receipt"),
            report="REP-21",
            clause="S3 KY 4.3.4",
            ready=lambda row: row.identified_at is not None,
            not_ready=_("First check the collector's identity (S3 KY 4.3.4)."),
            facts="number authorisation.dated authorisation.unit authorisation.customer authorisation.quantity hook.key_number",
            sentences=(
                _(
                    "The keys above were handed over after the collector's identity paper was checked. The collector has counted them, "
                    "finds them complete, and signs below; from then on the centre keeps them no more."
                ),
            ),
            writing="collector proof identified_at handed_over_at handed_over_by remark",
            signed_by=("collector", "handler"),
            dated="handed_over_at",
            returns=True,
            rule="RULE-121",
        ),
    )
    sheet = Sheet(
        "number authorisation.dated authorisation.unit authorisation.customer authorisation.quantity authorisation.hardship "
        "authorisation.requirements hook.key_number hook.slot handed_over_at collector proof handed_over_by remark",
        signed_by=(_("Weekly check: date and name"), _("Customer service supervisor")),
        notes=(
            _("The label bears the key number; the customer's name only where the site has set so (S3 KY 4.2.4)."),
            _("No key is handed over to anyone who cannot prove to be the customer or the one named by the customer (S3 KY 4.3.4)."),
        ),
        groups={"hook.key_number": (_("In the cabinet"), 2), "handed_over_at": (_("Hand-over"), 4)},
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """The keys of the hook are those of the authorisation, and go to the customer or to whom the customer named."""
        found: dict[str, Message] = {}
        changed = set(self.changed_keys())
        hook = session.get(KeyOnHook, self.get("hook")) if "hook" in changed and self.get("hook") is not None else None
        if hook is not None and hook.get("entrustment") != self.get("authorisation"):
            found["hook"] = _("The keys on this hook are not those of the authorisation.")
        letter = session.get(CustodyAuthorisation, self.get("authorisation")) if "collector" in changed and self.collector else None
        if letter is not None and self.collector not in {letter.customer, *BETWEEN_NAMES.split(letter.collectors or "")}:
            found["collector"] = _("Keys go to the customer or the collector named in the authorisation, and to nobody else (S3 KY 4.3.4).")
        return found
