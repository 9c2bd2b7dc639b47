from datetime import date, datetime, timedelta

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition


class Grade(Choice):
    """The five levels of the form."""

    VERY_SATISFIED = "very_satisfied", _("Very satisfied")
    SATISFIED = "satisfied", _("Satisfied")
    NEUTRAL = "neutral", _("Neutral")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    VERY_DISSATISFIED = "very_dissatisfied", _("Very dissatisfied")


class Batch(Choice):
    """What the form belongs to; the yearly survey alone fulfils the rule (C-21)."""

    ANNUAL = "annual", _("Annual survey")
    PULSE = "pulse", _("Monthly survey")
    TOPIC = "topic", _("Survey on one topic")


class Way(Choice):
    """Who wrote the answers down."""

    CUSTOMER = "customer", _("By the customer")
    PHONE = "phone", _("By telephone")


ITEMS = "courtesy reception complaints timeliness workmanship security parking cleaning greenery facilities"
EASTERNMOST = timedelta(hours=14)


def not_before_it_was_issued(row: "SatisfactionForm") -> dict[str, Message]:
    """A form is not collected on a day before it was issued, in whatever zone the site lies."""
    if row.issued_on and row.collected_at and (row.collected_at + EASTERNMOST).date() < row.issued_on:
        return {"issued_on": _("This is after the form was collected.")}
    return {}


