"""钥匙: custody, hooks and lending."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from models.core.deadlines import Clock
from models.core.session import now
from models.keys import CustodyAuthorisation, KeyBorrow, KeyCustody, KeyOnHook
from tests.make import PROOF, make
from tests.rule import START, Expected, Owed, Wanted, after, midnight

REGISTERS = {
    "custody_authorisation": {
        "read": "FASPU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "",
        "names": "ASP",
        "unmask": "ASP",
        "tell": "AS",
        "give_copy": "AS",
        "revoke": "AS",
        "give_back": "AS",
        "sign keeper": "AS",
        "sign customer": "AS",
    },
    "key_custody": {
        "read": "FASPU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "",
        "names": "ASP",
        "unmask": "ASP",
        "identify": "AS",
        "hand_over": "AS",
        "report_lost": "AS",
        "sign collector": "AS",
        "sign handler": "AS",
    },
    "key_on_hook": {
        "read": "FASPEGU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "S",
        "names": "ASP",
        "unmask": "ASP",
        "identify": "AS",
        "hand_over": "AS",
        "take_down": "AS",
        "report_lost": "AS",
        "sign keeper": "AS",
        "sign collector": "AS",
    },
    "key_borrow": {
        "read": "FASPEGU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "take_back": "AS",
        "fall_overdue": "AS",
        "remind": "AS",
        "allow_longer": "S",
        "report_lost": "AS",
        "sign lender": "AS",
        "sign borrower": "AS",
        "sign receiver": "AS",
    },
    "key_check": {
        "read": "FASPU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "",
        "names": "",
        "unmask": "",
        "review": "S",
        "sign checker": "AS",
        "sign supervisor": "S",
    },
}

SPEC = {
    "REG-33": {
        "日期": "dated",
        "单位编号": "unit",
        "客户姓名": "customer",
        "钥匙数量": "keys quantity",
        "托存原因": "hardship",
        "领取钥匙的要求": "requirements collectors",
        "免责告知": "disclaimer",
        "客户签名": "signed by Customer",
        "一式两联(第二联客户)": "copy_given_at",
    },
    "REG-34": {
        "委托书内容": "authorisation",
        "钥匙标识(客户姓名标签)": "hook.key_number",
        "柜位": "hook.slot",
        "移交日期": "handed_over_at",
        "领钥匙人": "collector",
        "证件核验": "proof identified_at",
        "签名": "signed by Collected by",
    },
    "REG-35": {
        "借用日期": "lent_at",
        "钥匙编号": "key_lent",
        "数量": "quantity",
        "预借期": "expected_at",
        "借钥匙原因": "purpose",
        "借用人联系电话": "phone",
        "借用人签名": "signed by Borrower",
        "退还日期": "returned_at",
        "数量核对": "returned_quantity",
        "接收人签名": "signed by Received by",
        "催还记录": "recalls",
    },
    "REG-36": {
        "钥匙编号": "key_number",
        "来源(开发商未入住/客户托管)": "source",
        "单位": "unit",
        "数量": "quantity lent",
        "柜位": "slot",
        "状态": "state",
    },
}


def hung(session: Session, line: KeyCustody) -> None:
    """Keys hang under the authorisation of the line, and their collector has shown a paper."""
    hook = make(session, KeyOnHook)
    entrust(session, hook, line.get("authorisation"), "valid")
    write(session, "key_custody", line.id, collector="张三", proof=PROOF)
    session.refresh(line)


def identified(session: Session, hook: KeyOnHook) -> None:
    """The collector has shown a paper."""
    write(session, "key_on_hook", hook.id, collector="张三", proof=PROOF)
    session.refresh(hook)


def run_out(session: Session, row: KeyBorrow) -> None:
    """The time of the borrowing is over."""
    session.flush()
    over = update(Clock).where(Clock.register == row.key, Clock.record_id == row.id)
    session.execute(over.values(due_at=now() - timedelta(hours=1)))


def handed_back(session: Session, hook: KeyOnHook) -> None:
    """The keys of the hook were handed over under their authorisation."""
    entrust(session, hook, make(session, CustodyAuthorisation).id, "returned")


def line_closed(session: Session, letter: CustodyAuthorisation) -> None:
    """The customer was told the disclaimer, and the keys were handed over in the custody register."""
    line = session.execute(select(KeyCustody).where(KeyCustody.number == letter.number)).scalar_one()
    write(session, "key_custody", line.id, state="collected")
    write(session, "custody_authorisation", letter.id, disclaimer=True)
    session.refresh(letter)


def entrust(session: Session, hook: KeyOnHook, letter: int, state: str) -> None:
    """Let the hook hang under an authorisation that stands at `state`, past all rules."""
    write(session, "custody_authorisation", letter, state=state, disclaimer=True)
    write(session, "key_on_hook", hook.id, entrustment_id=letter, source="customer")
    session.refresh(hook)


def write(session: Session, register: str, record: int, **values: Any) -> None:
    """Write columns of one row, past all rules."""
    session.flush()
    columns = ", ".join(f"{name} = :{name}" for name in values)
    session.connection().execute(text(f"UPDATE {register} SET {columns} WHERE id = :id"), values | {"id": record})


READY = {
    ("key_borrow", "fall_overdue"): run_out,
    ("custody_authorisation", "give_copy"): {"disclaimer": True},
    ("custody_authorisation", "revoke"): {"disclaimer": True},
    ("custody_authorisation", "give_back"): line_closed,
    ("key_custody", "hand_over"): hung,
    ("key_on_hook", "hand_over"): identified,
    ("key_on_hook", "take_down"): handed_back,
}

CLOCKS = {
    ("key_borrow", "return"): Expected(
        "RULE-119", after(hours=24), "returned_at", ("lost_at",), over={"expected_at": START + timedelta(hours=24)}
    ),
}

TELLS = {("key_borrow", "recall"): Owed("RULE-119", midnight, met_by="reminded_at", then={"overdue_at": START})}

PLANS = {("key_check", "daily"): Wanted("RULE-120", "every day")}
