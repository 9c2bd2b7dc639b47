from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition


class Source(Choice):
    """Where a key comes from; only the first two are entrusted by others (S3 KY 4.1)."""

    DEVELOPER = "developer", _("Developer, not moved in")
    CUSTOMER = "customer", _("Customer's custody")
    PUBLIC = "public", _("Public area")
    PLANT = "plant", _("Plant room")


ENTRUSTED = (Source.DEVELOPER, Source.CUSTOMER)


def none_out(row: "KeyOnHook") -> Message | None:
    """A hook is not cleared while keys of it are still with a borrower."""
    return _("{n} of these keys are still lent out.", n=row.lent) if row.lent else None


def no_fewer_than_lent(row: "KeyOnHook") -> dict[str, Message]:
    """The hook cannot hold fewer keys than are lent from it."""
    if row.quantity is None or row.quantity >= row.lent:
        return {}
    return {"quantity": _("{n} of these keys are lent out; there cannot be fewer.", n=row.lent)}


class KeyOnHook(Register):
    """One hook of the key cabinet: the keys of one unit under one key number, and how many of them are out."""

    __tablename__ = "key_on_hook"

    class State(Choice):
        KEPT = "kept", _("In the cabinet")
        COLLECTED = "collected", _("Collected")
        LOST = "lost", _("Lost")

    about = About(
        title=_("Key inventory/cabinet register"),
        spec=("REG-36",),
        clause="S3 KY 4.2.4",
        number="YS-{site}-{year}-{serial:04}",
        moment="hung_on",
        subject="key_number",
        verb=_("Hang a key"),
        holder="keeper",
        keep=2,
        note=_("Only keys of units not yet moved into, and of customers in real difficulty, are taken into custody (S3 KY 4.1)."),
    )
    access = Access(
        read="desk lead engineering security", create="service", edit="service", void="lead", print="service lead", export="lead",
        load="cs_supervisor", names="service lead", unmask="service lead",
    )  # fmt: skip

    slot: Mapped[str] = fields.line(
        _("Place in the cabinet"), longest=20, clause="S3 KY 4.2.4", listed=True, searched=True, help=_("Cabinet and hook, such as A-01.")
    )
    key_number: Mapped[str] = fields.line(
        _("Key number"), longest=40, clause="S3 KY 4.3.1", listed=True, searched=True, help=_("As on the tag; once only in the cabinet.")
    )
    unit: Mapped[str] = fields.line(
        _("Unit"), longest=80, clause="S3 KY 4.2.1", listed=True, searched=True, help=_("House number, public area or plant room.")
    )
    source: Mapped[Source] = fields.pick(_("Source"), Source, clause="S3 KY 4.1.1, 4.1.2", listed=True, filtered=True)
    customer: Mapped[str | None] = fields.person(_("Customer"), clause="S3 KY 4.2.1", searched=True)
    hardship: Mapped[str | None] = fields.line(
        _("Reason for custody"), clause="S3 KY 4.1.2", help=_("The difficulty in living or work for which the customer leaves the key.")
    )
    authorisation: Mapped[str | None] = fields.line(_("Custody authorisation number"), longest=40, clause="S3 KY 4.2.4", searched=True)
    quantity: Mapped[int] = fields.count(_("Number of keys"), least=1, most=999, clause="S3 KY 4.2.1", listed=True)
    lent: Mapped[int] = fields.count(
        _("Lent out"), clause="S3 KY 4.3.3", listed=True, by_step=True, default=lambda: 0, help=_("Counted from the key borrow log.")
    )
    hung_on: Mapped[date] = fields.day(_("Hung on"), clause="S3 KY 4.2.4", listed=True, filtered=True)
    keeper: Mapped[str] = fields.staff(_("Keeper"), clause="S3 KY 3.2")
    first_count: Mapped[date | None] = fields.day(_("1st quarter"), width=16, clause="S3 KY 4.3.3", help=_("The day of the stocktake."))
    second_count: Mapped[date | None] = fields.day(_("2nd quarter"), width=16, clause="S3 KY 4.3.3")
    third_count: Mapped[date | None] = fields.day(_("3rd quarter"), width=16, clause="S3 KY 4.3.3")
    fourth_count: Mapped[date | None] = fields.day(_("4th quarter"), width=16, clause="S3 KY 4.3.3")
    taken_down_on: Mapped[date | None] = fields.day(_("Taken down on"), clause="S3 KY 4.3.4", by_step=True)
    collector: Mapped[str | None] = fields.person(_("Collected by"), clause="S3 KY 4.3.4", by_step=True)
    proof: Mapped[str | None] = fields.identity(
        _("Proof of identity"),
        clause="S3 KY 4.3.4",
        by_step=True,
        help=_("Kind of document and its last four characters; without proof no key is handed over."),
    )
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.KEPT)

    parts = (
        Part(_("Cabinet"), "slot key_number unit"),
        Part(_("Origin"), "source customer hardship authorisation"),
        Part(_("Keys"), "quantity lent hung_on keeper remark"),
        Part(_("Stocktake"), "first_count second_count third_count fourth_count", later=True),
        Part(_("Collection"), "taken_down_on collector proof", later=True),
    )
    rules = (
        not_ahead("hung_on", now),
        needed("customer hardship", when=lambda row: row.source == Source.CUSTOMER),
        in_order("hung_on", "taken_down_on", _("This is before the keys were hung.")),
        no_fewer_than_lent,
    )
    transitions = (
        Transition(
            "hand_over",
            State.KEPT,
            State.COLLECTED,
            _("Hand over to the collector"),
            by="service",
            asks="taken_down_on collector proof",
            may_ask="remark",
            guard=none_out,
            clause="S3 KY 4.3.4",
        ),
        Transition(
            "report_lost",
            State.KEPT,
            State.LOST,
            _("Report lost"),
            by="service",
            asks="taken_down_on remark",
            clause="S3 KY 4.3.2",
            step=False,
        ),
    )
    closed = (State.COLLECTED, State.LOST)
    headings = {  # what offices call these columns in Excel
        "slot": "柜位 挂位",
        "key_number": "钥匙编号 编号",
        "unit": "单位 单位/房号/设备房 单位编号 房号",
        "source": "来源",
        "customer": "客户姓名 业主姓名 姓名",
        "hardship": "托存原因 托管原因",
        "authorisation": "委托书号 委托书编号",
        "quantity": "数量 钥匙数量",
        "hung_on": "入柜日期 存放日期",
        "keeper": "管理员 经办人",
        "taken_down_on": "出柜日期 移交日期",
        "collector": "领钥匙人",
        "remark": "备注",
    }
    slots = (
        Slot("keeper", _("Keeper"), "service", at_entry=True, person="keeper", clause="S3 KY 3.2"),
        Slot("collector", _("Collected by"), "service", outside=True, person="collector", clause="S3 KY 4.3.4"),
    )
    sheet = Sheet(
        "slot key_number unit source quantity lent state hung_on taken_down_on first_count second_count third_count fourth_count remark",
        signed_by=(_("Keeper"), _("Customer service supervisor")),
        notes=(
            _("The label bears the key number alone, not the customer's name."),
            _("No key is handed over to anyone who cannot prove to be the customer or the one named by the customer (S3 KY 4.3.4)."),
        ),
        groups={"first_count": (_("Stocktake"), 4)},
        rows=20,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """One key number hangs in the cabinet of a site only once."""
        cls = type(self)
        same = (
            select(func.count())
            .select_from(cls)
            .where(
                cls.site_id == self.site_id,
                cls.key_number == self.key_number,
                cls.state == cls.State.KEPT.value,
                cls.voided_at.is_(None),
                cls.id != (self.id or 0),
            )
        )
        taken = self.state == cls.State.KEPT and self.voided_at is None and session.execute(same).scalar_one()
        return {"key_number": _("A key of this number hangs in the cabinet already.")} if taken else {}
