import re
from datetime import date, datetime

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import working_days
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import About, Alias, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class Retention(Choice):
    """How long a file is kept; the codes stand in the archival code (DA/T 22-2015)."""

    PERMANENT = "Y", _("Permanent")
    THIRTY = "D30", _("30 years")
    TEN = "D10", _("10 years")


class Secrecy(Choice):
    """Who may see what is in a file."""

    OPEN = "open", _("Public")
    INTERNAL = "internal", _("Internal")
    CONFIDENTIAL = "confidential", _("Confidential")


GROUPS = "own_papers family_papers house_papers fit_out_papers receipts pictures"
# KH stands for customer files and is the product's own; KF is the customer service department.
CATEGORY, DEPARTMENT = "KH", "KF"
CODE = re.compile(r"[0-9A-Z]{1,12}-[A-Z]{2}(·[0-9A-Z]{1,2})?·\d{4}-(Y|D30|D10)-[0-9A-Z]{1,8}-\d{3,5}")


# The columns of DA/T 22-2015, then those of the property trade, in the order of the archival codes.
CATALOGUE = Sheet(
    "reference document_number responsible title moved_in_on secrecy pages house customer retention filed_on cabinet remark",
    signed_by=(_("Archivist"), _("Head of department")),
    notes=(_("A title that the office gave itself stands in square brackets (DA/T 22-2015)."),),
    head=(_("Fonds: {site}"), _("Department: customer service")),
    numbered=True,
    order="reference",
    report="REP-25",
    rows=15,
)


def well_formed(row: "ArchiveIndex") -> dict[str, Message]:
    """An archival code is built as DA/T 22-2015 says, and names the retention that the file has."""
    if not row.reference:
        return {}
    found = CODE.fullmatch(row.reference)
    if not found:
        return {"reference": _("An archival code is built like DEMO-KH·2026-D30-KF-0001 (DA/T 22-2015).")}
    if found[2] != row.retention:
        return {"reference": _("The code does not name the retention of the file.")}
    return {}


@keeps("RULE-127")
def all_filed_or_said_why(row: "ArchiveIndex") -> dict[str, Message]:
    """All six material groups are filed, or it says what is missing and why (S3 AR 2.3)."""
    if row.state == row.State.FILED and not row.missing and not all(getattr(row, key) for key in GROUPS.split()):
        return {"missing": _("Not all six groups of material are there: say which is missing and why.")}
    return {}


