from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, object_session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.setting import value
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.houses.household import lived_in
from models.keys.authorisation import CustodyAuthorisation
from models.settings import NAME_LABEL


class Source(Choice):
    """Where a key comes from; only the first two are entrusted by others (S3 KY 4.1)."""

    DEVELOPER = "developer", _("Developer, not moved in")
    CUSTOMER = "customer", _("Customer's custody")
    PUBLIC = "public", _("Public area")
    PLANT = "plant", _("Plant room")


ENTRUSTED = (Source.DEVELOPER, Source.CUSTOMER)
NO_PROOF = _("No proof of identity, no key (S3 KY 4.3.4).")


@keeps("RULE-121 RULE-122")
def free_to_go(row: "KeyOnHook") -> Message | None:
    """A hook is cleared when no key of it is out, and for whoever can prove to be the collector; no leave of anybody's helps."""
    if row.lent:
        return _("{n} of these keys are still lent out.", n=row.lent)
    if row.get("entrustment") is not None:
        return _("Keys under an authorisation are handed over in the key custody register (S3 KY 4.3.4).")
    return None if row.collector and row.proof else NO_PROOF


@keeps("RULE-121")
def handed_back(row: "KeyOnHook") -> Message | None:
    """Keys under an authorisation leave their hook with the hand-over in the key custody register."""
    session, entrustment = object_session(row), row.get("entrustment")
    letter = session.get(CustodyAuthorisation, entrustment) if session is not None and entrustment is not None else None
    if letter is not None and letter.state == letter.State.RETURNED:
        return None
    return _("Keys under an authorisation are handed over in the key custody register (S3 KY 4.3.4).")


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
        rule="RULE-123",
    )
    access = Access(
        read="desk lead engineering security", create="service", edit="service", void="lead", print="service lead", export="lead",
        load="cs_supervisor", names="service lead", unmask="service lead", rule="RULE-125",
    )  # fmt: skip

    slot: Mapped[str] = fields.line(
        _("Place in the cabinet"),
        longest=20,
        clause="S3 KY 4.2.4",
        rule="RULE-115",
        listed=True,
        searched=True,
        help=_("Cabinet and hook, such as A-01."),
    )
    key_number: Mapped[str] = fields.line(
        _("Key number"),
        longest=40,
        clause="S3 KY 4.2.4, 4.3.1",
        rule="RULE-115",
        listed=True,
        searched=True,
        help=_("As on the tag; once only in the cabinet."),
    )
    unit: Mapped[str] = fields.house(
        _("Unit"), whole=False, clause="S3 KY 4.2.1", listed=True, searched=True, help=_("House number, public area or plant room.")
    )
    source: Mapped[Source] = fields.pick(_("Source"), Source, clause="S3 KY 4.1.1, 4.1.2", rule="RULE-111", listed=True, filtered=True)
    entrustment: Mapped[CustodyAuthorisation | None] = fields.link(
        "custody_authorisation", _("Custody authorisation"), clause="S3 KY 4.2.4", help=_("For a customer's key; signed, and not revoked.")
    )
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
    collector: Mapped[str | None] = fields.person(_("Collected by"), clause="S3 KY 4.3.4", by_step=True)
    proof: Mapped[str | None] = fields.identity(
        _("Proof of identity"),
        clause="S3 KY 4.3.4",
        by_step=True,
        help=_("Kind of document and its last four characters; without proof no key is handed over."),
    )
    identified_at: Mapped[datetime | None] = fields.stamp(_("Identity checked at"), clause="S3 KY 4.3.4")
    taken_down_on: Mapped[date | None] = fields.day(_("Taken down on"), clause="S3 KY 4.3.4", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    customer: Mapped[str | None] = fields.person(_("Customer in the old ledger"), clause="S3 KY 4.2.1", searched=True, by_step=True)
    hardship: Mapped[str | None] = fields.line(_("Reason for custody in the old ledger"), clause="S3 KY 4.1.2", by_step=True)
    authorisation: Mapped[str | None] = fields.line(
        _("Authorisation number in the old ledger"), longest=40, clause="S3 KY 4.2.4", searched=True, by_step=True
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.KEPT)

    parts = (
        Part(_("Cabinet"), "slot key_number unit"),
        Part(_("Origin"), "source entrustment entrustment.customer"),
        Part(_("Keys"), "quantity lent hung_on keeper remark"),
        Part(_("Stocktake"), "first_count second_count third_count fourth_count", later=True),
        Part(_("Collection"), "collector proof identified_at taken_down_on", later=True),
        Part(_("As the old ledger says"), "customer hardship authorisation", later=True),
    )
    rules = (
        not_ahead("hung_on", now),
        in_order("hung_on", "taken_down_on", _("This is before the keys were hung.")),
        no_fewer_than_lent,
    )
    transitions = (
        Transition(
            "identify",
            State.KEPT,
            None,
            _("Check the collector's identity"),
            by="service",
            asks="collector proof",
            stamps="identified_at",
            clause="S3 KY 4.3.4",
            step=False,
        ),
        Transition(
            "hand_over",
            State.KEPT,
            State.COLLECTED,
            _("Hand over to the collector"),
            by="service",
            asks="taken_down_on",
            may_ask="remark",
            guard=free_to_go,
            clause="S3 KY 4.3.4",
        ),
        Transition(
            "take_down",
            State.KEPT,
            State.COLLECTED,
            _("Take off the hook"),
            by="service",
            asks="taken_down_on",
            guard=handed_back,
            clause="S3 KY 4.3.4",
            step=False,
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
        "slot": "柜位 挂位 存放位置",
        "key_number": "钥匙编号 编号",
        "unit": "单位 单位/房号/设备房 单位编号 房号",
        "source": "来源",
        "customer": "客户姓名 业主姓名 姓名",
        "hardship": "托存原因 托管原因",
        "authorisation": "委托书号 委托书编号",
        "quantity": "数量 钥匙数量",
        "hung_on": "入柜日期 存放日期 托管日期 交存日期 交钥匙日期",
        "keeper": "管理员 经办人",
        "taken_down_on": "出柜日期 移交日期 领取日期 领回日期 取回日期",
        "collector": "领钥匙人",
        "remark": "备注",
    }
    slots = (
        Slot("keeper", _("Keeper"), "service", at_entry=True, person="keeper", clause="S3 KY 3.2"),
        Slot("collector", _("Collected by"), "service", outside=True, person="collector", clause="S3 KY 4.3.4", rule="RULE-121"),
    )
    sheet = Sheet(
        "slot key_number unit source quantity lent state hung_on taken_down_on first_count second_count third_count fourth_count remark",
        signed_by=(_("Keeper"), _("Customer service supervisor")),
        notes=(
            _("The label bears the key number; the customer's name only where the site has set so (S3 KY 4.2.4)."),
            _("No key is handed over to anyone who cannot prove to be the customer or the one named by the customer (S3 KY 4.3.4)."),
        ),
        groups={"first_count": (_("Stocktake"), 4)},
        rows=20,
    )

    def on_label(self, session: Session) -> tuple[str, ...]:
        """The fields that the label of the key bears: of a customer's key the name too, where the site has set so (C-24)."""
        named = self.source == Source.CUSTOMER and value(session, self.site_id, NAME_LABEL)
        return ("slot", "key_number", *(("entrustment.customer",) if named else ()))

    def misfits(self, session: Session) -> dict[str, Message]:
        """One key number hangs in the cabinet of a site only once, and a customer's keys as far as their authorisation goes."""
        if not self.hanging():
            return {}
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
        found = self._out_of_scope(session) or self._beyond_authorisation(session)
        if session.execute(same).scalar_one():
            found["key_number"] = _("A key of this number hangs in the cabinet already.")
        return found

    def hanging(self) -> bool:
        """Whether the keys are in the cabinet, or lent from it."""
        return self.state == self.State.KEPT and self.voided_at is None

    @keeps("RULE-111")
    def _out_of_scope(self, session: Session) -> dict[str, Message]:
        """The developer's key opens a unit in which nobody lives; a customer's hangs with an authorisation, and no other does."""
        moved = {"source", "unit"} & set(self.changed_keys())
        if self.source == Source.DEVELOPER and moved and lived_in(session, self.site_id, house_key(self.unit)):
            return {"source": _("A household lives there: the developer leaves keys of units not moved into alone (S3 KY 4.1.1).")}
        if self.source == Source.CUSTOMER and self.get("entrustment") is None:
            return {"entrustment": _("A customer's key hangs only with a signed custody authorisation (S3 KY 4.2.1, 4.2.2).")}
        if self.source != Source.CUSTOMER and self.get("entrustment") is not None:
            return {"source": _("A key with a custody authorisation is in a customer's custody (S3 KY 4.1.2).")}
        return {}

    def _beyond_authorisation(self, session: Session) -> dict[str, Message]:
        """What stands against hanging these keys under their authorisation, which stays locked from here on."""
        entrustment = self.get("entrustment")
        if entrustment is None or not {"entrustment", "quantity"} & set(self.changed_keys()):
            return {}
        session.execute(select(CustodyAuthorisation.id).where(CustodyAuthorisation.id == entrustment).with_for_update())
        letter = session.get(CustodyAuthorisation, entrustment)
        if letter is None or letter.site_id != self.site_id:
            return {"entrustment": _("Choose one of the list.")}
        against = letter.against(session)
        if against is not None:
            return {"entrustment": against}
        free = letter.quantity - hung_under(session, letter.id, apart=self)
        if self.quantity is not None and self.quantity > free:
            return {
                "quantity": _("The authorisation is for {of} keys, {n} of them free (S3 KY 4.2.1).", of=letter.quantity, n=max(free, 0))
            }
        return {}


def hung_under(session: Session, authorisation_id: int, apart: KeyOnHook | None = None) -> int:
    """How many keys hang under an authorisation, what the session has not written yet included, the hook `apart` left out."""
    unwritten = [row for row in (*session.new, *session.dirty) if isinstance(row, KeyOnHook)]
    written = select(func.coalesce(func.sum(KeyOnHook.quantity), 0)).where(
        KeyOnHook.__table__.c.entrustment_id == authorisation_id,
        KeyOnHook.state == KeyOnHook.State.KEPT.value,
        KeyOnHook.voided_at.is_(None),
        KeyOnHook.id.not_in([row.id for row in unwritten if row.id]),
    )
    mine = [row.quantity or 0 for row in unwritten if row is not apart and row.get("entrustment") == authorisation_id and row.hanging()]
    return int(session.execute(written).scalar_one()) + sum(mine)
