from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Mapped, Session, object_session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Clock, Deadline
from models.core.dues import Due, at, earlier_of, end_of_day, hours
from models.core.fields import meant
from models.core.message import Message, _
from models.core.register import CARRIED, About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.setting import value
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.keys.authorisation import CustodyAuthorisation
from models.keys.on_hook import ENTRUSTED, KeyOnHook, Source
from models.settings import KEY_LOAN


class Purpose(Choice):
    """What a key is lent for; entrusted keys for the first two alone (S3 KY 4.3.1)."""

    REPAIR = "repair", _("Repair")
    PATROL = "patrol", _("Vacant-unit patrol")
    DUTY = "duty", _("Other duty")


class Recall(Choice):
    """How a borrower is reminded (S3 KY 4.3.3)."""

    PHONE = "phone", _("Telephoned")
    VISIT = "visit", _("At the door")
    MESSAGE = "message", _("By message")


class Reminder(fields.Line):
    """One reminder: when, how, to whom, and what was answered."""

    at: datetime = fields.moment(_("Reminded at"))
    way: str = fields.pick(_("Way of reminding"), Recall)
    whom: str = fields.person(_("Whom"))
    answer: str | None = fields.line(_("Answer"))


LENDING = {"key_lent", "quantity", "purpose"}  # what is looked at when keys leave their hook, and not at every later step
LOAN = earlier_of(at("expected_at"), hours(KEY_LOAN))
# A longer time that the supervisor has allowed stands in the place of the day (C-16).
BACK = Due(
    lambda row, start, ground: row.expected_at if row.extended_at else LOAN.reckon(row, start, ground),
    LOAN.words,
    (*LOAN.keys, "extended_at"),
    settings=LOAN.settings,
)


@keeps("RULE-119", how="check")
def within_the_loan(row: "KeyBorrow") -> dict[str, Message]:
    """A return later than keys are lent for at the site needs the supervisor's leave (C-16)."""
    session = object_session(row) if isinstance(row, KeyBorrow) else None
    if not row.expected_at or not row.lent_at or row.extended_at is not None:
        return {}
    if session is not None and not {"lent_at", "expected_at"} & set(row.changed_keys()):
        return {}
    many = int(KEY_LOAN.default if session is None else value(session, row.site_id, KEY_LOAN))
    if row.expected_at <= row.lent_at + timedelta(hours=many):
        return {}
    return {"expected_at": _("Keys are lent for {n} hours; the supervisor may then allow a longer time.", n=many)}


@keeps("RULE-119", how="check")
def over_its_time(row: "KeyBorrow") -> Message | None:
    """A borrowing is overdue when its clock has run out."""
    session = object_session(row)
    assert session is not None
    mine = (Clock.register == row.key, Clock.record_id == row.id, Clock.name == "return")
    due = session.execute(select(Clock.due_at).where(*mine)).scalar()
    return None if due is not None and due <= now() else _("The keys are not overdue yet.")


@keeps("RULE-118")
def all_back_or_said_why(row: "KeyBorrow") -> dict[str, Message]:
    """What comes back is counted: as many as were lent, or a remark says why not (S3 KY 4.3.2)."""
    if row.returned_quantity is None or row.quantity is None:
        return {}
    if row.returned_quantity > row.quantity:
        return {"returned_quantity": _("Only {n} were lent.", n=row.quantity)}
    if row.returned_quantity < row.quantity and not row.remark:
        return {"remark": _("{n} were lent: say in a remark why fewer come back.", n=row.quantity)}
    return {}


def _told(line: dict[str, Any]) -> tuple[Any, ...]:
    """A line of the reminders as it is compared: to the minute, as a form shows it."""
    moment = meant(Reminder.columns["at"], line.get("at"))
    return (moment and moment.replace(second=0, microsecond=0), line.get("way"), line.get("whom"), line.get("answer") or None)


