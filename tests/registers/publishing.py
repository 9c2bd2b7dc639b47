"""Records of notices and of the owners' committee as the tests make them, and their clocks."""

from datetime import date, timedelta

import pytest

from models.core.deadlines import Clock as Row
from models.core.session import CHINA
from models.core.validity import Invalid
from models.core.workflow import may
from services import bookkeeping

DAY = date(2026, 5, 20)


def later(days: int) -> date:
    """So many days after `DAY`."""
    return DAY + timedelta(days=days)


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def refused(session, act, *args) -> dict[str, str]:
    """What is said against an entry, by field."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args)
    session.rollback()
    return {key: message.say("en") for key, message in invalid.value.problems.items()}


def enter(session, register, **values):
    """A record, kept."""
    row = bookkeeping.enter(session, register, 1, values)
    session.commit()
    return row


def clock_of(session, row, name: str) -> Row:
    """One clock of a record."""
    return session.query(Row).filter(Row.register == row.key, Row.record_id == row.id, Row.name == name).one()


def until(session, row, name: str) -> date:
    """The last day of a clock, where the site is."""
    return clock_of(session, row, name).due_at.astimezone(CHINA).date()
