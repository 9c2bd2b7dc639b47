"""The first responder (首问责任人): the first person spoken to, who stays responsible whoever takes the matter over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

from models.core import actor as actors
from models.core.access import CONSOLE, roles
from models.core.message import Message, _
from models.core.rulebook import keeps

if TYPE_CHECKING:
    from models.core.register import Register


@keeps("RULE-001")
def stays(row: Register, key: str) -> dict[str, Message]:
    """Who was entered as first responder in the field `key` stays there; a slip of the pen is put right by those who lead (S0 首问一)."""
    actor, history = actors.current(), inspect(row).attrs[key].history
    if not history.deleted or not history.deleted[0] or history.deleted == history.added:
        return {}
    if actor is not None and (actor.role == CONSOLE or actor.role in roles("lead")) and row.intent == "edit":
        return {}
    return {key: _("The first responder stays responsible; only a supervisor puts a wrong name right (S0 首问一).")}
