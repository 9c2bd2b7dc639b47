"""What must be told: each “report to …” of the documents, which becomes a row of the must-tell ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.core.dues import Due
from models.core.message import NOTHING, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """One duty to tell somebody: it arises when the field `after` is filled, for rows that `when` accepts.

    `to` are the roles that are told, or `outside` names who has no account. `owed_by` are the roles that must tell,
    until `due`. Where the record itself has a stamp of it, `met_by` names the field. Where the stamp `again` is filled, what
    arises after it is told anew.
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
    again: str = ""
    text: Message = NOTHING
