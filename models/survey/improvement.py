from datetime import date

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.survey.batch import SurveyBatch


class SurveyImprovement(Register):
    """One thing that a survey showed to be wrong, what is done about it, and when the customers were told."""

    __tablename__ = "survey_improvement"

    class State(Choice):
        OPEN = "open", _("To be improved")
        DONE = "done", _("Improvement to be verified")
        VERIFIED = "verified", _("Improved")

    about = About(
        title=_("Survey improvement & publication tracker"),
        spec=("REG-32",),
        clause="S3 SV 4.1.3 3), 4.2.1",
        number="GJ-{site}-{year}-{serial:04}",
        moment="found_on",
        subject="problem",
        verb=_("Enter an improvement"),
        holder="responsible",
        note=_("Result and rectification are told to the customers within one month after the survey ended (S3 SV 4.2.1)."),
    )
    access = Access(
        read="staff", create="service lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality",
        load="cs_supervisor",
    )  # fmt: skip

    survey: Mapped[SurveyBatch] = fields.link("survey_batch", _("Survey batch"), clause="S3 SV 4.1.3 3)", listed=True)
    found_on: Mapped[date] = fields.day(_("Date of the report"), clause="S3 SV 4.1.3", listed=True, filtered=True, default=today)
    problem: Mapped[str] = fields.line(_("Problem shown by the survey"), clause="S3 SV 4.1.3 2)", listed=True, searched=True, width=40)
    times: Mapped[int | None] = fields.count(_("Times named"), least=1, listed=True, help=_("In how many forms it is named."))
    measure: Mapped[str] = fields.text(_("Improvement measure"), clause="S3 SV 4.1.3 3)", rule="RULE-107", listed=True, searched=True)
    department: Mapped[str | None] = fields.line(_("Responsible department"), longest=80, searched=True)
    responsible: Mapped[str] = fields.staff(_("Responsible person"), clause="S3 SV 4.1.3 3)", listed=True, searched=True)
    due_on: Mapped[date] = fields.day(_("To be improved by"), listed=True, filtered=True)
    done_on: Mapped[date | None] = fields.day(_("Improved on"), listed=True, by_step=True)
    verification: Mapped[str | None] = fields.line(_("Finding of the verification"), by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Survey"), "survey found_on"),
        Part(_("Problem, cause and measure"), "problem times measure department responsible due_on"),
        Part(_("Improvement and verification"), "done_on verification", later=True),
        Part(_("Publication"), "survey.published_at survey.publication remark"),
    )
    rules = (
        not_ahead("found_on", now),
        not_ahead("done_on", now),
        in_order("found_on", "due_on", _("This is before the date of the report.")),
        in_order("found_on", "done_on", _("This is before the date of the report.")),
    )
    transitions = (
        Transition(
            "complete",
            State.OPEN,
            State.DONE,
            _("Enter as improved"),
            by="staff",
            asks="done_on",
            may_ask="remark",
            clause="S3 SV 4.1.3 3)",
        ),
        Transition(
            "verify",
            State.DONE,
            State.VERIFIED,
            _("Verify the improvement"),
            by="project_manager",
            asks="verification",
            signs="manager",
            clause="S3 SV 4.2.1",
        ),
        Transition(
            "return", State.DONE, State.OPEN, _("Return as not improved"), by="project_manager", asks="verification due_on", step=False
        ),
    )
    closed = (State.VERIFIED,)
    taken_over_as = TakenOver(done_by="done_on verification")
    headings = {  # what offices call these columns in Excel
        "survey": "调查批次 批次",
        "found_on": "报告日期 日期",
        "problem": "问题 存在问题",
        "times": "出现条数 条数",
        "measure": "改进措施 整改措施",
        "department": "责任部门",
        "responsible": "责任人",
        "due_on": "计划完成 完成日 完成期限",
        "done_on": "实际完成 完成日期",
        "verification": "验证 验证结果",
        "remark": "备注",
    }
    slots = (Slot("manager", _("Project manager"), "project_manager", clause="S3 SV 4.1.3"),)
    sheet = Sheet(
        "problem times measure department responsible due_on done_on verification survey.published_at survey.publication remark",
        signed_by=(_("Prepared by"), _("Project manager")),
        notes=(_("Result and rectification are told to the customers within one month after the survey ended (S3 SV 4.2.1)."),),
    )
