from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.survey.batch import Grade, SurveyBatch
from models.survey.questions import asked_in, unfit


class Way(Choice):
    """Who wrote the answers down."""

    CUSTOMER = "customer", _("By the customer")
    PHONE = "phone", _("Asked by telephone")


ITEMS = "courtesy reception complaints timeliness workmanship security parking cleaning greenery facilities"
EASTERNMOST = timedelta(hours=14)


def not_before_it_was_issued(row: "SatisfactionForm") -> dict[str, Message]:
    """A form is not collected on a day before it was issued, in whatever zone the site lies."""
    if row.issued_on and row.collected_at and (row.collected_at + EASTERNMOST).date() < row.issued_on:
        return {"issued_on": _("This is after the form was collected.")}
    return {}


class Answer(fields.Line):
    """What a form says to one question of a questionnaire on a topic, in the words of both."""

    question: str = fields.line(_("Question asked"), longest=120)
    answer: str = fields.line(_("Answer to it"), longest=1000)


def answered(row: "SatisfactionForm") -> bool:
    """Whether a question of the form was answered; an opinion alone rates nothing, and is told to the office all the same."""
    return any(getattr(row, key) for key in (*ITEMS.split(), "overall", "answers"))


def countable(row: "SatisfactionForm") -> Message | None:
    """A form that says nothing is no valid one, nor one that was spoilt when it came back."""
    if row.spoilt_reason:
        return _("It was entered as spoilt ({reason}): count it as spoilt, or let it be entered anew.", reason=row.spoilt_reason)
    return None if answered(row) else _("No question on it is answered: count it as blank. What is written on it is gathered all the same.")


def nothing_is_ticked(row: "SatisfactionForm") -> Message | None:
    """A form that answers something is not blank."""
    return _("A question on it is answered.") if answered(row) or row.spoilt_reason else None


