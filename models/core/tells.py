"""What must be told: each “report to …” of the documents, which becomes a row of the must-tell ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.core.access import roles
from models.core.dues import Due
from models.core.message import NOTHING, Message

if TYPE_CHECKING:
    from models.core.deadlines import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """One duty to tell somebody: it arises when the field `after` is filled, for rows that `when` accepts.

    `to` are the roles that are told, or `outside` names who has no account. `owed_by` are the roles that must tell,
    until `due`. Where the record itself has a stamp of it, `met_by` names the field, and `receipt` the stamp by which it was
    acknowledged there. Where the record is itself the telling, `said_in` names the two fields that say how it was told and to
    whom. Where the stamp `again` is filled, what arises after it is told anew.
    """

    name: str
    label: Message
    rule: str
    clause: str
    after: str
    due: Due
    to: str = ""
    outside: Message = NOTHING
    owed_by: str = "desk"
    when: Callable[[Any], bool] | None = None
    met_by: str = ""
    receipt: str = ""
    said_in: str = ""
    again: str = ""
    text: Message = NOTHING

    @property
    def owing(self) -> frozenset[str]:
        """The roles that must tell: not those that are told, but where one post is both and one person of it tells another."""
        return roles(self.owed_by) - roles(self.to) or roles(self.owed_by)

    def until(self, row: Any, arose_at: datetime, ground: Ground) -> datetime | None:
        """By when it must be told, not before it arose; `YearNotLoaded` is raised through."""
        due = ground.moment(self.due.reckon(row, arose_at, ground))
        return max(due, arose_at) if due is not None else None
