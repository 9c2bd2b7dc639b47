from datetime import date

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.house_number import building_key, house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.houses.building import Building, Use, twice
from models.houses.household import lived_in


class Unit(Register):
    """One flat, shop or other unit that has a house number; its building is read off that number."""

    __tablename__ = "unit"

    class State(Choice):
        WITH_DEVELOPER = "with_developer", _("With the developer")
        HANDED_OVER = "handed_over", _("Handed over to its owner")

    about = About(
        title=_("Units"),
        spec=(),
        clause="S4 L435",
        number="FW-{site}-{year}-{serial:04}",
        moment="entered_on",
        subject="house",
        verb=_("Enter a unit"),
        note=_("A unit in which no household lives is a vacant unit (空置房)."),
    )
    access = Access(
        read="desk lead engineering security", create="service", edit="service", void="lead", print="service lead", export="lead",
        load="cs_supervisor",
    )  # fmt: skip

    house: Mapped[str] = fields.house(_("House number"), clause="S4 L435", listed=True, searched=True)
    building: Mapped[Building | None] = fields.link("building", _("Building"), by_step=True, help=_("Read off the house number."))
    use: Mapped[Use] = fields.pick(_("Use"), Use, clause="S4 L435", listed=True, filtered=True, default=lambda: Use.RESIDENCE.value)
    layout: Mapped[str | None] = fields.line(_("Layout"), longest=40, clause="S4 L435", listed=True)
    area: Mapped[str | None] = fields.measure(
        _("Floor area (m²)"), "㎡", "m²", "m2", "平方米", "平米", "平方", "平", clause="S4 L435", listed=True
    )
    handed_over_on: Mapped[date | None] = fields.day(_("Handed over to the owner on"), clause="S3 AR 2.2", listed=True, by_step=True)
    lived_in: Mapped[bool] = fields.tick(
        _("Lived in"), clause="S3 SV 7.0", listed=True, filtered=True, by_step=True, help=_("Read off the households.")
    )
    remark: Mapped[str | None] = fields.line(_("Remark"))
    entered_on: Mapped[date] = fields.day(_("Entered on"), filtered=True, default=today)
    state: Mapped[State] = fields.state(_("State"), State, start=State.WITH_DEVELOPER)

    parts = (
        Part(_("House"), "house building use layout area"),
        Part(_("Occupation"), "handed_over_on lived_in"),
        Part(_("Entry"), "entered_on remark"),
    )
    rules = (not_ahead("entered_on", now), not_ahead("handed_over_on", now))
    transitions = (
        Transition(
            "hand_over",
            State.WITH_DEVELOPER,
            State.HANDED_OVER,
            _("Hand over to the owner"),
            by="service",
            asks="handed_over_on",
            clause="S3 AR 2.2",
        ),
    )
    taken_over_as = TakenOver(
        known_by="house",
        state=lambda row: Unit.State.HANDED_OVER if row.handed_over_on else Unit.State.WITH_DEVELOPER,
        spill="remark",
    )
    headings = {  # what offices call these columns in Excel
        "house": "房号 房屋 房间号 门牌号 房屋编号 单元号 地址",
        "use": "用途 房屋用途 性质",
        "layout": "户型 房型",
        "area": "面积 建筑面积 房屋面积 面积(㎡) 建筑面积(㎡) 建筑面积(平方米)",
        "handed_over_on": "交房日期 收楼日期 收房日期 交付日期",
        "entered_on": "登记日期",
        "remark": "备注",
    }
    sheet = Sheet(
        "house building.name use layout area handed_over_on lived_in state remark", signed_by=(_("Prepared by"), _("Reviewed by"))
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """A unit stands in the list of a site once, however its number is written."""
        return twice(session, self, "house", _("This house is in the list already."))

    def carry(self, session: Session) -> None:
        """Read off the lists in which building the unit lies, and whether anybody lives in it."""
        self.lived_in = lived_in(session, self.site_id, house_key(self.house))
        if inspect(self).attrs.house.history.has_changes():
            self.building_id = building_at(session, self.site_id, building_key(house_key(self.house)))


def building_at(session: Session, site_id: int, key: str | None) -> int | None:
    """The building of the key `key`, when it is in the list."""
    standing = (Building.site_id == site_id, Building.__table__.c.name_key == key, Building.voided_at.is_(None))
    return session.execute(select(Building.id).where(*standing).limit(1)).scalar() if key else None


def unit_at(session: Session, site_id: int, key: str | None) -> Unit | None:
    """The unit of the key `key`, when it is in the list."""
    standing = (Unit.site_id == site_id, Unit.__table__.c.house_key == key, Unit.voided_at.is_(None))
    return session.execute(select(Unit).where(*standing).limit(1)).scalar() if key else None