class SatisfactionForm(Register):
    """One questionnaire as it came back, with a name or without."""

    __tablename__ = "satisfaction_form"

    class State(Choice):
        ENTERED = "entered", _("Awaiting check")
        VALID = "valid", _("Valid form")
        SPOILT = "spoilt", _("Spoilt form")

    about = About(
        title=_("Satisfaction survey form"),
        spec=("REG-29",),
        clause="S3 SV 4.1.2",
        number="DC-{site}-{year}-{serial:05}",
        moment="collected_at",
        subject="batch",
        verb=_("Enter a form"),
        note=_("The form may be filled without a name; an item left blank does not count for that item."),
    )
    access = Access(
        read="desk lead quality", create="desk", edit="service", void="lead", print="desk lead quality", export="lead quality",
        load="cs_supervisor", names="desk lead", unmask="desk lead",
    )  # fmt: skip

    batch: Mapped[str] = fields.line(
        _("Survey batch"), longest=60, clause="S3 SV 4.1.1", listed=True, searched=True, help=_("Such as 2026年度.")
    )
    kind: Mapped[Batch] = fields.pick(
        _("Kind of survey"), Batch, clause="S3 SV 4.1.1", listed=True, filtered=True, default=lambda: Batch.ANNUAL.value
    )
    issued_on: Mapped[date | None] = fields.day(_("Issued on"), clause="S3 SV 4.1.2")
    issued_by: Mapped[str | None] = fields.staff(_("Issued by"), clause="S3 SV 4.1.2")
    collected_at: Mapped[datetime] = fields.moment(_("Collected at"), clause="S3 SV 4.1.2", listed=True, filtered=True, default=now)
    collected_by: Mapped[str] = fields.staff(_("Form collected by"), default=own_name, clause="S3 SV 4.1.2")
    way: Mapped[Way] = fields.pick(
        _("Way of answering"),
        Way,
        filtered=True,
        default=lambda: Way.CUSTOMER.value,
        help=_("By telephone only with the supervisor's leave."),
    )
    house: Mapped[str | None] = fields.house(
        _("House number"), clause="S3 SV 4.1.2", listed=True, searched=True, help=_("May be left blank: the form may be anonymous.")
    )
    respondent: Mapped[str | None] = fields.person(_("Customer"), searched=True, help=_("May be left blank: the form may be anonymous."))
    courtesy: Mapped[Grade | None] = fields.pick(_("Attitude and courtesy"), Grade, clause="S3 SV 4.1.3")
    reception: Mapped[Grade | None] = fields.pick(_("Reception and telephone"), Grade, clause="S3 SV 4.1.3")
    complaints: Mapped[Grade | None] = fields.pick(_("Complaints and follow-up"), Grade, clause="S3 SV 4.1.3")
    timeliness: Mapped[Grade | None] = fields.pick(_("Timeliness of repairs"), Grade, clause="S3 SV 4.1.3")
    workmanship: Mapped[Grade | None] = fields.pick(_("Quality of repairs"), Grade, clause="S3 SV 4.1.3")
    security: Mapped[Grade | None] = fields.pick(_("Order and safety"), Grade, clause="S3 SV 4.1.3")
    parking: Mapped[Grade | None] = fields.pick(_("Vehicles and parking"), Grade, clause="S3 SV 4.1.3")
    cleaning: Mapped[Grade | None] = fields.pick(_("Cleaning"), Grade, clause="S3 SV 4.1.3")
    greenery: Mapped[Grade | None] = fields.pick(_("Greenery"), Grade, clause="S3 SV 4.1.3")
    facilities: Mapped[Grade | None] = fields.pick(_("Public facilities and lifts"), Grade, clause="S3 SV 4.1.3")
    overall: Mapped[Grade | None] = fields.pick(_("Overall"), Grade, clause="S3 SV 4.1.3", listed=True, filtered=True)
    opinion: Mapped[str | None] = fields.text(_("Opinions and suggestions"), clause="S3 SV 4.1.3", listed=True, searched=True)
    signed: Mapped[bool] = fields.tick(_("Signed by the customer"))
    signed_on: Mapped[date | None] = fields.day(_("Date of signature"))
    checked_by: Mapped[str | None] = fields.staff(_("Checked by"), clause="S3 SV 4.1.2", by_step=True)
    checked_at: Mapped[datetime | None] = fields.stamp(_("Checked at"), clause="S3 SV 4.1.2")
    spoilt_reason: Mapped[str | None] = fields.line(
        _("Why it is spoilt"), by_step=True, help=_("Such as two ticks for one item, or the same tick for all.")
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.ENTERED)

    parts = (
        Part(_("Questionnaire"), "batch kind issued_on issued_by collected_at collected_by"),
        Part(_("Customer"), "house respondent way"),
        Part(_("Items of the survey"), ITEMS),
        Part(_("Overall and opinion"), "overall opinion signed signed_on"),
        Part(_("Check"), "checked_by checked_at spoilt_reason", later=True),
    )
    rules = (
        not_ahead("collected_at", now),
        needed("signed_on", when=lambda row: row.signed),
        not_before_it_was_issued,
    )
    transitions = (
        Transition(
            "check",
            State.ENTERED,
            State.VALID,
            _("Count as valid"),
            by="cs_supervisor",
            stamps="checked_at",
            stamps_by="checked_by",
            clause="S3 SV 4.1.2",
            bulk=True,
        ),
        Transition(
            "reject",
            (State.ENTERED, State.VALID),
            State.SPOILT,
            _("Count as spoilt"),
            by="cs_supervisor",
            asks="spoilt_reason",
            stamps="checked_at",
            stamps_by="checked_by",
            clause="S3 SV 4.1.2",
            step=False,
        ),
    )
    closed = (State.VALID, State.SPOILT)
    headings = {  # what offices call these columns in Excel
        "batch": "调查批次 批次",
        "kind": "调查类型",
        "issued_on": "发放日期",
        "issued_by": "发放人",
        "collected_at": "回收时间 回收日期 日期",
        "collected_by": "回收人",
        "way": "填写方式",
        "house": "房号",
        "respondent": "客户姓名 业主姓名 姓名",
        "courtesy": "服务态度 服务态度/礼仪",
        "reception": "接待与电话 服务中心接待",
        "complaints": "投诉处理与回访",
        "timeliness": "维修及时性",
        "workmanship": "维修质量",
        "security": "秩序/安全 秩序维护",
        "parking": "车辆管理",
        "cleaning": "保洁 清洁卫生",
        "greenery": "绿化 绿化养护",
        "facilities": "公共设施设备 公共设施设备(含电梯)",
        "overall": "总体评价 总体感觉",
        "opinion": "意见建议 意见和建议",
        "signed": "签名",
        "signed_on": "签名日期",
    }
    slots = (
        Slot("customer", _("Customer (optional)"), "desk", outside=True, optional=True, person="respondent", clause="S3 SV 4.1.2"),
        Slot("issuer", _("Issued by"), "desk", optional=True, person="issued_by", clause="S3 SV 4.1.2"),
        Slot("collector", _("Form collected by"), "desk", at_entry=True, optional=True, person="collected_by", clause="S3 SV 4.1.2"),
    )
    sheet = Sheet(
        f"number batch house {ITEMS} overall opinion",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(
            _("House number, name and signature may be left blank."),
            _("An item without a tick does not count for that item; spoilt forms are not counted."),
        ),
        groups={"courtesy": (_("Items of the survey"), 10)},
        rows=15,
    )
