"""Refused attempts: each of a person's in the trail; those of strangers counted, one entry a minute."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from models.core.access import Refused
from models.core.session import note, now
from models.people import StrangerRefusal
from services.database import apart, tell, writing


def log_refusal(refused: Refused, path: str, method: str) -> None:
    """Write a refused attempt of the current actor into the trail."""
    details = {"action": refused.action, "path": path[:200], "method": method}
    tell("refused", register=refused.register, record_id=refused.record_id, details=details)


def count_stranger() -> None:
    """Count a refusal without an account; a minute that is over gets its entry in the trail."""
    minute = now().replace(second=0, microsecond=0)
    with writing(), apart() as session:
        insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name]
        counted = insert(StrangerRefusal).values(minute=minute, count=1, told=False)
        session.execute(counted.on_conflict_do_update(index_elements=["minute"], set_={"count": StrangerRefusal.count + 1}))
        over = select(StrangerRefusal).where(StrangerRefusal.minute < minute, StrangerRefusal.told.is_(False))
        for row in session.execute(over).scalars():
            row.told = True
            note(session, "refused", actor="stranger", details={"minute": row.minute, "count": row.count})
        session.commit()
