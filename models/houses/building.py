from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Use(Choice):
    """What a building or a unit is for."""

    RESIDENCE = "residence", _("Residence")
    SHOP = "shop", _("Shop")
    OFFICE = "office", _("Office space")
    PARKING = "parking", _("Parking and storage")
    PUBLIC = "public", _("Public premises")


class Building(Register):
    """One building of the site."""

    __tablename__ = "building"

    class State(Choice):
        SERVED = "served", _("In service")
        GIVEN_UP = "given_up", _("No longer served")

    about = About(
        title=_("Buildings"),
        spec=(),
        clause="S4 L435",
        number="LD-{site}-{year}-{serial:04}",
        moment="entered_on",
        subject="name",
        verb=_("Enter a building"),
        note=_("A building that a house number names is entered by itself with the first unit in it."),
    )
    access = Access(
        read="desk lead engineering security", create="service", edit="service", void="lead", print="service lead", export="lead",
        load="cs_supervisor",
    )  # fmt: skip

    name: Mapped[str] = fields.house(
        _("Building"),
        whole=False,
        clause="S4 L435",
        listed=True,
        searched=True,
        help=_("As it stands in house numbers, such as 3栋 or 19#."),
    )
    use: Mapped[Use] = fields.pick(_("Use"), Use, clause="S4 L435", listed=True, filtered=True, default=lambda: Use.RESIDENCE.value)
    stairs: Mapped[int | None] = fields.count(_("Number of stairs"), most=99, listed=True)
    storeys: Mapped[int | None] = fields.count(_("Number of storeys"), most=200, listed=True)
    delivered_on: Mapped[date | None] = fields.day(_("Delivered on"), listed=True, help=_("When the developer delivered the building."))
    given_up_on: Mapped[date | None] = fields.day(_("No longer served from"), by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    entered_on: Mapped[date] = fields.day(_("Entered on"), listed=True, filtered=True, default=today)
    state: Mapped[State] = fields.state(_("State"), State, start=State.SERVED)

    parts = (
        Part(_("About the building"), "name use stairs storeys"),
        Part(_("Entry"), "delivered_on entered_on given_up_on remark"),
    )
    rules = (not_ahead("entered_on", now), not_ahead("delivered_on", now), not_ahead("given_up_on", now))
    transitions = (
        Transition(
            "give_up",
            State.SERVED,
            State.GIVEN_UP,
            _("End the service"),
            by="service",
            asks="given_up_on",
            may_ask="remark",
            step=False,
        ),
    )
    closed = (State.GIVEN_UP,)
    taken_over_as = TakenOver(known_by="name", spill="remark")
    headings = {  # what offices call these columns in Excel
        "name": "楼栋 楼号 栋号 幢号 楼栋号 楼栋名称",
        "use": "用途 性质 物业类型",
        "stairs": "单元数 单元",
        "storeys": "层数 楼层数 总层数",
        "delivered_on": "交付日期 竣工日期 交付时间",
        "entered_on": "登记日期",
        "given_up_on": "撤管日期",
        "remark": "备注",
    }
    sheet = Sheet("name use stairs storeys delivered_on entered_on remark", signed_by=(_("Prepared by"), _("Reviewed by")))

    def misfits(self, session: Session) -> dict[str, Message]:
        """A building stands in the list of a site once."""
        return twice(session, self, "name", _("This building is in the list already."))


def twice(session: Session, row: Register, key: str, message: Message) -> dict[str, Message]:
    """`message` for the house number `key` when another record of the site that is not void bears it, however it is written."""
    cls, field = type(row), type(row).field(key)
    same = (
        cls.site_id == row.site_id,
        getattr(cls, field.match) == house_key(row.get(key)),
        cls.voided_at.is_(None),
        cls.id != (row.id or 0),
    )
    taken = row.voided_at is None and session.execute(select(func.count()).select_from(cls).where(*same)).scalar_one()
    return {key: message} if taken else {}
