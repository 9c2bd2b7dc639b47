"""How rows of a foreign ledger become records: what it lacks, what is done in it already, and what its own words for that are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from models.core.choice import Choice

if TYPE_CHECKING:
    from models.core.register import Register

_OPEN = re.compile(
    r"(?:未|待|暂未|尚未|没有?|正在|处理中|办理中|进行中|维修中|跟进|在办|在修|借出|open\b|pending|in progress|not )", re.IGNORECASE
)
_DONE = re.compile(
    r"(?:已|办毕|结束|归档|归还|销号|销案|闭环|关闭|closed|done|finished|completed|returned|settled|solved)"
    r"|.*(?:完成|完毕|办结|结案)$",
    re.IGNORECASE,
)
QUARTER = 15  # minutes
_SHORT = 12  # signs of a text that says only how far the matter is


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """How rows of a foreign ledger become records.

    `known_by` is the field by which a row is known again, so that it is taken over once, or fields that are all the same
    then; `values` fill what the ledger does not say. A row of which a field of `done_by` is filled is done, and stands in the
    first of the states that close a record; so does one that says when it was closed. Where neither tells, `state` gets the row.
    Of a ledger that has no column for a field that must be filled, another one `stands_in` for it. A line that is too long
    for its field is cut, and stands whole at the head of the field `spill`. Words that the list of a field of `own_words` has
    not are kept as they were written in the field that is named there, and the choice stays unsaid.
    """

    known_by: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    done_by: str = ""
    state: Callable[[Any], Choice] | None = None
    stands_in: Mapping[str, str] = field(default_factory=dict)
    spill: str = ""
    own_words: Mapping[str, str] = field(default_factory=dict)


def day_alone(at: datetime, zone: tzinfo) -> date | None:
    """The day of a moment of a foreign ledger that stated no hour: it stands at the midnight of `zone` with which the day begins.

    `None` of a moment at any other time.
    """
    if at.second or at.minute % QUARTER:  # all zones are whole quarters of an hour apart, and this costs a tenth
        return None
    local = at.astimezone(zone)
    return None if local.hour or local.minute else local.date()


def wall_alone(at: str) -> str:
    """As `day_alone`, of a moment that is told as the clock on the wall shows it: the day of "2026-01-31 00:00:00", else all of it."""
    return at.removesuffix(" 00:00:00")


@cache
def endings(register: type[Register]) -> dict[str, str]:
    """The fields that tell that a record is done, each with the state in which it stands then.

    Besides those that are declared, they are the moments that only steps into a closed state write.
    """
    closing = [each for each in register.transitions if each.target in register.closed]
    others = {key for each in register.transitions if each not in closing for key in (each.asks + " " + each.stamps).split()}
    found: dict[str, str] = {}
    for each in closing:
        for key in (each.stamps + " " + each.asks).split():
            if each.target is not None and key not in others and register.field(key).kind in ("moment", "day"):
                found.setdefault(key, each.target.value)
    return found | {key: register.closed[0].value for key in register.taken_over_as.done_by.split()}


@cache
def waits(register: type[Register]) -> bool:
    """Whether an open record waits for somebody to bring it to its end; a household that lives here does not."""
    return register.taken_over_as.state is None and any(each.step and each.target in register.closed for each in register.transitions)


def stand(row: Register) -> None:
    """Put a row of a foreign ledger where it stands; one that is done was closed when the ledger says, else at its own moment."""
    register = type(row)
    how = register.taken_over_as
    row.state = how.state(row).value if how.state is not None else ended(register, row.get) or row.state
    if row.state in register.closed:
        close(row)


def ended(register: type[Register], said: Callable[[str], Any]) -> str:
    """The state in which a row of a foreign ledger ended, by what it says of each field; "" when it does not say that it did."""
    return next((state for key, state in endings(register).items() if _tells(said(key))), "")


def close(row: Register, state: str = "") -> None:
    """Close a row of a foreign ledger, at the last moment that it tells of its end, else at its own."""
    register = type(row)
    row.state = state or (row.state if row.state in register.closed else register.closed[0].value)
    ends = [_moment(value) for key in endings(register) if isinstance(value := row.get(key), date)]
    moment = getattr(row, register.about.moment)
    row.closed_at = max(ends) if ends else _moment(moment) if moment is not None else None


def _tells(value: Any) -> bool:
    return value not in (None, "") and says_done(value) is not False if isinstance(value, str) else value is not None


def says_done(said: str) -> bool | None:
    """Whether short words say that a matter is done (已完成, 办结) or is not (处理中, 未归还); `None` for any other."""
    said = said.strip()
    if len(said) > _SHORT:
        return None
    return False if _OPEN.match(said) else True if _DONE.match(said) else None


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(12), UTC)
