from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from models.archive.contact_list import twice
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.houses import Household, Person


class Particulars(Register):
    """One household at a glance: how many live there, since when, fit-out, vehicles, what to be careful of."""

    __tablename__ = "particulars"

    class State(Choice):
        KEPT = "kept", _("In use")
        ENDED = "ended", _("No longer kept")

    about = About(
        title=_("Customer particulars register"),
        spec=("REG-39",),
        clause="S3 AR 2.3.2",
        number="QK-{site}-{year}-{serial:04}",
        moment="updated_on",
        subject="household",
        verb=_("Enter the particulars of a household"),
        note=_("House, name, day of moving in, and own use or let are those of the household; they are corrected there."),
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead", rule="RULE-128",
    )  # fmt: skip

    household: Mapped[Household] = fields.link("household", _("Household"), clause="S3 AR 2.3.2", listed=True)
    family: Mapped[int] = fields.count(
        _("Number of persons"),
        clause="S3 AR 2.3.2",
        listed=True,
        by_step=True,
        default=lambda: 0,
        help=_("Counted from the persons of the household."),
    )
    relations: Mapped[str | None] = fields.line(
        _("Relations in brief"), longest=80, clause="S3 AR 2.3.2", help=_("Such as couple with a child and a grandmother.")
    )
    fit_out_from: Mapped[date | None] = fields.day(_("Fit-out from"), clause="S3 AR 2.3", listed=True)
    fit_out_to: Mapped[date | None] = fields.day(_("Fit-out to"), clause="S3 AR 2.3", listed=True)
    vehicle: Mapped[str | None] = fields.line(_("Number plate"), longest=60, personal=True, clause="S4 L435", listed=True)
    parking: Mapped[str | None] = fields.line(_("Parking place"), longest=60, clause="S4 L435", listed=True, searched=True)
    special_needs: Mapped[str | None] = fields.line(
        _("Special needs"),
        clause="S4 L29",
        searched=True,
        width=34,
        help=_("What the desk must know to serve this household, and no more than that."),
    )
    remark: Mapped[str | None] = fields.line(_("Remark"), clause="S3 AR 2.3.2")
    updated_on: Mapped[date] = fields.day(_("Updated on"), clause="S4 L457", filtered=True, default=today)
    state: Mapped[State] = fields.state(_("State"), State, start=State.KEPT)

    parts = (
        Part(_("Customer"), "household household.house household.householder household.moved_in_on household.tenure"),
        Part(_("Family members"), "family relations"),
        Part(_("Fit-out and vehicles"), "fit_out_from fit_out_to vehicle parking"),
        Part(_("Entry"), "special_needs updated_on remark"),
    )
    rules = (
        not_ahead("updated_on", now),
        in_order("fit_out_from", "fit_out_to", _("This is before the fit-out began.")),
    )
    transitions = (
        Transition("end", State.KEPT, State.ENDED, _("Take out of the list"), by="service", may_ask="remark", clause="S4 L457", step=False),
    )
    closed = (State.ENDED,)
    headings = {  # what offices call these columns in Excel
        "household": "房号 住户",
        "relations": "关系摘要 家庭成员",
        "fit_out_from": "装修开始 装修开工日期",
        "fit_out_to": "装修结束 装修完工日期",
        "vehicle": "车牌 车牌号 车辆",
        "parking": "车位 车位号",
        "special_needs": "特殊需求",
        "updated_on": "更新日期",
        "remark": "备注",
    }
    slots = (Slot("clerk", _("Entered by"), "service", at_entry=True, clause="S3 AR 2.3.2", rule="RULE-128"),)
    sheet = Sheet(
        "household.house household.householder family relations household.moved_in_on fit_out_from fit_out_to vehicle parking "
        "special_needs household.tenure remark",
        signed_by=(_("Prepared by"), _("Head of department")),
        groups={
            "family": (_("Family members"), 2),
            "fit_out_from": (_("Fit-out"), 2),
            "vehicle": (_("Vehicles"), 2),
        },
        notes=(_("House numbers are written as building, entrance and room; days as year-month-day."),),
        rows=18,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """A household stands in the register once."""
        return twice(self, session)

    def carry(self, session: Session) -> None:
        """Count who lives in the household."""
        self.family = living_in(session, self.get("household"))


def living_in(session: Session, household_id: int) -> int:
    """How many persons live in a household now."""
    living = (Person.__table__.c.household_id == household_id, Person.voided_at.is_(None), Person.state == Person.State.LIVING.value)
    with session.no_autoflush:
        return int(session.execute(select(func.count()).select_from(Person).where(*living)).scalar_one())
