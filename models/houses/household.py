from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, inspect, or_, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import CARRIED, REGISTERS, About, Brought, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class Tenure(Choice):
    """By what right a household lives in its unit."""

    OWNER = "owner", _("Owner")
    TENANT = "tenant", _("Tenant")
    OTHER = "other", _("Other occupier")


class Household(Register):
    """One household in one unit, from the day it moved in until it moves out."""

    __tablename__ = "household"

    class State(Choice):
        LIVING = "living", _("Living here")
        MOVED_OUT = "moved_out", _("Moved out")

    about = About(
        title=_("Households"),
        spec=(),
        clause="S4 L435, L457",
        number="ZH-{site}-{year}-{serial:04}",
        moment="moved_in_on",
        subject="house",
        verb=_("Enter a household"),
        note=_("Entering a household brings its unit, its building and its householder into their lists when they are not there yet."),
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    house: Mapped[str] = fields.house(_("House number"), clause="S4 L435", listed=True, searched=True)
    householder: Mapped[str] = fields.person(_("Householder"), clause="S4 L435", listed=True, searched=True)
    tenure: Mapped[Tenure] = fields.pick(
        _("Owner or tenant"), Tenure, clause="S4 L435", listed=True, filtered=True, default=lambda: Tenure.OWNER.value
    )
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S4 L435", listed=True)
    moved_in_on: Mapped[date] = fields.day(_("Moved in on"), clause="S3 SV 7.0", listed=True, filtered=True, default=today)
    moved_out_on: Mapped[date | None] = fields.day(_("Moved out on"), clause="S3 SV 7.0", listed=True, filtered=True, by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.LIVING)

    parts = (
        Part(_("House"), "house tenure moved_in_on moved_out_on"),
        Part(_("Householder"), "householder phone remark"),
    )
    rules = (
        not_ahead("moved_in_on", now),
        not_ahead("moved_out_on", now),
        in_order("moved_in_on", "moved_out_on", _("This is before the household moved in.")),
    )
    transitions = (
        Transition(
            "move_out",
            State.LIVING,
            State.MOVED_OUT,
            _("Enter the moving out"),
            by="service",
            asks="moved_out_on",
            may_ask="remark",
            clause="S3 SV 7.0",
            step=False,
        ),
    )
    closed = (State.MOVED_OUT,)
    taken_over_as = TakenOver(known_by="house householder moved_in_on", spill="remark")
    headings = {  # what offices call these columns in Excel
        "house": "房号 房屋 房间号 门牌号 房屋编号 住址 地址",
        "householder": "业主姓名 户主 户主姓名 业主 姓名 住户姓名 客户姓名 产权人 房主 业主名称 租户姓名",
        "tenure": "业主/租户 住户类型 住户性质 自住/出租 身份",
        "phone": "电话 联系电话 手机 手机号 手机号码 业主电话 联系方式 联系电话1 业主手机 业主联系电话",
        "moved_in_on": "入住日期 入住时间 迁入日期",
        "moved_out_on": "迁出日期 搬离日期 退租日期",
        "remark": "备注",
    }
    brings = {
        "unit": Brought(
            "unit",
            {
                "area": "面积 建筑面积 房屋面积 面积(㎡) 建筑面积(㎡) 建筑面积(平方米)",
                "layout": "户型 房型",
                "handed_over_on": "交房日期 收楼日期 收房日期",
            },
        ),
        "head": Brought("person", {"identity": "身份证 身份证号 身份证号码 证件号 证件号码"}),
    }
    sheet = Sheet("house householder tenure phone moved_in_on moved_out_on remark", signed_by=(_("Prepared by"), _("Reviewed by")))

    def lives_in(self, key: str | None) -> bool:
        """Whether the household lives in the house of the key `key`."""
        return self.voided_at is None and self.state == self.State.LIVING and house_key(self.house) == key

    def misfits(self, session: Session) -> dict[str, Message]:
        """The same householder does not live in the same house twice at a time."""
        if not self.lives_in(house_key(self.house)):
            return {}
        same = select(func.count()).select_from(Household).where(*_living(self.site_id, house_key(self.house), apart=[self.id or 0]))
        twice = session.execute(same.where(Household.householder == self.householder)).scalar_one()
        return {"householder": _("This household stands here already.")} if twice else {}

    def carry(self, session: Session) -> None:
        """Tell the unit whether anybody lives in it."""
        unit: Any = REGISTERS["unit"]
        houses = {house_key(self.house), *[house_key(each) for each in inspect(self).attrs.house.history.deleted or ()]}
        standing = (unit.site_id == self.site_id, unit.house_key.in_(houses), unit.voided_at.is_(None))
        for each in session.execute(select(unit).where(*standing)).scalars():
            living = lived_in(session, each.site_id, each.house_key)
            if each.lived_in != living:
                each.intent, each.lived_in = CARRIED, living


def _living(site_id: int, key: str | None, apart: list[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        Household.site_id == site_id,
        Household.__table__.c.house_key == key,
        Household.state == Household.State.LIVING.value,
        Household.voided_at.is_(None),
        Household.id.not_in(apart),
    )


def lived_in(session: Session, site_id: int, key: str | None) -> bool:
    """Whether a household lives in the house of the key `key` now, what the session has not written yet included."""
    unwritten = [row for row in (*session.new, *session.dirty) if isinstance(row, Household)]
    if any(row.site_id == site_id and row.lives_in(key) for row in unwritten):
        return True
    living = _living(site_id, key, apart=[row.id for row in unwritten if row.id])
    return session.execute(select(Household.id).where(*living).limit(1)).first() is not None


def living_on(column: Any, day: date) -> tuple[ColumnElement[bool], ...]:
    """That a household lived in its unit at the end of `day`; `column` are the columns of its table (S3 SV 7.0)."""
    return (column.moved_in_on <= day, or_(column.moved_out_on.is_(None), column.moved_out_on > day))


def occupied_on(site_id: int, day: date) -> Select[int]:
    """The statement that counts the units of a site in which a household lived at the end of `day`, each once (S3 SV 7.0)."""
    table: Any = Household.__table__.c
    standing = (table.site_id == site_id, table.voided_at.is_(None))
    return select(func.count(table.house_key.distinct())).where(*standing, *living_on(table, day))
