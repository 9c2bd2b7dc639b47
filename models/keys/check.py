from datetime import date

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Clock
from models.core.message import Message, _
from models.core.plans import DAY, Plan
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.keys.borrow import KeyBorrow


class KeyCheck(Register):
    """One look through the key registers: how many keys are out, how many of them late, and what was done about these."""

    __tablename__ = "key_check"

    class State(Choice):
        ENTERED = "entered", _("To be seen by the supervisor")
        SEEN = "seen", _("Seen")

    about = About(
        title=_("Daily check of the keys"),
        spec=(),
        clause="S3 KY 4.3.3",
        number="YR-{site}-{year}-{serial:04}",
        moment="checked_on",
        subject="checked_by",
        verb=_("Enter a check of the keys"),
        keep=2,
        note=_("The supervisor lets the administrator check from the registers which keys are lent and which came back (S3 KY 4.3.3)."),
        rule="RULE-123",
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead", rule="RULE-120 RULE-125"
    )

    checked_on: Mapped[date] = fields.day(_("Date"), clause="S3 KY 4.3.3", listed=True, filtered=True, default=today)
    checked_by: Mapped[str] = fields.staff(_("Checked by"), clause="S3 KY 3.2", listed=True, searched=True, default=own_name)
    out: Mapped[int] = fields.count(
        _("Keys lent out"), clause="S3 KY 4.3.3", listed=True, by_step=True, default=lambda: 0, help=_("Counted from the key borrow log.")
    )
    late: Mapped[int] = fields.count(
        _("Borrowings overdue"),
        clause="S3 KY 4.3.3",
        listed=True,
        by_step=True,
        default=lambda: 0,
        help=_("Counted from the key borrow log."),
    )
    agrees: Mapped[bool] = fields.tick(_("Cabinet and registers agree"), clause="S3 KY 4.3.3", listed=True, filtered=True)
    action: Mapped[str | None] = fields.line(_("What was done"), clause="S3 KY 4.3.3", listed=True, searched=True, width=34)
    state: Mapped[State] = fields.state(_("State"), State, start=State.ENTERED)

    parts = (Part(_("Check"), "checked_on checked_by out late agrees action"),)
    rules = (not_ahead("checked_on", now),)
    transitions = (
        Transition(
            "review",
            State.ENTERED,
            State.SEEN,
            _("See and sign"),
            by="cs_supervisor",
            signs="supervisor",
            clause="S3 KY 4.3.3",
            rule="RULE-120 RULE-125",
            bulk=True,
        ),
    )
    closed = (State.SEEN,)
    plans = (
        Plan(
            name="daily",
            label=_("Check of the keys"),
            rule="RULE-120",
            clause="S3 KY 4.3.3",
            every=DAY,
            owed_by="service",
            text=_("The documents name no period; every day is the default of the product."),
        ),
    )
    slots = (
        Slot("checker", _("Checked by"), "service", at_entry=True, person="checked_by", clause="S3 KY 3.2"),
        Slot("supervisor", _("Customer service supervisor"), "cs_supervisor", clause="S3 KY 3.1"),
    )
    sheet = Sheet(
        "number checked_on out late agrees action checked_by state",
        paper="A4 portrait",
        signed_by=(_("Customer service supervisor"),),
        rows=20,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """What is late, or does not agree, is not left at that (S3 KY 4.3.3)."""
        late = self.late if inspect(self).persistent else late_at(session, self.site_id)
        if self.action or (self.agrees and not late):
            return {}
        return {"action": _("Keys are overdue, or do not agree with the registers: say what was done about it (S3 KY 4.3.3).")}

    def carry(self, session: Session) -> None:
        """Count what is out and what is late as it stands when the check is entered."""
        if not inspect(self).persistent:
            self.out, self.late = out_at(session, self.site_id), late_at(session, self.site_id)


def out_at(session: Session, site_id: int) -> int:
    """How many keys of a site are lent out now."""
    lent = select(func.coalesce(func.sum(KeyBorrow.quantity), 0)).where(
        KeyBorrow.site_id == site_id, KeyBorrow.state == KeyBorrow.State.OUT.value, KeyBorrow.voided_at.is_(None)
    )
    with session.no_autoflush:
        return int(session.execute(lent).scalar_one())


def late_at(session: Session, site_id: int) -> int:
    """How many borrowings of a site are over their time now."""
    running = (Clock.site_id == site_id, Clock.register == KeyBorrow.key, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    with session.no_autoflush:
        return int(session.execute(select(func.count()).select_from(Clock).where(*running, Clock.due_at < now())).scalar_one())