class KeyBorrow(Register):
    """One borrowing of keys, from the moment they leave their hook until they hang there again."""

    __tablename__ = "key_borrow"

    class State(Choice):
        OUT = "out", _("Out")
        BACK = "back", _("Returned")
        LOST = "lost", _("Lost")

    about = About(
        title=_("Key borrow log"),
        spec=("REG-35",),
        clause="S3 KY 4.3.1",
        number="KB-{site}-{year}-{serial:04}",
        moment="lent_at",
        subject="borrower",
        verb=_("Lend keys"),
        holder="lent_by",
        keep=2,
        note=_("Keys in custody are lent for repairs and the patrol of vacant units only (S3 KY 4.3.1)."),
        rule="RULE-123",
    )
    access = Access(
        read="desk lead engineering security", create="service", edit="service", void="lead", print="service lead", export="lead",
        load="cs_supervisor", names="desk lead", unmask="desk lead", rule="RULE-125",
    )  # fmt: skip

    key_lent: Mapped[KeyOnHook] = fields.link("key_on_hook", _("Key number"), clause="S3 KY 4.3.1", rule="RULE-117", listed=True)
    quantity: Mapped[int] = fields.count(
        _("Number of keys"), least=1, most=999, clause="S3 KY 4.3.1", rule="RULE-117", listed=True, default=lambda: 1
    )
    lent_at: Mapped[datetime] = fields.moment(_("Lent at"), clause="S3 KY 4.3.1", rule="RULE-117", listed=True, filtered=True, default=now)
    expected_at: Mapped[datetime | None] = fields.moment(
        _("Expected return time"),
        clause="S3 KY 4.3.1",
        rule="RULE-117",
        listed=True,
        help=_("At most one day; the supervisor may allow longer."),
    )
    purpose: Mapped[Purpose] = fields.pick(
        _("Reason for borrowing"), Purpose, clause="S3 KY 4.3.1", rule="RULE-116 RULE-117", listed=True, filtered=True
    )
    borrower: Mapped[str] = fields.person(_("Borrower"), clause="S3 KY 4.3.1", listed=True, searched=True)
    department: Mapped[str] = fields.line(
        _("Department or company"),
        longest=80,
        clause="S3 KY 4.3.3",
        searched=True,
        help=_("Whom to telephone when the keys are not returned."),
    )
    phone: Mapped[str] = fields.phone(_("Borrower's telephone"), clause="S3 KY 4.3.1", rule="RULE-117")
    lent_by: Mapped[str] = fields.staff(_("Lent by"), default=own_name, clause="S3 KY 4.3.1")
    extension: Mapped[str | None] = fields.line(_("Reason for a longer time"), clause="S3 KY 4.3.3", by_step=True)
    extended_by: Mapped[str | None] = fields.staff(_("Longer time allowed by"), clause="S3 KY 4.3.3", by_step=True)
    extended_at: Mapped[datetime | None] = fields.stamp(_("Longer time allowed at"), clause="S3 KY 4.3.3")
    recalls: Mapped[list[Any] | None] = fields.grid(
        _("Reminders"), Reminder, clause="S3 KY 4.3.3", by_step=True, help=_("One line for each reminder; earlier lines stay.")
    )
    overdue_at: Mapped[datetime | None] = fields.stamp(_("Entered as overdue at"), clause="S3 KY 4.3.3")
    reminded_at: Mapped[datetime | None] = fields.stamp(_("Last reminded at"), clause="S3 KY 4.3.3")
    returned_quantity: Mapped[int | None] = fields.count(_("Number returned"), most=999, clause="S3 KY 4.3.2", by_step=True)
    returned_by: Mapped[str | None] = fields.person(_("Returned by"), by_step=True)
    returned_at: Mapped[datetime | None] = fields.stamp(_("Returned at"), clause="S3 KY 4.3.2")
    received_by: Mapped[str | None] = fields.staff(_("Received by"), clause="S3 KY 4.3.2", by_step=True)
    lost_at: Mapped[datetime | None] = fields.stamp(_("Loss reported at"), counted=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    reminders: Mapped[str | None] = fields.text(_("Reminders in the old ledger"), clause="S3 KY 4.3.3", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.OUT)

    parts = (
        Part(_("Keys"), "key_lent key_lent.slot key_lent.unit quantity"),
        Part(_("Borrower"), "borrower department phone"),
        Part(_("Borrowing"), "lent_at expected_at purpose lent_by remark"),
        Part(_("Longer time and reminders"), "extension extended_by extended_at overdue_at recalls reminded_at reminders", later=True),
        Part(_("Return"), "returned_at returned_quantity returned_by received_by lost_at", later=True),
    )
    rules = (
        not_ahead("lent_at", now),
        needed("expected_at", when=lambda row: True),  # an old ledger may not say it
        in_order("lent_at", "expected_at", _("This is before the keys were lent.")),
        within_the_loan,
        all_back_or_said_why,
    )
    transitions = (
        Transition(
            "take_back",
            (State.OUT, State.LOST),
            State.BACK,
            _("Take back"),
            by="service",
            asks="returned_quantity",
            may_ask="returned_by remark",
            stamps="returned_at",
            stamps_by="received_by",
            signs="receiver",
            clause="S3 KY 4.3.2",
            rule="RULE-118",
        ),
        Transition(
            "fall_overdue",
            State.OUT,
            None,
            _("Enter as overdue"),
            by="service",
            stamps="overdue_at",
            guard=over_its_time,
            clause="S3 KY 4.3.3",
            step=False,
        ),
        Transition(
            "remind",
            State.OUT,
            None,
            _("Enter a reminder"),
            by="service",
            asks="recalls",
            stamps="reminded_at",
            clause="S3 KY 4.3.3",
            rule="RULE-119",
            step=False,
        ),
        Transition(
            "allow_longer",
            State.OUT,
            None,
            _("Allow a longer time"),
            by="cs_supervisor",
            asks="expected_at extension",
            stamps="extended_at",
            stamps_by="extended_by",
            clause="S3 KY 4.3.3",
            step=False,
        ),
        Transition(
            "report_lost",
            State.OUT,
            State.LOST,
            _("Report lost"),
            by="service",
            asks="remark",
            stamps="lost_at",
            clause="S3 KY 4.3.2",
            step=False,
        ),
    )
    closed = (State.BACK, State.LOST)
    deadlines = (
        Deadline(
            name="return",
            label=_("Return"),
            rule="RULE-119",
            clause="S3 KY 4.3.3",
            after="lent_at",
            due=BACK,
            met_by="returned_at",
            moved_by="lost_at",
            tell="service",
            climbs="fall_overdue",
            text=_("Not returned in time, or after one day: telephone the department or go there to recover the keys."),
        ),
    )
    tells = (
        Tell(
            name="recall",
            label=_("Recall of the keys"),
            rule="RULE-119",
            clause="S3 KY 4.3.3",
            after="overdue_at",
            due=end_of_day(),
            outside=_("The department that borrowed the keys"),
            owed_by="service",
            met_by="reminded_at",
            text=_("By telephone or at its door, the same day by default of the product."),
        ),
    )
    taken_over_as = TakenOver(own_words={"purpose": "remark"})
    headings = {  # what offices call these columns in Excel
        "key_lent": "钥匙编号 钥匙名称 钥匙",
        "quantity": "数量 借用数量",
        "lent_at": "借用日期 借用日期时间 借用时间",
        "expected_at": "预借期 预计归还 预计归还时间 应还时间 计划归还时间",
        "purpose": "借钥匙原因 借用原因 事由",
        "borrower": "借用人 借用人签名",
        "department": "借用部门 借用部门/单位",
        "phone": "借用人联系电话 联系电话 电话",
        "lent_by": "经办人 管理员 管理员签字",
        "extended_by": "批准人",
        "reminders": "催还记录 催还",
        "returned_quantity": "退还数量 数量核对",
        "returned_by": "退还人",
        "returned_at": "退还日期 退还日期时间 归还时间",
        "received_by": "接收人 接收人签名",
        "remark": "备注",
    }
    slots = (
        Slot("lender", _("Lent by"), "service", at_entry=True, person="lent_by", clause="S3 KY 4.3.1"),
        Slot("borrower", _("Borrower"), "service", outside=True, person="borrower", clause="S3 KY 4.3.1", rule="RULE-116 RULE-117"),
        Slot("receiver", _("Received by"), "service", person="received_by", clause="S3 KY 4.3.2", rule="RULE-118"),
    )
    sheet = Sheet(
        "lent_at key_lent.key_number quantity department borrower phone purpose expected_at "
        "returned_at returned_quantity returned_by received_by recalls remark",
        signed_by=(_("Customer service supervisor"),),
        notes=(
            _("Who borrows also returns, within one day (S3 KY 4.3.3)."),
            _("Keys are counted on their return; the receiver signs (S3 KY 4.3.2)."),
        ),
        rows=15,
        signed={"borrower": "borrower", "received_by": "receiver"},
        report="REP-20",
    )

    def outstanding(self) -> int:
        """How many keys of its hook this borrowing keeps away."""
        if self.voided_at is not None:
            return 0
        return self.quantity - (self.returned_quantity or 0) if self.state == self.State.BACK else self.quantity

    @keeps("RULE-116")
    def misfits(self, session: Session) -> dict[str, Message]:
        """No more is lent than hangs on the hook, which stays locked from here on, and entrusted keys as their owners allow."""
        if self.voided_at is not None or self.state != self.State.OUT or self.get("key_lent") is None:
            return {}
        if not LENDING & set(self.changed_keys()):
            return self._overwritten()
        hook = locked(session, self.get("key_lent"))
        if hook is None or hook.site_id != self.site_id or hook.state != KeyOnHook.State.KEPT or hook.voided_at is not None:
            return {"key_lent": _("This key is no longer in the cabinet.")}
        found: dict[str, Message] = {}
        hanging = hook.quantity - lent_from(session, hook.id, apart=self)
        if self.quantity is not None and self.quantity > hanging:
            found["quantity"] = _("Only {n} of {of} hang there now (S3 KY 4.3.1).", n=max(hanging, 0), of=hook.quantity)
        if hook.source in ENTRUSTED and self.purpose == Purpose.DUTY:
            found["purpose"] = _("An entrusted key is lent for repairs and vacant-unit patrols only (S3 KY 4.3.1).")
        against = not_entrusted(session, hook)
        return found | {"key_lent": against} if against else found

    def _overwritten(self) -> dict[str, Message]:
        """A reminder is added to the others, which stay as they were told."""
        before = inspect(self).attrs.recalls.history.deleted
        old, new = (before[0] if before else None) or [], self.recalls or []
        if [_told(line) for line in new[: len(old)]] == [_told(line) for line in old]:
            return {}
        return {"recalls": _("Earlier reminders stay as they are; add a line below them.")}

    def carry(self, session: Session) -> None:
        """Keep the count of lent keys on the hook."""
        before = inspect(self).attrs.key_lent_id.history.deleted or ()
        for hook_id in {self.get("key_lent"), *before} - {None}:
            hook = locked(session, hook_id)
            lent = lent_from(session, hook_id)
            if hook is not None and hook.lent != lent:
                hook.intent = CARRIED
                hook.lent = lent


def not_entrusted(session: Session, hook: KeyOnHook) -> Message | None:
    """Why a customer's key may not be lent: there is no custody authorisation in force for it."""
    if hook.source != Source.CUSTOMER:
        return None
    letter = session.get(CustodyAuthorisation, hook.get("entrustment")) if hook.get("entrustment") is not None else None
    return letter.against(session) if letter else _("There is no custody authorisation for this customer's key (S3 KY 4.2.1, 4.3.1).")


def locked(session: Session, hook_id: int) -> KeyOnHook | None:
    """A hook as it stands now, locked until the transaction ends; `None` when there is none at the actor's sites."""
    session.execute(select(KeyOnHook.id).where(KeyOnHook.id == hook_id).with_for_update())
    hook = session.get(KeyOnHook, hook_id)
    # It may have been read before another borrower was served.
    if hook is not None and not session.is_modified(hook):
        session.refresh(hook)
    return hook


def lent_from(session: Session, hook_id: int, apart: KeyBorrow | None = None) -> int:
    """How many keys of a hook are out, what the session has not written yet included, the borrowing `apart` left out."""
    unwritten = [row for row in (*session.new, *session.dirty) if isinstance(row, KeyBorrow)]
    back = func.sum(func.coalesce(KeyBorrow.returned_quantity, 0)).filter(KeyBorrow.state == KeyBorrow.State.BACK.value)
    written = select(func.coalesce(func.sum(KeyBorrow.quantity), 0) - func.coalesce(back, 0)).where(
        KeyBorrow.__table__.c.key_lent_id == hook_id,
        KeyBorrow.voided_at.is_(None),
        KeyBorrow.id.not_in([row.id for row in unwritten if row.id]),
    )
    mine = [row.outstanding() for row in unwritten if row is not apart and row.get("key_lent") == hook_id]
    return int(session.execute(written).scalar_one()) + sum(mine)