class SatisfactionForm(Register):
    """One questionnaire, from the day it is issued under its number until it came back and was counted, or stayed away."""

    __tablename__ = "satisfaction_form"

    class State(Choice):
        ISSUED = "issued", _("Issued, not back yet")
        ENTERED = "entered", _("Awaiting check")
        VALID = "valid", _("Valid form")
        SPOILT = "spoilt", _("Spoilt form")
        BLANK = "blank", _("Blank form")
        MISSING = "missing", _("Not returned")

    about = About(
        title=_("Satisfaction survey form"),
        spec=("REG-29",),
        clause="S3 SV 4.1.2",
        number="DC-{site}-{year}-{serial:05}",
        moment="issued_on",
        subject="survey",
        verb=_("Issue a form"),
        note=_("The form may be filled without a name; an item left blank does not count for that item."),
    )
    access = Access(
        read="desk lead quality", create="desk", edit="service", void="lead", print="desk lead quality", export="lead quality",
        load="cs_supervisor", names="desk lead", unmask="desk lead", rule="RULE-106",
    )  # fmt: skip

    survey: Mapped[SurveyBatch] = fields.link("survey_batch", _("Survey batch"), clause="S3 SV 4.1.1", listed=True)
    issued_on: Mapped[date] = fields.day(_("Issued on"), clause="S3 SV 4.1.2", listed=True, filtered=True, default=today)
    issued_by: Mapped[str | None] = fields.staff(_("Issued by"), default=own_name, clause="S3 SV 4.1.2")
    house: Mapped[str | None] = fields.house(
        _("House number"), clause="S3 SV 4.1.2", listed=True, searched=True, help=_("To whom it goes; left blank, the form is anonymous.")
    )
    collected_at: Mapped[datetime | None] = fields.stamp(_("Collected at"), clause="S3 SV 4.1.2", listed=True, filtered=True)
    collected_by: Mapped[str | None] = fields.staff(_("Form collected by"), clause="S3 SV 4.1.2", by_step=True)
    way: Mapped[Way] = fields.pick(
        _("Way of answering"),
        Way,
        filtered=True,
        default=lambda: Way.CUSTOMER.value,
        help=_("By telephone only with the supervisor's leave."),
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
    answers: Mapped[list[Any] | None] = fields.grid(
        _("Answers to the questions of the topic"), Answer, clause="S2 篇一 二.2(5)", help=_("Where the survey has questions of its own.")
    )
    opinion: Mapped[str | None] = fields.text(_("Opinions and suggestions"), clause="S3 SV 4.1.3", listed=True, searched=True)
    checked_by: Mapped[str | None] = fields.staff(_("Checked by"), clause="S3 SV 4.1.2", by_step=True)
    checked_at: Mapped[datetime | None] = fields.stamp(_("Checked at"), clause="S3 SV 4.1.2")
    spoilt_reason: Mapped[str | None] = fields.line(
        _("Why it is spoilt"), by_step=True, help=_("Such as two ticks for one item, or the same tick for all.")
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.ISSUED)

    parts = (
        Part(_("Questionnaire"), "survey survey.kind issued_on issued_by house"),
        Part(_("Return of the forms"), "collected_at collected_by way respondent", later=True),
        Part(_("Items of the survey"), ITEMS, later=True),
        Part(_("Overall and opinion"), "overall answers opinion", later=True),
        Part(_("Check"), "checked_by checked_at spoilt_reason", later=True),
    )
    rules = (
        not_ahead("issued_on", now),
        not_before_it_was_issued,
    )
    transitions = (
        Transition(
            "take_in",
            (State.ISSUED, State.MISSING),
            State.ENTERED,
            _("Enter the return"),
            by="desk",
            may_ask=f"way house respondent {ITEMS} overall answers opinion spoilt_reason",
            stamps="collected_at",
            stamps_by="collected_by",
            clause="S3 SV 4.1.2",
        ),
        Transition(
            "check",
            State.ENTERED,
            State.VALID,
            _("Count as valid"),
            by="cs_supervisor",
            stamps="checked_at",
            stamps_by="checked_by",
            guard=countable,
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
        Transition(
            "leave_blank",
            State.ENTERED,
            State.BLANK,
            _("Count as blank"),
            by="cs_supervisor",
            stamps="checked_at",
            stamps_by="checked_by",
            guard=nothing_is_ticked,
            clause="S3 SV 4.1.2",
            step=False,
        ),
        Transition(
            "enter_anew",
            (State.ENTERED, State.SPOILT, State.BLANK),
            State.ISSUED,
            _("Let it be entered anew"),
            by="cs_supervisor",
            clause="S3 SV 4.1.2",
            step=False,
        ),
        Transition(
            "write_off",
            State.ISSUED,
            State.MISSING,
            _("Enter as not returned"),
            by="desk",
            clause="S3 SV 4.1.2",
            step=False,
            bulk=True,
        ),
    )
    closed = (State.VALID, State.SPOILT, State.BLANK, State.MISSING)
    taken_over_as = TakenOver(  # a list of houses issues their forms at once; one with days of return brings in what came back
        known_by="house survey",
        state=lambda row: SatisfactionForm.State.ENTERED if row.collected_at else SatisfactionForm.State.ISSUED,
        spill="opinion",
    )
    headings = {  # what offices call these columns in Excel
        "survey": "调查批次 批次",
        "issued_on": "发放日期 日期",
        "issued_by": "发放人",
        "collected_at": "回收时间 回收日期",
        "collected_by": "回收人",
        "way": "填写方式",
        "house": "房号",
        "respondent": "客户姓名 业主姓名 姓名",
        "courtesy": "服务态度 服务态度/礼仪",
        "reception": "接待与电话 服务中心接待",
        "complaints": "投诉处理与回访",
        "timeliness": "维修及时性",
        "workmanship": "维修质量",
        "security": "秩序/安全 秩序维护 安全管理 秩序服务",
        "parking": "车辆管理",
        "cleaning": "保洁 清洁卫生 环境卫生 保洁服务",
        "greenery": "绿化 绿化养护 绿化服务",
        "facilities": "公共设施设备 公共设施设备(含电梯)",
        "overall": "总体评价 总体感觉 总体满意度 综合评价",
        "opinion": "意见建议 意见和建议",
    }
    slots = (
        Slot("issuer", _("Issued by"), "desk", at_entry=True, optional=True, person="issued_by", clause="S3 SV 4.1.2"),
        Slot("customer", _("Customer (optional)"), "desk", outside=True, optional=True, person="respondent", clause="S3 SV 4.1.2"),
        Slot("collector", _("Form collected by"), "desk", optional=True, person="collected_by", clause="S3 SV 4.1.2"),
    )
    sheet = Sheet(
        f"number survey.title house {ITEMS} overall opinion",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(
            _("House number, name and signature may be left blank."),
            _("An item without a tick does not count for that item; spoilt forms are not counted."),
        ),
        groups={"courtesy": (_("Items of the survey"), 10)},
        rows=15,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """A household gets one form of a survey, and a form says nothing that its survey does not ask."""
        found: dict[str, Message] = {}
        twin = self._twin(session)
        if twin is not None:
            found["house"] = _("This household has form {number} of the survey already; void that one first.", number=twin)
        if self.answers and (wrong := unfit(asked_in(session, self.get("survey")), self.answers)):
            found["answers"] = wrong
        return found

    def _twin(self, session: Session) -> str | None:
        key = house_key(self.house)
        if key is None or self.voided_at is not None or not inspect(self).attrs.house.history.has_changes():
            return None
        cls = SatisfactionForm
        column = cls.__table__.c
        same = (column.survey_id == self.get("survey"), column.house_key == key, cls.voided_at.is_(None), cls.id != (self.id or 0))
        return session.execute(select(cls.number).where(*same).limit(1)).scalar()
