"""集体投诉: what several households complain of at once."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.complaints import CollectiveCase
from tests.rule import START

REGISTERS = {
    "collective_case": {
        "read": "FASPEGQU",
        "create": "FASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "confirm": "SP",
        "refuse": "SP",
        "take_in": "SP",
        "leave_out": "SP",
    },
    "special_incident": {
        "read": "FASPEGQU",
        "create": "FASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "decide": "P",
        "close": "P",
        "sign reporter": "FASP",
        "sign manager": "P",
    },
}

SPEC = {
    "REG-15": {
        "集体投诉(≥5户)": "complaint",
        "事件": "course happened_at place",
        "涉及业户清单": "households",
        "事态判断": "assessment",
        "是否通报总经理/地产客服中心": "inform_general inform_developer inform_reason",
        "约定回复时间": "agreed_reply_at",
        "处理组织": "organisation",
        "上门拜访结果": "visit_result",
    },
}


def voices(column: str, many: int) -> Callable[[Session, Any], None]:
    """Let so many households stand in a table of a collective case."""

    def told(session: Session, row: Any) -> None:
        came = START.astimezone(UTC).isoformat(timespec="microseconds")
        lines = [{"complaint": f"TS-TEST-2026-{i:04}", "house": f"{i}栋1单元0101", "received_at": came} for i in range(1, many + 1)]
        table: Any = CollectiveCase.__table__
        session.connection().execute(update(table).where(table.c.id == row.id).values({column: lines}))
        session.expire_all()

    return told


READY = {
    ("collective_case", "confirm"): voices("households", 5),
    ("collective_case", "take_in"): voices("later", 1),
    ("collective_case", "leave_out"): voices("later", 1),
}
