from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class ArchiveCustodian(Register):
    """One person who has charge of the archive of one post, by the word of the supervisor."""

    __tablename__ = "archive_custodian"

    class State(Choice):
        IN_CHARGE = "in_charge", _("In charge")
        ENDED = "ended", _("No longer in charge")

    about = About(
        title=_("Archive custodians"),
        spec=(),
        clause="S3 AR 1.1, 1.2",
        number="ZR-{site}-{year}-{serial:03}",
        moment="appointed_on",
        subject="post",
        verb=_("Appoint a custodian"),
        holder="custodian",
        note=_("For the archive of each post the supervisor names one person (S3 AR 1.2)."),
    )
    access = Access(
        read="staff", create="cs_supervisor", edit="cs_supervisor", void="lead", print="service lead quality", export="lead quality",
        rule="RULE-137",
    )  # fmt: skip

    appointed_on: Mapped[date] = fields.day(_("Appointed on"), clause="S3 AR 1.2", listed=True, filtered=True, default=today)
    post: Mapped[str] = fields.line(
        _("Post whose archive it is"), longest=60, clause="S3 AR 1.2", rule="RULE-137", listed=True, searched=True, width=40
    )
    custodian: Mapped[str] = fields.staff(_("Custodian"), clause="S3 AR 1.2", rule="RULE-137", listed=True, searched=True)
    ended_on: Mapped[date | None] = fields.day(_("Until"), clause="S3 AR 1.2", listed=True, by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.IN_CHARGE)

    parts = (
        Part(_("Appointment of the custodian"), "appointed_on post custodian remark"),
        Part(_("End of the appointment"), "ended_on", later=True),
    )
    rules = (
        not_ahead("appointed_on", now),
        in_order("appointed_on", "ended_on", _("This is before the appointment.")),
    )
    transitions = (
        Transition(
            "end",
            State.IN_CHARGE,
            State.ENDED,
            _("End the appointment"),
            by="cs_supervisor",
            asks="ended_on",
            clause="S3 AR 1.2",
            step=False,
        ),
    )
    closed = (State.ENDED,)
    slots = (Slot("supervisor", _("Customer service supervisor"), "cs_supervisor", at_entry=True, clause="S3 AR 1.1", rule="RULE-137"),)
    sheet = Sheet(
        "number post custodian appointed_on ended_on remark",
        paper="A4 portrait",
        signed_by=(_("Customer service supervisor"),),
        rows=20,
    )

    @keeps("RULE-137")
    def misfits(self, session: Session) -> dict[str, Message]:
        """One person at a time has charge of the archive of a post (S3 AR 1.2)."""
        if self.state != self.State.IN_CHARGE or self.voided_at is not None:
            return {}
        cls = type(self)
        standing = (cls.site_id == self.site_id, cls.state == self.State.IN_CHARGE.value, cls.voided_at.is_(None), cls.id != (self.id or 0))
        other = session.execute(select(cls.custodian).where(*standing, cls.post == self.post).limit(1)).scalar()
        return {"post": _("{name} has charge of it; end that appointment first (S3 AR 1.2).", name=other)} if other else {}


@keeps("RULE-137", how="check")
def in_charge(session: Session, site_id: int) -> bool:
    """Whether anybody has charge of the archive of a site."""
    cls = ArchiveCustodian
    mine = (cls.site_id == site_id, cls.state == cls.State.IN_CHARGE.value, cls.voided_at.is_(None))
    return session.execute(select(cls.id).where(*mine).limit(1)).first() is not None
