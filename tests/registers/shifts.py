"""Shifts and handovers as the tests of engineering make them."""

from datetime import UTC, datetime, timedelta

import pytest

from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.engineering import EngineeringLog, ShiftHandover
from services import bookkeeping

SYSTEMS = ["power", "water", "lifts", "fire", "air"]
BEGAN = datetime(2026, 3, 12, 0, 0, tzinfo=UTC)  # 8 in the morning in China
ENDS = BEGAN + timedelta(hours=12)
CHECKED = {"log_read": True, "valuables": True, "room_clean": True}


def refused(session, act, *args, **values) -> dict[str, str]:
    """What is said against `act`, by field."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args, **values)
    session.rollback()
    return {key: str(message.say("en")) for key, message in invalid.value.problems.items()}


def handover(session, **over) -> ShiftHandover:
    """A handover that is prepared."""
    values = {"department": "engineering", "shift": "early", "opened_at": BEGAN, "due_at": ENDS, "outgoing": "李强", "course": "运行正常"}
    values |= {"cautions": "2号泵停用，勿启"}
    row = bookkeeping.enter(session, ShiftHandover, 1, values | over)
    session.commit()
    return row


def at_the_papers(session, row: ShiftHandover) -> ShiftHandover:
    """Equipment was checked and the outgoing officer has signed."""
    bookkeeping.move(session, row, "arrive", {"incoming": "吴磊", "arrived_at": ENDS - timedelta(minutes=16)})
    bookkeeping.move(session, row, "check_equipment", {"equipment": "正常"})
    bookkeeping.sign(session, row, "outgoing", Way.PAPER, person="李强")
    session.commit()
    return row


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def shift(session, systems: list[str], **over) -> EngineeringLog:
    """A shift on which `systems` are explained."""
    lines = [{"system": name, "running": "normal" if name in systems else None, "caution": "无"} for name in SYSTEMS]
    row = bookkeeping.enter(session, EngineeringLog, 1, {"shift": "night", "officer": "李强", "systems": lines} | over)
    bookkeeping.sign(session, row, "outgoing", Way.PAPER, person="李强")
    session.commit()
    return row
