import re
from datetime import date

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.houses.household import Household

BIRTHDAY = re.compile(r"(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d)")


class Relation(Choice):
    """How a person stands to the householder."""

    HEAD = "head", _("Householder")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    RELATIVE = "relative", _("Other relative")
    FLATMATE = "flatmate", _("Flatmate or lodger")


def month_and_day_by_leave(row: "Person") -> dict[str, Message]:
    """Of a birthday the year is not kept, and without the person's agreement nothing (PIPL art. 6, 13)."""
    if row.birthday and not BIRTHDAY.fullmatch(row.birthday):
        return {"birthday": _("Write month and day only, such as 03-08.")}
    if row.birthday and not row.birthday_allowed:
        return {"birthday": _("Without the agreement of the person the birthday is not kept.")}
    return {}


class Person(Register):
    """One person of a household."""

    __tablename__ = "person"

    class State(Choice):
        LIVING = "living", _("Living here")
        LEFT = "left", _("Moved out")

    about = About(
        title=_("Persons of a household"),
        spec=(),
        clause="S4 L435, L457",
        number="RY-{site}-{year}-{serial:04}",
        moment="since",
        subject="name",
        verb=_("Enter a person"),
        note=_("The householder is entered with the household."),
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    name: Mapped[str] = fields.person(_("Name"), clause="S4 L435", listed=True, searched=True)
    household: Mapped[Household] = fields.link("household", _("Household"), clause="S4 L435", listed=True)
    relation: Mapped[Relation] = fields.pick(_("Relation to the householder"), Relation, clause="S4 L435", listed=True, filtered=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S4 L435", listed=True)
    identity: Mapped[str | None] = fields.identity(
        _("Proof of identity"), clause="S4 L435", help=_("Kind of document and its last four characters.")
    )
    remark: Mapped[str | None] = fields.line(_("Remark"))
    since: Mapped[date] = fields.day(_("Living here since"), clause="S4 L457", listed=True, filtered=True, default=today)
    birthday_allowed: Mapped[bool] = fields.tick(_("Agrees to birthday wishes"), clause="S4 4.2.6", filtered=True, default=lambda: False)
    birthday: Mapped[str | None] = fields.line(
        _("Birthday (month and day)"),
        longest=5,
        personal=True,
        clause="S4 4.2.6",
        help=_("Such as 03-08; without the agreement it is not kept."),
    )
    left_on: Mapped[date | None] = fields.day(_("Moved out on"), by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.LIVING)

    parts = (
        Part(_("Person"), "name relation phone identity"),
        Part(_("Household"), "household household.house since left_on remark"),
        Part(_("Birthday wishes"), "birthday_allowed birthday", later=True),
    )
    rules = (
        not_ahead("since", now),
        not_ahead("left_on", now),
        in_order("since", "left_on", _("This is before the person moved in.")),
        month_and_day_by_leave,
    )
    transitions = (
        Transition(
            "leave",
            State.LIVING,
            State.LEFT,
            _("Enter the moving out"),
            by="service",
            asks="left_on",
            may_ask="remark",
            clause="S4 L457",
            step=False,
        ),
    )
    closed = (State.LEFT,)
    taken_over_as = TakenOver(known_by="household name", spill="remark")
    headings = {  # what offices call these columns in Excel
        "name": "姓名 人员姓名 成员姓名 家庭成员",
        "household": "房号 住户 户号",
        "relation": "与户主关系 关系 与业主关系",
        "phone": "电话 联系电话 手机 手机号",
        "identity": "身份证 身份证号 身份证号码 证件号码",
        "birthday": "生日 生日(月日)",
        "since": "入住日期 迁入日期",
        "left_on": "迁出日期 搬离日期",
        "remark": "备注",
    }
    sheet = Sheet("name household.house relation phone identity remark", signed_by=(_("Prepared by"), _("Reviewed by")))