class ArchiveIndex(Register):
    """One customer file: its archival code, what is in it, and in which cabinet it lies."""

    __tablename__ = "archive_index"

    class State(Choice):
        PENDING = "pending", _("Awaiting filing")
        FILED = "filed", _("Filed")

    about = About(
        title=_("Customer archive index"),
        spec=("REG-37",),
        clause="S3 AR 2.3",
        number="DA-{site}-{year}-{serial:04}",
        moment="moved_in_on",
        subject="title",
        verb=_("Open a customer file"),
        aliases=(Alias("REG-37", _("Customer archive catalogue"), CATALOGUE),),
        note=_("Filed within three working days after the move-in formalities (S3 AR 2.2). Customer files are not for loan (S3 AR 3.1)."),
    )
    access = Access(
        read="service lead", create="service", edit="service", void="lead", print="service lead", export="lead",
        load="cs_supervisor", names="service lead", unmask="service lead",
    )  # fmt: skip

    house: Mapped[str] = fields.house(_("House number"), clause="S3 AR 2.3", listed=True, searched=True)
    customer: Mapped[str] = fields.person(_("Customer"), clause="S3 AR 2.3", listed=True, searched=True)
    title: Mapped[str] = fields.line(
        _("Title of the file"),
        width=34,
        clause="DA/T 22-2015",
        listed=True,
        searched=True,
        help=_("A title that the office gave itself stands in square brackets."),
    )
    responsible: Mapped[str] = fields.line(_("Author (responsible body)"), longest=80, clause="DA/T 22-2015")
    document_number: Mapped[str | None] = fields.line(_("Document number"), longest=60, clause="DA/T 22-2015", searched=True)
    retention: Mapped[Retention] = fields.pick(
        _("Retention period"),
        Retention,
        clause="DA/T 22-2015",
        filtered=True,
        default=lambda: Retention.THIRTY.value,
        help=_("A period is a minimum; part of the archival code."),
    )
    secrecy: Mapped[Secrecy] = fields.pick(
        _("Security classification"), Secrecy, clause="S3 AR 3.3.2", filtered=True, default=lambda: Secrecy.CONFIDENTIAL.value
    )
    moved_in_on: Mapped[date] = fields.day(_("Move-in formalities on"), clause="S3 AR 2.2", listed=True, filtered=True)
    own_papers: Mapped[bool] = fields.tick(_("Customer's own papers"), width=11, clause="S3 AR 2.3", rule="RULE-127")
    family_papers: Mapped[bool] = fields.tick(_("Family papers"), width=11, clause="S3 AR 2.3", rule="RULE-127")
    house_papers: Mapped[bool] = fields.tick(_("House papers"), width=11, clause="S3 AR 2.3", rule="RULE-127")
    fit_out_papers: Mapped[bool] = fields.tick(_("Fit-out and acceptance"), width=11, clause="S3 AR 2.3", rule="RULE-127")
    receipts: Mapped[bool] = fields.tick(_("Fee receipts"), width=11, clause="S3 AR 2.3", rule="RULE-127")
    pictures: Mapped[bool] = fields.tick(_("Service pictures"), width=11, clause="S3 AR 2.3", rule="RULE-127")
    missing: Mapped[str | None] = fields.line(_("What is missing and why"), clause="S3 AR 2.3", rule="RULE-127")
    reference: Mapped[str | None] = fields.line(
        _("Archival code"),
        longest=60,
        width=34,
        clause="DA/T 22-2015",
        listed=True,
        searched=True,
        by_step=True,
        help=_("Left blank, it is made from site, year, retention and number. Once given, it is not changed (DA/T 13-2022)."),
    )
    filed_on: Mapped[date | None] = fields.day(_("Filed on"), clause="S3 AR 2.2", listed=True, filtered=True, by_step=True)
    filer: Mapped[str | None] = fields.staff(_("Filed by"), clause="S3 AR 2.3.1", rule="RULE-128", by_step=True)
    cabinet: Mapped[str | None] = fields.line(
        _("Cabinet place"),
        longest=40,
        clause="S3 AR 2.1",
        listed=True,
        searched=True,
        by_step=True,
        help=_("Cabinet, shelf and box, such as 3柜-2层-05盒."),
    )
    pages: Mapped[int | None] = fields.count(_("Pages"), least=1, most=99999, clause="DA/T 22-2015", by_step=True)
    correction: Mapped[str | None] = fields.text(
        _("Correction slip"), clause="S3 AR 3.3", by_step=True, help=_("What is wrong in the entry and how it should read.")
    )
    corrected_at: Mapped[datetime | None] = fields.stamp(_("Corrected at"), clause="S3 AR 3.3")
    corrected_by: Mapped[str | None] = fields.staff(_("Corrected by"), clause="S3 AR 3.3", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.PENDING)

    parts = (
        Part(_("Customer"), "house customer moved_in_on"),
        Part(_("Customer file"), "title responsible document_number retention secrecy remark"),
        Part(_("Materials"), "own_papers family_papers house_papers fit_out_papers receipts pictures missing"),
        Part(_("Filing"), "reference filed_on filer cabinet pages", later=True),
        Part(_("Correction"), "correction corrected_at corrected_by", later=True),
    )
    rules = (
        not_ahead("moved_in_on", now),
        in_order("moved_in_on", "filed_on", _("This is before the move-in formalities.")),
        well_formed,
        all_filed_or_said_why,
    )
    transitions = (
        Transition(
            "file",
            State.PENDING,
            State.FILED,
            _("Enter the filing"),
            by="service",
            asks="filed_on filer cabinet pages",
            signs="filer",
            may_ask=f"{GROUPS} missing reference",
            clause="S3 AR 2.2",
            rule="RULE-128",
        ),
        Transition(
            "correct",
            State.FILED,
            None,
            _("Enter a correction slip"),
            by="lead",
            asks="correction",
            may_ask=f"cabinet pages missing {GROUPS}",
            stamps="corrected_at",
            stamps_by="corrected_by",
            clause="S3 AR 3.3",
            rule="RULE-133",
            step=False,
        ),
    )
    closed = (State.FILED,)
    deadlines = (
        Deadline(
            name="filing",
            label=_("Filing"),
            rule="RULE-126",
            clause="S3 AR 2.2",
            after="moved_in_on",
            due=working_days(3),
            met_by="filed_on",
            text=_("A customer file is filed within three working days after the move-in formalities (S3 AR 2.2)."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "house": "房号 客户/房号",
        "customer": "客户 客户姓名 业主姓名 姓名",
        "title": "题名",
        "responsible": "责任者",
        "document_number": "文号",
        "retention": "保管期限",
        "secrecy": "密级",
        "moved_in_on": "入住手续日 入住日期 日期",
        "own_papers": "本人资料 客户本人资料",
        "family_papers": "家庭 家庭资料",
        "house_papers": "房屋 房屋档案",
        "fit_out_papers": "装修与验收 装修与验收记录",
        "receipts": "收费单据",
        "pictures": "服务图片 图片资料",
        "missing": "缺件说明",
        "reference": "档号",
        "filed_on": "归档日 归档日期",
        "filer": "归档人",
        "cabinet": "柜位",
        "pages": "页数",
        "remark": "备注",
    }
    slots = (
        Slot("filer", _("Filed by"), "service", person="filer", clause="S3 AR 2.3.1", rule="RULE-128"),
        Slot("head", _("Head of department"), "lead", optional=True, clause="S3 AR 2.2"),
    )
    sheet = Sheet(
        f"reference house customer title {GROUPS} moved_in_on filed_on filer cabinet pages secrecy",
        signed_by=(_("Prepared by"), _("Head of department")),
        notes=(
            _("Customer files are not for loan and not for other use (S3 AR 3.1)."),
            _("Nobody adds marks to a file; corrections are separate slips (S3 AR 3.3)."),
        ),
        groups={"own_papers": (_("Materials"), 6)},
        rows=15,
    )

    @keeps("RULE-133")
    def misfits(self, session: Session) -> dict[str, Message]:
        """A filed entry is corrected by a slip alone, and an archival code is given once."""
        if self.intent == "edit" and self.state == self.State.FILED and inspect(self).persistent:
            return {"": _("The file is filed: its entry is corrected by a correction slip (S3 AR 3.3).")} if self.changed_keys() else {}
        cls = type(self)
        same = (
            select(func.count())
            .select_from(cls)
            .where(cls.site_id == self.site_id, cls.reference == self.reference, cls.id != (self.id or 0))
        )
        if self.reference and session.execute(same).scalar_one():
            return {"reference": _("Another file has this archival code.")}
        return {}

    def carry(self, session: Session) -> None:
        """Make the archival code of a file that is filed without one: fonds-category·year-retention-department-item."""
        if self.state == self.State.FILED and not self.reference and self.number:
            site = session.get_one(Site, self.site_id)
            _start, year, item = self.number.rsplit("-", 2)
            self.reference = f"{site.code}-{CATEGORY}·{year}-{self.retention}-{DEPARTMENT}-{item}"
